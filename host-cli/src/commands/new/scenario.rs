//! A question in; a scenario out, which expects the answer that the register gives now.

use leidraad::{Outcome, Policy, Question};

use super::{Open, given, quoted};
use crate::adoption::refused;
use crate::args::View;
use crate::commands::Context;
use crate::commands::ask::asked;
use crate::fault::{Fault, Status};
use crate::locale::Key;

/// Where new scenarios stand.
const FILE: &str = "scenarios/own.toml";

/// The scenario to be made.
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) customer: String,
    pub(super) service: String,
    pub(super) facts: Vec<(String, String)>,
    pub(super) view: View,
}

pub(super) fn run(context: &Context, scenario: &Asked) -> Result<Status, Fault> {
    let open = Open::of(context)?;
    let Open { language, policy, .. } = &open;
    let language = *language;
    let id = &scenario.id;
    if !Policy::is_id(id) {
        return Err(refused(id, Key::VersionName, &[], language));
    }
    if policy.scenarios().any(|known| known.id() == id) {
        return Err(refused(id, Key::NewExists, &[], language));
    }
    let about = context.about(policy, scenario.view.on, &scenario.view.knowledge)?;
    let question = asked(policy, &about, &scenario.customer, &scenario.service, &scenario.facts, language)?;
    let decision = policy.decide(&question).map_err(|error| Fault::Question(error, language))?;
    let title = quoted(&given(scenario.title.clone(), "--title", Key::NewTitle, language)?);
    let expect = match decision.outcome() {
        Outcome::Undetermined => {
            let needs: Vec<String> = decision.needs().iter().map(|name| quoted(name)).collect();
            format!("outcome = \"undetermined\", needs = [{}]", needs.join(", "))
        }
        outcome => {
            let level = decision.level_id().unwrap_or_default();
            format!("outcome = {}, level = {}", quoted(outcome.word()), quoted(level))
        }
    };
    let entry = format!(
        "[[scenario]]\nid       = {}\ntitle    = {{ nl = {title}, en = {title} }}\nquestion = {}\nexpect   = {{ {expect} }}\n",
        quoted(id),
        written(&question)
    );
    open.append(FILE, &entry, id)
}

/// A question as scenarios have it.
fn written(question: &Question) -> String {
    let mut parts = vec![
        format!("customer = {}", quoted(&question.customer)),
        format!("service = {}", quoted(&question.service)),
        format!("on = {}", question.on),
    ];
    parts.extend(question.known.map(|known| format!("known = {known}")));
    parts.extend(question.proposed.then(|| "proposed = true".to_owned()));
    let fact = |(name, value): (&String, &leidraad::FactValue)| {
        let value = match value {
            leidraad::FactValue::Text(text) => quoted(text),
            leidraad::FactValue::Day(day) => day.to_string(),
            leidraad::FactValue::Tags(tags) => format!("[{}]", tags.iter().map(|tag| quoted(tag)).collect::<Vec<_>>().join(", ")),
            other => serde_json::to_string(other).unwrap_or_default(),
        };
        format!("{name} = {value}")
    };
    if !question.facts.is_empty() {
        parts.push(format!("facts = {{ {} }}", question.facts.iter().map(fact).collect::<Vec<_>>().join(", ")));
    }
    format!("{{ {} }}", parts.join(", "))
}
