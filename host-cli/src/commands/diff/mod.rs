//! `leidraad diff OLD NEW`: every difference between two registers, two views of one, or what one version changes.

mod newcomers;
mod page;
pub(in crate::commands) mod questions;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use leidraad::catalogue::Version;
use leidraad::{Differences, FactValue, Language, Policy, Sources, View};

use super::{Context, plugins};
use crate::args::{Diff, Format};
use crate::fault::{Fault, Status};
use crate::language;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::progress;

/// One side as it was written: where it lies, as known when, and its title for people.
struct Side {
    path: PathBuf,
    view: View,
}

/// The titles of both sides, for people.
struct Titles {
    old: String,
    new: String,
}

pub(crate) fn run(context: &Context, diff: &Diff) -> Result<Status, Fault> {
    let spoken = context.spoken();
    let (old_side, new_side) = sides(context, diff)?;
    let load = |side: &Side| {
        progress::shown(say(spoken, Key::Loading, &[]), || {
            Policy::loader().plugins(plugins()).load(&leidraad_live::read(&side.path, &context.trust))
        })
        .map_err(|report| Fault::Register(Box::new(report), spoken))
        .inspect(|policy| context.note(policy))
    };
    let whole = load(&new_side)?;
    let language = context.language(&whole);
    let changed = match &diff.change {
        Some(version) => Some(change(&whole, &leidraad_live::read(&new_side.path, &context.trust), version, language)?),
        None => None,
    };
    let (old, new, old_view, new_view) = match changed {
        Some((old, new, view)) => (Some(old), new.unwrap_or(whole), view, view),
        // Views of one register are loaded once.
        None if old_side.path == new_side.path => (None, whole, old_side.view, new_side.view),
        None => (Some(load(&old_side)?), whole, old_side.view, new_side.view),
    };
    let comparing = say(language, Key::Comparing, &[]);
    let differences = progress::shown(comparing, || old.as_ref().unwrap_or(&new).at(old_view).differences(&new.at(new_view)));
    let titles = match &diff.change {
        Some(version) => Titles {
            old: say(language, Key::DiffWithout, &[("version", version)]),
            new: say(language, Key::DiffWith, &[("version", version)]),
        },
        None => Titles { old: title(&old_side, old_view, language), new: title(&new_side, new_view, language) },
    };
    if let Some(path) = &diff.questions {
        if context.format == Format::Html {
            return Err(Fault::Plugin { path: "--format".to_owned(), reason: say(language, Key::QuestionsMisfit, &[]) });
        }
        return questions::run(&differences, (path, &diff.columns), &new, language, context.format);
    }
    let status = status(&differences);
    match context.format {
        Format::Json => print_json(&format!("{}\n", differences.to_json(language)), status),
        Format::Html => {
            let about = about(&new, old.as_ref().unwrap_or(&new), &titles, diff.change.as_deref(), language)?;
            print(&page::page(&differences, &new, &about, language), status)
        }
        Format::Text | Format::Csv | Format::Xlsx => {
            let records = differences.records(language);
            let newcomers = if diff.all { BTreeMap::new() } else { newcomers::newcomers(&records, old.as_ref().unwrap_or(&new), old_view) };
            print(&text::text(&differences, (&records, &newcomers), &titles, language), status)
        }
    }
}

/// The register without a version and with it. Of proposals, only that one counts: so it will be once it is adopted.
fn change(whole: &Policy, sources: &Sources, version: &str, language: Language) -> Result<(Policy, Option<Policy>, View), Fault> {
    let version = whole.catalogue().version(version).map_err(|error| Fault::Question(error, language))?;
    let without = |versions: &[&str]| {
        Policy::loader().plugins(plugins()).without(versions).load(sources).map_err(|report| Fault::Register(Box::new(report), language))
    };
    if !version.is_proposed() {
        return Ok((without(&[version.key()])?, None, View::default()));
    }
    let proposals: Vec<&str> = whole.catalogue().versions().filter(|version| version.is_proposed()).map(Version::key).collect();
    let others: Vec<&str> = proposals.iter().copied().filter(|other| *other != version.key()).collect();
    let new = if others.is_empty() { None } else { Some(without(&others)?) };
    Ok((without(&proposals)?, new, View { proposed: true, known: None }))
}

/// What stands at the head of the page: what is compared, who decided or proposes it, when it was made and of what.
fn about(new: &Policy, old: &Policy, titles: &Titles, change: Option<&str>, language: Language) -> Result<Vec<(String, String)>, Fault> {
    let named = |key: Key, value: String| (say(language, key, &[]), value);
    let mut about = Vec::new();
    let version = change.and_then(|version| new.catalogue().version(version).or_else(|_| old.catalogue().version(version)).ok());
    if let Some(version) = version {
        let title = version.title(language).unwrap_or(version.key());
        about.push(named(Key::AboutVersion, format!("{title} ({})", version.key())));
        let days = version.days();
        let from = days.from.map(|from| say(language, Key::DaysFrom, &[("from", &language.day(from))]));
        let until = days.until.map(|until| say(language, Key::DaysUntil, &[("until", &language.day(until))]));
        about.push(named(Key::AboutDays, from.into_iter().chain(until).collect::<Vec<_>>().join(" ")));
        let awaits: Vec<&str> = version.awaits().map(leidraad::catalogue::Customer::name).collect();
        let by = version.decided_by(language).map_or_else(String::new, |by| format!(", {by}"));
        about.push(match (version.decided(), awaits.is_empty()) {
            (Some(day), _) if !version.is_proposed() => named(Key::Decided, format!("{}{by}", language.day(day))),
            (_, true) => named(Key::Decided, say(language, Key::AboutUndecided, &[])),
            (_, false) => named(Key::Decided, say(language, Key::ProposalAwaits, &[("list", &awaits.join(", "))])),
        });
    }
    if old.digest() == new.digest() {
        about.push(named(Key::DiffPageOld, titles.old.clone()));
        about.push(named(Key::DiffPageNew, titles.new.clone()));
        about.push(named(Key::AboutRegister, new.digest().to_owned()));
    } else {
        about.push(named(Key::DiffPageOld, format!("{} ({})", titles.old, old.digest())));
        about.push(named(Key::DiffPageNew, format!("{} ({})", titles.new, new.digest())));
    }
    about.push(named(Key::AboutMade, language.day(super::today(new, language)?)));
    Ok(about)
}

/// As diff has it: 0 the same, 1 different.
fn status(differences: &Differences<'_>) -> Status {
    if differences.is_empty() { Status::Granted } else { Status::Refused }
}

fn sides(context: &Context, diff: &Diff) -> Result<(Side, Side), Fault> {
    let register = || Side { path: context.register.clone(), view: View::default() };
    let read = |written: &Option<String>| written.as_deref().map(|written| side(written, &context.register)).transpose();
    let (old, new) = (read(&diff.old)?, read(&diff.new)?);
    if diff.change.is_some() || (diff.proposed && new.is_none()) {
        let old = old.unwrap_or_else(register);
        let new = Side { path: old.path.clone(), view: View { proposed: diff.proposed, ..old.view } };
        return Ok((old, new));
    }
    let Some(old) = old else {
        return Err(Fault::Plugin { path: "diff".to_owned(), reason: say(context.spoken(), Key::DiffWhat, &[]) });
    };
    let mut new = new.unwrap_or_else(register);
    new.view.proposed |= diff.proposed;
    if (&old.path, old.view) == (&new.path, new.view) && diff.new.is_none() {
        let reason = say(context.spoken(), Key::DiffItself, &[]);
        return Err(Fault::Plugin { path: old.path.display().to_string(), reason });
    }
    Ok((old, new))
}

/// `rules`, `rules@known=2025-02-15`, `@known=2025-02-15`
fn side(written: &str, register: &Path) -> Result<Side, Fault> {
    let (path, known) = match written.rsplit_once("@known=") {
        Some((path, day)) => (path, Some(day)),
        None => (written, None),
    };
    let known = known
        .map(|day| {
            let wrong = || Fault::Plugin { path: written.to_owned(), reason: say(language::preferred(), Key::WriteDay, &[]) };
            FactValue::read_day(day).ok_or_else(wrong)
        })
        .transpose()?;
    let path = if path.is_empty() { register.to_owned() } else { PathBuf::from(path) };
    Ok(Side { path, view: View { known, proposed: false } })
}

fn title(side: &Side, view: View, language: Language) -> String {
    super::title(side.path.display().to_string(), view.known, view.proposed, language)
}

/// How many of each effect there are, as one sentence.
fn sum(records: &[leidraad::DifferenceRecord], language: Language) -> String {
    use leidraad::Effect;
    let count = |effect: Effect| records.iter().filter(|record| record.effect == effect).count().to_string();
    let distinct = |name: fn(&leidraad::DifferenceRecord) -> &str| {
        records.iter().map(name).collect::<std::collections::BTreeSet<_>>().len().to_string()
    };
    let values = [
        ("regions", records.len().to_string()),
        ("gains", count(Effect::Gain)),
        ("losses", count(Effect::Loss)),
        ("changes", count(Effect::Change)),
        ("customers", distinct(|record| &record.customer)),
        ("services", distinct(|record| &record.service)),
    ];
    say(language, Key::DiffSum, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// `2025-01-01 t/m 2025-12-31`
fn days(record: &leidraad::DifferenceRecord, language: Language) -> String {
    let text = |day: Option<leidraad::Date>| day.map_or(String::new(), |day| language.day(day));
    let key = match (record.from, record.until) {
        (None, None) => Key::Always,
        (Some(_), None) => Key::DaysFrom,
        (None, Some(_)) => Key::DaysUntil,
        (Some(_), Some(_)) => Key::DaysBetween,
    };
    say(language, key, &[("from", &text(record.from)), ("until", &text(record.until))])
}
