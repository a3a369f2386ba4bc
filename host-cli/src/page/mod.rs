//! A title and what stands below it in; one page for a browser out. It needs nothing beside itself, and prints on paper.

use leidraad::{Date, Language, Outcome};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::layout::day;

static STYLE: &str = include_str!("page.css");

/// A whole page.
pub(crate) fn page(title: &str, language: Language, header: &Markup, main: &Markup, script: Option<&str>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (title) } (header) }
                main { (main) }
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string() + "\n"
}

/// A page with one table, whose first column names its rows, and remarks below it.
pub(crate) fn table(title: &str, language: Language, header: &[String], rows: &[Vec<String>], remarks: &str) -> String {
    let main = html! {
        div.wide role="region" aria-label=(title) tabindex="0" {
            table {
                thead { tr { @for name in header { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
        @for remark in remarks.lines().filter(|remark| !remark.is_empty()) { p.remark { (remark) } }
    };
    page(title, language, &html! {}, &main, None)
}

/// A stretch of a timeline, as it is drawn.
pub(crate) struct Stretch {
    pub(crate) from: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) outcome: Outcome,
    pub(crate) answer: String,
}

/// A page with a timeline: drawn, and told in a table for whoever does not see it.
pub(crate) fn timeline(title: &str, language: Language, header: &[String], stretches: &[Stretch], remark: Option<&str>) -> String {
    let text = |date: Option<Date>| date.map_or_else(String::new, |date| day(language, date));
    let kind = |outcome: Outcome| match outcome {
        Outcome::Granted => "gain",
        Outcome::Refused => "loss",
        _ => "change",
    };
    // What goes on for ever is drawn as long as a year.
    let length = |stretch: &Stretch| match (stretch.from, stretch.until) {
        (Some(from), Some(until)) => (i64::from((until - from).get_days()) + 1).clamp(30, 3_660),
        _ => 365,
    };
    let main = html! {
        div.line aria-hidden="true" {
            @for stretch in stretches {
                div.(kind(stretch.outcome)) style=(format!("flex-grow: {}", length(stretch))) title=(stretch.answer) {
                    span { (text(stretch.from)) } strong { (stretch.answer) }
                }
            }
        }
        table {
            thead { tr { @for name in header { th scope="col" { (name) } } } }
            tbody {
                @for stretch in stretches {
                    tr { td { (text(stretch.from)) } td { (text(stretch.until)) } td { (stretch.answer) } }
                }
            }
        }
        @if let Some(remark) = remark { p.remark { (remark) } }
    };
    page(title, language, &html! {}, &main, None)
}
