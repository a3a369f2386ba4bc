//! What customers are entitled to.

use leidraad::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Outcome, Quota, Span};

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
