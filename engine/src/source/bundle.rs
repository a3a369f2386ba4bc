//! A tar archive in, its files out. It is read strictly: plain files, each path once, up to an end that is marked. What is anything else is
//! told by its name, and nothing is passed over.

use std::collections::BTreeSet;
use std::io::Read;

use tar::EntryType;

use super::found::{DEPTH, FILE_LIMIT, Found, TOTAL_LIMIT, Unread, is_hidden};

/// Blocks that a tar archive is made of.
const BLOCK: usize = 512;
/// A tar archive ends with two empty blocks.
const END: usize = 2 * BLOCK;

pub(super) fn read(archive: &[u8]) -> Found {
    let mut found = Found::default();
    let mut reading = Reading { found: &mut found, seen: BTreeSet::new(), total: 0 };
    match unpacked(archive) {
        Some((message, help)) => reading.refuse("bundle", message, help),
        None => {
            if let Err(fault) = reading.entries(archive) {
                reading.refuse("bundle", &format!("it is no tar archive: {fault}"), PACK);
            }
        }
    }
    nested(&mut found);
    found
}

const PACK: &str = "pack the register with `tar -C FOLDER -cf FILE .`";

/// What a file is that is no archive as it stands, and the way out.
fn unpacked(archive: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = |magic: &[u8]| archive.starts_with(magic);
    if archive.is_empty() {
        Some(("it is empty", PACK))
    } else if begins(&[0x1f, 0x8b]) {
        Some(("it is compressed by gzip", "unpack it with `gunzip` first"))
    } else if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        Some(("it is a zip archive", PACK))
    } else if begins(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Some(("it is compressed by zstd", "unpack it with `unzstd` first"))
    } else if begins(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        Some(("it is compressed by xz", "unpack it with `unxz` first"))
    } else if begins(b"BZh") {
        Some(("it is compressed by bzip2", "unpack it with `bunzip2` first"))
    } else if begins(b"7z\xbc\xaf\x27\x1c") {
        Some(("it is a 7z archive", PACK))
    } else if archive.len() < BLOCK || archive.iter().all(|byte| *byte == 0) {
        Some(("it holds no file", PACK))
    } else {
        None
    }
}

struct Reading<'s> {
    found: &'s mut Found,
    seen: BTreeSet<String>,
    total: u64,
}

impl Reading<'_> {
    fn refuse(&mut self, path: &str, message: &str, help: &str) {
        self.found.unread.push((path.to_owned(), Unread::Bundle { message: message.to_owned(), help: help.to_owned() }));
    }

    fn entries(&mut self, archive: &[u8]) -> std::io::Result<()> {
        let mut end = 0;
        for entry in tar::Archive::new(archive).entries()? {
            let mut entry = entry?;
            let size = entry.size();
            let start = usize::try_from(entry.raw_file_position()).unwrap_or(usize::MAX);
            end = usize::try_from(size).ok().and_then(|size| start.checked_add(size)).unwrap_or(usize::MAX);
            let kind = entry.header().entry_type();
            if kind == EntryType::XGlobalHeader {
                continue;
            }
            let Some(path) = self.path(&entry.path_bytes()) else { continue };
            if end > archive.len() {
                self.refuse(&path, "the archive is cut off inside this file", "copy it again");
                return Ok(());
            }
            match kind {
                EntryType::Directory => {}
                EntryType::Regular | EntryType::Continuous if size > FILE_LIMIT => {
                    self.found.unread.push((path, Unread::TooLarge(size)));
                }
                EntryType::Regular | EntryType::Continuous => {
                    self.total = self.total.saturating_add(size);
                    if self.total > TOTAL_LIMIT {
                        self.found.unread.push((path, Unread::TooMuch));
                        return Ok(());
                    }
                    let mut bytes = Vec::new();
                    (&mut entry).take(FILE_LIMIT).read_to_end(&mut bytes)?;
                    if self.seen.insert(path.clone()) {
                        self.found.files.push((path, bytes));
                    } else {
                        self.refuse(&path, "this file stands twice in the bundle", "pack the register anew: nobody can tell which counts");
                    }
                }
                other => {
                    let message = format!("this is {}: a bundle holds plain files only", word(other));
                    self.refuse(&path, &message, "pack it with `tar -h`, which puts what links lead to in their place");
                }
            }
        }
        let behind = end.checked_next_multiple_of(BLOCK).and_then(|end| archive.get(end..)).unwrap_or_default();
        if behind.len() < END || behind.iter().take(END).any(|byte| *byte != 0) {
            self.refuse("bundle", "it has no end: the archive is cut off", "copy it again");
        } else if behind.iter().any(|byte| *byte != 0) {
            self.refuse("bundle", "something stands behind its end", "pack the register anew: nothing is appended to a bundle");
        }
        Ok(())
    }

    /// The path of an entry below the register; `None` if it is passed over, or refused.
    fn path(&mut self, raw: &[u8]) -> Option<String> {
        let Ok(written) = std::str::from_utf8(raw) else {
            self.refuse(&String::from_utf8_lossy(raw), "the name of this file is no UTF-8", "rename it");
            return None;
        };
        let names: Vec<&str> = written.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
        let path = names.join("/");
        if written.starts_with('/') || names.contains(&"..") || written.contains('\\') {
            self.refuse(written, "this path leads out of the register", PACK);
            return None;
        }
        if names.is_empty() || names.iter().any(|name| is_hidden(name)) {
            return None;
        }
        if names.len() > DEPTH {
            self.found.unread.push((path, Unread::TooDeep));
            return None;
        }
        Some(path)
    }
}

fn word(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink | EntryType::Link => "a link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        _ => "something else than a file",
    }
}

/// A register that was packed with its folder around it has no file where one is looked for: that is told, and not each missing file.
fn nested(found: &mut Found) {
    let paths = || found.files.iter().map(|(path, _)| path.as_str());
    let inner = paths().filter_map(|path| path.strip_suffix("/register.toml")).min().map(str::to_owned);
    if let Some(folder) = inner.filter(|_| paths().all(|path| path != "register.toml")) {
        found.files.clear();
        let message = format!("its files stand in a folder `{folder}` inside it");
        let help = format!("pack what is in the folder: `tar -C {folder} -cf FILE .`");
        found.unread.push(("bundle".to_owned(), Unread::Bundle { message, help }));
    }
}
