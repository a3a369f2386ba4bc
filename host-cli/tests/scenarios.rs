//! `leidraad test`: what contract owners and build servers are told of their scenarios, and how far those reach.

mod run;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use run::{copy, leidraad, printed, rules};

fn stdout(line: &str) -> String {
    String::from_utf8(leidraad(line).output().unwrap().stdout).unwrap()
}

/// The shipped register with one scenario that expects something else.
fn with_a_mistake(folder: &Path) {
    copy(&rules(), folder);
    let path = folder.join("scenarios/everyday.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("level = \"standard\"", "level = \"plus\"", 1)).unwrap();
}

#[test]
fn the_shipped_scenarios_hold() {
    insta::assert_snapshot!(["test --lang nl", "test datalab --lang en", "test nothing-like-it --lang en"].map(printed).join("\n"));
}

#[test]
fn a_scenario_that_fails_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    with_a_mistake(folder.path());
    let line = format!("test --lang en --register {}", folder.path().display());
    let output = leidraad(&line).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!(text.split("rules decide").next().unwrap().rsplit_once('\n').unwrap().0);
    let junit = folder.path().join("report.xml");
    leidraad(&format!("{line} --junit {}", junit.display())).output().unwrap();
    let report = std::fs::read_to_string(&junit).unwrap();
    assert!(report.contains("failures=\"1\"") && report.contains("<failure message="), "{report}");
}

#[test]
fn coverage_is_told_in_three_forms() {
    let lcov = stdout("test --coverage lcov");
    assert!(lcov.contains("rulesets/dvo-leiderdorp/2025-1/rules.toml\nDA:2,3\n"), "{lcov}");
    let json: serde_json::Value = serde_json::from_str(&stdout("test --coverage json")).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let hours = rules.iter().find(|rule| rule["rule"] == "dvo-leiderdorp@2025-1#advice-hours").unwrap();
    assert_eq!((hours["line"].as_u64(), hours["decided"].as_u64()), (Some(2), Some(3)));
    assert!(stdout("test --coverage text --lang en").contains("options-oegstgeest@2025-1#workplace-growth"));
    let scenarios: serde_json::Value = serde_json::from_str(&stdout("test --format json")).unwrap();
    assert!(scenarios.as_array().unwrap().iter().all(|scenario| scenario["passed"] == true));
}

#[test]
fn a_change_is_tested_again() {
    let folder = tempfile::tempdir().unwrap();
    copy(&rules(), folder.path());
    let mut watching = leidraad(&format!("test --watch --lang en --register {}", folder.path().display()));
    let mut watching = watching.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("85 scenarios hold, 0 fail.")));
    assert!(lines.any(|line| line.starts_with("Waiting for changes")));
    let path = folder.path().join("scenarios/everyday.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("level = \"standard\"", "level = \"plus\"", 1)).unwrap();
    assert!(lines.any(|line| line.contains("84 scenarios hold, 1 fails.")));
    watching.kill().unwrap();
    watching.wait().unwrap();
}

/// A deploy moves a link; a checkout is deleted and made anew; a bundle is replaced: each is seen, and so is what is edited after it.
#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_a_register_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, register] = ["first", "second", "current"].map(|name| folder.path().join(name));
    copy(&rules(), &first);
    copy(&rules(), &second);
    std::fs::write(second.join("second.md"), "# another one").unwrap();
    std::os::unix::fs::symlink(&first, &register).unwrap();
    let mut watching = leidraad(&format!("test --watch --lang en --register {}", register.display()));
    let mut watching = watching.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut waits = || lines.by_ref().any(|line| line.starts_with("Waiting"));
    assert!(waits());
    // The link leads elsewhere.
    let next = folder.path().join("next");
    std::os::unix::fs::symlink(&second, &next).unwrap();
    std::fs::rename(&next, &register).unwrap();
    assert!(waits());
    // What it leads to by now is edited.
    std::fs::write(second.join("note.md"), "# x").unwrap();
    assert!(waits());
    // It is moved away, and made anew.
    std::fs::rename(&second, folder.path().join("old")).unwrap();
    assert!(waits());
    std::fs::rename(folder.path().join("old"), &second).unwrap();
    assert!(waits());
    watching.kill().unwrap();
    watching.wait().unwrap();
}
