//! Bundles that are no bundles, or no longer: each is refused, with its own reason.

use leidraad::{Language, Sources, date};
use leidraad_bundle::{Bundle, Kind, NewKey, Parcel, SecretKey, Trust, key_id, pack};
use tar::EntryType;

fn sources() -> Sources {
    Sources::memory([("a.md", "one"), ("b/c.md", "two"), ("register.toml", "name = 'Tiny'")])
}

fn packed() -> Vec<u8> {
    pack(&sources(), "Tiny", 3).unwrap()
}

/// The archive inside a bundle.
fn unpacked() -> Vec<u8> {
    zstd::decode_all(&packed()[..]).unwrap()
}

fn compressed(archive: &[u8]) -> Vec<u8> {
    zstd::encode_all(archive, 3).unwrap()
}

/// An entry of an archive: path, kind, bytes.
type Entry = (String, EntryType, Vec<u8>);

fn entries() -> Vec<Entry> {
    let archive = unpacked();
    let mut archive = tar::Archive::new(&archive[..]);
    let read = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        (entry.path().unwrap().display().to_string(), entry.header().entry_type(), bytes)
    };
    archive.entries().unwrap().map(read).collect()
}

/// A bundle of these entries, whatever they are.
fn of(entries: &[Entry]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // A path that the library would not write is written all the same.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        if kind.is_symlink() {
            header.set_link_name("register.toml").unwrap();
        }
        header.set_cksum();
        archive.append(&header, &bytes[..]).unwrap();
    }
    compressed(&archive.into_inner().unwrap())
}

fn changed(change: impl FnOnce(&mut Vec<Entry>)) -> Vec<u8> {
    let mut all = entries();
    change(&mut all);
    of(&all)
}

/// A bundle whose manifest was edited.
fn with_manifest(edit: impl FnOnce(String) -> String) -> Vec<u8> {
    changed(|all| all[0].2 = edit(String::from_utf8(all[0].2.clone()).unwrap()).into_bytes())
}

fn refused(file: &[u8]) -> (Kind, String) {
    let refused = Bundle::read(file).unwrap_err();
    assert!(!refused.message(Language::Nl).is_empty() && !refused.help(Language::Nl).is_empty());
    (refused.kind(), refused.message(Language::En).to_owned())
}

fn is(file: &[u8], kind: Kind, says: &str) {
    let (found, message) = refused(file);
    assert!(found == kind && message.contains(says), "{found:?}: {message}, not {kind:?}: {says}");
}

#[test]
fn what_is_packed_is_read() {
    let bundle = Bundle::read(&packed()).unwrap();
    assert_eq!(bundle.sources().digest(), sources().digest());
    assert_eq!((bundle.manifest().sequence, bundle.manifest().files.len()), (3, 3));
    assert!(Bundle::read(&of(&entries())).is_ok(), "the tests write what the library writes");
}

#[test]
fn the_bytes_are_the_same_however_the_files_came() {
    let shuffled = Sources::memory([("register.toml", "name = 'Tiny'"), ("b/c.md", "two"), ("a.md", "one")]);
    assert_eq!(pack(&shuffled, "Tiny", 3).unwrap(), packed());
}

#[test]
fn another_kind_of_file_is_named() {
    is(b"", Kind::NoBundle, "empty");
    is(b"\x1f\x8b\x08 and so on", Kind::NoBundle, "gzip");
    is(b"PK\x03\x04 and so on", Kind::NoBundle, "zip");
    is(b"BZh9", Kind::NoBundle, "bzip2");
    is(b"\xfd7zXZ\0", Kind::NoBundle, "xz");
    is(b"name = 'Tiny'", Kind::NoBundle, "no bundle");
    is(&unpacked(), Kind::NoBundle, "tar archive without a manifest");
    is(&compressed(b"no archive"), Kind::Damaged, "");
}

#[test]
fn what_is_cut_off_or_goes_on_is_refused() {
    let whole = packed();
    for end in 1..whole.len() {
        let (kind, message) = refused(&whole[..end]);
        assert!(matches!(kind, Kind::Damaged | Kind::NoBundle), "{end}: {kind:?} {message}");
    }
    is(&[&whole[..], b"x"].concat(), Kind::Trailing, "after its end");
    is(&[&whole[..], &whole[..]].concat(), Kind::Trailing, "after its end");
    let archive = unpacked();
    is(&compressed(&[&archive[..], b"more"].concat()), Kind::Trailing, "after its end");
    is(&compressed(&archive[..archive.len() - 512]), Kind::Damaged, "incomplete");
    is(&compressed(&archive[..archive.len() - 1024]), Kind::Damaged, "incomplete");
}

/// But for the bits that tell how much memory to unpack with: those change nothing of what is read, and a signature is over them, too.
#[test]
fn any_flipped_bit_is_found() {
    let whole = packed();
    let same = Bundle::read(&whole).unwrap().manifest().clone();
    let mut harmless = 0;
    for at in 0..whole.len() {
        for bit in [0, 3, 7] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            if let Ok(read) = Bundle::read(&flipped) {
                harmless += 1;
                assert_eq!(read.manifest(), &same, "bit {bit} of byte {at}");
            }
        }
    }
    assert!(harmless <= 16, "{harmless}");
}

#[test]
fn only_plain_files_that_the_manifest_names() {
    let link = |kind| changed(move |all| (all[1].1, all[1].2) = (kind, Vec::new()));
    is(&link(EntryType::Symlink), Kind::NotPlain, "a link");
    is(&link(EntryType::Link), Kind::NotPlain, "a link");
    is(&link(EntryType::Directory), Kind::NotPlain, "a folder");
    is(&link(EntryType::Fifo), Kind::NotPlain, "a pipe");
    is(&link(EntryType::Char), Kind::NotPlain, "a device");
    is(&changed(|all| all.push(all[1].clone())), Kind::Twice, "`a.md` stands in it twice");
    is(&changed(|all| all.insert(2, all[1].clone())), Kind::Twice, "`a.md` stands in it twice");
    is(&changed(|all| all.push(("z.md".to_owned(), EntryType::Regular, Vec::new()))), Kind::NotNamed, "does not name `z.md`");
    is(&changed(|all| all.push(("../z.md".to_owned(), EntryType::Regular, Vec::new()))), Kind::Outside, "points outside");
    is(&changed(|all| all.push(("/etc/z".to_owned(), EntryType::Regular, Vec::new()))), Kind::Outside, "points outside");
    is(&changed(|all| drop(all.pop())), Kind::Missing, "`register.toml` stands in its manifest");
    is(&changed(|all| drop(all.remove(1))), Kind::Missing, "before `b/c.md`");
    is(&changed(|all| all.swap(1, 2)), Kind::Missing, "before `b/c.md`");
    is(&changed(|all| drop(all.remove(0))), Kind::Manifest, "does not begin with its manifest");
    is(&changed(|all| all[1].2 = b"ONE".to_vec()), Kind::Digest, "`a.md` does not match the manifest");
    is(&changed(|all| all[1].2 = b"longer".to_vec()), Kind::Digest, "`a.md` does not match the manifest");
}

#[test]
fn a_manifest_is_checked_itself() {
    is(&with_manifest(|text| text.replace("\"format\":1", "\"format\":2")), Kind::Manifest, "format 2");
    is(&with_manifest(|text| text.replace("\"format\":1", "\"extra\":1,\"format\":1")), Kind::Manifest, "extra");
    is(&with_manifest(|text| text.replace("\"size\":3", "\"size\":-3")), Kind::Manifest, "cannot be read");
    is(&with_manifest(|_| String::new()), Kind::Manifest, "cannot be read");
    is(&with_manifest(|text| text.replace("a.md", "../a.md")), Kind::Outside, "`../a.md`");
    is(&with_manifest(|text| text.replace("a.md", "/a.md")), Kind::Outside, "`/a.md`");
    is(&with_manifest(|text| text.replace("a.md", "a\\\\b")), Kind::Outside, "points outside");
    is(&with_manifest(|text| text.replace("a.md", ".a.md")), Kind::Manifest, "no file of a register");
    is(&with_manifest(|text| text.replace("a.md", "z.md")), Kind::Manifest, "not sorted");
    is(&with_manifest(|text| text.replace("b/c.md", "a.md")), Kind::Twice, "`a.md`");
    is(&with_manifest(|text| text.replace("\"sha256\":\"", "\"sha256\":\"X")), Kind::Manifest, "digest of `a.md`");
    is(&with_manifest(|text| text.replace("\"size\":3", "\"size\":2000000000")), Kind::TooLarge, "MiB");
    is(&with_manifest(|text| text.replace("sha256:", "sha256:0")), Kind::Digest, "another policy");
}

/// A few kilobytes that would unpack to gigabytes are refused before they are: what the manifest names bounds what is unpacked.
#[test]
fn a_bomb_is_refused() {
    let zeros = vec![0u8; 200 << 20];
    is(&changed(|all| all[1].2 = zeros.clone()), Kind::Digest, "`a.md`");
    is(&changed(|all| all[0].2 = zeros.clone()), Kind::Manifest, "manifest");
    is(&compressed(&[&unpacked()[..], &zeros].concat()), Kind::Trailing, "after its end");
}

/// A name or a table of attributes of gigabytes is refused before it is read; a long name is read.
#[test]
fn a_name_is_no_bomb() {
    let long = format!("{}/a.md", ["x".repeat(60), "y".repeat(60), "z".repeat(60)].join("/"));
    let sources = sources().with(long, "far below");
    assert_eq!(Bundle::read(&pack(&sources, "Tiny", 1).unwrap()).unwrap().sources().digest(), sources.digest());
    let name = vec![b'x'; 100 << 20];
    let before = |kind: EntryType, bytes: &[u8]| changed(|all| all.insert(1, ("././@LongLink".to_owned(), kind, bytes.to_vec())));
    is(&before(EntryType::GNULongName, &name), Kind::TooLarge, "name");
    is(&before(EntryType::GNULongName, b"../a.md"), Kind::Outside, "points outside");
    is(&before(EntryType::GNULongLink, b"x"), Kind::NotPlain, "something other");
    is(&before(EntryType::XHeader, &name), Kind::NotPlain, "something other");
    is(&before(EntryType::XGlobalHeader, b"x"), Kind::NotPlain, "something other");
}

struct Signer(SecretKey);

impl Signer {
    fn new() -> Signer {
        Signer(SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap())
    }
    fn sign(&self, file: &[u8]) -> String {
        self.0.sign(file, "rules.bundle").unwrap()
    }
    fn key(&self, days: &str) -> String {
        format!("{{ public = '{}'{days} }}", self.0.public())
    }
}

fn trust(text: &str) -> Trust {
    Trust::read(text).unwrap()
}

#[test]
fn signatures_are_wanted_by_the_reader() {
    let (leiden, leiderdorp, stranger) = (Signer::new(), Signer::new(), Signer::new());
    let trust = trust(&format!("need = 2\n[signer]\nleiden.key = [{}]\nleiderdorp.key = [{}]", leiden.key(""), leiderdorp.key("")));
    let (file, day) = (packed(), date(2026, 7, 1));
    let accept = |signatures: &[String]| trust.accept(&Parcel::new(&*file, signatures.iter().cloned()), day, None);
    assert!(accept(&[leiden.sign(&file), leiderdorp.sign(&file)]).is_ok());
    let why = |signatures: &[String]| {
        let refused = accept(signatures).unwrap_err();
        (refused.kind(), refused.message(Language::En).to_owned())
    };
    assert_eq!(why(&[]), (Kind::Unsigned, "signers required: 2; signed by: nobody".to_owned()));
    assert_eq!(why(&[leiden.sign(&file), leiden.sign(&file)]).0, Kind::Unsigned, "one person counts once");
    let (kind, message) = why(&[leiden.sign(&file), stranger.sign(&file)]);
    assert!(kind == Kind::Unsigned && message.ends_with(&format!("; key {} is not known", stranger.0.id())), "{message}");
    let other = pack(&sources().with("a.md", "other"), "Tiny", 3).unwrap();
    assert_eq!(why(&[leiden.sign(&file), leiderdorp.sign(&other)]).0, Kind::BadSignature);
    for at in [60, 120, 200, 250] {
        let mut flipped = leiden.sign(&file).into_bytes();
        flipped[at] ^= 1;
        let flipped = String::from_utf8_lossy(&flipped).into_owned();
        assert!(matches!(why(&[flipped, leiderdorp.sign(&file)]).0, Kind::BadSignature | Kind::Unsigned), "{at}");
    }
    // Letters of base 64 of which not all bits count, and a letter too many.
    let good = leiden.sign(&file);
    let flip = |from: &str, to: &str| good.replacen(from, to, 1);
    for wrong in [
        flip("=\ntrusted", "A\ntrusted"),
        flip("==\n", "AA\n"),
        flip("Q==\n", "R==\n"),
        flip("g==\n", "h==\n"),
        flip("w==\n", "x==\n"),
        flip("A==\n", "B==\n"),
    ] {
        assert!(wrong == good || why(&[wrong.clone(), leiderdorp.sign(&file)]).0 == Kind::BadSignature, "{wrong}");
    }
    let short = leiden.sign(&file).lines().take(3).chain(["QUJD"]).collect::<Vec<_>>().join("\n");
    assert_eq!(why(&[short]).0, Kind::BadSignature);
    // A file of many signatures is none: what stands behind the first, nobody has signed.
    assert_eq!(why(&[[leiden.sign(&file), leiderdorp.sign(&file)].concat()]).0, Kind::BadSignature);
}

#[test]
fn keys_follow_each_other_without_a_gap() {
    let (old, new) = (Signer::new(), Signer::new());
    let trust =
        trust(&format!("need = 1\n[signer.leiden]\nkey = [{}, {}]", old.key(", until = 2026-12-31"), new.key(", from = 2026-10-01")));
    let file = packed();
    let by = |signer: &Signer, day| trust.accept(&Parcel::new(&*file, [signer.sign(&file)]), day, None).is_ok();
    assert_eq!(
        [date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1)].map(|day| by(&old, day)),
        [true, true, true, false]
    );
    assert_eq!(
        [date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1)].map(|day| by(&new, day)),
        [false, true, true, true]
    );
    let late = trust.accept(&Parcel::new(&*file, [old.sign(&file)]), date(2027, 1, 1), None).unwrap_err();
    assert!(late.message(Language::En).contains("does not count: it is valid up to and including 2026-12-31"), "{late}");
}

#[test]
fn a_rule_set_is_changed_by_those_who_may() {
    let (leiden, leiderdorp) = (Signer::new(), Signer::new());
    let trust = trust(&format!(
        "need = 1\n[signer]\nleiden.key = [{}]\nleiderdorp.key = [{}]\n[[role]]\nruleset = 'dvo-leiderdorp'\nsigners = ['leiden', 'leiderdorp']",
        leiden.key(""),
        leiderdorp.key("")
    ));
    let with = |text: &str| sources().with("rulesets/dvo-leiderdorp/1/rules.toml", text);
    let day = date(2026, 7, 1);
    let accept = |sources: &Sources, number: u64, by: &[&Signer], before: Option<&Bundle>| {
        let file = pack(sources, "Tiny", number).unwrap();
        let signatures: Vec<String> = by.iter().map(|signer| signer.sign(&file)).collect();
        trust.accept(&Parcel::new(file, signatures), day, before.map(Bundle::manifest))
    };
    assert_eq!(accept(&with("a"), 1, &[&leiden], None).unwrap_err().kind(), Kind::Role, "nothing is in force: all of it is new");
    let first = accept(&with("a"), 1, &[&leiden, &leiderdorp], None).unwrap();
    assert!(accept(&with("a").with("a.md", "other"), 2, &[&leiden], Some(&first)).is_ok(), "another's rule set is as it was");
    assert_eq!(accept(&with("b"), 2, &[&leiden], Some(&first)).unwrap_err().kind(), Kind::Role);
    assert_eq!(accept(&sources(), 2, &[&leiden], Some(&first)).unwrap_err().kind(), Kind::Role, "to take it away is to change it");
    let second = accept(&with("b"), 2, &[&leiden, &leiderdorp], Some(&first)).unwrap();
    assert_eq!(accept(&with("a"), 1, &[&leiden, &leiderdorp], Some(&second)).unwrap_err().kind(), Kind::Older);
    assert_eq!(accept(&with("a"), 2, &[&leiden, &leiderdorp], Some(&second)).unwrap_err().kind(), Kind::SameNumber);
    assert!(accept(&with("b"), 2, &[&leiden], Some(&second)).is_ok(), "the same again");
}

#[test]
fn a_setting_that_cannot_be_met_is_refused() {
    let signer = Signer::new();
    let why = |text: &str| {
        let refused = Trust::read(text).unwrap_err();
        (refused.kind(), refused.message(Language::En).to_owned())
    };
    for (text, says) in [
        ("need = 1", "wants 1 signers, and has 0"),
        ("needs = 1", "unknown field `needs`"),
        ("need = 1\n[signer.a]\nkey = [{ public = 'no key' }]", "the key cannot be used"),
        ("need = 0\n[[role]]\nruleset = 'x'\nsigners = ['a']", "`a` has to sign for `x`, but is not among the signers"),
        ("need = 0\n[[role]]\nruleset = 'x'\nsigners = []", "is not possible"),
    ] {
        let (_, message) = why(text);
        assert!(message.contains(says), "{text}: {message}");
    }
    let twice = format!("need = 1\n[signer]\na.key = [{0}]\nb.key = [{0}]", signer.key(""));
    assert!(why(&twice).1.contains("is that of `a` and of `b`"));
    let backwards = format!("need = 1\n[signer]\na.key = [{}]", signer.key(", from = 2027-01-01, until = 2026-01-01"));
    assert!(why(&backwards).1.contains("ends before it begins"));
    assert!(key_id("RWQ").is_err());
    assert_eq!(trust("need = 0").takes_folders(), Ok(()));
    assert_eq!(trust(&format!("need = 1\n[signer]\na.key = [{}]", signer.key(""))).takes_folders().unwrap_err().kind(), Kind::Folder);
}
