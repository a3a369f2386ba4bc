//! The contract's types in Rust in, those of the wire out, and back. What a guest hands over is read here and judged elsewhere.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::bindings::exports::leidraad::option::contract as wire;
use crate::catalogue::Span;
use crate::model::day::parse_date;
use crate::model::value::{FactValue, parse_number, shorten};
use crate::option::contract::{Choices, Description, Proposal, ProposedQuota, Reply, Setting, SettingKind};

/// A named value with what its wire form borrows: its digits or its tags.
pub(super) struct Lent<'a> {
    name: &'a str,
    value: &'a FactValue,
    digits: String,
    tags: Vec<&'a str>,
}

impl<'a> Lent<'a> {
    pub(super) fn of(name: &'a str, value: &'a FactValue) -> Lent<'a> {
        let digits = match value {
            FactValue::Number(number) => decimal(*number),
            FactValue::Day(day) => day.to_string(),
            _ => String::new(),
        };
        let tags = match value {
            FactValue::Tags(tags) => tags.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        Lent { name, value, digits, tags }
    }
    pub(super) fn entry(&self) -> wire::Entry<'_> {
        let value = match self.value {
            FactValue::Truth(truth) => wire::Value::Truth(*truth),
            FactValue::Number(_) => wire::Value::Number(&self.digits),
            FactValue::Text(text) => wire::Value::Text(text),
            FactValue::Day(_) => wire::Value::Day(&self.digits),
            FactValue::Tags(_) => wire::Value::Tags(&self.tags),
        };
        wire::Entry { name: self.name, value }
    }
}

/// The digits of a decimal, none more than it needs.
pub(super) fn decimal(number: Decimal) -> String {
    number.normalize().to_string()
}

pub(super) fn description(read: wire::Description) -> Description {
    Description {
        name: read.name,
        version: read.version,
        summary: read.summary,
        reads: read.reads,
        reads_day: read.reads_day,
        settings: read.settings.into_iter().map(setting).collect(),
        sets: Choices {
            level: read.sets.contains(wire::Choices::LEVEL),
            quota: read.sets.contains(wire::Choices::QUOTA),
            obligations: read.sets.contains(wire::Choices::OBLIGATIONS),
        },
    }
}

fn setting(read: wire::Setting) -> Setting {
    let kind = match read.kind {
        wire::Kind::Truth => SettingKind::Truth,
        wire::Kind::Number => SettingKind::Number,
        wire::Kind::Text => SettingKind::Text,
        wire::Kind::Day => SettingKind::Day,
    };
    Setting { name: read.name, kind, required: read.required, summary: read.summary }
}

/// What a guest answered; a text where it is not what it should be.
pub(super) fn reply(read: Result<wire::Proposal, wire::Refusal>) -> Result<Reply, String> {
    match read {
        Ok(proposal) => proposed(proposal).map(Reply::Proposal),
        Err(wire::Refusal::Needs(needed)) => Ok(Reply::Needs(needed.facts, days(needed.stands)?)),
        Err(wire::Refusal::Invalid(message)) => Ok(Reply::Invalid(message)),
    }
}

fn proposed(read: wire::Proposal) -> Result<Proposal, String> {
    let (note_nl, note_en) = read.note.map_or((None, None), |note| (note.nl, note.en));
    Ok(Proposal {
        level: read.level,
        quota: read.quota.map(quota).transpose()?,
        obligations: read.obligations,
        note_nl,
        note_en,
        stands: days(read.stands)?,
    })
}

fn quota(read: wire::QuotaResult) -> Result<ProposedQuota, String> {
    let amount = parse_number(&read.amount).ok_or_else(|| format!("`{}` is no exact number", shorten(&read.amount)))?;
    Ok(ProposedQuota { amount, unit: read.unit, per: read.per })
}

fn days(read: Option<wire::Days>) -> Result<Option<Span>, String> {
    let day = |text: Option<String>| -> Result<Option<Date>, String> {
        text.map(|text| parse_date(&text).ok_or_else(|| format!("`{}` is no day", shorten(&text)))).transpose()
    };
    read.map(|days| Ok(Span { from: day(days.from)?, until: day(days.until)? })).transpose()
}
