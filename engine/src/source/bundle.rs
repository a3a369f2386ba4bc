//! A tar archive in, its files out. It is read strictly: plain files, each path once, up to an end that is marked. What is anything else is
//! told by its name, and nothing is passed over.

use std::collections::BTreeSet;
use std::io::Read;

use tar::EntryType;

use crate::text::{Bilingual, both};

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
                reading.refuse("bundle", both!("it is no tar archive: {fault}", "het is geen tar-archief: {fault}"), pack());
            }
        }
    }
    nested(&mut found);
    found
}

fn pack() -> Bilingual {
    both!("pack the register with `tar -C FOLDER -cf FILE .`", "pak het register in met `tar -C MAP -cf BESTAND .`")
}

/// What a file is that is no archive as it stands, and the way out.
fn unpacked(archive: &[u8]) -> Option<(Bilingual, Bilingual)> {
    let begins = |magic: &[u8]| archive.starts_with(magic);
    if archive.is_empty() {
        Some((both!("it is empty", "het is leeg"), pack()))
    } else if begins(&[0x1f, 0x8b]) {
        Some((
            both!("it is compressed by gzip", "het is ingepakt met gzip"),
            both!("unpack it with `gunzip` first", "pak het eerst uit met `gunzip`"),
        ))
    } else if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        Some((both!("it is a zip archive", "het is een zip-archief"), pack()))
    } else if begins(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Some((
            both!("it is compressed by zstd", "het is ingepakt met zstd"),
            both!("unpack it with `unzstd` first", "pak het eerst uit met `unzstd`"),
        ))
    } else if begins(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        Some((
            both!("it is compressed by xz", "het is ingepakt met xz"),
            both!("unpack it with `unxz` first", "pak het eerst uit met `unxz`"),
        ))
    } else if begins(b"BZh") {
        Some((
            both!("it is compressed by bzip2", "het is ingepakt met bzip2"),
            both!("unpack it with `bunzip2` first", "pak het eerst uit met `bunzip2`"),
        ))
    } else if begins(b"7z\xbc\xaf\x27\x1c") {
        Some((both!("it is a 7z archive", "het is een 7z-archief"), pack()))
    } else if archive.len() < BLOCK || archive.iter().all(|byte| *byte == 0) {
        Some((both!("it holds no file", "er zit geen bestand in"), pack()))
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
    fn refuse(&mut self, path: &str, message: Bilingual, help: Bilingual) {
        self.found.unread.push((path.to_owned(), Unread::Bundle { message, help }));
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
                self.refuse(
                    &path,
                    both!("the archive is cut off inside this file", "het archief breekt af in dit bestand"),
                    both!("copy it again", "kopieer het opnieuw"),
                );
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
                        self.refuse(
                            &path,
                            both!("this file stands twice in the bundle", "dit bestand staat twee keer in de bundel"),
                            both!(
                                "pack the register anew: nobody can tell which counts",
                                "pak het register opnieuw in: het is niet duidelijk welk bestand telt"
                            ),
                        );
                    }
                }
                other => {
                    let what = word(other);
                    let message = both!([what] "this is {what}: a bundle holds plain files only", "dit is {what}: in een bundel zitten alleen gewone bestanden");
                    self.refuse(
                        &path,
                        message,
                        both!(
                            "pack it with `tar -h`, which puts what links lead to in their place",
                            "pak het in met `tar -h`: dan komen de bestanden zelf in de bundel in plaats van koppelingen"
                        ),
                    );
                }
            }
        }
        let behind = end.checked_next_multiple_of(BLOCK).and_then(|end| archive.get(end..)).unwrap_or_default();
        if behind.len() < END || behind.iter().take(END).any(|byte| *byte != 0) {
            self.refuse(
                "bundle",
                both!("it has no end: the archive is cut off", "het heeft geen einde: het archief is afgebroken"),
                both!("copy it again", "kopieer het opnieuw"),
            );
        } else if behind.iter().any(|byte| *byte != 0) {
            self.refuse(
                "bundle",
                both!("something stands behind its end", "na het einde staat nog iets"),
                both!(
                    "pack the register anew: nothing is appended to a bundle",
                    "pak het register opnieuw in: aan een bundel kan niets worden toegevoegd"
                ),
            );
        }
        Ok(())
    }

    /// The path of an entry below the register; `None` if it is passed over, or refused.
    fn path(&mut self, raw: &[u8]) -> Option<String> {
        let Ok(written) = std::str::from_utf8(raw) else {
            self.refuse(
                &String::from_utf8_lossy(raw),
                both!("the name of this file is no UTF-8", "de naam van dit bestand is geen UTF-8"),
                both!("rename it", "geef het een andere naam"),
            );
            return None;
        };
        let names: Vec<&str> = written.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
        let path = names.join("/");
        if written.starts_with('/') || names.contains(&"..") || written.contains('\\') {
            self.refuse(written, both!("this path leads out of the register", "dit pad leidt uit het register"), pack());
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

fn word(kind: EntryType) -> Bilingual {
    match kind {
        EntryType::Symlink | EntryType::Link => both!("a link", "een koppeling"),
        EntryType::Char | EntryType::Block => both!("a device", "een apparaat"),
        EntryType::Fifo => both!("a pipe", "een pipe"),
        _ => both!("something else than a file", "iets anders dan een bestand"),
    }
}

/// A register that was packed with its folder around it has no file where one is looked for: that is told, and not each missing file.
fn nested(found: &mut Found) {
    let paths = || found.files.iter().map(|(path, _)| path.as_str());
    let inner = paths().filter_map(|path| path.strip_suffix("/register.toml")).min().map(str::to_owned);
    if let Some(folder) = inner.filter(|_| paths().all(|path| path != "register.toml")) {
        found.files.clear();
        let message = both!("its files stand in a folder `{folder}` inside it", "de bestanden zitten in de bundel in een map `{folder}`");
        let help =
            both!("pack what is in the folder: `tar -C {folder} -cf FILE .`", "pak in wat in de map zit: `tar -C {folder} -cf BESTAND .`");
        found.unread.push(("bundle".to_owned(), Unread::Bundle { message, help }));
    }
}
