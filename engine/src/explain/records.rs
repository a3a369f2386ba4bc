//! What a program reads of differences: a record for each region, and for what regions cannot show.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::model::question::Question;

/// Whether a change gives more, or takes away.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Effect, Language, View, date};
/// let (then, now) = (policy.at(View::known(date(2022, 1, 1))), policy.at(View::default()));
/// assert!(then.differences(&now).records(Language::En).iter().any(|record| record.effect == Effect::Gain));
/// assert_eq!(Effect::Gain.word(), "gain");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Effect {
    /// Nothing is less than before, and something more.
    Gain,
    /// Nothing is more than before, and something less.
    Loss,
    /// Some of both, or neither.
    Change,
}

impl Effect {
    /// `gain`, `loss` or `change`
    pub fn word(self) -> &'static str {
        match self {
            Effect::Gain => "gain",
            Effect::Loss => "loss",
            Effect::Change => "change",
        }
    }
}

/// One region in which two registers answer differently, as JSON has it; with words for people beside it.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View};
/// let (now, adopted) = (policy.at(View::default()), policy.at(View::with_proposals()));
/// for record in now.differences(&adopted).records(Language::En) {
///     println!("{} {} from {:?}: {} -> {}", record.customer, record.service, record.from, record.old.words, record.new.words);
/// }
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DifferenceRecord {
    /// the id of the customer
    pub customer: String,
    /// the id of the service
    pub service: String,
    /// the first day; `None` for "since ever"
    pub from: Option<Date>,
    /// the last day; `None` for "for ever"
    pub until: Option<Date>,
    /// the facts that bound the region: for each the test that its values pass (S3)
    pub facts: BTreeMap<String, Value>,
    /// facts that questions leave to the register here
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// for which of its questions: `always`, `within-quota`, `beyond-quota`, `no-quantity`, `quantity`, `perhaps`
    pub r#where: &'static str,
    /// gain, loss or change
    pub effect: Effect,
    /// what the older register answers
    pub old: AnswerRecord,
    /// what the newer register answers
    pub new: AnswerRecord,
    /// the rules that changed and made the answers
    pub rules: RuleRecords,
    /// what else changed: register facts by name, options by key
    pub other: Vec<String>,
    /// a question that shows it
    pub witness: Option<Question>,
    /// the customer's name
    #[serde(skip)]
    pub customer_name: String,
    /// the service's name
    #[serde(skip)]
    pub service_name: String,
    /// the conditions in words, one an entry
    #[serde(skip)]
    pub conditions: Vec<String>,
    /// why: the rules in words
    #[serde(skip)]
    pub because: Vec<String>,
}

/// One register's answer in a region.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View, date};
/// let (then, now) = (policy.at(View::known(date(2022, 1, 1))), policy.at(View::default()));
/// let records = then.differences(&now).records(Language::En);
/// let payroll = records.iter().find(|record| record.customer == "leiden" && record.service == "hrm/payroll").unwrap();
/// assert_eq!((payroll.old.level.as_deref(), payroll.new.level.as_deref()), (Some("none"), Some("standard")));
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct AnswerRecord {
    /// the level; `None` if it depends on more than the region fixes
    pub level: Option<String>,
    /// the quota (S9)
    pub quota: Option<QuotaRecord>,
    /// the obligations
    pub obligations: Vec<String>,
    /// the options that have their say, and the levels between which they may choose
    pub options: Option<RoomRecord>,
    /// the answer in words
    #[serde(skip)]
    pub words: String,
}

/// A quota with what holds beyond it.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View, date};
/// let (then, now) = (policy.at(View::known(date(2022, 1, 1))), policy.at(View::default()));
/// let records = then.differences(&now).records(Language::En);
/// let quota = records.iter().filter(|record| record.service == "legal/advice").find_map(|record| record.new.quota.as_ref()).unwrap();
/// assert_eq!((quota.unit.as_str(), quota.per.as_str()), ("hour", "year"));
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct QuotaRecord {
    /// a number, or the name of the fact that it is
    pub amount: Value,
    /// counted in
    pub unit: String,
    /// counted per
    pub per: String,
    /// the level beyond it
    pub beyond: String,
    /// the obligations beyond it
    pub obligations: Vec<String>,
}

/// What options may choose from.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View, date};
/// let (then, now) = (policy.at(View::known(date(2022, 1, 1))), policy.at(View::default()));
/// for room in then.differences(&now).records(Language::En).iter().filter_map(|record| record.new.options.as_ref()) {
///     println!("{} may choose from {} to {}", room.options.join(", "), room.lowest, room.highest);
/// }
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RoomRecord {
    /// `set@version#id` of each
    pub options: Vec<String>,
    /// the lowest level
    pub lowest: String,
    /// the highest level
    pub highest: String,
}

/// The rules of both sides.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View};
/// let (now, adopted) = (policy.at(View::default()), policy.at(View::with_proposals()));
/// let records = now.differences(&adopted).records(Language::En);
/// assert!(records.iter().all(|record| record.rules.old.len() + record.rules.new.len() + record.other.len() > 0));
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RuleRecords {
    /// in the older register
    pub old: Vec<String>,
    /// in the newer register
    pub new: Vec<String>,
}

/// What regions cannot show.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::{Language, View};
/// let (now, adopted) = (policy.at(View::default()), policy.at(View::with_proposals()));
/// for note in now.differences(&adopted).notes(Language::En) {
///     println!("{}: {}", note.note, note.words);
/// }
/// ```
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DifferenceNote {
    /// `too-many`, `contested`, `declared-apart`, `unseen`
    pub note: &'static str,
    /// whose, if it is about a customer and a service
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// which, if it is about a customer and a service
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// the fact that it is about
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// of too many regions: how many are listed
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<usize>,
    /// and at least how many more there are
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<usize>,
    /// the same in words
    #[serde(skip)]
    pub words: String,
}
