//! What a plugin answered in; the same held against the register out: known levels, exact amounts, declared obligations, or a fault.

use jiff::civil::Date;

use super::contract::{Description, Fault, FaultKind, Proposal, ProposedQuota};
use crate::catalogue::Span;
use crate::model::day::Days;
use crate::model::fact::{DECIMALS_LIMIT, NUMBER_LIMIT};
use crate::model::register::Register;
use crate::model::rule::{Level, PERIODS};
use crate::model::value::{is_plain, shorten};
use crate::text::Text;
use rust_decimal::Decimal;

/// Notes are remarks, no letters.
const NOTE: usize = 500;
/// More obligations than this nobody can meet.
const OBLIGATIONS: usize = 32;

/// A proposal that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) level: Option<Level>,
    pub(crate) quota: Option<JudgedQuota>,
    pub(crate) obligations: Vec<Box<str>>,
    pub(crate) note: Text,
    /// The days on which the answer stands, all else being equal.
    pub(crate) stands: Days,
}

/// A proposed quota that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JudgedQuota {
    pub(crate) amount: Decimal,
    pub(crate) unit: Box<str>,
    pub(crate) per: &'static str,
}

/// What a proposal is held against, beside the register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) described: &'a Description,
    /// What a quota must be counted in, if that is settled.
    pub(crate) unit: Option<&'a str>,
    /// The largest quota that the binding allows.
    pub(crate) most: Option<Decimal>,
    /// The day asked about, if the plugin was told it.
    pub(crate) on: Option<Date>,
}

/// Judges a proposal.
pub(crate) fn judge(register: &Register, proposal: Proposal, terms: Terms<'_>) -> Result<Judged, Fault> {
    let sets = terms.described.sets;
    let bad = |message: String| Fault::new(FaultKind::BadOutput, message);
    let given = [("a level", proposal.level.is_some(), sets.level), ("a quota", proposal.quota.is_some(), sets.quota)];
    for (what, proposes, may) in given.into_iter().chain([("obligations", !proposal.obligations.is_empty(), sets.obligations)]) {
        if proposes && !may {
            return Err(bad(format!("it proposes {what}, which its description does not name in `sets`")));
        }
    }
    let level =
        proposal.level.map(|id| register.level(&id).ok_or_else(|| bad(format!("there is no level `{}`", shorten(&id))))).transpose()?;
    let quota = proposal.quota.map(|quota| judged_quota(register, &quota, terms).map_err(bad)).transpose()?;
    if proposal.obligations.len() > OBLIGATIONS {
        return Err(bad(format!("it proposes {} obligations; at most {OBLIGATIONS} can be", proposal.obligations.len())));
    }
    let known = |id: &str| !id.is_empty() && id.len() <= 64 && is_known(register, id);
    if let Some(id) = proposal.obligations.iter().find(|id| !known(id)) {
        return Err(bad(format!("there is no obligation `{}`", shorten(id))));
    }
    let remark = |text: Option<String>| -> Result<Option<Box<str>>, Fault> {
        match text {
            Some(text) if text.chars().count() > NOTE => Err(bad(format!("its note is longer than {NOTE} characters"))),
            Some(text) if !text.chars().all(is_plain) => Err(bad("its note holds characters that control a screen".to_owned())),
            other => Ok(other.filter(|text| !text.trim().is_empty()).map(Into::into)),
        }
    };
    let mut obligations: Vec<Box<str>> = Vec::new();
    for id in proposal.obligations.into_iter().map(Into::into) {
        if !obligations.contains(&id) {
            obligations.push(id);
        }
    }
    Ok(Judged {
        level,
        quota,
        obligations,
        note: Text { nl: remark(proposal.note_nl)?, en: remark(proposal.note_en)? },
        stands: stands(proposal.stands, terms.on)
            .map_err(bad)?
            .ok_or_else(|| bad("it reads the day, and does not say how long its answer stands".to_owned()))?,
    })
}

/// A register that declares no obligations takes any id.
fn is_known(register: &Register, id: &str) -> bool {
    if register.obligations.is_empty() {
        id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
    } else {
        register.obligations.iter().any(|named| *named.id == *id)
    }
}

fn judged_quota(register: &Register, quota: &ProposedQuota, terms: Terms<'_>) -> Result<JudgedQuota, String> {
    // Nothing less than nothing is nothing.
    let amount = if quota.amount.is_zero() { Decimal::ZERO } else { quota.amount.normalize() };
    if amount.is_sign_negative() {
        return Err(format!("a quota of {amount} is negative"));
    }
    if amount.scale() > DECIMALS_LIMIT || amount > Decimal::from(NUMBER_LIMIT) {
        return Err(format!("a quota of {amount} is larger, or has more decimals, than can be reckoned with"));
    }
    if let Some(most) = terms.most.filter(|most| amount > *most) {
        return Err(format!("a quota of {amount} is more than this option may set, {most}"));
    }
    let unit = terms.unit;
    let fits = match unit {
        Some(unit) => quota.unit == unit,
        None => register.units.iter().any(|known| *known.id == *quota.unit),
    };
    if !fits {
        let expected = unit.map_or_else(String::new, |unit| format!("; it is counted in `{unit}`"));
        return Err(format!("a quota cannot be counted in `{}` here{expected}", shorten(&quota.unit)));
    }
    let per = PERIODS.into_iter().find(|period| *period == quota.per);
    per.map(|per| JudgedQuota { amount, unit: quota.unit.as_str().into(), per })
        .ok_or_else(|| format!("`{}` is no period", shorten(&quota.per)))
}

/// An answer that was made without the day stands for ever; one that was made with it says how long, or nothing.
pub(crate) fn stands(said: Option<Span>, on: Option<Date>) -> Result<Option<Days>, String> {
    let Some(on) = on else { return Ok(Some(Days::EVER)) };
    let Some(span) = said else { return Ok(None) };
    if span.contains(on) { Ok(Some(span.days())) } else { Err(format!("its answer is about {on}, and stands on other days")) }
}
