//! A log that is written by the command: killed at any moment, asked again by another policy, and changed.
//!
//! `LEIDRAAD_KILLS=200 cargo test --release --test log -- --nocapture killed` kills as often as that.

#![allow(clippy::disallowed_methods, reason = "how often to kill comes from the environment")]

mod run;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use run::{Home, leidraad, rules};

/// So many questions, each with its number as its id.
fn questions(from: usize, count: usize) -> String {
    let asked = [
        r#""customer":"leiden","service":"hrm/payroll","on":"2026-07-01""#,
        r#""customer":"leiderdorp","service":"legal/advice","on":"2025-02-01","facts":{"quantity":20,"used":592}"#,
        r#""customer":"leiderdorp","service":"datalab","on":"2026-05-01""#,
        r#""customer":"oegstgeest","service":"ict/workplace","on":"2026-03-01","facts":{"fte":100}"#,
        r#""customer":"zoeterwoude","service":"legal/advice","on":"2026-03-01""#,
    ];
    let lines: Vec<String> = (from..from + count).map(|id| format!("{{\"id\":\"{id}\",{}}}\n", asked[id % asked.len()])).collect();
    lines.concat()
}

fn told(line: &str) -> (String, Option<i32>) {
    let output = leidraad(line).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (text, output.status.code())
}

fn batch(log: &Path, register: &Path, questions: &str) {
    let mut asking = leidraad("ask --batch - --lang nl");
    asking.arg("--log").arg(log).arg("--register").arg(register);
    let mut child = asking.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(questions.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// Every answer that was shown is in the log, whenever the process was killed; the log goes on, and is whole.
#[test]
fn what_was_shown_before_it_was_killed_is_in_the_log() {
    let kills: u64 = std::env::var("LEIDRAAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let (mut shown, mut next) = (BTreeSet::new(), 0);
    let mut torn = 0;
    for kill in 0..kills {
        let mut asking = leidraad("ask --batch - --lang nl");
        asking.arg("--log").arg(&log).arg("--register").arg(rules());
        let mut child = asking.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let first = next;
        let asking = std::thread::spawn(move || {
            let mut at = first;
            while input.write_all(questions(at, 50).as_bytes()).is_ok() {
                at += 50;
            }
            at
        });
        let reading = std::thread::spawn(move || {
            let ids = BufReader::new(output).split(b'\n').map_while(Result::ok).filter_map(|line| {
                // The last line may be cut off: it was not shown whole.
                let answer: serde_json::Value = serde_json::from_slice(&line).ok()?;
                Some(answer["id"].as_str()?.to_owned())
            });
            ids.collect::<Vec<String>>()
        });
        std::thread::sleep(Duration::from_millis(150 + kill * 37 % 200));
        child.kill().unwrap();
        child.wait().unwrap();
        next = asking.join().unwrap();
        shown.extend(reading.join().unwrap());
        let (report, status) = told(&format!("log verify {} --lang en", log.display()));
        assert_eq!(status, Some(0), "{report}");
        torn += usize::from(report.contains("an incomplete line"));
    }
    let mut logged = BTreeSet::new();
    leidraad_log::scan(&log, |scanned| {
        logged.extend(leidraad_log::Recorded::read(scanned.line).and_then(|recorded| recorded.id.map(std::borrow::Cow::into_owned)));
    })
    .unwrap();
    let missing: Vec<&String> = shown.difference(&logged).collect();
    assert!(missing.is_empty() && shown.len() > 100, "{missing:?} of {}", shown.len());
    println!("{kills} kills, {} answers shown, {} logged, {torn} torn lines", shown.len(), logged.len());
    let (report, status) = told(&format!("log replay {} --register {} --lang en", log.display(), rules().display()));
    assert_eq!(status, Some(0), "{report}");
}

/// The answers that another policy gives differently are those that `diff --questions` tells.
#[test]
fn what_another_policy_answers_is_what_diff_tells() {
    let home = Home::new();
    let (log, kept) = (home.0.path().join("log"), home.0.path().join("kept"));
    std::fs::create_dir(&kept).unwrap();
    let (old, new) = (home.rules(), home.0.path().join("new"));
    run::copy(&old, &new);
    let rules = new.join("rulesets/dvo-leiderdorp/2025-1/rules.toml");
    let text = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, text.replace("amount = 600", "amount = 500")).unwrap();
    // What was adopted is edited: for this test nothing is locked.
    std::fs::remove_file(new.join("register.lock")).unwrap();
    batch(&log, &old, &questions(0, 60));
    let bundle = kept.join("1.bundle");
    assert_eq!(told(&format!("bundle {} {}", old.display(), bundle.display())).1, Some(0));
    let shown = |path: &Path| path.display().to_string();
    let against = format!("log replay {} --bundles {} --against {} --format json", shown(&log), shown(&kept), shown(&new));
    let (replayed, status) = told(&format!("{against} --register {}", shown(&old)));
    assert_eq!(status, Some(1), "{replayed}");
    let asked = home.0.path().join("questions.jsonl");
    assert_eq!(told(&format!("log export {} --as questions --output {}", shown(&log), shown(&asked))).1, Some(0));
    let (differs, status) = told(&format!("diff {} {} --questions {} --format json", shown(&old), shown(&new), shown(&asked)));
    assert_eq!(status, Some(1), "{differs}");
    let questions = |json: &serde_json::Value| -> Vec<String> {
        let changed = json.as_array().unwrap().iter().filter(|one| one.get("question").is_some());
        changed.map(|one| one["question"].to_string()).collect()
    };
    // Behind the answer, it is told that nothing is locked.
    let read = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().next().unwrap().unwrap();
    let (one, other) = (questions(&read(&replayed)["differences"]), questions(&read(&differs)));
    assert!(!one.is_empty() && one == other, "{one:?}\n{other:?}");
    // By the policy that gave them, all are the same: it is found on the shelf.
    let again = format!("log replay {} --bundles {} --register {} --lang en", shown(&log), shown(&kept), shown(&new));
    let (report, status) = told(&again);
    assert!(status == Some(0) && report.contains("60 answers: 60 the same, 0 different"), "{report}");
    std::fs::remove_file(&bundle).unwrap();
    let (report, status) = told(&again);
    assert!(status == Some(2) && report.contains("60 answers were not repeated"), "{report}");
}
