//! The shapes of what the engine writes and reads itself. A test reads every kind of answer by them: they are what is written.

#![allow(clippy::struct_field_names, reason = "the names are those of JSON")]
#![allow(dead_code, reason = "these describe JSON that the engine writes; only tests make them")]

use std::collections::BTreeMap;

use leidraad::Date;
use serde::Deserialize;
use utoipa::ToSchema;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// who asks: an id, an official code, or a name
    pub(crate) customer: String,
    /// what is asked for: an id, or a name
    pub(crate) service: String,
    /// the day that it is about; left out: today, where the register is
    #[serde(default)]
    #[schema(value_type = Date, required = false)]
    pub(crate) on: Option<Date>,
    /// the day from whose knowledge it is answered; left out: from all
    #[serde(default)]
    pub(crate) known: Option<Date>,
    /// whether proposed versions count
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    pub(crate) proposed: Option<bool>,
    /// the facts that are known, by name; null: not given
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, GivenFact>>)]
    pub(crate) facts: Option<BTreeMap<String, serde_json::Value>>,
}

/// A question, and the level that is wished for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// who asks: an id, an official code, or a name
    customer: String,
    /// what is asked for: an id, or a name
    service: String,
    /// the day that it is about; left out: today, where the register is
    #[serde(default)]
    #[schema(value_type = Date, required = false)]
    on: Option<Date>,
    /// the day from whose knowledge it is answered; left out: from all
    #[serde(default)]
    known: Option<Date>,
    /// whether proposed versions count
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    proposed: Option<bool>,
    /// the facts that are known, by name
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, GivenFact>>)]
    facts: Option<BTreeMap<String, serde_json::Value>>,
    /// the level that is wished for; left out: any
    #[serde(default)]
    want: Option<String>,
}

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Questions {
    /// each is answered by itself
    questions: Vec<CalledQuestion>,
}

/// A question, and what its asker calls it by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalledQuestion {
    /// what the asker calls it by
    #[serde(default)]
    id: Option<String>,
    /// who asks: an id, an official code, or a name
    customer: String,
    /// what is asked for: an id, or a name
    service: String,
    /// the day that it is about; left out: today, where the register is
    #[serde(default)]
    #[schema(value_type = Date, required = false)]
    on: Option<Date>,
    /// the day from whose knowledge it is answered; left out: from all
    #[serde(default)]
    known: Option<Date>,
    /// whether proposed versions count
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    proposed: Option<bool>,
    /// the facts that are known, by name
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, GivenFact>>)]
    facts: Option<BTreeMap<String, serde_json::Value>>,
}

/// The value of a fact: true or false, an exact number, a text or a day, or a list of tags.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FactValue {
    /// true or false
    Truth(bool),
    /// an exact decimal number
    Number(f64),
    /// a text, or a day: 2025-02-01
    Text(String),
    /// tags
    Tags(Vec<String>),
}

/// The value of a fact that a question gives; null: it is not given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum GivenFact {
    /// true or false
    Truth(bool),
    /// an exact decimal number
    Number(f64),
    /// a text, or a day: 2025-02-01
    Text(String),
    /// tags
    Tags(Vec<String>),
    /// not given
    Nothing,
}

/// What came of a question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// the customer is entitled
    Granted,
    /// the customer is not entitled
    Refused,
    /// it depends on facts that are missing
    Undetermined,
}

/// The question as it was understood.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnsweredQuestion {
    /// the id of the customer
    customer: String,
    /// the id of the service
    service: String,
    /// the day
    on: Date,
    /// the day of knowledge; null: from all
    known: Option<Date>,
    /// proposed versions count
    #[serde(default)]
    #[schema(required = false)]
    proposed: bool,
    /// the facts that were given, by name
    #[schema(value_type = BTreeMap<String, FactValue>)]
    facts: BTreeMap<String, serde_json::Value>,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    /// the question as it was understood
    question: AnsweredQuestion,
    /// what came of it
    outcome: Outcome,
    /// the level, `none` when refused; null when undetermined
    level: Option<String>,
    /// the levels from which options may choose
    room: Option<Room>,
    /// what is asked for, divided into what fits the quota and the rest
    lines: Vec<Line>,
    /// the quota
    quota: Option<Quota>,
    /// the ids of what the whole grant is tied to
    obligations: Vec<String>,
    /// the missing facts on which it depends, when undetermined
    needs: Vec<String>,
    /// the levels that are possible, when undetermined
    possible: Vec<String>,
    /// why: the deciding choice first, then the bounds and options that shaped the answer
    because: Vec<Because>,
    /// what lost, and to what
    overruled: Vec<Overruled>,
    /// the options that were asked
    options: Vec<Consulted>,
    /// whether an option failed
    degraded: bool,
    /// of a composite service, the answers about its parts
    #[serde(default)]
    #[schema(required = false)]
    parts: Vec<Part>,
    /// what is not in the catalogue on this day
    #[serde(default)]
    #[schema(required = false)]
    unlisted: Vec<Unlisted>,
    /// derived facts that could not be computed
    #[serde(default)]
    #[schema(required = false)]
    uncomputed: Vec<Uncomputed>,
    /// proposals that would give another answer
    pending: Vec<Pending>,
    /// the days on which the answer stays the same
    holds: Span,
    /// what would have to be different, where that was asked
    #[serde(default)]
    #[schema(required = false)]
    why_not: Option<WhyNot>,
    /// what answered
    policy: PolicyOfDecision,
}

/// The answer about a part of a composite service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// the id of the part
    service: String,
    /// what came of it
    outcome: Outcome,
    /// the level
    level: Option<String>,
    /// the levels from which options may choose
    room: Option<Room>,
    /// what fits the quota, and the rest
    lines: Vec<Line>,
    /// the quota
    quota: Option<Quota>,
    /// the ids of what the whole grant is tied to
    obligations: Vec<String>,
    /// the missing facts on which it depends
    needs: Vec<String>,
    /// the levels that are possible
    possible: Vec<String>,
    /// why
    because: Vec<Because>,
    /// what lost, and to what
    overruled: Vec<Overruled>,
    /// the options that were asked
    options: Vec<Consulted>,
    /// whether an option failed
    degraded: bool,
    /// of a composite part, the answers about its parts
    #[serde(default)]
    #[schema(required = false, no_recursion)]
    parts: Vec<Part>,
}

/// The lowest and the highest level that options may choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Room {
    /// the lowest
    lowest: String,
    /// the highest
    highest: String,
}

/// A quantity at a level, on conditions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// the id of the level
    level: String,
    /// how much of what is asked for; null: no quantity is asked for
    #[schema(value_type = Option<f64>)]
    quantity: Option<serde_json::Number>,
    /// the ids of what this is tied to
    obligations: Vec<String>,
}

/// A quota.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quota {
    /// how much in a period
    #[schema(value_type = f64)]
    amount: serde_json::Number,
    /// the id of the unit
    unit: String,
    /// `day`, `week`, `month`, `quarter`, `year` or `term`
    per: String,
    /// what is left of it, where that is known
    #[serde(default)]
    #[schema(value_type = f64, required = false)]
    left: Option<serde_json::Number>,
    /// the first day of the next period
    #[serde(default)]
    #[schema(value_type = Date, required = false)]
    renews: Option<Date>,
}

/// A rule or an option that made the answer what it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// set@version#id
    rule: String,
    /// `grant`, `deny`, `as_at`, `bound` or `option`
    effect: String,
    /// why, in words
    text: Option<String>,
    /// the text that it rests on
    reference: Option<String>,
    /// the day on which it was decided
    decided: Option<Date>,
    /// who decided it
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    decided_by: Option<String>,
    /// the first day on which it counts
    from: Option<Date>,
}

/// What lost, and to what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overruled {
    /// set@version#id
    rule: String,
    /// `choice`, `level` or `option`
    what: String,
    /// the level that it wanted
    wanted: Option<String>,
    /// the level that came of it
    got: Option<String>,
    /// the rule to which it lost
    by: Option<String>,
}

/// An option that was asked, and what it made of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consulted {
    /// set@version#id
    option: String,
    /// the name of the plugin
    plugin: Option<String>,
    /// its version
    version: Option<String>,
    /// its digest
    digest: Option<String>,
    /// the level once it had its say
    level: String,
    /// what it proposed
    proposal: Option<Proposal>,
    /// the facts that it needs
    needs: Vec<String>,
    /// how it failed
    fault: Option<FaultOfOption>,
}

/// What an option proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// a level
    level: Option<String>,
    /// a quota
    quota: Option<Quota>,
    /// the ids of obligations
    obligations: Vec<String>,
    /// a note
    note: Option<String>,
}

/// How an option failed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultOfOption {
    /// `trap`, `fuel`, `time`, `memory`, `output`, `invalid`, …
    kind: String,
    /// what it says
    message: String,
}

/// A customer or a service that is not in the catalogue on the day of the question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unlisted {
    /// its id
    id: String,
    /// the first day on which it is
    from: Option<Date>,
    /// the last day
    until: Option<Date>,
    /// the day on which it was decided
    decided: Option<Date>,
}

/// A derived fact that could not be computed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Uncomputed {
    /// its name
    fact: String,
    /// why
    reason: String,
}

/// A proposal that would give another answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pending {
    /// set@version
    version: String,
    /// its title
    title: Option<String>,
    /// what would come of it
    outcome: Outcome,
    /// at which level
    level: Option<String>,
    /// the ids of the customers whose consent it waits for
    awaits: Vec<String>,
}

/// Days, both ends included.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// the first day; null: since ever
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
}

/// What answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyOfDecision {
    /// the format of the register
    #[schema(minimum = 1)]
    format: u32,
    /// the digest of the register
    digest: String,
}

/// What would have to be different for the wish to be granted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyNot {
    /// the level that is wished for
    want: String,
    /// the smallest changes of facts that do
    changes: Vec<ChangeOfFacts>,
    /// where there are none: changes of facts that the customer cannot change
    #[serde(default)]
    #[schema(required = false)]
    otherwise: Vec<ChangeOfFacts>,
    /// the first later day on which it is granted by itself
    day: Option<Date>,
    /// the rules that stand in the way
    obstacles: Vec<Obstacle>,
    /// whether all was looked at
    whole: bool,
}

/// A change of facts that does.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeOfFacts {
    /// by name, the test that each has to pass
    #[schema(value_type = BTreeMap<String, Value>)]
    facts: BTreeMap<String, serde_json::Value>,
    /// a question with them
    question: AnsweredQuestion,
}

/// A rule that stands in the way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Obstacle {
    /// set@version#id
    rule: String,
    /// why, in words
    text: Option<String>,
    /// the text that it rests on
    reference: Option<String>,
}

/// Any JSON.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Value(serde_json::Value);

/// A result for each question, in their order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Results {
    /// each has a decision or a problem
    results: Vec<ResultOfQuestion>,
}

/// What came of one question of many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultOfQuestion {
    /// what the asker calls it by
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    id: Option<String>,
    /// the decision
    #[serde(default)]
    #[schema(value_type = Decision, required = false)]
    decision: Option<Decision>,
    /// why there is none
    #[serde(default)]
    #[schema(value_type = crate::problem::ProblemRecord, required = false)]
    problem: Option<serde_json::Value>,
}

/// An answer along all days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timeline {
    /// the question as it was understood
    question: AnsweredQuestion,
    /// whether all days were looked at
    whole: bool,
    /// the stretches, the earliest first
    periods: Vec<Period>,
}

/// Days on which the answer is the same.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Period {
    /// the first day; null: since ever
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
    /// what came of it
    outcome: Outcome,
    /// the level
    level: Option<String>,
    /// the levels from which options may choose
    room: Option<Room>,
    /// what fits the quota, and the rest
    lines: Vec<Line>,
    /// the quota
    quota: Option<Quota>,
    /// the ids of what the whole grant is tied to
    obligations: Vec<String>,
    /// the missing facts on which it depends
    needs: Vec<String>,
    /// the levels that are possible
    possible: Vec<String>,
    /// why
    because: Vec<Because>,
    /// what lost, and to what
    overruled: Vec<Overruled>,
    /// the options that were asked
    options: Vec<Consulted>,
    /// whether an option failed
    degraded: bool,
    /// of a composite service, the answers about its parts
    #[serde(default)]
    #[schema(required = false)]
    parts: Vec<Part>,
}

/// What customers are entitled to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entitlements {
    /// the day
    on: Date,
    /// the day of knowledge; null: from all
    known: Option<Date>,
    /// whether proposed versions count
    proposed: bool,
    /// customer by customer, in the register's order of services
    entitlements: Vec<Entitlement>,
}

/// What one customer is entitled to of one service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Entitlement {
    /// what came of the question
    Answered(AnsweredEntitlement),
    /// why there is no answer
    Stopped(StoppedEntitlement),
}

/// What one customer is entitled to of one service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnsweredEntitlement {
    /// the id of the customer
    customer: String,
    /// the id of the service
    service: String,
    /// the day
    on: Date,
    /// what came of it
    outcome: Outcome,
    /// the level, `none` when refused; null when undetermined
    level: Option<String>,
    /// the quota
    quota: Option<Quota>,
    /// the ids of what the grant is tied to
    obligations: Vec<String>,
    /// the missing facts on which it depends
    needs: Vec<String>,
    /// the levels that are possible
    possible: Vec<String>,
    /// whether an option failed
    degraded: bool,
    /// the days on which it stays the same
    holds: Span,
}

/// A customer and a service of which nothing can be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoppedEntitlement {
    /// the id of the customer
    customer: String,
    /// the id of the service
    service: String,
    /// the day
    on: Date,
    /// why
    error: WhyStopped,
}

/// Why nothing can be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyStopped {
    /// a stable word for it
    code: String,
    /// in words, with a way out
    detail: String,
}

/// What differs between two views.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Differences {
    /// the older view
    old: ViewOfRegister,
    /// the newer view
    new: ViewOfRegister,
    /// each region once
    differences: Vec<Difference>,
    /// what regions cannot show
    notes: Vec<DifferenceNote>,
}

/// A view of the register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewOfRegister {
    /// the day of knowledge; null: from all
    known: Option<Date>,
    /// whether proposed versions count
    proposed: bool,
}

/// A region of days and facts in which the answers differ.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference {
    /// the id of the customer
    customer: String,
    /// the id of the service
    service: String,
    /// the first day; null: since ever
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
    /// the facts that bound it: for each the test that its values pass
    #[schema(value_type = BTreeMap<String, Value>)]
    facts: BTreeMap<String, serde_json::Value>,
    /// facts that questions leave to the register here
    #[serde(default)]
    #[schema(required = false)]
    left_out: Vec<String>,
    /// for which of its questions: `always`, `within-quota`, `beyond-quota`, `no-quantity`, `quantity`, `perhaps`
    r#where: String,
    /// `gain`, `loss` or `change`
    effect: String,
    /// what the older view answers
    old: AnswerOfView,
    /// what the newer view answers
    new: AnswerOfView,
    /// the rules that changed
    rules: RulesOfViews,
    /// what else changed
    other: Vec<String>,
    /// a question that shows it
    witness: Option<AnsweredQuestion>,
}

/// What a view answers in a region.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerOfView {
    /// the level; null: it depends on more than the region fixes
    level: Option<String>,
    /// the quota
    quota: Option<QuotaOfView>,
    /// the ids of the obligations
    obligations: Vec<String>,
    /// the options that have their say
    options: Option<OptionsOfView>,
}

/// A quota with what holds beyond it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotaOfView {
    /// a number, or the name of the fact that it is
    #[schema(value_type = Value)]
    amount: serde_json::Value,
    /// the id of the unit
    unit: String,
    /// the period
    per: String,
    /// the level beyond it
    beyond: String,
    /// the obligations beyond it
    obligations: Vec<String>,
}

/// The options that have their say, and the levels between which they may choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsOfView {
    /// set@version#id of each
    options: Vec<String>,
    /// the lowest level
    lowest: String,
    /// the highest level
    highest: String,
}

/// The rules of both sides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesOfViews {
    /// of the older view
    old: Vec<String>,
    /// of the newer view
    new: Vec<String>,
}

/// What regions cannot show.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DifferenceNote {
    /// `too-many`, `contested`, `declared-apart`, `unseen`
    note: String,
    /// whose
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    customer: Option<String>,
    /// which
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    service: Option<String>,
    /// the fact that it is about
    #[serde(default)]
    #[schema(value_type = String, required = false)]
    fact: Option<String>,
    /// how many are listed
    #[serde(default)]
    #[schema(value_type = usize, required = false)]
    shown: Option<usize>,
    /// and at least how many more there are
    #[serde(default)]
    #[schema(value_type = usize, required = false)]
    more: Option<usize>,
}

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
