//! What a question lacks in; what a person at a terminal answers out: who, what, and the facts on which it depends. In a pipe nothing is asked.

use std::io::{IsTerminal, stdin, stdout};

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, FuzzySelect, Input, Select};
use leidraad::catalogue::{Fact, Kind};
use leidraad::{FactValue, Language, Policy, Question};

use super::ask::read_fact;
use crate::fault::Fault;
use crate::locale::{Key, say};

/// Whether somebody sits there to be asked.
pub(crate) fn is_possible() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Whether whoever sits there is sure.
pub(crate) fn is_sure(question: &str) -> Result<bool, Fault> {
    Confirm::with_theme(&ColorfulTheme::default()).with_prompt(question).default(false).interact().map_err(broken)
}

/// Asks for a customer, by any of their names.
pub(super) fn customer(policy: &Policy, language: Language) -> Result<String, Fault> {
    let all: Vec<_> = policy.catalogue().customers().collect();
    let names: Vec<String> = all.iter().map(|customer| customer.name().to_owned()).collect();
    let at = chosen(&say(language, Key::AskCustomer, &[]), &names)?;
    Ok(all.get(at).map_or_else(String::new, |customer| customer.id().to_owned()))
}

/// Asks for a service: what is typed may be part of any name of it.
pub(super) fn service(policy: &Policy, language: Language) -> Result<String, Fault> {
    let all: Vec<_> = policy.catalogue().services().collect();
    let name = |service: &leidraad::catalogue::Service<'_>| {
        let others: Vec<&str> = service.synonyms().collect();
        let own = service.label(language);
        if others.is_empty() { own.to_owned() } else { format!("{own} ({})", others.join(", ")) }
    };
    let names: Vec<String> = all.iter().map(name).collect();
    let at = chosen(&say(language, Key::AskService, &[]), &names)?;
    Ok(all.get(at).map_or_else(String::new, |service| service.id().to_owned()))
}

/// Asks for the facts on which the answer depends, as long as it depends on any that was not asked for yet. Each can be skipped.
/// Whether anything was given.
pub(super) fn facts(policy: &Policy, question: &mut Question, language: Language) -> Result<bool, Fault> {
    let mut asked: Vec<String> = Vec::new();
    let mut given = false;
    loop {
        let decision = policy.decide(question).map_err(|error| Fault::Question(error, language))?;
        let open = decision.answer().needs().find(|fact| !fact.is_from_register() && !asked.iter().any(|name| name == fact.name()));
        let Some(fact) = open else { return Ok(given) };
        asked.push(fact.name().to_owned());
        if let Some(value) = value(policy, question, fact, language)? {
            question.facts.insert(fact.name().to_owned(), value);
            given = true;
        }
    }
}

/// Asks for one fact: by its values where it has a few, else as it is typed. `None` if whoever is asked does not know.
fn value(policy: &Policy, question: &Question, fact: Fact<'_>, language: Language) -> Result<Option<FactValue>, Fault> {
    let unknown = say(language, Key::AskUnknown, &[]);
    let prompt = fact.label(language).to_owned();
    let choices: Vec<(String, FactValue)> = match fact.kind() {
        Kind::Truth => {
            vec![(say(language, Key::Yes, &[]), FactValue::Truth(true)), (say(language, Key::No, &[]), FactValue::Truth(false))]
        }
        Kind::Text if !fact.is_open() => {
            fact.values().map(|value| (fact.value_label(value, language).to_owned(), FactValue::from(value))).collect()
        }
        _ => Vec::new(),
    };
    if !choices.is_empty() {
        let mut names: Vec<&str> = choices.iter().map(|(name, _)| name.as_str()).collect();
        names.push(&unknown);
        let at = Select::with_theme(&ColorfulTheme::default()).with_prompt(prompt).items(&names).default(0).interact().map_err(broken)?;
        return Ok(choices.get(at).map(|(_, value)| value.clone()));
    }
    let read = |written: &str| read_fact(policy, &question.service, fact.name(), written, language);
    let written: String = Input::with_theme(&ColorfulTheme::default())
        .with_prompt(format!("{prompt} {}", say(language, Key::AskSkip, &[])))
        .allow_empty(true)
        .validate_with(|written: &String| match read(written) {
            Err(fault) if !written.trim().is_empty() => Err(fault.to_string()),
            _ => Ok(()),
        })
        .interact_text()
        .map_err(broken)?;
    if written.trim().is_empty() { Ok(None) } else { read(&written).map(|(_, value)| Some(value)) }
}

/// The place of what is chosen from a list that narrows as one types.
fn chosen(prompt: &str, names: &[String]) -> Result<usize, Fault> {
    FuzzySelect::with_theme(&ColorfulTheme::default()).with_prompt(prompt).items(names).default(0).max_length(12).interact().map_err(broken)
}

/// Whoever leaves in the middle gets no answer.
pub(super) fn broken(cause: dialoguer::Error) -> Fault {
    let dialoguer::Error::IO(cause) = cause;
    Fault::Io(cause)
}
