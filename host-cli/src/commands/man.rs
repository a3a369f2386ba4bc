//! `leidraad man`: the manual page, of the command and then of each subcommand.

use leidraad::Language;

use crate::fault::{Fault, Status};
use crate::language::{localized, preferred};
use crate::output::print;
use crate::usage::dutch;

/// Headings and words of a manual page, with what stands in their place in Dutch.
const WORDS: [(&str, &str); 6] = [
    (".SH NAME\n", ".SH NAAM\n"),
    (".SH SYNOPSIS\n", ".SH GEBRUIK\n"),
    (".SH DESCRIPTION\n", ".SH BESCHRIJVING\n"),
    (".SH OPTIONS\n", ".SH OPTIES\n"),
    (".SH SUBCOMMANDS\n", ".SH OPDRACHTEN\n"),
    (".SH VERSION\n", ".SH VERSIE\n"),
];

pub(crate) fn run() -> Result<Status, Fault> {
    let language = preferred();
    let mut text = Vec::new();
    let mut command = localized(language);
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let mut page = Vec::new();
        clap_mangen::Man::new(sub.clone()).render(&mut page)?;
        text.extend(page);
    }
    let text = String::from_utf8_lossy(&text);
    let told = if language == Language::Nl {
        WORDS.iter().fold(dutch(&text), |text, (english, dutch)| text.replace(english, dutch))
    } else {
        text.into_owned()
    };
    print(&told, Status::Granted)
}
