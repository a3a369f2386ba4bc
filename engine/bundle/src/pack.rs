//! A register's files in; a bundle out, the same bytes on every machine.

use std::io::{Result, Write};

use leidraad::{Sources, both};

use crate::manifest::{self, Manifest};
use crate::refused::{Kind, Refused};

/// How hard zstd tries: the bundle is made once, and read often.
const LEVEL: i32 = 19;

/// Makes a bundle. Nothing of the machine goes in: no time, no owner, no rights, no order of its own.
///
/// What could not be read of the register is no bundle's: it is refused.
pub fn pack(sources: &Sources, name: &str, sequence: u64) -> std::result::Result<Vec<u8>, Refused> {
    if !sources.is_whole() || sources.is_empty() {
        return Err(Refused::new(
            Kind::Missing,
            both!("not all of the register can be read", "het register is niet in zijn geheel te lezen"),
            both!("`leidraad check` tells what cannot", "`leidraad check` zegt wat er niet te lezen is"),
        ));
    }
    written(sources, &Manifest::of(sources, name, sequence))
        .map_err(|cause| Refused::pack_anew(Kind::Damaged, both!("it cannot be made: {cause}", "het is niet te maken: {cause}")))
}

fn written(sources: &Sources, manifest: &Manifest) -> Result<Vec<u8>> {
    let mut packer = zstd::Encoder::new(Vec::new(), LEVEL)?;
    packer.include_checksum(true)?;
    let mut archive = tar::Builder::new(packer);
    add(&mut archive, manifest::PATH, manifest.text().as_bytes())?;
    for path in sources.paths() {
        add(&mut archive, path, sources.bytes_of(path).unwrap_or_default())?;
    }
    archive.into_inner()?.finish()
}

fn add(archive: &mut tar::Builder<impl Write>, path: &str, bytes: &[u8]) -> Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, bytes)
}
