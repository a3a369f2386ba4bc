//! A tar archive in, its files out.

use std::io::Read;

use super::{FILE_LIMIT, Sources, Unread};

pub(super) fn read(archive: &[u8]) -> Sources {
    let mut sources = Sources::default();
    let mut add = |path: String, bytes: Vec<u8>| sources.add(path, bytes);
    match entries(archive, &mut add) {
        Ok(too_large) => sources.unread.extend(too_large.into_iter().map(|(path, size)| (path, Unread::TooLarge(size)))),
        Err(fault) => sources.unread.push(("bundle".to_owned(), Unread::Failed(format!("it is no uncompressed tar archive: {fault}")))),
    }
    sources.sorted()
}

fn entries(archive: &[u8], add: &mut impl FnMut(String, Vec<u8>)) -> std::io::Result<Vec<(String, u64)>> {
    let mut too_large = Vec::new();
    for entry in tar::Archive::new(archive).entries()? {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.iter().map(|name| name.to_string_lossy()).filter(|name| name != ".").collect::<Vec<_>>().join("/");
        if path.split('/').any(|name| name.starts_with('.')) {
            continue;
        }
        if entry.size() > FILE_LIMIT {
            too_large.push((path, entry.size()));
            continue;
        }
        let mut bytes = Vec::new();
        entry.take(FILE_LIMIT).read_to_end(&mut bytes)?;
        add(path, bytes);
    }
    Ok(too_large)
}
