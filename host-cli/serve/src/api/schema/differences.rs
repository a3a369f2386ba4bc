//! What differs between two views.

use std::collections::BTreeMap;

use leidraad::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AnsweredQuestion;

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
