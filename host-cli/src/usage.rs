//! What is wrong with a call in; what a person reads of it, in either language, out. The words of clap itself are English alone.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use leidraad::Language;

use crate::locale::{Key, say};

/// Words around help texts that stand in no file of texts, with what stands in their place in Dutch.
const WORDS: [(&str, &str); 14] = [
    ("Usage:", "Gebruik:"),
    ("Arguments:", "Argumenten:"),
    ("Options:", "Opties:"),
    ("Commands:", "Opdrachten:"),
    ("Possible values:", "Mogelijk:"),
    ("[possible values: ", "[mogelijk: "),
    ("[default: ", "[standaard: "),
    ("[env: ", "[omgeving: "),
    ("[OPTIONS]", "[OPTIES]"),
    ("<COMMAND>", "<OPDRACHT>"),
    ("Print this message or the help of the given subcommand(s)", "Toon deze uitleg, of die van een opdracht"),
    (
        "One page for a browser, of differences, lists, matrices and timelines",
        "Eén pagina voor een browser: verschillen, lijsten, matrices, tijdlijnen",
    ),
    ("A table for programs that read them: of lists and matrices alone", "Een tabel voor programma's: alleen van lijsten en matrices"),
    ("The same as a workbook", "Hetzelfde als werkmap"),
];

/// A help text or a complaint as clap gives it, in a language.
pub(crate) fn rendered(stop: &clap::Error, language: Language) -> String {
    let whole = stop.render().ansi().to_string();
    if language == Language::En {
        return whole;
    }
    match complaint(stop, language) {
        Some(complaint) => {
            let usage = whole.find("Usage:").and_then(|at| whole.get(at..)).map_or_else(String::new, |rest| {
                let end = rest.find("\n\n").unwrap_or(rest.len());
                rest.get(..end).unwrap_or_default().to_owned()
            });
            let usage = if usage.is_empty() { usage } else { format!("\n\n{}", dutch(&unstyled(&usage))) };
            format!("{}: {complaint}{usage}\n\n{}\n", say(language, Key::Error, &[]), say(language, Key::CallHelp, &[]))
        }
        None => dutch(&whole),
    }
}

/// The words of clap in a text, in Dutch.
pub(crate) fn dutch(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (english, dutch)| text.replace(english, dutch))
}

/// A text without the colours in it: a part of a whole may begin or end within one.
fn unstyled(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// What is wrong, where it is one of the mistakes that people make.
fn complaint(stop: &clap::Error, language: Language) -> Option<String> {
    let told = |kind: ContextKind| match stop.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(list) => Some(list.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(list) => Some(list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let argument = || told(ContextKind::InvalidArg).unwrap_or_default();
    let value = || told(ContextKind::InvalidValue).unwrap_or_default();
    let text = match stop.kind() {
        ErrorKind::UnknownArgument => say(language, Key::CallUnknownArgument, &[("name", &argument())]),
        ErrorKind::InvalidSubcommand => {
            say(language, Key::CallUnknownCommand, &[("name", &told(ContextKind::InvalidSubcommand).unwrap_or_default())])
        }
        ErrorKind::MissingRequiredArgument => say(language, Key::CallMissing, &[("name", &argument())]),
        ErrorKind::MissingSubcommand => say(language, Key::CallMissingCommand, &[]),
        ErrorKind::InvalidValue if value().is_empty() => say(language, Key::CallNoValue, &[("name", &argument())]),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            say(language, Key::CallBadValue, &[("name", &argument()), ("value", &value())])
        }
        ErrorKind::ArgumentConflict => {
            let other = told(ContextKind::PriorArg).unwrap_or_default();
            say(language, Key::CallConflict, &[("name", &argument()), ("other", &other)])
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say(language, Key::CallValues, &[("name", &argument())])
        }
        ErrorKind::InvalidUtf8 => say(language, Key::CallNotUtf8, &[]),
        _ => return None,
    };
    let reason = std::error::Error::source(stop).map(ToString::to_string);
    let choices =
        told(ContextKind::ValidValue).filter(|list| !list.is_empty()).map(|list| say(language, Key::CallChoices, &[("list", &list)]));
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(told)
        .map(|near| say(language, Key::CallMeant, &[("name", &near)]));
    Some([Some(text), reason, near, choices].into_iter().flatten().collect::<Vec<_>>().join("\n  "))
}
