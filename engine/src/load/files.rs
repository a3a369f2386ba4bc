//! Sources in; each file as the part of a register that its path makes it out, and a finding for what is none.

use super::names::is_id;
use super::toml::{File, Findings};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::source::{DEPTH, FILE_LIMIT, Sources, TOTAL_LIMIT, Unread};

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
                    Draft::new(Code::NotUtf8, File { id, path, text: "", digest }.place(at..at + 1), "this byte is no UTF-8")
                        .help("save the file as UTF-8 in your editor or spreadsheet"),
                );
                ""
            }
        };
        let file = File { id, path, text, digest };
        let names: Vec<&str> = path.split('/').collect();
        match names.as_slice() {
            ["register.toml"] => parts.head = Some(file),
            ["customers.toml"] => parts.customers = Some(file),
            ["facts.toml"] => parts.facts = Some(file),
            ["register.lock"] => parts.lock = Some(file),
            // A copy that a file manager or a spreadsheet made is not taken for another file of rules.
            ["services" | "values" | "scenarios" | "plugins", name] | ["rulesets", _, _, name] if is_data(name) && !is_named(name) => {
                out.push(
                    Draft::in_file(Code::UnknownFile, path, "a file of this name could be a copy of another, and is not read")
                        .help("take it away; or give it a name of lower-case letters, digits, `-`, `_` and `.`"),
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
            out.push(
                Draft::in_file(Code::MissingFile, path, format!("`{path}` is missing"))
                    .help("every register has this file; docs/format.md describes it"),
            );
        }
    }
    parts
}

pub(super) fn unread(path: &str, reason: &Unread) -> Draft {
    match reason {
        Unread::NoFolder { exists } => {
            let what = if *exists { "is no folder" } else { "does not exist" };
            Draft::in_file(Code::MissingFile, path, format!("the register `{path}` {what}"))
                .help("name the register's folder, the one that holds `register.toml`, with `--register DIR`")
        }
        Unread::Loop => Draft::in_file(Code::FolderLoop, path, "the link leads back to a folder above it").help("remove the link"),
        Unread::Outside => Draft::in_file(Code::LinkOutside, path, "the link leads out of the register's folder")
            .help("put the file itself there; a link within the folder is followed"),
        Unread::NotPlain(what) => {
            Draft::in_file(Code::ReadFailed, path, format!("this is no plain file, but {what}")).help("put a file there, or take it away")
        }
        Unread::TooMuch => {
            Draft::in_file(Code::TooLarge, path, format!("from this file on, the register has more than {} MiB", TOTAL_LIMIT >> 20))
                .help("take out what is no part of the register")
        }
        Unread::TooDeep => Draft::in_file(Code::TooLarge, path, format!("it lies below more than {} folders, and is not read", DEPTH - 1))
            .help("no part of a register lies so deep: move it, or take it out"),
        Unread::Bundle { message, help } => Draft::in_file(Code::BadBundle, path, message.clone()).help(help.clone()),
        Unread::TooLarge(size) => {
            Draft::in_file(Code::TooLarge, path, format!("the file has {} MiB; at most {} can be read", size >> 20, FILE_LIMIT >> 20))
                .help("split it over several files: every *.toml of a folder is read")
        }
        Unread::Failed(cause) => Draft::in_file(Code::ReadFailed, path, format!("it cannot be read: {cause}"))
            .help("check its permissions, or where its link leads"),
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
    let help =
        if near.is_empty() { did_you_mean(path, places.into_iter().take(4)) } else { Some(format!("here belong {}", near.join(", "))) };
    Draft::in_file(Code::UnknownFile, path, "this file is no part of a register")
        .maybe_help(help.or_else(|| Some("move it out, or rename it".to_owned())))
}
