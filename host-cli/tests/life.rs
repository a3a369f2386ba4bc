//! The life of a version and of locked outcomes: proposed, reviewed, adopted, edited, withdrawn; and killed in the middle.
//!
//! `LEIDRAAD_KILLS=200 cargo test --release --test life -- --nocapture` kills as often as that.

#![allow(clippy::disallowed_methods, reason = "how often to kill comes from the environment")]

mod run;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use run::{Home, copy, leidraad, on_terminal_with, rules};

const VERSION: &str = "dvo-leiderdorp@2027-1";

impl Home {
    fn file(&self, name: &str) -> PathBuf {
        self.rules().join("rulesets/dvo-leiderdorp/2027-1").join(name)
    }
    /// A proposal that gives Leiderdorp more hours.
    fn propose(&self) {
        assert_eq!(self.run("version new dvo-leiderdorp --from 2027-01-01").1, 0);
        edit(&self.file("rules.toml"), "amount = 600", "amount = 700");
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_version_is_proposed_reviewed_adopted_and_never_edited() {
    let home = Home::new();
    let mut told = home.told("version new dvo-leiderdorp --from 2027-01-01 --lang en");
    edit(&home.file("rules.toml"), "amount = 600", "amount = 700");
    for line in [
        "snapshot check --lang en",
        "version adopt dvo-leiderdorp@2027-1 --decided 2026-11-01 --lang en",
        "snapshot check --adopting dvo-leiderdorp@2027-1 --decided 2026-11-01 --lang nl",
        "snapshot accept --adopting dvo-leiderdorp@2027-1 --decided 2026-11-01 --lang en",
        "version adopt dvo-leiderdorp@2027-1 --decided 2026-11-01 --lang en",
        "snapshot check --lang en",
        "version adopt dvo-leiderdorp@2027-1 --lang en",
        "version withdraw dvo-leiderdorp@2027-1 --lang nl",
    ] {
        told.push_str(&home.told(line));
    }
    insta::assert_snapshot!(told);
    insta::assert_snapshot!("the_head_of_an_adopted_version", std::fs::read_to_string(home.file("ruleset.toml")).unwrap());
    // The lock keeps its comment, and every line that it had.
    let (before, after) = [rules(), home.rules()].map(|folder| std::fs::read_to_string(folder.join("register.lock")).unwrap()).into();
    assert!(after.starts_with("# Digests of the adopted versions"));
    assert!(before.lines().all(|line| after.contains(line)));
    edit(&home.file("rules.toml"), "amount = 700", "amount = 800");
    let (report, status) = home.run("check");
    assert_eq!(status, 1);
    assert!(report.contains("`dvo-leiderdorp@2027-1` was changed after its adoption: line 5 changed"), "{report}");
    assert!(report.contains("rulesets/dvo-leiderdorp/2027-1/rules.toml:5:1"), "{report}");
}

#[test]
fn what_cannot_be_done_is_refused() {
    let home = Home::new();
    home.propose();
    edit(&home.file("ruleset.toml"), "from      = 2027-01-01", "from      = 2027-01-01\nawaits    = [\"leiden\"]");
    let told: String = [
        "version new dvo-leiderdrop --from 2027-01-01 --lang en",
        "version new dvo-leiderdorp --from 2027-01-01 --name 2027-1 --lang nl",
        "version new dvo-leiderdorp --from 2027-01-01 --name ../x --lang en",
        "version adopt dvo-leiderdorp@2027-1 --lang en",
        "version adopt dvo-leiderdorp@2027-1 --decided 2999-01-01 --lang en",
        "version adopt dvo-leiderdorp@2026-1 --lang en",
        "version withdraw dvo-leiderdorp@2025-1 --lang en",
        "snapshot review --lang en",
        "version withdraw dvo-leiderdorp@2027-1 --lang en",
    ]
    .map(|line| home.told(line))
    .concat();
    insta::assert_snapshot!(told);
    assert!(!home.file("ruleset.toml").exists());
    assert_eq!(home.run("check").1, 0);
}

/// What was accepted for an adoption goes with the proposal, comes back with it, and holds nothing of another up.
#[test]
fn what_waits_for_a_proposal_goes_and_comes_back_with_it() {
    let home = Home::new();
    home.propose();
    let waiting = || {
        let names = std::fs::read_dir(home.snapshots()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".snap.new")).collect();
        names.sort();
        names
    };
    assert_eq!(home.run("snapshot accept --adopting dvo-leiderdorp@2027-1 --decided 2026-11-01").1, 0);
    let accepted = waiting();
    assert!(!accepted.is_empty());
    let other = home.snapshots().join("other.snap.new");
    std::fs::write(&other, "---\nsource: leidraad\nexpression: dvo-leiderdorp@2028-1\n---\nx\n").unwrap();
    assert_eq!(home.run("version withdraw dvo-leiderdorp@2027-1 --yes").1, 0);
    assert_eq!(waiting(), ["other.snap.new"]);
    assert_eq!(home.run("version withdraw dvo-leiderdorp@2027-1 --undo").1, 0);
    std::fs::remove_file(&other).unwrap();
    assert_eq!(waiting(), accepted);
    assert_eq!(home.run("version adopt dvo-leiderdorp@2027-1 --decided 2026-11-01").1, 0);
    assert!(waiting().is_empty());
    assert_eq!(home.run("snapshot check").1, 0);
}

#[test]
fn an_adoption_that_failed_is_forgotten_when_it_is_withdrawn() {
    let home = Home::new();
    home.propose();
    let lock = home.rules().join("register.lock");
    let known = std::fs::read_to_string(&lock).unwrap();
    std::fs::write(&lock, known.replace("[adopted]", "[adopting]\n\"dvo-leiderdorp@2027-1\" = \"sha256:0000\"\n\n[adopted]")).unwrap();
    assert_eq!(home.run("check").1, 0);
    assert_eq!(home.run("version withdraw dvo-leiderdorp@2027-1").1, 0);
    assert_eq!(home.run("check").1, 0);
    assert!(!std::fs::read_to_string(&lock).unwrap().contains("adopting"));
}

#[test]
fn of_two_proposals_a_change_is_that_of_one() {
    let home = Home::new();
    home.propose();
    assert_eq!(home.run("version new dvo-leiderdorp --from 2027-01-01").1, 0);
    let (text, _) = home.run("diff --change dvo-leiderdorp@2027-1 --lang en");
    assert!(text.contains("600 hours per year") && text.contains("700 hours per year"), "{text}");
    // What was accepted for one is not locked with another.
    assert_eq!(home.run("snapshot accept --adopting dvo-leiderdorp@2027-1 --decided 2026-11-01").1, 0);
    assert_eq!(home.run("version withdraw dvo-leiderdorp@2027-1").1, 0);
    assert_eq!(home.run("version adopt dvo-leiderdorp@2027-2 --decided 2026-11-01").1, 0);
    assert_eq!(home.run("snapshot check").1, 0);
}

#[test]
fn scenarios_that_would_fail_hold_an_adoption_back() {
    let home = Home::new();
    assert_eq!(home.run("version new dvo-leiderdorp --from 2025-01-01").1, 0);
    let rules = home.rules().join("rulesets/dvo-leiderdorp/2025-2/rules.toml");
    edit(&rules, "amount = 600", "amount = 700");
    let (text, status) = home.run("version adopt dvo-leiderdorp@2025-2 --decided 2026-11-01 --lang en");
    assert_eq!(status, 2);
    assert!(text.contains("these scenarios would get another answer than expected: advice-"), "{text}");
}

#[test]
fn a_drift_names_its_rule() {
    let home = Home::new();
    std::fs::remove_file(home.rules().join("register.lock")).unwrap();
    edit(&home.rules().join("rulesets/dvo-zoeterwoude/2025-1/rules.toml"), "amount = 150", "amount = 160");
    edit(&home.rules().join("scenarios/everyday.toml"), "workplace-oegstgeest", "workplace-renamed");
    insta::assert_snapshot!(home.told("snapshot check --lang en"));
    let (json, status) = home.run("snapshot check --format json");
    let records: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(status, 1);
    assert!(records.iter().any(|record| record["drift"] == "gone"));
    assert_eq!(home.run("snapshot accept matrix --lang en").0, "6 locked, 3 not.\n");
    assert_eq!(home.run("snapshot accept --lang en").0, "3 locked, 0 not.\n");
    assert_eq!(home.run("snapshot check").1, 0);
}

#[test]
fn a_damaged_outcome_is_not_as_it_was_locked() {
    let home = Home::new();
    let file = home.snapshots().join("matrix@2025-01-01.snap");
    let whole = std::fs::read(&file).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let torn = text.replacen('\n', "\n<<<<<<< HEAD\n", 1).into_bytes();
    let no_text = [whole.as_slice(), b"\xe9"].concat();
    for damaged in [torn, no_text, b"nothing".to_vec(), Vec::new()] {
        std::fs::write(&file, damaged).unwrap();
        let (told, status) = home.run("snapshot check --lang en");
        assert_eq!(status, 1);
        assert!(told.starts_with("changed: matrix@2025-01-01"), "{told}");
    }
    std::fs::write(&file, [b"\xef\xbb\xbf".as_slice(), text.replace('\n', "\r\n").as_bytes()].concat()).unwrap();
    assert_eq!(home.run("snapshot check").1, 0);
}

#[test]
fn drifts_are_reviewed_on_a_terminal() {
    let home = Home::new();
    std::fs::remove_file(home.rules().join("register.lock")).unwrap();
    edit(&home.rules().join("rulesets/dvo-zoeterwoude/2025-1/rules.toml"), "amount = 150", "amount = 160");
    // Accept the first, reject the second, take that back, skip it, accept the third, and that is enough.
    let line = format!("snapshot review --lang en --register {}", home.rules().display());
    let screen = on_terminal_with(&line, &[], "arusaq");
    assert!(screen.contains("1/7") && screen.contains("3/7") && screen.contains("[a] accept"), "{screen}");
    assert!(screen.contains("2 locked, 5 not."), "{screen}");
    assert_eq!(home.run("snapshot check --lang en").0.lines().filter(|line| line.starts_with("changed: ")).count(), 5);
}

/// Kills a command after some time; true if it had not ended by itself.
fn kill(line: &str, after: Duration) -> bool {
    let mut child = leidraad(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    // A process that has just ended cannot be killed any more.
    let _ = child.kill();
    child.wait().unwrap();
    running
}

/// Moments spread over a span, the same in every run.
fn moments(count: usize, span: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        span * u32::try_from(state % 10_000).unwrap() / 10_000
    })
    .take(count)
}

fn kills() -> usize {
    std::env::var("LEIDRAAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

#[test]
fn an_adoption_that_is_killed_is_none_or_whole() {
    let (mut killed, mut proposed) = (0, 0);
    let adopt = format!("version adopt {VERSION} --decided 2026-11-01");
    let prepared = Home::new();
    prepared.propose();
    assert_eq!(prepared.run(&format!("snapshot accept --adopting {VERSION} --decided 2026-11-01")).1, 0);
    let fresh = || {
        let home = Home(tempfile::tempdir().unwrap());
        copy(prepared.0.path(), home.0.path());
        home
    };
    let home = fresh();
    let started = Instant::now();
    assert_eq!(home.run(&adopt).1, 0);
    let span = started.elapsed().mul_f64(1.1);
    let count = kills();
    for after in moments(count, span) {
        let home = fresh();
        killed += usize::from(kill(&format!("{adopt} --register {}", home.rules().display()), after));
        let (report, status) = home.run("check");
        assert_eq!(status, 0, "{report}");
        let head = std::fs::read_to_string(home.file("ruleset.toml")).unwrap();
        let lock = std::fs::read_to_string(home.rules().join("register.lock")).unwrap();
        if head.contains("status    = \"proposed\"") {
            proposed += 1;
            assert_eq!(home.run(&adopt).1, 0);
        } else {
            assert!(head.contains("decided   = 2026-11-01"), "{head}");
            assert!(lock.contains(&format!("\"{VERSION}\" = \"sha256:")), "{lock}");
        }
        // An edit of what is adopted is seen, whenever the adoption was cut off.
        edit(&home.file("rules.toml"), "amount = 700", "amount = 800");
        assert_eq!(home.run("check").1, 1);
    }
    println!("{count} adoptions, {killed} killed: {proposed} left a proposal, {} an adoption", count - proposed);
}

#[test]
fn outcomes_whose_acceptance_is_killed_are_whole() {
    let prepared = Home::new();
    std::fs::remove_file(prepared.rules().join("register.lock")).unwrap();
    edit(&prepared.rules().join("rulesets/dvo-zoeterwoude/2025-1/rules.toml"), "amount = 150", "amount = 160");
    assert_eq!(prepared.run("version lock").1, 0);
    let started = Instant::now();
    assert_eq!(prepared.run("snapshot check").1, 1);
    let span = started.elapsed().mul_f64(1.3);
    let (mut killed, mut part, count) = (0, 0, kills());
    for after in moments(count, span) {
        let home = Home(tempfile::tempdir().unwrap());
        copy(prepared.0.path(), home.0.path());
        killed += usize::from(kill(&format!("snapshot accept --register {}", home.rules().display()), after));
        assert_eq!(home.run("check").1, 0);
        for entry in std::fs::read_dir(home.snapshots()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "snap") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.starts_with("---\n") && text.ends_with('\n') && text.matches("\n---\n").count() == 1, "{}", path.display());
            }
        }
        let left = home.run("snapshot check --lang en").0.lines().filter(|line| line.starts_with("changed: ")).count();
        part += usize::from(left < 7);
        assert_eq!(home.run("snapshot accept").1, 0);
        assert_eq!(home.run("snapshot check").1, 0);
    }
    println!("{count} acceptances, {killed} killed: {part} had locked something");
}
