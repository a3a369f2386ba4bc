//! `leidraad ask CUSTOMER SERVICE [fact=value…]`: one answer, with reasons.

use leidraad::catalogue::Level;
use leidraad::{Language, Note};

use super::{Context, question, status};
use crate::args::{Ask, Format};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, ask: Ask) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    let on = context.day(policy, &ask.view)?;
    let mut question = question(ask.customer.unwrap_or_default(), ask.service.unwrap_or_default(), on, &ask.view);
    for (name, value) in &ask.facts {
        let (name, value) = policy.read_fact(name, value).map_err(fault)?;
        if question.facts.insert(name.clone(), value).is_some() {
            return Err(Fault::Twice { name, language });
        }
    }
    let decision = policy.decide(&question).map_err(fault)?;
    let why = ask.why || ask.want.is_some();
    let why_not = if why { policy.why_not(&question, ask.want.as_deref()).map_err(fault)? } else { None };
    let status = status(decision.outcome());
    match (context.format, &why_not) {
        (Format::Json, Some(why_not)) => print_json(&format!("{}\n", decision.to_json_with(why_not, language)), status),
        (Format::Json, None) => print_json(&format!("{}\n", decision.to_json(language)), status),
        (_, why_not) => {
            let mut explanation = decision.explain_with(decision.next().as_ref(), language);
            // The register's own note stays the last.
            let last = explanation.notes.len().saturating_sub(1);
            let already = ask
                .want
                .iter()
                .filter(|_| why_not.is_none())
                .filter_map(|want| policy.catalogue().level(want).ok())
                .map(|level| granted_already(level, language));
            explanation.notes.splice(last..last, why_not.iter().flat_map(|why_not| why_not.notes(language)).chain(already));
            print(&layout::explanation(&explanation, decision.outcome(), why), status)
        }
    }
}

/// The note that a wished level is granted already.
fn granted_already(level: Level<'_>, language: Language) -> Note {
    let lines = vec![say(language, Key::WantedAlready, &[("level", level.label(language))])];
    Note { label: say(language, Key::Wanted, &[]), lines, detail: true }
}
