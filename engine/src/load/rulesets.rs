//! `rulesets/<set>/<version>/` in; sets, versions and their rules out, in register order, with `overrides` resolved.

use std::collections::BTreeMap;

use super::names::{Names, check_id, position, unknown};
use super::reading::{Because, Content, read};
use super::toml::{File, Findings, Keys, parse};
use super::values;
use super::{has_ending, matrix, toml};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{RuleId, SetId, VersionId};
use crate::model::day::{Day, Days};
use crate::model::painted::Painted;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::{RuleSet, Scope, Version};
use crate::parallel::side_by_side;
use crate::text::Text;

/// So many bytes are read side by side before they are entered.
const SHARE: usize = 1 << 20;
/// Less than this is read sooner than other cores are told of it.
const LITTLE: usize = 1 << 16;

/// The files of one version, in order of their names.
type Folder<'a> = ((&'a str, &'a str), Vec<File<'a>>);

/// A file of rules, and the version that it belongs to with what its matrices share.
struct Part<'a, 'h> {
    file: File<'a>,
    version: VersionId,
    because: &'h Because,
}

/// What a rule says that it overrides, as written.
struct Overrides {
    rule: RuleId,
    written: Vec<(String, Place)>,
}

pub(super) fn load(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    let mut heads: Vec<(VersionId, Because, Vec<File<'_>>)> = Vec::new();
    for ((set, version), files) in folders(files) {
        match head(set, version, &files, &names, register, out) {
            Some((id, because)) => {
                if register.versions[id].left_out {
                    register.holes.push(everywhere(register));
                }
                heads.push((id, because, files));
            }
            None => register.holes.push(everywhere(register)),
        }
    }
    let is_rules = |file: &&File<'_>| !file.path.ends_with("/ruleset.toml");
    let parts: Vec<Part<'_, '_>> = heads
        .iter()
        .flat_map(|(version, because, files)| {
            files.iter().filter(is_rules).map(move |file| Part { file: *file, version: *version, because })
        })
        .collect();
    let mut overrides = Vec::new();
    for share in shares(&parts) {
        let is_little = share.iter().map(|part| part.file.text.len()).sum::<usize>() < LITTLE;
        let content = |part: &Part<'_, '_>| {
            let is_matrix = has_ending(part.file.path, "csv");
            (!is_matrix).then(|| read(part.file, part.version, &names, register))
        };
        let contents: Vec<_> = if is_little { share.iter().map(content).collect() } else { side_by_side(share, content) };
        for (part, content) in share.iter().zip(contents) {
            match content {
                Some(content) => enter(content, part, &names, &mut overrides, register, out),
                None => matrix::load(part.file, part.version, part.because, &names, register, out),
            }
        }
    }
    resolve(overrides, register, out);
}

/// Each version's folder, with its files.
fn folders<'a>(files: &[File<'a>]) -> Vec<Folder<'a>> {
    let mut folders: Vec<Folder<'_>> = Vec::new();
    for file in files {
        let mut parts = file.path.split('/').skip(1);
        let (Some(set), Some(version)) = (parts.next(), parts.next()) else { continue };
        match folders.last_mut() {
            Some((key, list)) if *key == (set, version) => list.push(*file),
            _ => folders.push(((set, version), vec![*file])),
        }
    }
    folders
}

/// Every cell: where a version cannot be read, nothing is certain anywhere.
fn everywhere(register: &Register) -> Scope {
    Scope { customers: register.all_customers(), services: register.plain_services() }
}

/// Enters one version; nothing where it has no head. Its rules are read all the same where the head is wrong, to report on them.
fn head(
    set: &str,
    version: &str,
    files: &[File<'_>],
    names: &Names,
    register: &mut Register,
    out: &mut Findings,
) -> Option<(VersionId, Because)> {
    let Some(head) = files.iter().find(|file| file.path.ends_with("/ruleset.toml")) else {
        let path = format!("rulesets/{set}/{version}/ruleset.toml");
        out.push(
            Draft::in_file(Code::MissingFile, &path, format!("`{path}` is missing"))
                .help("every version says in it from when it counts and who decided it"),
        );
        return None;
    };
    check_id(set, head.start(), out);
    check_id(version, head.start(), out);
    let (head, because) = header(*head, set, version, names, register, out);
    Some((register.versions.push(head), because))
}

/// Enters what a file holds. Where it names texts of open facts that were not known, it is read again now that they are.
fn enter(
    content: Content,
    part: &Part<'_, '_>,
    names: &Names,
    overrides: &mut Vec<Overrides>,
    register: &mut Register,
    out: &mut Findings,
) {
    for (fact, text) in &content.new {
        register.facts[*fact].values.push(text);
    }
    let Content { rules, options, whole, found, .. } =
        if content.new.is_empty() { content } else { read(part.file, part.version, names, register) };
    out.extend(found);
    for entry in rules {
        match entry.entered("rule", part.version, register, out) {
            Ok(stated) => {
                let rule = register.rules.push(stated.rule);
                if !stated.overrides.is_empty() {
                    overrides.push(Overrides { rule, written: stated.overrides });
                }
            }
            // Nothing certain can be said of its cells.
            Err(scope) => register.holes.push(scope),
        }
    }
    for entry in options {
        // One that cannot be read keeps the register from loading: nothing is said of its cells without it.
        if let Ok(binding) = entry.entered("option", part.version, register, out) {
            register.options.push(binding);
        }
    }
    if !whole {
        register.holes.push(everywhere(register));
    }
}

/// Files in shares of about a megabyte: what one share makes known, the next knows.
fn shares<'s, 'a, 'h>(parts: &'s [Part<'a, 'h>]) -> Vec<&'s [Part<'a, 'h>]> {
    let mut shares = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, part) in parts.iter().enumerate() {
        size += part.file.text.len();
        if size >= SHARE || at + 1 == parts.len() {
            shares.extend(parts.get(start..=at));
            (start, size) = (at + 1, 0);
        }
    }
    shares
}

fn header(file: File<'_>, set: &str, version: &str, names: &Names, register: &mut Register, out: &mut Findings) -> (Version, Because) {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    let title = keys.translated("title", out);
    let reference = keys.boxed("reference", out);
    let patch = keys.get("patch").and_then(|node| node.truth(out)).unwrap_or(false);
    let rank = keys.need("rank", out).and_then(|node| rank(node, register, out));
    let proposed = keys.get("status").and_then(|node| status(node, out)).unwrap_or(false);
    let decided = keys.date("decided", out).map(|(date, _)| Day::of(date));
    let days = values::days(&mut keys, out);
    let awaits = keys.get("awaits");
    if let Some(node) = awaits
        && !proposed
    {
        out.push(
            Draft::new(Code::BadValue, node.place(), "an adopted version awaits nobody")
                .help("write `status = \"proposed\"`, or leave `awaits` out"),
        );
    }
    let awaits = awaits.and_then(|node| names.customers(Some(node), register, out)).map(|ids| ids.to_vec()).unwrap_or_default();
    let because = keys.get("matrix").and_then(|node| node.keys(out)).map(|mut keys| {
        let because = Because { text: keys.both_languages(out), reference: keys.boxed("reference", out) };
        keys.finish(out);
        because
    });
    if decided.is_none() && !proposed && keys.get("decided").is_none() {
        out.push(
            Draft::new(Code::MissingKey, file.start(), "`decided` is missing")
                .help("add the day of the decision, or `status = \"proposed\"` while there is none"),
        );
    }
    keys.finish(out);
    let set_id = rank.and_then(|rank| rule_set(set, rank, file, register, out));
    let version = Version {
        left_out: set_id.is_none() || days.is_none() || (decided.is_none() && !proposed),
        set: set_id.unwrap_or_else(|| stand_in(set, register)),
        key: format!("{set}@{version}").into(),
        // Nothing can be said to come after days that could not be read.
        days: days.unwrap_or(Days { from: Day::LAST, until: Day::LAST }),
        decided,
        proposed,
        patch,
        title,
        reference,
        awaits,
        painted: Painted::default(),
        place: file.start(),
    };
    (version, because.unwrap_or(Because { text: Text::default(), reference: None }))
}

/// A set for a version whose own cannot be told.
fn stand_in(set: &str, register: &mut Register) -> SetId {
    register.sets.find(|known| *known.id == *set).unwrap_or_else(|| register.sets.push(RuleSet { id: set.into(), rank: 0 }))
}

fn rank(node: toml::Node<'_>, register: &Register, out: &mut Findings) -> Option<u8> {
    let word = node.text(out)?;
    let found = position(&register.ranks, word).and_then(|at| u8::try_from(at).ok());
    if found.is_none() {
        out.push(unknown("rank", word, node.place(), register.ranks.iter().map(|rank| &*rank.id)));
    }
    found
}

fn status(node: toml::Node<'_>, out: &mut Findings) -> Option<bool> {
    let word = node.text(out)?;
    if word != "adopted" && word != "proposed" {
        out.push(
            Draft::new(Code::BadValue, node.place(), format!("`{word}` is no status"))
                .maybe_help(did_you_mean(word, ["adopted", "proposed"])),
        );
    }
    Some(word == "proposed")
}

/// The set that a version belongs to; all its versions have one rank.
fn rule_set(set: &str, rank: u8, file: File<'_>, register: &mut Register, out: &mut Findings) -> Option<SetId> {
    let Some(id) = register.sets.find(|known| *known.id == *set) else {
        return Some(register.sets.push(RuleSet { id: set.into(), rank }));
    };
    if register.sets[id].rank == rank {
        return Some(id);
    }
    let other = register.ranks.get(usize::from(register.sets[id].rank)).map_or("", |rank| &rank.id);
    out.push(
        Draft::new(Code::BadValue, file.start(), format!("an earlier version of `{set}` has the rank `{other}`"))
            .help("all versions of a rule set have one rank; begin another rule set"),
    );
    None
}

fn resolve(all: Vec<Overrides>, register: &mut Register, out: &mut Findings) {
    let mut choices: BTreeMap<(SetId, Box<str>), Vec<RuleId>> = BTreeMap::new();
    for (id, rule) in register.rules.iter().filter(|(_, rule)| rule.effect.is_choice()) {
        choices.entry((register.versions[rule.version].set, rule.id.clone())).or_default().push(id);
    }
    for Overrides { rule, written } in all {
        let mut targets = Vec::new();
        for (name, place) in written {
            targets.extend(target(register, &choices, register.rules[rule].version, &name, place, out));
        }
        targets.retain(|target| *target != rule);
        targets.sort_unstable();
        targets.dedup();
        register.rules[rule].overrides = targets;
    }
}

/// The rules that one entry of `overrides` names: `"rule"` here, `"set#rule"` elsewhere at the same rank (S5).
fn target(
    register: &Register,
    choices: &BTreeMap<(SetId, Box<str>), Vec<RuleId>>,
    version: VersionId,
    name: &str,
    place: Place,
    out: &mut Findings,
) -> Vec<RuleId> {
    let own = register.versions[version].set;
    let (set, id) = match name.split_once('#') {
        None => (own, name),
        Some((set, id)) => {
            let Some(found) = register.sets.find(|known| *known.id == *set) else {
                out.push(unknown("rule set", set, place, register.sets.values().map(|set| &*set.id)));
                return Vec::new();
            };
            if register.sets[found].rank != register.sets[own].rank {
                out.push(
                    Draft::new(Code::BadValue, place, format!("`{set}` has another rank, so nothing in it can be overridden from here"))
                        .help("a rank closer to the customer wins without `overrides`; a higher one can set a bound instead"),
                );
                return Vec::new();
            }
            (found, id)
        }
    };
    if let Some(found) = choices.get(&(set, id.into())) {
        return found.clone();
    }
    let is_bound = register.rules.values().any(|rule| *rule.id == *id && register.versions[rule.version].set == set);
    let is_torn = register.rule_ids.iter().any(|(version, known)| **known == *id && register.versions[*version].set == set);
    if is_torn && !is_bound {
        // The rule is there; why it could not be read is told where it stands.
    } else if is_bound {
        out.push(
            Draft::new(Code::BadValue, place, format!("`{id}` is a bound: every bound counts, none is overridden"))
                .help("only grant, deny and as_at rules can be overridden"),
        );
    } else {
        let there = choices.keys().filter(|(found, _)| *found == set).map(|(_, id)| &**id);
        out.push(unknown("rule", name, place, there));
    }
    Vec::new()
}
