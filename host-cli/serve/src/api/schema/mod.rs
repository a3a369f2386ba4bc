//! The shapes of what the engine writes and reads itself. A test reads every kind of answer by them: they are what is written.

#![allow(clippy::struct_field_names, reason = "the names are those of JSON")]
#![allow(dead_code, reason = "these describe JSON that the engine writes; only tests make them")]

mod decision;
mod differences;
mod entitlements;
mod question;
mod timeline;

pub(crate) use decision::*;
pub(crate) use differences::*;
pub(crate) use entitlements::*;
pub(crate) use question::*;
pub(crate) use timeline::*;

#[cfg(test)]
mod tests {
    use super::*;
    use leidraad::{Language, Policy, Sources, View};

    /// What the engine writes has the shapes that the document describes: of every scenario of the shipped register, as a decision with what would
    /// have to be different, as an entry of a list, along the days; and of what differs from earlier days.
    #[test]
    fn what_is_written_is_as_it_is_described() {
        let policy = Policy::load(&Sources::folder("../../rules")).unwrap();
        let read = |json: &str| serde_json::from_str::<Decision>(json).map_err(|fault| format!("{fault}: {json}")).unwrap();
        let mut with_parts = 0;
        for scenario in policy.scenarios() {
            let decision = policy.decide(scenario.question()).unwrap();
            let why_not = policy.why_not(scenario.question(), None).unwrap();
            let json = why_not.map_or_else(|| decision.to_json(Language::Nl), |why_not| decision.to_json_with(&why_not, Language::En));
            with_parts += usize::from(!read(&json).parts.is_empty());
            let summary = decision.to_summary_json();
            serde_json::from_str::<AnsweredEntitlement>(&summary).map_err(|fault| format!("{fault}: {summary}")).unwrap();
            let periods = policy.timeline(scenario.question()).unwrap().to_json(Language::Nl);
            serde_json::from_str::<Vec<Period>>(&periods).map_err(|fault| format!("{fault}: {periods}")).unwrap();
        }
        assert!(with_parts > 0 && policy.scenarios().count() > 50);
        for (old, new) in [(View::default(), View::with_proposals()), (View::known(leidraad::date(2022, 1, 1)), View::default())] {
            for record in policy.at(old).differences(&policy.at(new)).records(Language::Nl) {
                let json = serde_json::to_string(&record).unwrap();
                serde_json::from_str::<Difference>(&json).map_err(|fault| format!("{fault}: {json}")).unwrap();
            }
        }
    }
}
