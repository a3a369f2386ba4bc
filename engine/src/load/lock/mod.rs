//! `register.lock` in; findings out for every adopted version that was changed after its adoption, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

mod entries;

use super::files::has_ending;
use super::names::unknown;
use super::parse::parse;
use super::toml::{File, Findings, Keys};
use crate::diagnostic::{Code, Draft};
use crate::model::day::Day;
use crate::model::register::Register;
use crate::model::rule::Version;
use crate::source::{Sources, digest_of};
use crate::text::{Bilingual, both};

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
        retroactive(register, &BTreeSet::new(), out);
        missing(register, &both!("there is no `register.lock`", "er is geen `register.lock`"), out);
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
    retroactive(register, &locked, out);
    if locked.is_empty() {
        missing(register, &both!("`register.lock` holds no version", "in `register.lock` staat geen versie"), out);
    } else if catalogue.is_none() {
        let message = both!(
            "`register.lock` does not hold the catalogue: nobody would see an edit of customers, services, facts and values",
            "de catalogus staat niet in `register.lock`: niemand zou zien dat klanten, diensten, feiten of waarden zijn veranderd"
        );
        out.push(Draft::new(Code::AdoptedUnlocked, file.start(), message).help(both!(
            "the next adoption enters it, or `leidraad version lock` now",
            "de volgende vaststelling zet de catalogus erin; nu kan dat met `leidraad version lock`"
        )));
    }
    entries::check(catalogue.as_ref(), register, out);
    for version in register.versions.values().filter(|version| !version.proposed && !locked.is_empty() && !locked.contains(&*version.key)) {
        let message = both!(
            "`{}` is adopted, and `register.lock` does not hold it: nobody would see an edit of it",
            "`{}` is vastgesteld, en staat niet in `register.lock`: niemand zou een wijziging ervan zien",
            version.key
        );
        out.push(Draft::new(Code::AdoptedUnlocked, version.place, message).help(both!(
            "versions are adopted by `leidraad version adopt`; what counts already is locked by `leidraad version lock`",
            "versies worden vastgesteld met `leidraad version adopt`; wat al telt, wordt vergrendeld met `leidraad version lock`"
        )));
    }
    let versions: BTreeMap<&str, &Version> = register.versions.values().map(|version| (&*version.key, version)).collect();
    for (section, begun) in [(adopted, false), (adopting, true)] {
        for (key, place, node) in section.iter().flat_map(Keys::all) {
            let Some(digest) = node.text(out) else { continue };
            let Some(&version) = versions.get(key) else {
                if !begun {
                    out.push(unknown(&both!("version", "versie"), key, place, register.versions.values().map(|version| &*version.key)));
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

/// What changes answers about days that had passed when it was decided. Once it is locked, that is history.
fn retroactive(register: &Register, locked: &BTreeSet<&str>, out: &mut Findings) {
    for version in register.versions.values().filter(|version| !version.proposed && !locked.contains(&*version.key)) {
        let Some(decided) = version.decided.filter(|decided| version.days.from > Day::FIRST && *decided > version.days.from) else {
            continue;
        };
        let message = both!(
            "`{}` was decided on {}, and counts from {} on: it changes answers about days that had passed",
            "`{}` is besloten op {}, en telt vanaf {}: dat verandert antwoorden over dagen die al voorbij waren",
            version.key,
            decided.date(),
            version.days.from.date()
        );
        out.push(Draft::new(Code::VersionRetroactive, version.place, message).help(both!(
            "look at what it changes with `leidraad diff --change {}`; where that is meant, lock it",
            "bekijk wat dat verandert met `leidraad diff --change {}`; is dat de bedoeling, vergrendel haar dan",
            version.key
        )));
    }
}

/// A register of which adopted versions could be edited without anybody seeing it.
fn missing(register: &Register, what: &Bilingual, out: &mut Findings) {
    let count = register.versions.values().filter(|version| !version.proposed).count();
    if count > 0 {
        let message = if count == 1 {
            both!([what] "{what}: nobody would see an edit of what was adopted (1 version)", "{what}: niemand zou een wijziging zien van wat is vastgesteld (1 versie)")
        } else {
            both!(
                [what] "{what}: nobody would see an edit of what was adopted ({count} versions)",
                "{what}: niemand zou een wijziging zien van wat is vastgesteld ({count} versies)"
            )
        };
        out.push(
            Draft::in_file(Code::LockMissing, "register.lock", message)
                .help(both!("lock what counts now with `leidraad version lock`", "vergrendel wat nu telt met `leidraad version lock`")),
        );
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
    let help = both!(
        "take the change back, and make a new version for it: `leidraad version new {} --from DAY`",
        "draai de wijziging terug, en maak er een nieuwe versie voor: `leidraad version new {} --from DAG`",
        key.split('@').next().unwrap_or(key)
    );
    let mut told = false;
    let files: Vec<(&str, File<'_>)> = files_of(key, rulesets).collect();
    for (name, file) in &files {
        let Some((_, before)) = known.iter().find(|(known, _)| known == name) else {
            if !known.is_empty() {
                told = true;
                out.push(
                    Draft::new(
                        Code::AdoptedEdited,
                        file.start(),
                        both!("`{key}` was adopted without this file", "`{key}` is zonder dit bestand vastgesteld"),
                    )
                    .help(help.clone()),
                );
            }
            continue;
        };
        let before: Vec<String> = before.as_bytes().chunks(MARK).map(|mark| String::from_utf8_lossy(mark).into_owned()).collect();
        let changes = changes(&before, &marks(file.text));
        if let Some((first, _)) = changes.first() {
            told = true;
            let words: Vec<Bilingual> = changes.iter().map(|(_, words)| words.clone()).collect();
            let words = Bilingual::list(&words);
            let place = file.place(line_span(file.text, *first));
            out.push(
                Draft::new(
                    Code::AdoptedEdited,
                    place,
                    both!(
                        [words] "`{key}` was changed after its adoption: {words}",
                        "`{key}` is na de vaststelling veranderd: {words}"
                    ),
                )
                .help(help.clone()),
            );
        }
    }
    for (name, _) in known.iter().filter(|(name, _)| files.iter().all(|(there, _)| there != name)) {
        told = true;
        out.push(
            Draft::new(
                Code::AdoptedEdited,
                version.place,
                both!(
                    "`{key}` was adopted with a file `{name}`, which is gone",
                    "`{key}` is vastgesteld met een bestand `{name}`, maar dat is er niet meer"
                ),
            )
            .help(help.clone()),
        );
    }
    if !told {
        out.push(
            Draft::new(
                Code::AdoptedEdited,
                version.place,
                both!("`{key}` was changed after its adoption", "`{key}` is na de vaststelling veranderd"),
            )
            .help(help),
        );
    }
}

/// What became of the lines: the first line of each change, from 0, and the change in words.
fn changes(before: &[String], now: &[String]) -> Vec<(usize, Bilingual)> {
    let lines = |from: usize, count: usize| match count {
        1 => both!("line {}", "regel {}", from + 1),
        _ => both!("lines {} to {}", "regels {} tot en met {}", from + 1, from + count),
    };
    capture_diff_slices(Algorithm::Myers, before, now)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal { .. } => None,
            DiffOp::Insert { new_index, new_len, .. } => {
                let lines = lines(new_index, new_len);
                Some((new_index, both!([lines] "{lines} added", "{lines} toegevoegd")))
            }
            DiffOp::Delete { old_len, new_index, .. } => {
                let words = match old_len {
                    1 => both!("a line taken out after line {new_index}", "een regel weggehaald na regel {new_index}"),
                    _ => both!("{old_len} lines taken out after line {new_index}", "{old_len} regels weggehaald na regel {new_index}"),
                };
                Some((new_index.saturating_sub(1), words))
            }
            DiffOp::Replace { new_index, new_len, .. } => {
                let lines = lines(new_index, new_len);
                Some((new_index, both!([lines] "{lines} changed", "{lines} veranderd")))
            }
        })
        .collect()
}

fn line_span(text: &str, line: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}
