//! `rulesets/<set>/<version>/` in; sets, versions and their rules out, in register order, with `overrides` resolved.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::entry::Taken;
use super::names::{Names, check_id, position, unknown};
use super::parse::ERRORS;
use super::parse::parse;
use super::pieces::pieces;
use super::reading::{Content, read};
use super::texts::{self, Settled};
use super::toml::{File, Findings, Keys};
use super::{overrides, toml, values};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{FactId, SetId, VersionId};
use crate::model::bitemporal::Timelines;
use crate::model::day::{Day, Days};
use crate::model::register::{Entered, Register};
use crate::model::rule::{Because, RuleSet, Table, Version};
use crate::model::set::Set;
use crate::parallel::side_by_side;
use crate::text::both;

/// How many bytes are read side by side before they are entered.
const SHARE: usize = 1 << 20;
/// Less than this is read sooner than other cores are told of it.
const LITTLE: usize = 1 << 16;

/// The files of one version, in order of their names.
type Folder<'a> = ((&'a str, &'a str), Vec<File<'a>>);

/// A file of rules, or a piece of one, and the version that it belongs to.
struct Part<'a> {
    file: File<'a>,
    version: VersionId,
}

pub(super) fn load(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    let mut parts: Vec<Part<'_>> = Vec::new();
    for ((set, version), files) in folders(files) {
        let head = head(set, version, &files, &names, register, out);
        if head.is_none_or(|version| register.versions[version].left_out) {
            register.holes.push(register.everywhere());
        }
        if let Some(version) = head {
            let rules = files.into_iter().filter(|file| !is_head(file.path));
            parts.extend(rules.flat_map(pieces).map(|file| Part { file, version }));
        }
    }
    let mut taken = Taken::default();
    for share in shares(&parts) {
        let is_little = share.iter().map(|part| part.file.text.len()).sum::<usize>() < LITTLE;
        let content = |part: &Part<'_>| read(part.file, part.version, &names, register);
        let contents: Vec<_> = if is_little { share.iter().map(content).collect() } else { side_by_side(share, content) };
        for (part, content) in share.iter().zip(contents) {
            enter(content, part, &mut taken, register, out);
        }
    }
    if parts.iter().any(|part| part.file.base > 0) {
        settle_texts(register);
    }
    overrides::resolve(&taken, register, out);
}

/// Whether a file is the head of its version; the others hold its rules.
pub(super) fn is_head(path: &str) -> bool {
    path.ends_with("/ruleset.toml")
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

/// Enters one version; `None` if it has no head. Its rules are read all the same where the head is wrong, to report on them.
fn head(set: &str, version: &str, files: &[File<'_>], names: &Names, register: &mut Register, out: &mut Findings) -> Option<VersionId> {
    let Some(head) = files.iter().find(|file| is_head(file.path)) else {
        let path = format!("rulesets/{set}/{version}/ruleset.toml");
        out.push(Draft::in_file(Code::MissingFile, &path, both!("`{path}` is missing", "`{path}` ontbreekt")).help(both!(
            "every version says in it from when it counts and who decided it",
            "elke versie zegt daarin vanaf wanneer zij telt en wie haar vaststelde"
        )));
        return None;
    };
    check_id(set, head.start(), out);
    check_id(version, head.start(), out);
    let head = header(*head, set, version, names, register, out);
    Some(register.versions.push(head))
}

/// Enters what a file holds.
fn enter(content: Content, part: &Part<'_>, taken: &mut Taken, register: &mut Register, out: &mut Findings) {
    let (texts, settled) = (content.named(), texts::enter(&content.texts, register));
    out.extend(within_limit(content.found, part.file, out));
    let (rules, options) = (register.rules.len(), register.options.len());
    for entry in content.rules {
        match entry.entered(&both!("rule", "regel"), part.version, taken, out) {
            Ok(mut rule) => {
                if !settled.is_empty() {
                    rule.when.iter_mut().for_each(|table| renumber(table, &settled));
                }
                register.rules.push(Arc::new(rule));
            }
            // Nothing certain can be said of its cells.
            Err(scope) => register.holes.push(scope),
        }
    }
    for entry in content.options {
        // One that cannot be read keeps the register from loading: nothing is said of its cells without it.
        if let Ok(binding) = entry.entered(&both!("option", "optie"), part.version, taken, out) {
            register.options.push(binding);
        }
    }
    register.holes.extend(content.holes);
    let (rules, options) = (register.rules.len() - rules, register.options.len() - options);
    if let Some(entered) = register.entered.last_mut().filter(|_| part.file.base > 0) {
        // A further piece of the same file.
        entered.rules += rules;
        entered.options += options;
        entered.texts.extend(texts);
    } else {
        let (file, version, is_first) = (part.file.id, part.version, content.is_first);
        register.entered.push(Entered { file, version, rules, options, texts, is_first });
    }
}

/// Of a file that is no TOML, no more is told for its being read in pieces.
fn within_limit(mut found: Findings, file: File<'_>, before: &Findings) -> Findings {
    let is_torn = |draft: &Draft| draft.code() == Code::TomlSyntax;
    if file.base > 0 && found.iter().any(is_torn) {
        let mut told = before.iter().filter(|draft| is_torn(draft) && draft.is_in(file.id)).count();
        found.retain(|draft| {
            told += usize::from(is_torn(draft));
            !is_torn(draft) || told <= ERRORS
        });
    }
    found
}

/// The texts that a file names, as if it had been read in one piece: by fact, each once.
fn settle_texts(register: &mut Register) {
    for entered in &mut register.entered {
        let mut seen = FxHashSet::default();
        entered.texts.retain(|named| seen.insert(named.clone()));
        entered.texts.sort_by_key(|(fact, _)| *fact);
    }
}

/// Puts the numbers that new texts have for good in a table of tests.
fn renumber(table: &mut Arc<Table>, settled: &[Settled]) {
    let renumbered = |(fact, set): &(FactId, Set)| {
        let test = settled.iter().find_map(|settled| settled.test(*fact, set));
        (*fact, test.unwrap_or_else(|| set.clone()))
    };
    *table = Arc::new(table.iter().map(renumbered).collect());
}

/// Files in shares of about a megabyte: what one share makes known, the next knows.
fn shares<'s, 'a>(parts: &'s [Part<'a>]) -> Vec<&'s [Part<'a>]> {
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

fn header(file: File<'_>, set: &str, version: &str, names: &Names, register: &mut Register, out: &mut Findings) -> Version {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    let title = keys.translated("title", out);
    let reference = keys.boxed("reference", out);
    let patch = keys.get("patch").and_then(|node| node.truth(out)).unwrap_or(false);
    let rank = keys.need("rank", out).and_then(|node| rank(node, register, out));
    let proposed = keys.get("status").and_then(|node| status(node, out)).unwrap_or(false);
    let decided_by = keys.translated("decided_by", out);
    let decided = keys.date("decided", out).map(|(date, _)| Day::of(date));
    let days = values::days(&mut keys, out);
    let awaits = keys.get("awaits");
    if let Some(node) = awaits
        && !proposed
    {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("an adopted version awaits nobody", "een vastgestelde versie wacht op niemand"))
                .help(both!(
                    "write `status = \"proposed\"`, or leave `awaits` out",
                    "schrijf `status = \"proposed\"`, of laat `awaits` weg"
                )),
        );
    }
    let awaits = awaits.and_then(|node| names.customers(Some(node), register, out)).map(|ids| ids.to_vec()).unwrap_or_default();
    let matrix = keys.get("matrix").and_then(|node| node.keys(out)).map(|mut keys| {
        let because = Because { text: keys.both_languages(out), reference: keys.boxed("reference", out) };
        keys.finish(out);
        because
    });
    if decided.is_none() && !proposed && keys.get("decided").is_none() {
        out.push(Draft::new(Code::MissingKey, file.start(), both!("`decided` is missing", "`decided` ontbreekt")).help(both!(
            "add the day of the decision, or `status = \"proposed\"` while there is none",
            "voeg de dag van het besluit toe, of `status = \"proposed\"` zolang er nog geen besluit is"
        )));
    }
    keys.finish(out);
    let set_id = rank.and_then(|rank| rule_set(set, rank, file, register, out));
    Version {
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
        decided_by,
        matrix: matrix.unwrap_or_default(),
        awaits,
        timelines: Timelines::default(),
        place: file.start(),
    }
}

/// The set that is being entered, if it is this one: all versions of a set come one after the other.
fn current(set: &str, register: &Register) -> Option<SetId> {
    register.sets.last().filter(|last| *register.sets[*last].id == *set)
}

/// A set for a version whose own cannot be told.
fn stand_in(set: &str, register: &mut Register) -> SetId {
    current(set, register).unwrap_or_else(|| register.sets.push(RuleSet { id: set.into(), rank: 0, versions: Vec::new() }))
}

fn rank(node: toml::Node<'_>, register: &Register, out: &mut Findings) -> Option<u8> {
    let word = node.text(out)?;
    let found = position(&register.ranks, word).and_then(|at| u8::try_from(at).ok());
    if found.is_none() {
        out.push(unknown(&both!("rank", "rang"), word, node.place(), register.ranks.iter().map(|rank| &*rank.id)));
    }
    found
}

fn status(node: toml::Node<'_>, out: &mut Findings) -> Option<bool> {
    let word = node.text(out)?;
    if word != "adopted" && word != "proposed" {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("`{word}` is no status", "`{word}` is geen status"))
                .maybe_help(did_you_mean(word, ["adopted", "proposed"])),
        );
    }
    Some(word == "proposed")
}

/// The set that a version belongs to; all its versions have one rank.
fn rule_set(set: &str, rank: u8, file: File<'_>, register: &mut Register, out: &mut Findings) -> Option<SetId> {
    let Some(id) = current(set, register) else {
        return Some(register.sets.push(RuleSet { id: set.into(), rank, versions: Vec::new() }));
    };
    if register.sets[id].rank == rank {
        return Some(id);
    }
    let other = register.ranks.get(usize::from(register.sets[id].rank)).map_or("", |rank| &rank.id);
    out.push(
        Draft::new(
            Code::BadValue,
            file.start(),
            both!("an earlier version of `{set}` has the rank `{other}`", "een eerdere versie van `{set}` heeft de rang `{other}`"),
        )
        .help(both!(
            "all versions of a rule set have one rank; begin another rule set",
            "alle versies van een regelset hebben één rang; begin een andere regelset"
        )),
    );
    None
}
