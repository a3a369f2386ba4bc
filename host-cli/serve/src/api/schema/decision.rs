//! Decisions, and what would have to be different.

use std::collections::BTreeMap;

use leidraad::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::FactValue;

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
    pub(super) parts: Vec<Part>,
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
    /// `choice`, `level`, `up_to`, `beyond`, `bound` or `option`
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
    /// `trap`, `out-of-fuel`, `out-of-memory`, `deadline`, `bad-output`, `invalid` or `absent`
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
