//! Which language to speak: `--lang`, else the locale, else the register's first. Help texts follow it too.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use clap::{Arg, ArgAction, Command, CommandFactory};
use leidraad::{Language, Policy};

use crate::args::Args;

/// The language of an answer.
pub(crate) fn of_answer(asked: Option<Language>, policy: &Policy) -> Language {
    asked.or_else(from_locale).or_else(|| policy.languages().first().copied()).unwrap_or(Language::Nl)
}

/// The language that was spoken last: that of an answer, once there is one.
static SPOKEN: OnceLock<Language> = OnceLock::new();

/// Remembers the language of the answers.
pub(crate) fn speak(language: Language) {
    let _ = SPOKEN.set(language);
}

/// The language of what is told apart from any answer.
pub(crate) fn spoken() -> Language {
    SPOKEN.get().copied().unwrap_or_else(preferred)
}

/// The language before any register is read.
pub(crate) fn preferred() -> Language {
    from_arguments().or_else(from_locale).unwrap_or(Language::En)
}

/// The locale's language, as the first of these variables that is set gives it.
pub(crate) fn from_locale() -> Option<Language> {
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())?;
    locale.split(['_', '.', '@']).next()?.parse().ok()
}

/// `--lang nl` or `--lang=nl`, looked for before the arguments are parsed, since help comes before that.
fn from_arguments() -> Option<Language> {
    given("--lang")?.parse().ok()
}

/// What an option is given as, looked for before the arguments are parsed.
pub(crate) fn given(option: &str) -> Option<String> {
    // What is no text names no language and no folder.
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let joined = arguments.iter().find_map(|argument| argument.strip_prefix(option)?.strip_prefix('='));
    // A shell that asks for completions may hand on `--register=x` in three words.
    let behind = |at: usize| arguments.iter().skip(at + 1).find(|argument| *argument != "=");
    let apart = arguments.iter().position(|argument| argument == option).and_then(behind);
    joined.or(apart.map(String::as_str)).map(str::to_owned)
}

/// The command line with its help texts in a language.
pub(crate) fn localized(language: Language) -> Command {
    let texts = toml::from_str(include_str!("help.toml")).unwrap_or_default();
    translate(with_flags(Args::command()), "", language, &texts)
}

/// The same with flags of our own for help and version: those of clap speak English alone.
fn with_flags(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    with_help(command).disable_version_flag(true).arg(version)
}

fn with_help(command: Command) -> Command {
    let command = command.disable_help_flag(true).arg(Arg::new("help").short('h').long("help").action(ArgAction::Help));
    command.mut_subcommands(with_help)
}

/// The help texts by key, Dutch and English.
type Texts = BTreeMap<String, [String; 2]>;

/// The key of an argument's text.
fn key(path: &str, argument: &str) -> String {
    format!("{}.{argument}", if path.is_empty() || argument == "help" { "flag" } else { path })
}

/// Puts a command's texts in place, and those below it; a key is the path of subcommands, then the argument.
fn translate(command: Command, path: &str, language: Language, texts: &Texts) -> Command {
    let text = |key: &str| texts.get(key).map(|[nl, en]| if language == Language::En { en } else { nl }.clone());
    let about = text(if path.is_empty() { "about" } else { path });
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    let command = command.mut_args(|argument| {
        let key = key(path, argument.get_id().as_str());
        match text(&key) {
            Some(help) => argument.help(help),
            None => argument,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        command.mut_subcommand(&name, |sub| translate(sub, &below, language, texts))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The keys of all texts that a command and those below it can have.
    fn keys(command: &Command, path: &str, all: &mut BTreeSet<String>) {
        all.insert(if path.is_empty() { "about" } else { path }.to_owned());
        all.extend(command.get_arguments().map(|argument| key(path, argument.get_id().as_str())));
        for sub in command.get_subcommands() {
            keys(sub, &if path.is_empty() { sub.get_name().to_owned() } else { format!("{path}.{}", sub.get_name()) }, all);
        }
    }

    #[test]
    fn every_argument_has_its_help_and_every_help_its_argument() {
        let texts: Texts = toml::from_str(include_str!("help.toml")).unwrap();
        let mut asked = BTreeSet::new();
        keys(&with_flags(Args::command()), "", &mut asked);
        let told: BTreeSet<String> = texts.into_keys().collect();
        let missing: Vec<&String> = asked.difference(&told).collect();
        let unread: Vec<&String> = told.difference(&asked).collect();
        assert!(missing.is_empty() && unread.is_empty(), "missing: {missing:?}, unread: {unread:?}");
    }
}
