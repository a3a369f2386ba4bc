//! Sources in; each file as the part of a register that its path makes it out, and a finding for what is none.

use super::names::is_id;
use super::toml::{File, Findings};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::source::{DEPTH, FILE_LIMIT, Sources, TOTAL_LIMIT, Unread};
use crate::text::both;

/// The files of a register by the part that they make up.
#[derive(Default)]
pub(super) struct Parts<'a> {
    pub(super) head: Option<File<'a>>,
    pub(super) customers: Option<File<'a>>,
    pub(super) facts: Option<File<'a>>,
    pub(super) lock: Option<File<'a>>,
    pub(super) services: Vec<File<'a>>,
    pub(super) values: Vec<File<'a>>,
    pub(super) scenarios: Vec<File<'a>>,
    pub(super) rulesets: Vec<File<'a>>,
}

/// Paths of files with their digests.
pub(super) type Digests = Vec<(Box<str>, Box<str>)>;

/// The digest of all files together, and that of each.
pub(super) fn digests(sources: &Sources) -> (String, Digests) {
    (sources.digest(), sources.digests().map(|(path, digest)| (path.into(), digest.into())).collect())
}

pub(super) fn sort_files<'a>(sources: &'a Sources, out: &mut Findings) -> Parts<'a> {
    let mut parts = Parts::default();
    for ((id, path, bytes), (_, digest)) in sources.iter().zip(sources.digests()) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) if path.starts_with("plugins/") || is_prose(path) => continue,
            Err(fault) => {
                let at = fault.valid_up_to();
                out.push(
                    Draft::new(
                        Code::NotUtf8,
                        File { id, path, text: "", digest, base: 0 }.place(at..at + 1),
                        both!("this byte is no UTF-8", "deze byte is geen UTF-8"),
                    )
                    .help(both!(
                        "save the file as UTF-8 in your editor or spreadsheet",
                        "sla het bestand in uw editor of spreadsheet op als UTF-8"
                    )),
                );
                ""
            }
        };
        let file = File { id, path, text, digest, base: 0 };
        let names: Vec<&str> = path.split('/').collect();
        match names.as_slice() {
            ["register.toml"] => parts.head = Some(file),
            ["customers.toml"] => parts.customers = Some(file),
            ["facts.toml"] => parts.facts = Some(file),
            ["register.lock"] => parts.lock = Some(file),
            // A copy that a file manager or a spreadsheet made is not taken for another file of rules.
            ["services" | "values" | "scenarios" | "plugins", name] | ["rulesets", _, _, name] if is_data(name) && !is_named(name) => {
                out.push(
                    Draft::in_file(
                        Code::UnknownFile,
                        path,
                        both!(
                            "a file of this name could be a copy of another, and is not read",
                            "een bestand met deze naam kan een kopie van een ander zijn, en wordt niet gelezen"
                        ),
                    )
                    .help(both!(
                        "take it away; or give it a name of lower-case letters, digits, `-`, `_` and `.`",
                        "haal het weg; of geef het een naam van kleine letters, cijfers, `-`, `_` en `.`"
                    )),
                );
            }
            ["services", name] if is_toml(name) => parts.services.push(file),
            ["values", name] if is_toml(name) => parts.values.push(file),
            ["scenarios", name] if is_toml(name) => parts.scenarios.push(file),
            ["rulesets", _, _, name] if is_toml(name) || has_ending(name, "csv") => parts.rulesets.push(file),
            ["plugins", name] if has_ending(name, "rhai") || has_ending(name, "wasm") => {}
            _ if is_prose(path) => {}
            _ => out.push(unknown_file(path)),
        }
    }
    for (found, path) in [(parts.head, "register.toml"), (parts.customers, "customers.toml"), (parts.facts, "facts.toml")] {
        if found.is_none() && sources.unread.is_empty() {
            out.push(Draft::in_file(Code::MissingFile, path, both!("`{path}` is missing", "`{path}` ontbreekt")).help(both!(
                "every register has this file; docs/format.md describes it",
                "elk register heeft dit bestand; docs/format.md beschrijft het"
            )));
        }
    }
    parts
}

pub(super) fn unread(path: &str, reason: &Unread) -> Draft {
    match reason {
        Unread::NoFolder { exists } => {
            let what = if *exists { both!("is no folder", "is geen map") } else { both!("does not exist", "bestaat niet") };
            Draft::in_file(Code::MissingFile, path, both!([what] "the register `{path}` {what}", "het register `{path}` {what}")).help(
                both!(
                    "name the register's folder, the one that holds `register.toml`, with `--register DIR`",
                    "noem met `--register MAP` de map van het register: die met `register.toml` erin"
                ),
            )
        }
        Unread::Loop => Draft::in_file(
            Code::FolderLoop,
            path,
            both!("the link leads back to a folder above it", "de koppeling leidt terug naar een map erboven"),
        )
        .help(both!("remove the link", "haal de koppeling weg")),
        Unread::Outside => Draft::in_file(
            Code::LinkOutside,
            path,
            both!("the link leads out of the register's folder", "de koppeling leidt uit de map van het register"),
        )
        .help(both!(
            "put the file itself there; a link within the folder is followed",
            "zet het bestand zelf daar; een koppeling binnen de map wordt gevolgd"
        )),
        Unread::NotPlain(what) => Draft::in_file(
            Code::ReadFailed,
            path,
            both!([what] "this is no plain file, but {what}", "dit is geen gewoon bestand, maar {what}"),
        )
        .help(both!("put a file there, or take it away", "zet er een bestand neer, of haal dit weg")),
        Unread::TooMuch => Draft::in_file(
            Code::TooLarge,
            path,
            both!(
                "with this file, the register is larger than {} MiB",
                "met dit bestand erbij is het register groter dan {} MiB",
                TOTAL_LIMIT >> 20
            ),
        )
        .help(both!("take out what is no part of the register", "haal weg wat niet bij het register hoort")),
        Unread::TooDeep => Draft::in_file(
            Code::TooLarge,
            path,
            both!(
                "it lies below more than {} folders, and is not read",
                "het bestand ligt meer dan {} mappen diep, en wordt niet gelezen",
                DEPTH - 1
            ),
        )
        .help(both!(
            "no part of a register lies so deep: move it, or take it out",
            "niets van een register ligt zo diep: verplaats het, of haal het weg"
        )),
        Unread::Refused { message, help } => Draft::in_file(Code::SourceRefused, path, message.clone()).help(help.clone()),
        Unread::TooLarge(size) => Draft::in_file(
            Code::TooLarge,
            path,
            both!(
                "the file has {} MiB; at most {} can be read",
                "het bestand is {} MiB groot; ten hoogste {} MiB kan worden gelezen",
                size >> 20,
                FILE_LIMIT >> 20
            ),
        )
        .help(both!(
            "split it over several files: every *.toml of a folder is read",
            "verdeel het over meer bestanden: elke *.toml van een map wordt gelezen"
        )),
        Unread::Failed(cause) => {
            Draft::in_file(Code::ReadFailed, path, both!("it cannot be read: {cause}", "het is niet te lezen: {cause}"))
                .help(both!("check its permissions, or where its link leads", "kijk naar de rechten, of waar de koppeling heen leidt"))
        }
    }
}

/// Whether a file is named like one that counts.
fn is_data(name: &str) -> bool {
    ["toml", "csv", "rhai", "wasm"].iter().any(|ending| has_ending(name, ending))
}

/// Whether the name of a file is one that authors give, apart from its ending.
fn is_named(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, _)| is_id(stem))
}

fn is_toml(name: &str) -> bool {
    has_ending(name, "toml")
}

pub(super) fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, found)| !stem.is_empty() && found == ending)
}

/// Files for people: they may stand anywhere.
fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    has_ending(name, "md") || has_ending(name, "txt") || name.starts_with("LICENSE")
}

fn unknown_file(path: &str) -> Draft {
    let places = [
        "register.toml",
        "customers.toml",
        "facts.toml",
        "register.lock",
        "services/<domain>.toml",
        "values/<name>.toml",
        "scenarios/<name>.toml",
        "rulesets/<set>/<version>/<name>.toml",
        "rulesets/<set>/<version>/<name>.csv",
    ];
    let folder = path.split('/').next().unwrap_or(path);
    let near = places.into_iter().filter(|place| place.starts_with(folder)).collect::<Vec<_>>();
    let help = if near.is_empty() {
        did_you_mean(path, places.into_iter().take(4))
    } else {
        Some(both!("here belong {}", "hier horen {}", near.join(", ")))
    };
    Draft::in_file(Code::UnknownFile, path, both!("this file is no part of a register", "dit bestand hoort niet bij een register"))
        .maybe_help(help.or_else(|| Some(both!("move it out, or rename it", "verplaats het, of geef het een andere naam"))))
}
