//! `register.lock` in; findings out for every adopted version that was changed after its adoption, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

mod entries;

use super::files::has_ending;
use super::names::unknown;
use super::toml::{File, Findings, Keys, parse};
use crate::diagnostic::{Code, Draft};
use crate::model::register::Register;
use crate::model::rule::Version;
use crate::source::{Sources, digest_of};

/// How much of a line's digest is kept to tell it from another.
const MARK: usize = 6;

/// What `register.lock` holds of a version: a digest over its files, and a mark for each of their lines.
///
/// ```
/// let sources = leidraad::Sources::folder("rules");
/// let locked = sources.locked("dvo-leiderdorp@2025-1");
/// assert!(locked.digest.starts_with("sha256:"));
/// assert_eq!(locked.lines[0].0, "matrix.csv");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Locked {
    /// `sha256:…` over file names and their text, line ends apart
    pub digest: String,
    /// each file with the marks of its lines
    pub lines: Vec<(String, String)>,
}

impl Sources {
    /// What stands in `register.lock` for a version, `set@version`, once it is adopted as it is here.
    pub fn locked(&self, version: &str) -> Locked {
        let folder = Sources::version_folder(version) + "/";
        let (mut all, mut lines) = (String::new(), Vec::new());
        for ((path, digest), (_, _, bytes)) in self.digests().zip(self.iter()) {
            // What is for people to read counts for nothing, and may change.
            let name = path.strip_prefix(&folder).filter(|name| counts(name));
            if let (Some(name), Ok(text)) = (name, std::str::from_utf8(bytes)) {
                enter(&mut all, name, text, digest);
                lines.push((name.to_owned(), marks(text).concat()));
            }
        }
        Locked { digest: format!("sha256:{}", digest_of(all.as_bytes())), lines }
    }
}

/// Whether a file of a version's folder is one of its rules, or its head.
fn counts(name: &str) -> bool {
    !name.contains('/') && (has_ending(name, "toml") || has_ending(name, "csv"))
}

/// The files in the folder of a version, each with its name there. All come in the order of their paths.
fn files_of<'a>(version: &str, rulesets: &[File<'a>]) -> impl Iterator<Item = (&'a str, File<'a>)> {
    let folder = Sources::version_folder(version) + "/";
    let first = rulesets.partition_point(|file| *file.path < *folder);
    rulesets.get(first..).unwrap_or_default().iter().map_while(move |file| Some((file.path.strip_prefix(&folder)?, *file)))
}

/// The digest of a text with its line ends made one: the file's own, where they are.
fn enter(all: &mut String, name: &str, text: &str, digest: &str) {
    if text.contains("\r\n") {
        let _ = writeln!(all, "{name}\0{}", digest_of(text.replace("\r\n", "\n").as_bytes()));
    } else {
        let _ = writeln!(all, "{name}\0{digest}");
    }
}

fn marks(text: &str) -> Vec<String> {
    text.lines().map(|line| digest_of(line.as_bytes()).chars().take(MARK).collect()).collect()
}

/// What stands in the lock for all that is no version, by name.
pub(crate) fn lock_entries(register: &Register) -> BTreeMap<String, String> {
    entries::entries(register).into_iter().map(|(name, entry)| (name, entry.mark)).collect()
}

pub(super) fn check(file: Option<File<'_>>, rulesets: &[File<'_>], register: &Register, out: &mut Findings) {
    let Some(file) = file else {
        missing(register, "there is no `register.lock`", out);
        return;
    };
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    let adopted = keys.get("adopted").and_then(|node| node.keys(out));
    // An adoption that did not end: it counts from the moment at which the version itself says that it is adopted.
    let adopting = keys.get("adopting").and_then(|node| node.keys(out));
    let lines = keys.get("lines").and_then(|node| node.keys(out));
    let catalogue = keys.get("catalogue").and_then(|node| node.keys(out));
    keys.finish(out);
    let locked: BTreeSet<&str> = [&adopted, &adopting].into_iter().flatten().flat_map(Keys::all).map(|(key, ..)| key).collect();
    if locked.is_empty() {
        missing(register, "`register.lock` holds no version", out);
    } else if catalogue.is_none() {
        let message = "`register.lock` does not hold the catalogue: nobody would see an edit of customers, services, facts and values";
        out.push(
            Draft::new(Code::AdoptedUnlocked, file.start(), message).help("the next adoption enters it, or `leidraad version lock` now"),
        );
    }
    entries::check(catalogue.as_ref(), register, out);
    for version in register.versions.values().filter(|version| !version.proposed && !locked.is_empty() && !locked.contains(&*version.key)) {
        let message = format!("`{}` is adopted, and `register.lock` does not hold it: nobody would see an edit of it", version.key);
        out.push(
            Draft::new(Code::AdoptedUnlocked, version.place, message)
                .help("versions are adopted by `leidraad version adopt`; what counts already is locked by `leidraad version lock`"),
        );
    }
    let versions: BTreeMap<&str, &Version> = register.versions.values().map(|version| (&*version.key, version)).collect();
    for (section, begun) in [(adopted, false), (adopting, true)] {
        for (key, place, node) in section.iter().flat_map(Keys::all) {
            let Some(digest) = node.text(out) else { continue };
            let Some(&version) = versions.get(key) else {
                if !begun {
                    out.push(unknown("version", key, place, register.versions.values().map(|version| &*version.key)));
                }
                continue;
            };
            if begun && version.proposed {
                continue;
            }
            let now = digest_now(key, rulesets);
            if now == digest {
                continue;
            }
            let known: Vec<(&str, &str)> = lines
                .iter()
                .flat_map(Keys::all)
                .filter(|(version, _, _)| *version == key)
                .filter_map(|(_, _, node)| node.keys(out))
                .flat_map(|files| files.all().into_iter().filter_map(|(name, _, node)| Some((name, node.as_text()?))).collect::<Vec<_>>())
                .collect();
            edited(version, &known, rulesets, out);
        }
    }
}

/// A register of which adopted versions could be edited without anybody seeing it.
fn missing(register: &Register, what: &str, out: &mut Findings) {
    let count = register.versions.values().filter(|version| !version.proposed).count();
    if count > 0 {
        let message =
            format!("{what}: nobody would see an edit of what was adopted ({count} version{})", if count == 1 { "" } else { "s" });
        out.push(Draft::in_file(Code::LockMissing, "register.lock", message).help("lock what counts now with `leidraad version lock`"));
    }
}

/// The digest of one version: over its file names and their bytes, line ends apart.
fn digest_now(key: &str, rulesets: &[File<'_>]) -> String {
    let mut all = String::new();
    files_of(key, rulesets).for_each(|(name, file)| enter(&mut all, name, file.text, file.digest));
    format!("sha256:{}", digest_of(all.as_bytes()))
}

/// A finding for each file that was changed; for the version as a whole, where the lock does not know its lines.
fn edited(version: &Version, known: &[(&str, &str)], rulesets: &[File<'_>], out: &mut Findings) {
    let key = &version.key;
    let help = format!(
        "take the change back, and make a new version for it: `leidraad version new {} --from DAY`",
        key.split('@').next().unwrap_or(key)
    );
    let mut told = false;
    let files: Vec<(&str, File<'_>)> = files_of(key, rulesets).collect();
    for (name, file) in &files {
        let Some((_, before)) = known.iter().find(|(known, _)| known == name) else {
            if !known.is_empty() {
                told = true;
                out.push(
                    Draft::new(Code::AdoptedEdited, file.start(), format!("`{key}` was adopted without this file")).help(help.clone()),
                );
            }
            continue;
        };
        let before: Vec<String> = before.as_bytes().chunks(MARK).map(|mark| String::from_utf8_lossy(mark).into_owned()).collect();
        let changes = changes(&before, &marks(file.text));
        if let Some((first, _)) = changes.first() {
            told = true;
            let words: Vec<&str> = changes.iter().map(|(_, words)| words.as_str()).collect();
            let place = file.place(line_span(file.text, *first));
            out.push(
                Draft::new(Code::AdoptedEdited, place, format!("`{key}` was changed after its adoption: {}", words.join("; ")))
                    .help(help.clone()),
            );
        }
    }
    for (name, _) in known.iter().filter(|(name, _)| files.iter().all(|(there, _)| there != name)) {
        told = true;
        out.push(
            Draft::new(Code::AdoptedEdited, version.place, format!("`{key}` was adopted with a file `{name}`, which is gone"))
                .help(help.clone()),
        );
    }
    if !told {
        out.push(Draft::new(Code::AdoptedEdited, version.place, format!("`{key}` was changed after its adoption")).help(help));
    }
}

/// What became of the lines: the first line of each change, from 0, and the change in words.
fn changes(before: &[String], now: &[String]) -> Vec<(usize, String)> {
    let lines = |range: &Range<usize>| {
        if range.len() == 1 { format!("line {}", range.start + 1) } else { format!("lines {} to {}", range.start + 1, range.end) }
    };
    let verb = |range: &Range<usize>| if range.len() == 1 { "was" } else { "were" };
    capture_diff_slices(Algorithm::Myers, before, now)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal { .. } => None,
            DiffOp::Insert { new_index, new_len, .. } => {
                let range = new_index..new_index + new_len;
                Some((new_index, format!("{} {} added", lines(&range), verb(&range))))
            }
            DiffOp::Delete { old_len, new_index, .. } => {
                let count = if old_len == 1 { "a line was".to_owned() } else { format!("{old_len} lines were") };
                Some((new_index.saturating_sub(1), format!("{count} taken out after line {new_index}")))
            }
            DiffOp::Replace { new_index, new_len, .. } => {
                let range = new_index..new_index + new_len;
                Some((new_index, format!("{} {} changed", lines(&range), verb(&range))))
            }
        })
        .collect()
}

fn line_span(text: &str, line: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}
