//! `ask --batch`: a line in, a line out, in order, whatever the lines hold.

mod run;

use std::io::{BufRead, Write};
use std::process::Stdio;

use run::leidraad;
use serde_json::Value;

fn answers(input: &[u8]) -> (Vec<Value>, i32) {
    let mut child = leidraad("ask --batch - --lang en").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (lines, output.status.code().unwrap())
}

fn good(used: usize) -> String {
    format!(r#"{{"customer":"leiderdorp","service":"legal/advice","on":"2025-02-01","facts":{{"quantity":20,"used":{used}}}}}"#)
}

#[test]
fn bad_lines_are_errors_and_the_rest_goes_on() {
    let bad = [
        (100, r#"{"customer":"leiderdorp","service":"legal/advise","on":"2025-02-01"}"#, "unknown-name"),
        (2_000, r#"{"customer":"leiderdorp","service":"legal/advice","on":"2025-02-30"}"#, "bad-day"),
        (3_000, r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"quantity":"twenty"}}"#, "bad-fact"),
        (4_000, "this is no JSON", "bad-json"),
        (5_000, r#"{"customer":"leiderdorp"}"#, "bad-json"),
        (6_000, r#"{"customer":"leiderdorp","service":"legal/advice","colour":1}"#, "bad-json"),
        (7_000, r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"inhabitants":1}}"#, "bad-fact"),
        (8_000, r#"["a","list"]"#, "bad-json"),
        (9_000, r#"{"customer":"leiderdorp","service":"legal/advice","facts":{"used":1,"used":2}}"#, "bad-json"),
    ];
    let lines: Vec<String> = (0..10_009)
        .map(|at| bad.iter().find(|(place, ..)| *place == at).map_or_else(|| good(at % 700), |(_, line, _)| (*line).to_owned()))
        .collect();
    let (found, status) = answers(lines.join("\n").as_bytes());
    assert_eq!(found.len(), 10_009);
    assert_eq!(status, 2);
    for (at, answer) in found.iter().enumerate() {
        if let Some((_, _, code)) = bad.iter().find(|(place, ..)| *place == at) {
            assert_eq!(answer["error"]["code"], *code, "line {at}: {answer}");
            assert_eq!(answer["error"]["line"], at + 1);
            assert!(answer["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
        } else {
            assert_eq!(answer["question"]["facts"]["used"], at % 700, "line {at} is out of order");
            assert_ne!(answer["outcome"], "undetermined");
        }
    }
}

#[test]
fn questions_carry_their_own_circumstances() {
    let lines = [
        r#"{"customer":"Leiderdorp","service":"Juridisch advies","on":"2025-02-01","known":"2025-02-15","facts":{"quantity":20,"used":592}}"#,
        r#"{"customer":"leiderdorp","service":"communication/advice","on":"2026-11-24","proposed":true}"#,
        "",
        r#"{"customer":"leiderdorp","service":"hrm/payroll"}"#,
    ];
    let (found, status) = answers(lines.join("\r\n").as_bytes());
    assert_eq!(status, 0);
    assert_eq!(found.len(), 3, "an empty line is no question");
    assert_eq!(found[0]["outcome"], "refused");
    assert_eq!(found[0]["question"]["service"], "legal/advice");
    assert_eq!(found[1]["outcome"], "granted");
    assert!(found[2]["question"]["on"].as_str().is_some(), "left out: today");
}

#[test]
fn a_question_answered_alone_and_in_a_batch_is_answered_the_same() {
    let alone = leidraad("ask leiderdorp legal/advice quantity=20 used=592 --on 2025-02-01 --format json --lang en").output().unwrap();
    let (found, _) = answers(good(592).as_bytes());
    assert_eq!(serde_json::from_slice::<Value>(&alone.stdout).unwrap(), found[0]);
}

#[test]
fn strange_bytes_and_long_lines_are_errors() {
    let mut input = vec![0xff, 0xfe, b'\n'];
    input.extend(std::iter::repeat_n(b'{', 3_000_000));
    input.push(b'\n');
    input.extend(format!(r#"{{"customer":"{}","service":"x"}}"#, "a".repeat(900_000)).bytes());
    input.push(b'\n');
    input.extend(good(1).bytes());
    let (found, status) = answers(&input);
    assert_eq!(found.len(), 4);
    assert_eq!(status, 2);
    assert_eq!(found[3]["outcome"], "granted");
    let (none, status) = answers(b"");
    assert!(none.is_empty() && status == 0);
}

#[test]
fn a_line_is_answered_before_the_next_is_there() {
    let mut child = leidraad("ask --batch - --lang en").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    for used in [1, 599, 600] {
        writeln!(stdin, "{}", good(used)).unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["question"]["facts"]["used"], used);
    }
    drop(stdin);
    assert!(answers.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let mut child = leidraad("ask --batch -").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = good(1) + "\n";
    let _ = stdin.write_all(line.repeat(2_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
