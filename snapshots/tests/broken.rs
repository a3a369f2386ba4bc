//! Every folder of `broken/` is a register with mistakes: the files of `broken/_base`, with the folder's own files laid
//! over them, and without those that its file `absent` names. What an author is told of it is locked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use leidraad::{Language, Policy, Sources};
use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use sha2::{Digest, Sha256};

type Files = BTreeMap<String, Vec<u8>>;

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("broken")
}

fn lay_over(files: &mut Files, root: &Path, folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lay_over(files, root, &path);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

fn files(case: &str) -> Files {
    let mut files = Files::new();
    for folder in ["_base", case] {
        let root = home().join(folder);
        lay_over(&mut files, &root, &root);
    }
    prepare_plugins(&mut files);
    if let Some(absent) = files.remove("absent") {
        for path in String::from_utf8(absent).unwrap().lines() {
            assert!(files.remove(path).is_some(), "{case}: {path} is not there anyway");
        }
    }
    files
}

/// Components stand in `broken/` as text; a rule file names the digest of a plugin as `{digest:NAME}`.
fn prepare_plugins(files: &mut Files) {
    let plugins: Vec<String> = files.keys().filter(|path| path.starts_with("plugins/")).cloned().collect();
    for mut path in plugins {
        let mut bytes = files.remove(&path).unwrap();
        if let Some(stem) = path.strip_suffix(".wat") {
            bytes = wat::parse_bytes(&bytes).unwrap().into_owned();
            path = format!("{stem}.wasm");
        }
        let wanted = format!("{{digest:{}}}", path.trim_start_matches("plugins/"));
        let digest = Sha256::digest(&bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"));
        for (_, text) in files.iter_mut().filter(|(path, _)| path.starts_with("rulesets/")) {
            *text = String::from_utf8_lossy(text).replace(&wanted, &digest).into_bytes();
        }
        files.insert(path, bytes);
    }
}

/// What `check` prints: each finding as it is drawn, then the question that shows it.
fn told(files: Files) -> (String, String) {
    let report = Policy::loader().check(&Sources::memory(files));
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles: ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    let mut text = String::new();
    for finding in report.diagnostics() {
        if finding.position().is_none() {
            text.push_str(finding.file());
            text.push_str(":\n");
        }
        handler.render_report(&mut text, &finding.in_language(Language::En)).unwrap();
        writeln!(text, "  in Dutch: {}", finding.message(Language::Nl)).unwrap();
        if let Some(help) = finding.help(Language::Nl) {
            writeln!(text, "            {help}").unwrap();
        }
        if let Some(witness) = finding.witness() {
            writeln!(text, "  shown by: {}", serde_json::to_string(witness).unwrap()).unwrap();
        }
        text.push('\n');
    }
    let codes: Vec<&str> = report.diagnostics().iter().map(|finding| finding.code().word()).collect();
    (text, codes.join(" "))
}

fn cases() -> Vec<String> {
    let mut cases: Vec<String> = fs::read_dir(home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('_'))
        .collect();
    cases.sort();
    cases
}

#[test]
fn the_base_is_sound() {
    // It declares facts for all cases, whether a rule reads them or not; and no lock, since every case edits it.
    let report = Policy::loader().check(&Sources::memory(files("_base")));
    let known = [leidraad::Code::FactUnused, leidraad::Code::LockMissing];
    assert!(report.diagnostics().iter().all(|finding| known.contains(&finding.code())), "{report}");
}

#[test]
fn every_mistake_is_told() {
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    for case in cases {
        let (text, _) = told(files(&case));
        assert!(!text.is_empty(), "{case}: nothing was found");
        insta::assert_snapshot!(format!("broken@{case}"), text);
    }
}

#[test]
fn every_code_has_a_case() {
    let found: String = cases().iter().map(|case| told(files(case)).1 + " ").collect();
    // These need a file system, an archive, a size or a number that no case file should have, or another build; they have tests of their own.
    let elsewhere = [
        "read-failed",
        "folder-loop",
        "link-outside",
        "source-refused",
        "too-large",
        "check-too-large",
        "more-findings",
        "feature-missing",
    ];
    for code in leidraad::Code::ALL {
        let word = code.word();
        assert!(elsewhere.contains(&word) || found.split(' ').any(|found| found == word), "no case for {word}");
    }
}
