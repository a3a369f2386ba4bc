//! A word that somebody begins at a shell in; the names of the register that it can become out.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use leidraad::catalogue::Version;
use leidraad::{Code, Language, Policy};

use crate::commands::asked_by_shell;
use crate::language::{given, localized, preferred};

/// A name, and what it is.
type Name = (String, String);

/// Answers a shell that asks what a word can become, and ends; does nothing if none does.
pub(crate) fn answer() {
    clap_complete::CompleteEnv::with_factory(|| with_names(localized(preferred()))).complete();
}

/// What a shell runs to have words completed; `None` for a shell that cannot.
pub(crate) fn registration(shell: &str) -> Option<Vec<u8>> {
    if shell == "bash" {
        return Some(include_bytes!("complete.bash").to_vec());
    }
    let shells = clap_complete::env::Shells::builtins();
    let mut script = Vec::new();
    shells.completer(shell)?.write_registration("COMPLETE", "leidraad", "leidraad", "leidraad", &mut script).ok()?;
    Some(script)
}

/// The command line, of which each argument that names something of the register knows the names.
fn with_names(command: Command) -> Command {
    command.mut_args(named).mut_subcommands(with_names)
}

fn named(argument: Arg) -> Arg {
    match argument.get_id().as_str() {
        "customer" => argument.add(of(customers)),
        "service" => argument.add(of(services)),
        "facts" => argument.add(ArgValueCompleter::new(Facts)),
        "want" => argument.add(of(levels)),
        "domain" => argument.add(of(domains)),
        "version" | "copy" | "change" | "adopting" => argument.add(of(versions)),
        "set" => argument.add(of(sets)),
        "code" => argument.add(of(codes)),
        "lang" => argument.add(of(|_| ["nl", "en", "rust", "rhai"].map(|word| (word.to_owned(), String::new())).to_vec())),
        _ => argument,
    }
}

/// Completes by the names that begin as what is written does, whatever their case.
fn of(names: fn(Language) -> Vec<Name>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |written: &OsStr| beginning(written, names(preferred())))
}

fn beginning(written: &OsStr, names: Vec<Name>) -> Vec<CompletionCandidate> {
    let written = written.to_string_lossy().to_lowercase();
    let fits = names.into_iter().filter(|(name, _)| name.to_lowercase().starts_with(&written));
    fits.map(|(name, what)| CompletionCandidate::new(name).help((!what.is_empty()).then(|| what.into()))).collect()
}

/// The register that the command line names; `None` if it does not load: then nobody can tell its names.
fn policy() -> Option<&'static Policy> {
    static POLICY: OnceLock<Option<Policy>> = OnceLock::new();
    let register = || given("--register").map(PathBuf::from).or_else(|| std::env::var_os("LEIDRAAD_REGISTER").map(PathBuf::from));
    POLICY.get_or_init(|| asked_by_shell(&register().unwrap_or_else(|| PathBuf::from("rules")))).as_ref()
}

/// Names of one word: a shell would have to quote others.
fn words<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Vec<Name> {
    names.filter(|name| !name.is_empty() && !name.contains(char::is_whitespace)).map(|name| (name.to_owned(), what.to_owned())).collect()
}

fn customers(_: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().customers());
    all.flat_map(|customer| words([customer.id()].into_iter().chain(customer.code()), customer.name())).collect()
}

fn services(language: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().services());
    let own = |service: leidraad::catalogue::Service<'static>| {
        let short = service.id().split_once('/').map(|(_, short)| short);
        words([service.id()].into_iter().chain(short).chain([service.label(language)]).chain(service.synonyms()), service.label(language))
    };
    let mut names: Vec<Name> = all.flat_map(own).collect();
    names.sort();
    names.dedup();
    names
}

fn levels(language: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().levels());
    all.flat_map(|level| words([level.id()].into_iter(), level.label(language))).collect()
}

fn domains(language: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().domains());
    all.flat_map(|domain| words([domain.id()].into_iter(), domain.label(language))).collect()
}

fn versions(language: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().versions());
    all.map(|version| (version.key().to_owned(), version.title(language).unwrap_or_default().to_owned())).collect()
}

fn sets(_: Language) -> Vec<Name> {
    let all = policy().into_iter().flat_map(|policy| policy.catalogue().versions());
    let mut names: Vec<Name> = all.map(Version::key).filter_map(|key| Some((key.split_once('@')?.0.to_owned(), String::new()))).collect();
    names.dedup();
    names
}

fn codes(language: Language) -> Vec<Name> {
    Code::ALL.iter().map(|code| (code.word().to_owned(), code.summary(language).to_owned())).collect()
}

/// Completes `channel=` by the names of facts, and behind the `=` by the values of that fact.
struct Facts;

impl ValueCompleter for Facts {
    fn complete(&self, written: &OsStr) -> Vec<CompletionCandidate> {
        let (Some(policy), language) = (policy(), preferred()) else { return Vec::new() };
        let text = written.to_string_lossy();
        let Some((name, _)) = text.split_once('=') else {
            let facts = policy.catalogue().facts().filter(|fact| !fact.is_from_register());
            let names = facts.map(|fact| (format!("{}=", fact.word(language)), fact.label(language).to_owned()));
            return beginning(written, names.collect());
        };
        let Ok(fact) = policy.catalogue().fact(name) else { return Vec::new() };
        let named = |value| {
            let label = fact.value_label(value, language);
            words([value].into_iter().chain((label != value).then_some(label)), label)
        };
        let values = fact.values().flat_map(named).map(|(value, what)| (format!("{name}={value}"), what));
        beginning(written, values.collect())
    }
}
