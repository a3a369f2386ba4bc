//! `leidraad ask CUSTOMER SERVICE [fact=value…]`: one answer, with reasons.

use leidraad::catalogue::{Kind, Level};
use leidraad::{FactValue, Language, Note, Policy, Question, Topic};

use super::log::Logging;
use super::{About, Context, asking, date, status};
use crate::args::{Ask, Day, Format, day};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, ask: Ask) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    let about = context.about(policy, ask.view.on, &ask.view.knowledge)?;
    let may_ask = context.format == Format::Text && asking::is_possible();
    let missing = |name: &str| Fault::Plugin { path: "ask".to_owned(), reason: say(language, Key::CallMissing, &[("name", name)]) };
    let in_full = ask.service.is_some();
    let customer = match ask.customer {
        Some(customer) => customer,
        None if may_ask => asking::customer(policy, language)?,
        None => return Err(missing(&say(language, Key::CallWho, &[]))),
    };
    let service = match ask.service {
        Some(service) => service,
        None if may_ask => asking::service(policy, language)?,
        None => return Err(missing(&say(language, Key::CallWhat, &[]))),
    };
    let mut question = asked(policy, &about, &customer, &service, &ask.facts, language)?;
    let has_asked = may_ask && asking::facts(policy, &mut question, language)?;
    let logging = Logging::open(&ask.logged, language)?;
    let decided = policy.decide(&question);
    if let Some(logging) = logging {
        let ticket = match &decided {
            Ok(decision) => logging.decided(policy, decision, language, None),
            Err(error) => logging.failed(policy, &question, error, language, None),
        };
        logging.wait(ticket, language)?;
    }
    let decision = decided.map_err(fault)?;
    let why = ask.why || ask.want.is_some();
    let status = status(decision.outcome());
    let why_not = || if why { policy.why_not(&question, ask.want.as_deref()).map_err(fault) } else { Ok(None) };
    if context.format == Format::Json {
        let json = why_not()?.map_or_else(|| decision.to_json(language), |why_not| decision.to_json_with(&why_not, language));
        return print_json(&format!("{json}\n"), status);
    }
    let mut outlook = policy.outlook(&decision);
    let mut explanation = decision.explain_with(&outlook, language);
    // Of a refusal, it was asked already, unless a level is wished for.
    let asked = outlook.why_not.take().filter(|_| why && ask.want.is_none());
    let why_not = asked.map_or_else(why_not, |asked| Ok(Some(asked)))?;
    // The register's own note stays the last.
    let last = explanation.notes.len().saturating_sub(1);
    let already = ask
        .want
        .iter()
        .filter(|_| why_not.is_none())
        .filter_map(|want| policy.catalogue().level(want).ok())
        .map(|level| granted_already(level, language));
    if ask.copy {
        return print(&explanation.reply(), status);
    }
    explanation.notes.splice(last..last, why_not.iter().flat_map(|why_not| why_not.notes(language)).chain(already));
    let mut text = layout::explanation(&explanation, decision.outcome(), why);
    if has_asked || !in_full {
        let command = layout::command(&decision.question());
        text = [text, say(language, Key::AskedAs, &[("command", &command)])].join("\n") + "\n";
    }
    print(&text, status)
}

/// The question as it is typed: names as people write them, in either order; facts by the service that they are about.
pub(super) fn asked(
    policy: &Policy,
    about: &About,
    customer: &str,
    service: &str,
    facts: &[(String, String)],
    language: Language,
) -> Result<Question, Fault> {
    let fault = |error| Fault::Question(error, language);
    let catalogue = policy.catalogue();
    let (customer, service) = match (catalogue.customer(customer), catalogue.service(service)) {
        (Ok(customer), Ok(service)) => (customer, service),
        (failed, found) => match (catalogue.customer(service), catalogue.service(customer)) {
            (Ok(customer), Ok(service)) => (customer, service),
            _ => (failed.map_err(fault)?, found.map_err(fault)?),
        },
    };
    let mut question = about.question(customer.id(), service.id());
    for (name, written) in facts {
        let (name, value) = read_fact(policy, service.id(), name, written, language)?;
        if question.facts.insert(name.clone(), value).is_some() {
            return Err(Fault::Twice { name, language });
        }
    }
    Ok(question)
}

/// A fact as it is typed; a day may be named by today.
pub(super) fn read_fact(
    policy: &Policy,
    service: &str,
    name: &str,
    written: &str,
    language: Language,
) -> Result<(String, FactValue), Fault> {
    let fault = |error| Fault::Question(error, language);
    let is_day = policy.catalogue().fact(name).is_ok_and(|fact| fact.kind() == Kind::Day);
    let written = match day(written) {
        Ok(by_today @ Day::FromToday(_)) if is_day => date(policy, by_today, language)?.to_string(),
        _ => written.to_owned(),
    };
    policy.read_fact_about(service, name, &written).map_err(fault)
}

/// The note that a wished level is granted already.
fn granted_already(level: Level<'_>, language: Language) -> Note {
    let lines = vec![say(language, Key::WantedAlready, &[("level", level.label(language))])];
    Note { topic: Topic::Would, label: say(language, Key::Wanted, &[]), lines, detail: true }
}
