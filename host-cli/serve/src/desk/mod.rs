//! The desk in a browser: pages made here, that need no script and nothing from elsewhere. One file a page.

mod ask;
mod changes;
mod form;
mod page;
mod proposals;
mod rule;
mod sources;
mod tables;
mod timeline;

pub(crate) use page::{problem, say};

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use leidraad::catalogue::Customer;
use leidraad::{Date, Language, Outcome};
use leidraad_live::Current;

use crate::access::Scope;
use crate::answer::Answering;
use crate::asker::{self, Asker, Lookup};
use crate::problem::Problem;
use crate::question::When;
use crate::service::{Shared, aside, zone};

static STYLE: &str = include_str!("desk.css");
static SCRIPT: &str = include_str!("desk.js");

pub(crate) fn routes() -> Router<Shared> {
    let fixed = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text) })
    };
    let pages = Router::new()
        .route("/{language}", get(ask::page).post(ask::page_of_form))
        .route("/{language}/customers/{customer}", get(tables::customer))
        .route("/{language}/matrix", get(tables::matrix))
        .route("/{language}/timeline", get(timeline::page).post(timeline::page_of_form))
        .route("/{language}/changes", get(changes::page))
        .route("/{language}/proposals", get(proposals::all))
        .route("/{language}/proposals/{set}/{version}", get(proposals::one))
        .route("/{language}/rules/{set}/{version}/{rule}", get(rule::page))
        .route_layer(middleware::from_fn(in_two_languages));
    Router::new()
        .route("/", get(home))
        .route("/desk.css", fixed("text/css; charset=utf-8", STYLE))
        .route("/desk.js", fixed("text/javascript; charset=utf-8", SCRIPT))
        .merge(pages)
}

/// The language that the address of a page names.
pub(crate) fn language_of(path: &str) -> Option<Language> {
    let first = path.split('/').nth(1)?;
    [Language::Nl, Language::En].into_iter().find(|language| language.code() == first)
}

/// Whether an address is one of a page: errors are pages, too, there.
pub(crate) fn is_page(path: &str) -> bool {
    path == "/" || language_of(path).is_some() || path.starts_with("/desk.")
}

/// There are pages in two languages, and no others.
async fn in_two_languages(params: RawPathParams, request: Request, next: Next) -> Result<Response, Problem> {
    let language = params.iter().find(|(name, _)| *name == "language").map_or("", |(_, language)| language);
    // As it is written, and not otherwise encoded: the door looks at the same.
    if language.len() == 2 && language_of(request.uri().path()).is_some_and(|written| written.code() == language) {
        return Ok(next.run(request).await);
    }
    Err(Problem::of_status(StatusCode::NOT_FOUND))
}

/// The desk in the language that the browser likes best.
async fn home(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let language = asker::spoken(asker::liked(&headers), &shared.policy());
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(if language == Language::En { "/en" } else { "/nl" }));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// What every page is made with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    shared: &'a Shared,
    policy: &'a Current,
    asker: &'a Asker,
    language: Language,
    today: Date,
}

/// Makes a page, for whoever may see it, when it is its turn.
async fn made(lookup: &Lookup, scope: Scope, make: impl FnOnce(Desk<'_>) -> Result<Response, Problem>) -> Result<Response, Problem> {
    lookup.asker.may(scope)?;
    lookup.asker.heavy(|| with(lookup, make)).await
}

/// Makes a page with an answer: it waits for nobody but the log.
async fn made_at_once(
    lookup: &Lookup,
    make: impl FnOnce(Desk<'_>, &Answering<'_>) -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    let Lookup { shared, asker, .. } = lookup;
    asker.may(Scope::Ask)?;
    // What would have to be different, and how it goes on, stand on it too.
    let answered =
        aside(|| with(lookup, |desk| Answering::new(shared, desk.policy, asker, "desk").answered(|answering| make(desk, answering))));
    answered.given(shared).await
}

fn with<T>(Lookup { shared, asker, .. }: &Lookup, make: impl FnOnce(Desk<'_>) -> T) -> T {
    let policy = shared.policy();
    make(Desk { shared, policy: &policy, asker, language: asker.language(&policy), today: shared.today(&policy) })
}

impl<'a> Desk<'a> {
    /// The customers that may be seen.
    fn customers(self) -> impl Iterator<Item = Customer<'a>> {
        self.policy.catalogue().customers().filter(move |customer| self.asker.sees(customer.id()))
    }
    /// Whether the pages that explain may be seen: where they may not, nothing leads there.
    fn may_explain(self) -> bool {
        self.asker.may(Scope::Explain).is_ok()
    }
    fn say(self, nl: &'static str, en: &'static str) -> &'static str {
        say(self.language, nl, en)
    }
    /// The address of a page, with its query.
    fn at(self, path: &str, query: &[(&str, &str)]) -> String {
        let mut out = format!("/{}{path}", self.language);
        if !query.is_empty() {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
            out = format!("{out}?{}", pairs.finish());
        }
        out
    }
    /// The same, seen on a day, from what was known on another, with proposals or without.
    fn at_when(self, path: &str, query: &[(&str, &str)], when: When) -> String {
        let (on, known) = (when.on.unwrap_or(self.today).to_string(), when.known.map(|day| day.to_string()).unwrap_or_default());
        let seen = [("on", on.as_str()), ("known", &known), ("proposed", if when.proposed { "true" } else { "" })];
        self.at(path, &[query, &seen].concat())
    }
    /// An outcome in a word or two.
    fn outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Granted => self.say("wel recht", "entitled"),
            Outcome::Refused => self.say("geen recht", "not entitled"),
            _ => self.say("hangt ervan af", "it depends"),
        }
    }
    /// A moment, where the register is.
    fn moment(self, at: Timestamp) -> String {
        let here = zone(self.policy).to_datetime(at);
        format!("{} {:02}:{:02}", self.language.day(here.date()), here.hour(), here.minute())
    }
    /// A day where there is little room.
    fn day(self, date: Date) -> String {
        if self.language == Language::Nl { format!("{}-{}-{}", date.day(), date.month(), date.year()) } else { date.to_string() }
    }
}
