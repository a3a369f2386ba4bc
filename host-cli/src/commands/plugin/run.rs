//! `leidraad plugin run FILE`: one call of a plugin outside any register: what it answers, and what that took.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use jiff::civil::Date;
use leidraad::plugin::{
    Description, Fault as PluginFault, Input, Limits, PERIODS, Proposal, Query, QuotaView, Reply, Standing, open_plugin,
};
use leidraad::{Decimal, FactValue};
use serde::{Deserialize, Serialize};

use super::{name, read};
use crate::args::{Format, RunPlugin};
use crate::commands::plugins;
use crate::fault::{Fault, Status};
use crate::layout;
use leidraad::catalogue::Span;

/// `{"customer":"…","service":"…","on":"2026-01-01","facts":{…}}`; all may be left out.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    customer: String,
    service: String,
    on: Option<Date>,
    facts: BTreeMap<String, FactValue>,
}

/// `{"base":"standard","level":"standard","room":["none","standard"],"quota":{…},"obligations":[]}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Stood {
    base: String,
    level: Option<String>,
    room: Vec<String>,
    quota: Option<Counted>,
    obligations: Vec<Box<str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    amount: FactValue,
    unit: String,
    per: String,
}

impl Default for Stood {
    fn default() -> Self {
        Self {
            base: "standard".to_owned(),
            level: None,
            room: vec!["none".to_owned(), "standard".to_owned()],
            quota: None,
            obligations: vec![],
        }
    }
}

pub(crate) fn run(command: &RunPlugin, format: Format) -> Result<Status, Fault> {
    let asked: Asked = parsed("--question", command.question.as_deref())?;
    let stood: Stood = parsed("--standing", command.standing.as_deref())?;
    let config: BTreeMap<String, FactValue> = parsed("--config", command.config.as_deref())?;
    let limits = Limits { fuel: command.fuel.unwrap_or(Limits::default().fuel), ..Limits::default() };
    let opened = open_plugin(&name(&command.file), &read(&command.file)?, limits, plugins());
    let plugin = opened.map_err(|reason| Fault::Plugin { path: command.file.display().to_string(), reason })?;
    let described = plugin.description();
    let facts: Vec<(&str, FactValue)> =
        described.reads.iter().filter_map(|fact| asked.facts.get(fact).map(|value| (fact.as_str(), with_days(value.clone())))).collect();
    let config: Vec<(Box<str>, FactValue)> = config.into_iter().map(|(name, value)| (name.into(), with_days(value))).collect();
    let room: Vec<&str> = stood.room.iter().map(String::as_str).collect();
    let quota = stood.quota.as_ref().map(|quota| QuotaView { amount: number(&quota.amount), unit: &quota.unit, per: &quota.per });
    let on = described.reads_day.then_some(asked.on).flatten();
    if described.reads_day && on.is_none() {
        return Err(bad("--question", "this plugin reads the day: give it as \"on\":\"2026-01-01\""));
    }
    let input = Input {
        query: Query { customer: &asked.customer, service: &asked.service, on, facts: &facts },
        standing: Standing {
            base: &stood.base,
            level: stood.level.as_deref().unwrap_or(&stood.base),
            room: &room,
            quota,
            obligations: &stood.obligations,
        },
        config: &config,
    };
    // The first call pays for what the machine has not in its caches yet.
    plugin.decide(&input);
    let started = Instant::now();
    let run = plugin.decide(&input);
    let record = Record {
        reply: answer(run.reply.as_ref().ok()),
        fault: run.reply.as_ref().err().map(fault),
        refused: refused(described, run.reply.as_ref().ok(), on, &config),
        fuel: run.fuel,
        memory: run.memory,
        microseconds: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    };
    let text = if format == Format::Json { serde_json::to_string(&record).unwrap_or_default() + "\n" } else { words(&record) };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(match run.reply {
        _ if !record.refused.is_empty() => Status::Refused,
        Ok(Reply::Proposal(_)) => Status::Granted,
        Ok(Reply::Needs(..)) => Status::Undetermined,
        _ => Status::Refused,
    })
}

/// JSON of an argument; one that begins with `@` names a file.
fn parsed<T: for<'de> Deserialize<'de> + Default>(what: &str, given: Option<&str>) -> Result<T, Fault> {
    let Some(given) = given else { return Ok(T::default()) };
    let text = match given.strip_prefix('@') {
        Some(path) => String::from_utf8_lossy(&read(Path::new(path))?).into_owned(),
        None => given.to_owned(),
    };
    serde_json::from_str(&text).map_err(|cause| bad(what, &cause.to_string()))
}

fn bad(what: &str, reason: &str) -> Fault {
    Fault::Plugin { path: what.to_owned(), reason: reason.to_owned() }
}

/// Outside a register nobody says which texts are days: those that read as one.
fn with_days(value: FactValue) -> FactValue {
    match value {
        FactValue::Text(text) => {
            let day = if text.len() == 10 { text.parse::<Date>().ok() } else { None };
            day.map_or(FactValue::Text(text), FactValue::Day)
        }
        other => other,
    }
}

fn number(value: &FactValue) -> Decimal {
    if let FactValue::Number(number) = value { *number } else { Decimal::ZERO }
}

#[derive(Serialize)]
struct Record {
    reply: Option<Answer>,
    fault: Option<FaultRecord>,
    /// What a register would not take of it.
    refused: Vec<String>,
    fuel: u64,
    memory: u64,
    microseconds: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Proposal { level: Option<String>, quota: Option<QuotaRecord>, obligations: Vec<String>, note: NoteRecord, stands: Option<DaysRecord> },
    Needs(Vec<String>),
    Invalid(String),
}

#[derive(Serialize)]
struct QuotaRecord {
    amount: FactValue,
    unit: String,
    per: String,
}

#[derive(Serialize)]
struct NoteRecord {
    nl: Option<String>,
    en: Option<String>,
}

#[derive(Serialize)]
struct DaysRecord {
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Serialize)]
struct FaultRecord {
    kind: &'static str,
    message: String,
}

fn answer(reply: Option<&Reply>) -> Option<Answer> {
    Some(match reply? {
        Reply::Proposal(proposal) => proposed(proposal),
        Reply::Needs(facts, _) => Answer::Needs(facts.clone()),
        Reply::Invalid(reason) => Answer::Invalid(reason.clone()),
    })
}

fn proposed(proposal: &Proposal) -> Answer {
    Answer::Proposal {
        level: proposal.level.clone(),
        quota: proposal.quota.as_ref().map(|quota| QuotaRecord {
            amount: FactValue::Number(quota.amount),
            unit: quota.unit.clone(),
            per: quota.per.clone(),
        }),
        obligations: proposal.obligations.clone(),
        note: NoteRecord { nl: proposal.note_nl.clone(), en: proposal.note_en.clone() },
        stands: proposal.stands.map(|Span { from, until }| DaysRecord { from, until }),
    }
}

/// What keeps a register from taking this answer, as far as that can be seen without one.
fn refused(described: &Description, reply: Option<&Reply>, on: Option<Date>, config: &[(Box<str>, FactValue)]) -> Vec<String> {
    let given = |name: &str| config.iter().any(|(known, _)| **known == *name);
    let missing = described.settings.iter().filter(|setting| setting.required && !given(&setting.name));
    let mut all: Vec<String> = missing.map(|setting| format!("the setting `{}` is missing", setting.name)).collect();
    match reply {
        Some(Reply::Proposal(proposal)) => {
            let sets = described.sets;
            let proposes = [
                ("level", proposal.level.is_some(), sets.level),
                ("quota", proposal.quota.is_some(), sets.quota),
                ("obligations", !proposal.obligations.is_empty(), sets.obligations),
            ];
            let undeclared = proposes.into_iter().filter(|(_, proposes, may)| *proposes && !may);
            all.extend(undeclared.map(|(what, ..)| format!("it proposes `{what}`, which its description does not name in `sets`")));
            if let Some(quota) = &proposal.quota {
                all.extend((!PERIODS.contains(&quota.per.as_str())).then(|| format!("`{}` is no period", quota.per)));
                all.extend((quota.amount < Decimal::ZERO).then(|| "the quota is negative".to_owned()));
            }
            match (on, proposal.stands) {
                (Some(_), None) => all.push("it reads the day, and does not say how long its answer stands".to_owned()),
                (Some(on), Some(span)) if !span.contains(on) => {
                    all.push(format!("its answer is about {on}, and stands on other days"));
                }
                _ => {}
            }
        }
        Some(Reply::Needs(facts, _)) => {
            let unread = facts.iter().filter(|fact| !described.reads.contains(fact));
            all.extend(unread.map(|fact| format!("it needs `{fact}`, which is none of the facts that it reads")));
        }
        _ => {}
    }
    all
}

fn fault(fault: &PluginFault) -> FaultRecord {
    FaultRecord { kind: fault.kind.word(), message: fault.message.clone() }
}

fn words(record: &Record) -> String {
    let mut rows = Vec::new();
    match &record.reply {
        Some(Answer::Proposal { level, quota, obligations, note, stands }) => {
            rows.push(("level", level.clone().unwrap_or_else(|| "as it stands".to_owned())));
            rows.extend(
                quota.iter().map(|quota| ("quota", format!("{} {} per {}", number(&quota.amount).normalize(), quota.unit, quota.per))),
            );
            rows.extend(obligations.iter().map(|id| ("obligation", id.clone())));
            rows.extend([&note.nl, &note.en].into_iter().flatten().map(|note| ("note", note.clone())));
            let day = |day: &Option<Date>, open: &str| day.map_or_else(|| open.to_owned(), |day| day.to_string());
            let between = |days: &DaysRecord| format!("{} to {}", day(&days.from, "since ever"), day(&days.until, "for ever"));
            rows.extend(stands.iter().map(|days| ("stands", between(days))));
        }
        Some(Answer::Needs(facts)) => rows.push(("needs", facts.join(", "))),
        Some(Answer::Invalid(reason)) => rows.push(("invalid", reason.clone())),
        None => {}
    }
    rows.extend(record.refused.iter().map(|reason| ("refused by", format!("every register: {reason}"))));
    rows.extend(record.fault.iter().map(|fault| ("fault", format!("{}: {}", fault.kind, fault.message))));
    rows.push(("fuel", record.fuel.to_string()));
    // A script's memory is bounded by the sizes of its values, and not counted.
    rows.extend((record.memory > 0).then(|| ("memory", format!("{} bytes", record.memory))));
    rows.push(("time", format!("{} µs", record.microseconds)));
    layout::pairs(&rows)
}
