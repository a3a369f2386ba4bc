//! Questions, as they are asked.

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
