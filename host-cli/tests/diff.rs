//! `leidraad diff`: what people and programs are told of the differences between registers, and of past questions.

mod run;

use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use run::{copy, leidraad, printed, rules};

fn stdout(line: &str) -> String {
    String::from_utf8(leidraad(line).output().unwrap().stdout).unwrap()
}

#[test]
fn what_a_new_agreement_changes() {
    insta::assert_snapshot!(printed("diff --change dvo-leiderdorp@2025-1 --lang nl"));
}

#[test]
fn what_a_new_agreement_changes_as_json() {
    let json = stdout("diff --change dvo-leiderdorp@2025-1 --format json");
    insta::assert_snapshot!(json);
    let records: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    // Every one was asked of both, and they differ.
    assert!(records.iter().all(|record| record["witness"].is_object()));
}

#[test]
fn what_a_new_agreement_changes_as_a_page() {
    let page = stdout("diff --change dvo-leiderdorp@2025-1 --format html --lang en");
    // The day on which it is made is another one tomorrow.
    let (before, made) = page.split_once("<dt>Made on</dt><dd>").unwrap();
    let (_, after) = made.split_once("</dd>").unwrap();
    insta::assert_snapshot!(format!("{before}<dt>Made on</dt><dd>…</dd>{after}"));
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page needs {outside}");
    }
}

#[test]
fn views_of_one_register() {
    insta::assert_snapshot!(
        [
            "diff @known=2026-07-01 @known=2026-07-01 --lang en",
            "diff --proposed --lang en",
            "diff @known=2025-02-15 @known=2025-04-01 --lang nl",
        ]
        .map(printed)
        .join("\n")
    );
}

#[test]
fn mistakes_are_explained() {
    insta::assert_snapshot!(
        [
            "diff",
            "diff @known=2025-02-30",
            "diff --change dvo-leiderdrop@2025-1 --lang en",
            "diff no-such-folder --lang en",
            "diff TEN --lang en",
            "diff @known=2025-01-01 --questions no-such-file.csv --lang en",
            "changes leiden --since 2026-01-01 --format html",
        ]
        .map(printed)
        .join("\n")
        .lines()
        .filter(|line| !line.trim_start().starts_with(['╭', '│', '·', '╰', '×']))
        .collect::<Vec<_>>()
        .join("\n")
    );
}

/// Three questions and a bad one, as lines, as a table and as Parquet.
fn questions(folder: &Path) -> [std::path::PathBuf; 3] {
    let [lines, table, columns] = ["q.ndjson", "q.csv", "q.parquet"].map(|name| folder.join(name));
    let rows = [
        ("leiderdorp", "legal/advice", "2025-06-01", 20),
        ("leiden", "legal/advice", "2025-06-01", 20),
        ("leiderdorp", "back-up", "2024-06-01", 1),
        ("leiderdorp", "nothing", "2025-06-01", 1),
    ];
    let json = rows.map(|(customer, service, on, quantity)| {
        format!(
            "{{\"customer\":\"{customer}\",\"service\":\"{service}\",\"on\":\"{on}\",\"facts\":{{\"quantity\":{quantity},\"used\":592}}}}\n"
        )
    });
    std::fs::write(&lines, json.concat()).unwrap();
    let csv = rows.map(|(customer, service, on, quantity)| format!("{customer},{service},{on},{quantity},592\n"));
    std::fs::write(&table, format!("customer,service,on,quantity,used\n{}", csv.concat())).unwrap();
    let schema = "message q { REQUIRED BYTE_ARRAY customer (UTF8); REQUIRED BYTE_ARRAY service (UTF8); REQUIRED BYTE_ARRAY on (UTF8); REQUIRED INT64 quantity; REQUIRED INT64 used; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = std::fs::File::create(&columns).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = [rows.map(|row| row.0), rows.map(|row| row.1), rows.map(|row| row.2)];
    for column in texts {
        let mut out = group.next_column().unwrap().unwrap();
        let values: Vec<ByteArray> = column.into_iter().map(ByteArray::from).collect();
        out.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        out.close().unwrap();
    }
    for column in [rows.map(|row| row.3), [592; 4]] {
        let mut out = group.next_column().unwrap().unwrap();
        out.typed::<Int64Type>().write_batch(&column, None, None).unwrap();
        out.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    [lines, table, columns]
}

#[test]
fn past_questions_are_weighed_whatever_their_form() {
    let folder = tempfile::tempdir().unwrap();
    for (path, first) in questions(folder.path()).iter().zip([1, 2, 1]) {
        let line = format!("diff --change dvo-leiderdorp@2025-1 --lang en --questions {}", path.display());
        let output = leidraad(&line).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let expected = format!(
            "{first}: 20 not entitled, 400 hours per year → 8 standard + 12 plus, provided the contract owner approves beforehand, \
             600 hours per year\n    leidraad ask leiderdorp legal/advice quantity=20 used=592 --on 2025-06-01\n\
             {}: error: unknown service `nothing`\n4 questions weighed: 1 gets another answer, 1 cannot be asked.\n",
            first + 3
        );
        assert_eq!(text, expected, "{}", path.display());
        assert_eq!(output.status.code(), Some(2));
    }
}

/// What a batch printed is a file of questions, too.
#[test]
fn answers_of_a_batch_are_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let [asked, answered] = ["asked.jsonl", "answered.jsonl"].map(|name| folder.path().join(name));
    let line = r#"{"customer":"leiderdorp","service":"legal/advice","on":"2025-06-01","facts":{"quantity":20,"used":592},"id":7}"#;
    std::fs::write(&asked, format!("{line}\n")).unwrap();
    let batch = leidraad(&format!("ask --batch {}", asked.display())).output().unwrap();
    std::fs::write(&answered, batch.stdout).unwrap();
    let told = |path: &Path| stdout(&format!("diff --change dvo-leiderdorp@2025-1 --lang en --questions {}", path.display()));
    assert!(told(&answered).contains("1 question weighed: 1 gets another answer, 0 cannot be asked."));
    assert_eq!(told(&answered), told(&asked));
}

/// What columns mean can be told where their names do not say so.
#[test]
fn columns_by_other_names_are_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("asked.csv");
    std::fs::write(&table, "Gemeente;Product;Dag;Uren;Al op\nLeiderdorp;juridisch advies;1-6-2025;20;592\n").unwrap();
    let asked = |more: &str| {
        let line = format!("diff --change dvo-leiderdorp@2025-1 --lang nl --questions {} {more}", table.display());
        let output = leidraad(&line).output().unwrap();
        (String::from_utf8([output.stdout, output.stderr].concat()).unwrap(), output.status.code())
    };
    let (told, status) = asked("--columns gemeente=customer,Product=dienst,Uren=hoeveelheid --columns 'al op=used'");
    assert!(told.contains("1 vraag bekeken: 1 krijgt een ander antwoord") && status == Some(1), "{told}");
    let (told, status) = asked("--columns gemeente=customer,Soort=dienst");
    assert!(told.contains("`Soort`, maar die is er niet; wel: `Gemeente`, `Product`") && status == Some(2), "{told}");
    let (told, status) = asked("--columns gemeente");
    assert!(told.contains("klant=customer") && status == Some(2), "{told}");
}

/// A small file can hold values of hundreds of megabytes: it is refused before any is unpacked.
#[test]
fn values_that_no_question_has_are_not_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.parquet");
    let schema = Arc::new(parse_message_type("message q { REQUIRED BYTE_ARRAY customer (UTF8); }").unwrap());
    let settings = WriterProperties::builder().set_dictionary_enabled(false).build();
    let mut writer = SerializedFileWriter::new(std::fs::File::create(&path).unwrap(), schema, Arc::new(settings)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut out = group.next_column().unwrap().unwrap();
    let value = || ByteArray::from("x".repeat(2 << 20).as_str());
    out.typed::<ByteArrayType>().write_batch(&[value(), value()], None, None).unwrap();
    out.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let line = format!("diff --change dvo-leiderdorp@2025-1 --lang en --questions {}", path.display());
    let output = leidraad(&line).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("column `customer` has too large values"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_torn_row_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.csv");
    std::fs::write(&path, "customer;service;on;quantity;used\nleiderdorp;legal/advice\nleiderdorp;legal advice;2025-06-01;20;592\n")
        .unwrap();
    let text = stdout(&format!("diff --change dvo-leiderdorp@2025-1 --lang en --questions {}", path.display()));
    assert!(text.starts_with("2: error: 2 cells, where the header has 5\n  every row has a cell for each column\n3: "), "{text}");
    assert!(
        text.contains("leidraad ask leiderdorp 'legal advice' quantity=20")
            && text.ends_with("2 questions weighed: 1 gets another answer, 1 cannot be asked.\n"),
        "{text}"
    );
}

#[test]
fn a_folder_is_compared_with_another() {
    let folder = tempfile::tempdir().unwrap();
    copy(&rules(), folder.path());
    let path = folder.path().join("rulesets/dvo-leiderdorp/2025-1/rules.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("amount = 600", "amount = 500")).unwrap();
    // An edited version that was adopted does not load.
    let line = format!("diff {} --format json", folder.path().display());
    assert_eq!(leidraad(&line).output().unwrap().status.code(), Some(2));
    std::fs::remove_file(folder.path().join("register.lock")).unwrap();
    let records: Vec<serde_json::Value> = serde_json::from_str(&stdout(&line)).unwrap();
    let [only] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((&only["service"], &only["effect"]), (&"legal/advice".into(), &"gain".into()));
    assert_eq!((&only["old"]["quota"]["amount"], &only["new"]["quota"]["amount"]), (&500.into(), &600.into()));
}
