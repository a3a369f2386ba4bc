//! A bundle's bytes in; its files out, where they are what its manifest names, each once, in its order, and nothing else.

use std::io::{BufReader, ErrorKind, Read};

use leidraad::{Sources, both};
use tar::{Archive, EntryType};

use crate::manifest::{self, Entry, LARGEST, Manifest, outside, twice};
use crate::refused::{Kind, Refused};

/// What every file begins with that zstd compressed.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A frame may not ask for more memory than this to unpack it: 2^27 bytes, which is what zstd itself allows.
const WINDOW: u32 = 27;
/// No path of a register is longer.
const LONGEST: u64 = 4096;
/// A tar archive is made of blocks of so many bytes, and ends with two empty ones.
const BLOCK: usize = 512;

/// A register that was read from a bundle.
///
/// ```
/// use leidraad::{Policy, Sources};
/// use leidraad_bundle::{Bundle, pack};
/// let sources = Sources::folder("../../rules");
/// let bundle = Bundle::read(&pack(&sources, "Leidse regio", 1).unwrap()).unwrap();
/// assert_eq!(Policy::load(bundle.sources()).unwrap().digest(), bundle.manifest().digest);
/// ```
#[derive(Debug, Clone)]
pub struct Bundle {
    manifest: Manifest,
    sources: Sources,
}

impl Bundle {
    /// Reads a bundle, whoever signed it: [`Trust::accept`](crate::Trust::accept) asks that first.
    pub fn read(file: &[u8]) -> Result<Bundle, Refused> {
        something_else(file)?;
        let mut rest = BufReader::new(file);
        let mut unpacked = zstd::Decoder::with_buffer(&mut rest).map_err(|cause| damaged(&cause))?.single_frame();
        unpacked.window_log_max(WINDOW).map_err(|cause| damaged(&cause))?;
        let (manifest, files) = entries(&mut unpacked)?;
        if !rest.buffer().is_empty() || !rest.get_ref().is_empty() {
            return Err(trailing());
        }
        let sources = Sources::memory(files);
        // What the engine passes over, such as what an office program leaves behind, is no part of a register.
        let is_other = |named: &&Entry| sources.digest_of(&named.path) != Some(&*named.sha256);
        if let Some(named) = manifest.files.iter().find(is_other) {
            return Err(other(&named.path));
        }
        if sources.digest() != manifest.digest {
            return Err(Refused::pack_anew(
                Kind::Digest,
                both!("its files make another policy than its manifest says", "de bestanden vormen een ander beleid dan het manifest zegt"),
            ));
        }
        Ok(Bundle { manifest, sources })
    }
    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    /// Its files.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
    /// Its files alone.
    pub fn into_sources(self) -> Sources {
        self.sources
    }
}

/// Says what a file is that is no bundle.
fn something_else(file: &[u8]) -> Result<(), Refused> {
    let what = match file {
        [] => both!("it is empty", "het is leeg"),
        [0x1f, 0x8b, ..] => both!("it is compressed by gzip, not by zstd", "het is ingepakt met gzip, niet met zstd"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => both!("it is a zip archive", "het is een zip-archief"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => both!("it is compressed by xz, not by zstd", "het is ingepakt met xz, niet met zstd"),
        [b'B', b'Z', b'h', ..] => both!("it is compressed by bzip2, not by zstd", "het is ingepakt met bzip2, niet met zstd"),
        _ if file.get(257..262) == Some(b"ustar") => {
            both!("it is a tar archive without a manifest", "het is een tar-archief zonder manifest")
        }
        _ if !file.starts_with(&ZSTD) => both!("it is no bundle", "het is geen bundel"),
        _ => return Ok(()),
    };
    Err(Refused::pack_anew(Kind::NoBundle, what))
}

/// The manifest, and each file that it names with its bytes.
type Contents = (Manifest, Vec<(String, Vec<u8>)>);

fn entries(unpacked: &mut impl Read) -> Result<Contents, Refused> {
    let mut archive = Archive::new(unpacked);
    // Raw: what the library would read by itself, a long name or a table of attributes, could be as long as memory is.
    let mut entries = archive.entries().map_err(|cause| damaged(&cause))?.raw(true);
    let mut next = || entries.next().transpose().map_err(|cause| damaged(&cause));
    let Some(mut first) = next()? else { return Err(no_manifest()) };
    if path(&first.path_bytes())? != manifest::PATH || first.size() > LARGEST {
        return Err(no_manifest());
    }
    plain(&first, manifest::PATH)?;
    let manifest = Manifest::read(&content(&mut first, LARGEST)?)?;
    let mut files: Vec<(String, Vec<u8>)> = Vec::with_capacity(manifest.files.len());
    while let Some(mut entry) = next()? {
        let mut raw = entry.path_bytes().into_owned();
        if entry.header().entry_type().is_gnu_longname() {
            raw = content(&mut entry, LONGEST)?;
            raw.retain(|byte| *byte != 0);
            entry = next()?.ok_or_else(|| damaged(&ErrorKind::UnexpectedEof.into()))?;
        }
        let path = path(&raw)?;
        plain(&entry, &path)?;
        let Some(named) = manifest.files.get(files.len()).filter(|named| named.path == path) else {
            return Err(unexpected(&manifest, files.len(), &path));
        };
        if entry.size() != named.size {
            return Err(other(&path));
        }
        let bytes = content(&mut entry, named.size)?;
        files.push((path, bytes));
    }
    if let Some(missing) = manifest.files.get(files.len()) {
        let path = &missing.path;
        return Err(Refused::pack_anew(
            Kind::Missing,
            both!("`{path}` stands in its manifest, and is not there", "`{path}` staat in het manifest, maar is er niet"),
        ));
    }
    end(archive.into_inner())?;
    Ok((manifest, files))
}

/// After the last entry there are two empty blocks, the first of which was read, and then nothing more.
fn end(rest: &mut impl Read) -> Result<(), Refused> {
    let mut behind = Vec::new();
    rest.take(2 * BLOCK as u64).read_to_end(&mut behind).map_err(|cause| damaged(&cause))?;
    if behind.iter().any(|byte| *byte != 0) || behind.len() > BLOCK {
        return Err(trailing());
    }
    if behind.len() < BLOCK {
        return Err(damaged(&ErrorKind::UnexpectedEof.into()));
    }
    Ok(())
}

fn path(raw: &[u8]) -> Result<String, Refused> {
    std::str::from_utf8(raw).map(str::to_owned).map_err(|_| outside(&String::from_utf8_lossy(raw)))
}

fn plain(entry: &tar::Entry<'_, impl Read>, path: &str) -> Result<(), Refused> {
    let what = match entry.header().entry_type() {
        EntryType::Regular => return Ok(()),
        EntryType::Symlink | EntryType::Link => both!("a link", "een koppeling"),
        EntryType::Directory => both!("a folder", "een map"),
        EntryType::Char | EntryType::Block => both!("a device", "een apparaat"),
        EntryType::Fifo => both!("a pipe", "een doorgeefbestand (pipe)"),
        _ => both!("something other than a file", "iets anders dan een bestand"),
    };
    Err(Refused::pack_anew(
        Kind::NotPlain,
        both!([what] "`{path}` is {what}: a bundle holds plain files only", "`{path}` is {what}: in een bundel zitten alleen gewone bestanden"),
    ))
}

fn content(entry: &mut tar::Entry<'_, impl Read>, size: u64) -> Result<Vec<u8>, Refused> {
    if entry.size() > size {
        return Err(Refused::pack_anew(Kind::TooLarge, both!("a name in it is too long", "er staat een te lange naam in")));
    }
    let mut bytes = Vec::new();
    entry.take(size).read_to_end(&mut bytes).map_err(|cause| damaged(&cause))?;
    if bytes.len() as u64 == entry.size() { Ok(bytes) } else { Err(damaged(&ErrorKind::UnexpectedEof.into())) }
}

/// Why an entry does not stand where the manifest has another.
fn unexpected(manifest: &Manifest, at: usize, path: &str) -> Refused {
    let place = manifest.files.binary_search_by(|named| named.path.as_str().cmp(path));
    match place {
        Ok(place) if place < at => twice(path),
        Ok(_) => Refused::pack_anew(
            Kind::Missing,
            both!(
                "a file that its manifest names before `{path}` is not there",
                "een bestand dat in het manifest voor `{path}` staat, is er niet"
            ),
        ),
        Err(_) if path.starts_with('/') || path.split('/').any(|name| name == "..") => outside(path),
        Err(_) => Refused::pack_anew(Kind::NotNamed, both!("its manifest does not name `{path}`", "`{path}` staat niet in het manifest")),
    }
}

fn no_manifest() -> Refused {
    Refused::pack_anew(Kind::Manifest, both!("it does not begin with its manifest", "het begint niet met een manifest"))
}

fn other(path: &str) -> Refused {
    Refused::new(
        Kind::Digest,
        both!("`{path}` does not match the manifest", "`{path}` komt niet overeen met het manifest"),
        both!("copy the bundle again from where it was made", "kopieer de bundel opnieuw van de plaats waar hij is gemaakt"),
    )
}

fn trailing() -> Refused {
    Refused::pack_anew(Kind::Trailing, both!("there is something after its end", "na het einde staat nog iets"))
}

fn damaged(cause: &std::io::Error) -> Refused {
    let help = both!("copy the file again from where it was made", "kopieer het bestand opnieuw van de plaats waar het is gemaakt");
    let is_cut = cause.kind() == ErrorKind::UnexpectedEof || cause.to_string().contains("incomplete frame");
    if is_cut {
        Refused::new(Kind::Damaged, both!("the file is incomplete", "het bestand is niet compleet"), help)
    } else {
        Refused::new(Kind::Damaged, both!("it is damaged: {cause}", "het is beschadigd: {cause}"), help)
    }
}
