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
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leidraad::{Date, Language, Policy};

use crate::asker::{self, Asker};
use crate::problem::Problem;
use crate::service::Shared;

static STYLE: &str = include_str!("desk.css");
static SCRIPT: &str = include_str!("desk.js");

pub(crate) fn routes() -> Router<Shared> {
    let fixed = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text) })
    };
    Router::new()
        .route("/", get(home))
        .route("/desk.css", fixed("text/css; charset=utf-8", STYLE))
        .route("/desk.js", fixed("text/javascript; charset=utf-8", SCRIPT))
        .route("/{language}", get(ask::page).post(ask::page_of_form))
        .route("/{language}/customers/{customer}", get(tables::customer))
        .route("/{language}/matrix", get(tables::matrix))
        .route("/{language}/timeline", get(timeline::page))
        .route("/{language}/changes", get(changes::page))
        .route("/{language}/proposals", get(proposals::all))
        .route("/{language}/proposals/{set}/{version}", get(proposals::one))
        .route("/{language}/rules/{set}/{version}/{rule}", get(rule::page))
}

/// The language that the address of a page names.
pub(crate) fn language_of(path: &str) -> Option<Language> {
    path.split('/').nth(1).filter(|part| part.len() == 2).and_then(|part| part.parse().ok())
}

/// Whether an address is one of a page: errors are pages, too, there.
pub(crate) fn is_page(path: &str) -> bool {
    path == "/" || language_of(path).is_some() || path.starts_with("/desk.")
}

/// There are pages in two languages, and no others.
fn speaks(language: &str) -> Result<(), Problem> {
    if language.len() == 2 && language.parse::<Language>().is_ok() { Ok(()) } else { Err(Problem::of_status(StatusCode::NOT_FOUND)) }
}

/// The desk in the language that the browser likes best.
async fn home(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let first = || shared.policy().languages().first().copied();
    let language = asker::liked(&headers).or_else(first).unwrap_or(Language::Nl);
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(if language == Language::En { "/en" } else { "/nl" }));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// What every page is made with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    shared: &'a Shared,
    policy: &'a Policy,
    asker: &'a Asker,
    language: Language,
    today: Date,
}

impl<'a> Desk<'a> {
    fn new(shared: &'a Shared, policy: &'a Policy, asker: &'a Asker) -> Desk<'a> {
        Desk { shared, policy, asker, language: asker.language(policy), today: shared.today(policy) }
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
    /// A day in a table.
    fn day(self, date: Date) -> String {
        if self.language == Language::Nl { format!("{}-{}-{}", date.day(), date.month(), date.year()) } else { date.to_string() }
    }
}
