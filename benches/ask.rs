//! Requests of the worlds as questions to Leidraad: for benches and tests that have the engine.

#![allow(dead_code, reason = "each that takes this file uses the part that it needs")]

use leidraad::plugin::{Choices, Description, Input, Plugins, Proposal, Reply};
use leidraad::{FactRef, FactValue, Question, date};
use leidraad_benches::crowded::{FACTS, WORDS, fact, is_number, is_tags, word};
use leidraad_benches::real::{PLUGIN, RealQuestion};
use leidraad_benches::register::day;
use leidraad_benches::world::Request;

/// A request as a question.
pub(crate) fn question(request: &Request) -> Question {
    Question::new(request.mun.as_str(), format!("s/{}", request.svc), day(request.day))
        .fact("population", request.pop)
        .fact("quantity", request.qty)
        .fact("channel", request.channel)
        .fact("options", FactValue::Tags(request.options.clone()))
}

/// The facts of requests, in the order of [`told`].
pub(crate) const TOLD: [&str; 4] = ["population", "quantity", "channel", "options"];

/// A request's values for a form of [`TOLD`].
pub(crate) fn told(request: &Request) -> [FactRef<'_>; 4] {
    [FactRef::Whole(request.pop), FactRef::Whole(request.qty), FactRef::Text(request.channel), FactRef::Tags(&request.options)]
}

/// The question of some values in the crowded cell.
pub(crate) fn crowded(values: &[u64; FACTS]) -> Question {
    values.iter().enumerate().fold(Question::new("town", "s/one", date(2026, 1, 1)), |question, (at, value)| {
        let told = if is_number(at) {
            FactValue::from(i64::try_from(*value).unwrap())
        } else if is_tags(at) {
            FactValue::Tags((0..WORDS).filter(|bit| value >> bit & 1 == 1).map(word).collect())
        } else {
            FactValue::Text(word(usize::try_from(*value).unwrap()))
        };
        question.fact(fact(at), told)
    })
}

/// A question to the register that is like a real one.
pub(crate) fn real(asked: &RealQuestion) -> Question {
    let question = Question::new(asked.customer.as_str(), asked.service.as_str(), asked.on)
        .fact("quantity", asked.quantity)
        .fact("used", asked.used)
        .fact("channel", asked.channel)
        .fact("modules", FactValue::Tags(asked.modules.clone()));
    Question { known: asked.known, ..question }
}

/// The same question's values for a form of [`leidraad_benches::real::FACTS`].
pub(crate) fn real_told(asked: &RealQuestion) -> [FactRef<'_>; 4] {
    [FactRef::Whole(asked.quantity), FactRef::Whole(asked.used), FactRef::Text(asked.channel), FactRef::Tags(&asked.modules)]
}

/// The host's own plugin that its options ask for: the highest level of the room.
pub(crate) fn surge() -> Plugins {
    let sets = Choices { level: true, ..Choices::default() };
    let description = Description { name: PLUGIN.into(), version: "1".into(), sets, ..Description::default() };
    Plugins::new().native(PLUGIN, description, |input: &Input<'_>| {
        let level = input.standing.room.last().map(|level| (*level).to_owned());
        Reply::Proposal(Proposal { level, ..Proposal::default() })
    })
}
