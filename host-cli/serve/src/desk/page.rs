//! What is on a page in; the page out: its head, the way to the others, and what stands at its foot.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use leidraad::Language;
use maud::{DOCTYPE, Markup, html};

use super::Desk;
use crate::problem::{Place, Problem};

/// A text in one of the two languages.
pub(crate) fn say(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    if language == Language::Nl { nl } else { en }
}

/// A page of the desk. `here` is its address without the language, for whoever would read it in the other one.
pub(super) fn page(desk: Desk<'_>, title: &str, here: &str, main: &Markup) -> Response {
    let health = desk.shared.service.live.health();
    let foot = html! {
        p { (desk.policy.name()) " · " (desk.say("versie ", "version ")) span.digest title=(desk.policy.digest()) { (short(desk.policy.digest())) } }
        @if health.refused.is_some() {
            p.note role="status" {
                (desk.say(
                    "Het register is gewijzigd maar klopt niet; de laatste goede versie antwoordt.",
                    "The register was changed but is not right; the last good version answers.",
                ))
            }
        }
    };
    let text = whole(title, desk.language, Some(here), &nav(desk, here), main, &foot);
    shown(text, desk.language)
}

fn shown(text: String, language: Language) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
}

/// The first digits of a digest: enough to tell two apart.
fn short(digest: &str) -> &str {
    digest.strip_prefix("sha256:").and_then(|hex| hex.get(..12)).unwrap_or(digest)
}

fn nav(desk: Desk<'_>, here: &str) -> Markup {
    let pages = [
        ("", desk.say("Vraag stellen", "Ask")),
        ("/matrix", desk.say("Overzicht", "Overview")),
        ("/changes", desk.say("Wijzigingen", "Changes")),
        ("/proposals", desk.say("Voorstellen", "Proposals")),
    ];
    let path = here.split('?').next().unwrap_or_default();
    html! {
        nav aria-label=(desk.say("Pagina’s", "Pages")) {
            ul {
                @for (at, name) in pages {
                    @let is_here = path == at || (!at.is_empty() && path.starts_with(at));
                    li { a href=(desk.at(at, &[])) aria-current=[is_here.then_some("page")] { (name) } }
                }
            }
        }
    }
}

fn whole(title: &str, language: Language, here: Option<&str>, nav: &Markup, main: &Markup, foot: &Markup) -> String {
    let other = if language == Language::Nl { Language::En } else { Language::Nl };
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – Leidraad" }
                link rel="stylesheet" href="/desk.css";
                link rel="icon" href="data:,";
                script src="/desk.js" defer {}
            }
            body {
                a.skip href="#main" { (say(language, "Naar de inhoud", "To the content")) }
                header.top {
                    a.brand href=(format!("/{language}")) { "Leidraad" }
                    (nav)
                    @if let Some(here) = here {
                        a.language href=(format!("/{other}{here}")) hreflang=(other.code()) lang=(other.code()) {
                            (say(other, "Nederlands", "English"))
                        }
                    }
                }
                main id="main" tabindex="-1" { h1 { (title) } (main) }
                footer { (foot) }
            }
        }
    };
    page.into_string() + "\n"
}

/// A text with quotes as people set them, for the marks of code that a terminal or another program is told.
pub(super) fn quoted(text: &str) -> String {
    let mut is_open = false;
    let quote = |c: char| {
        if c != '`' {
            return c;
        }
        is_open = !is_open;
        if is_open { '‘' } else { '’' }
    };
    text.chars().map(quote).collect()
}

/// An error, as a page.
pub(crate) fn problem(problem: &Problem, language: Language) -> String {
    let name = |place: &Place| match place {
        Place::Body(name) | Place::Query(name) => name.trim_start_matches('/').to_owned(),
        Place::Header(name) => (*name).to_owned(),
    };
    let main = html! {
        p { (quoted(problem.detail.get(language))) }
        @if problem.findings.len() > 1 {
            ul { @for finding in &problem.findings { li { (name(&finding.place)) ": " (quoted(finding.detail.get(language))) } } }
        }
        p { a href=(format!("/{language}")) { (say(language, "Naar de startpagina", "Back to the start page")) } }
    };
    whole(problem.title(language), language, None, &html! {}, &main, &html! {})
}
