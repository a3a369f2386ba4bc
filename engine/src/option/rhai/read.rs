//! What a script returned in; a description or a reply out, or what is wrong with it. A key that the contract does not know is wrong.

use jiff::civil::Date;
use rhai::{Dynamic, Map};
use rust_decimal::Decimal;

use crate::catalogue::Span;
use crate::diagnostic::did_you_mean;
use crate::model::day::parse_date;
use crate::model::value::shorten;
use crate::option::contract::{Choices, Description, Proposal, ProposedQuota, Reply, Setting, SettingKind};
use crate::text::Language;

type Read<T> = Result<T, String>;

/// A map whose keys are asked for one by one, so that what was never asked for is unknown.
struct Keys<'a> {
    what: &'a str,
    map: Map,
}

impl<'a> Keys<'a> {
    fn of(what: &'a str, value: &Dynamic, known: &[&str]) -> Read<Keys<'a>> {
        let map = value.read_lock::<Map>().map(|map| map.clone()).ok_or_else(|| format!("{what} is {}, no map", kind(value)))?;
        for key in map.keys() {
            if !known.contains(&key.as_str()) {
                let help =
                    did_you_mean(key, known.iter().copied()).map_or_else(String::new, |help| format!("; {}", help.get(Language::En)));
                return Err(format!("{what} has an unknown key `{}`{help}", shorten(key)));
            }
        }
        Ok(Keys { what, map })
    }
    fn get(&self, key: &str) -> Option<&Dynamic> {
        self.map.get(key).filter(|value| !value.is_unit())
    }
    fn text(&self, key: &str) -> Read<Option<String>> {
        self.get(key).map(|value| self.as_text(key, value)).transpose()
    }
    fn as_text(&self, key: &str, value: &Dynamic) -> Read<String> {
        value.clone().into_string().map_err(|_| format!("`{key}` of {} is {}, no text", self.what, kind(value)))
    }
    fn need(&self, key: &str) -> Read<String> {
        self.text(key)?.ok_or_else(|| format!("{} has no `{key}`", self.what))
    }
    fn texts(&self, key: &str) -> Read<Vec<String>> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(value) => match value.read_lock::<rhai::Array>() {
                Some(list) => list.iter().map(|item| self.as_text(key, item)).collect(),
                None => Ok(vec![self.as_text(key, value)?]),
            },
        }
    }
    fn truth(&self, key: &str) -> Read<bool> {
        self.get(key)
            .map_or(Ok(false), |value| value.as_bool().map_err(|found| format!("`{key}` of {} is {found}, not true or false", self.what)))
    }
    fn day(&self, key: &str) -> Read<Option<Date>> {
        self.text(key)?.map(|text| parse_date(&text).ok_or_else(|| format!("`{}` is no day", shorten(&text)))).transpose()
    }
}

fn kind(value: &Dynamic) -> String {
    if value.is_unit() { "nothing".to_owned() } else { format!("of type `{}`", shorten(value.type_name())) }
}

pub(super) fn description(said: &Dynamic) -> Read<Description> {
    let keys = Keys::of("the description", said, &["name", "version", "summary", "reads", "reads_day", "settings", "sets"])?;
    let mut sets = Choices::default();
    for word in keys.texts("sets")? {
        match word.as_str() {
            "level" => sets.level = true,
            "quota" => sets.quota = true,
            "obligations" => sets.obligations = true,
            _ => return Err(format!("`sets` names `{}`; there is `level`, `quota`, `obligations`", shorten(&word))),
        }
    }
    let settings = match keys.get("settings").and_then(Dynamic::read_lock::<Map>) {
        Some(map) => map.iter().map(|(name, value)| setting(name, value)).collect::<Read<_>>()?,
        None if keys.get("settings").is_some() => return Err("`settings` of the description is no map".to_owned()),
        None => Vec::new(),
    };
    Ok(Description {
        name: keys.need("name")?,
        version: keys.need("version")?,
        summary: keys.text("summary")?.unwrap_or_default(),
        reads: keys.texts("reads")?,
        reads_day: keys.truth("reads_day")?,
        settings,
        sets,
    })
}

fn setting(name: &str, said: &Dynamic) -> Read<Setting> {
    let keys = Keys::of("a setting", said, &["kind", "required", "summary"])?;
    let kind = match keys.need("kind")?.as_str() {
        "truth" => SettingKind::Truth,
        "number" => SettingKind::Number,
        "text" => SettingKind::Text,
        "day" => SettingKind::Day,
        other => return Err(format!("`{}` is no kind of setting; there is `truth`, `number`, `text`, `day`", shorten(other))),
    };
    Ok(Setting { name: name.to_owned(), kind, required: keys.truth("required")?, summary: keys.text("summary")?.unwrap_or_default() })
}

pub(super) fn reply(said: &Dynamic) -> Read<Reply> {
    let keys = Keys::of("the answer", said, &["level", "quota", "obligations", "note", "stands", "needs", "invalid"])?;
    if let Some(reason) = keys.text("invalid")? {
        return Ok(Reply::Invalid(reason));
    }
    let stands = keys.get("stands").map(stands).transpose()?;
    if keys.get("needs").is_some() {
        return Ok(Reply::Needs(keys.texts("needs")?, stands));
    }
    let note = keys.get("note").map(|note| Keys::of("the note", note, &["nl", "en"])).transpose()?;
    let remark = |language| note.as_ref().map_or(Ok(None), |note| note.text(language));
    Ok(Reply::Proposal(Proposal {
        level: keys.text("level")?,
        quota: keys.get("quota").map(quota).transpose()?,
        obligations: keys.texts("obligations")?,
        note_nl: remark("nl")?,
        note_en: remark("en")?,
        stands,
    }))
}

fn quota(said: &Dynamic) -> Read<ProposedQuota> {
    let keys = Keys::of("the quota", said, &["amount", "unit", "per"])?;
    let amount = keys.get("amount").ok_or("the quota has no `amount`")?;
    let whole = amount.as_int().map(Decimal::from);
    let amount = whole.or_else(|_| amount.as_decimal()).map_err(|found| format!("the quota's `amount` is {found}, no number"))?;
    Ok(ProposedQuota { amount, unit: keys.need("unit")?, per: keys.need("per")? })
}

fn stands(said: &Dynamic) -> Read<Span> {
    // `until` is a word of the language itself.
    let keys = Keys::of("`stands`", said, &["first", "last"])?;
    Ok(Span { from: keys.day("first")?, until: keys.day("last")? })
}
