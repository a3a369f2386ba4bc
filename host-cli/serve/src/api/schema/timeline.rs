//! Answers along all days.

use leidraad::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AnsweredQuestion, Because, Consulted, Line, Outcome, Overruled, Part, Quota, Room};

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
    /// the same answer for other reasons, on later days: `room`, `because`, `overruled`, `options` and `parts` above are those of the first day
    #[serde(default)]
    #[schema(required = false)]
    later: Vec<Later>,
}

/// Days in a stretch on which the same answer has other reasons than before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Later {
    /// the first day
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
    /// the levels from which options may choose
    room: Option<Room>,
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
