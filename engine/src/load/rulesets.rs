//! `rulesets/<set>/<version>/` in; sets, versions and their rules out, in register order, with `overrides` resolved.

use std::collections::BTreeMap;

use ::toml::de::DeTable;

use super::names::{Names, check_id, position, unknown};
use super::reading::{Because, Overrides, Reading};
use super::toml::{File, Findings, Keys, parse};
use super::values;
use super::{has_ending, matrix, toml};
use super::{options, rules};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{RuleId, SetId, VersionId};
use crate::model::day::{Day, Days};
use crate::model::painted::Painted;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::{RuleSet, Scope, Version};
use crate::parallel::side_by_side;
use crate::text::Text;

/// So many bytes are parsed before they are read.
const SHARE: usize = 1 << 20;
/// Less than this is parsed sooner than other cores are told of it.
const LITTLE: usize = 1 << 16;

/// The files of one version, in order of their names.
type Folder<'a> = ((&'a str, &'a str), Vec<File<'a>>);

pub(super) fn load(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    let mut folders: Vec<Folder<'_>> = Vec::new();
    for file in files {
        let mut parts = file.path.split('/').skip(1);
        let (Some(set), Some(version)) = (parts.next(), parts.next()) else { continue };
        match folders.last_mut() {
            Some((key, list)) if *key == (set, version) => list.push(*file),
            _ => folders.push(((set, version), vec![*file])),
        }
    }
    let mut overrides = Vec::new();
    for ((set, version), files) in folders {
        let known = register.versions.len();
        if !folder(set, version, &files, &names, &mut overrides, register, out) {
            register.holes.push(everywhere(register));
        }
        debug_assert!(register.versions.len() <= known + 1, "a folder is one version");
    }
    resolve(overrides, register, out);
}

/// Every cell: where a version cannot be read, nothing is certain anywhere.
fn everywhere(register: &Register) -> Scope {
    Scope { customers: register.all_customers(), services: register.plain_services() }
}

/// Loads one version; false if its head could not be read. Its rules are read all the same, to report on them.
fn folder(
    set: &str,
    version: &str,
    files: &[File<'_>],
    names: &Names,
    overrides: &mut Vec<Overrides>,
    register: &mut Register,
    out: &mut Findings,
) -> bool {
    let folder = format!("rulesets/{set}/{version}");
    let Some(head) = files.iter().find(|file| file.path.ends_with("/ruleset.toml")) else {
        let path = format!("{folder}/ruleset.toml");
        out.push(
            Draft::in_file(Code::MissingFile, &path, format!("`{path}` is missing"))
                .help("every version says in it from when it counts and who decided it"),
        );
        return false;
    };
    check_id(set, head.start(), out);
    check_id(version, head.start(), out);
    let (head, because) = header(*head, set, version, names, register, out);
    let sound = !head.left_out;
    let id = register.versions.push(head);
    for share in shares(files) {
        let is_little = share.iter().map(|file| file.text.len()).sum::<usize>() < LITTLE;
        let trees: Vec<_> = if is_little { share.iter().map(parsed).collect() } else { side_by_side(share, parsed) };
        for (file, tree) in share.iter().zip(trees) {
            if let Some(((tree, whole), found)) = tree {
                out.extend(found);
                let mut keys = Keys::new(*file, &tree, file.start());
                let mut reading = Reading { version: id, names, register, overrides, out };
                rules::load(&mut keys, &mut reading);
                options::load(&mut keys, &mut reading);
                keys.finish(out);
                if !whole {
                    register.holes.push(everywhere(register));
                }
            } else if has_ending(file.path, "csv") {
                matrix::load(*file, id, &because, names, register, out);
            }
        }
    }
    sound
}

/// A file of rules as a tree, and whether that is all of it, with what was found on the way.
type Parsed<'a> = ((DeTable<'a>, bool), Findings);

fn parsed<'a>(file: &File<'a>) -> Option<Parsed<'a>> {
    let is_table = !has_ending(file.path, "csv") && !file.path.ends_with("/ruleset.toml");
    let mut found = Findings::new();
    is_table.then(|| (parse(*file, &mut found), found))
}

/// Files in shares of about a megabyte: a share is parsed side by side, then read in order, and its trees are let go before the next.
fn shares<'f, 'a>(files: &'f [File<'a>]) -> Vec<&'f [File<'a>]> {
    let mut shares = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        size += file.text.len();
        if size >= SHARE || at + 1 == files.len() {
            shares.extend(files.get(start..=at));
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
