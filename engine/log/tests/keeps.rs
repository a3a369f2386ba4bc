//! A log that is written, crashes, is changed, fills its disk, grows old: what is acknowledged is there, and what is not as it was is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use leidraad::{Decision, Language, Policy, Question, Sources, date};
use leidraad_bundle::{NewKey, SecretKey, Trust};
use leidraad_log::{
    Again, Detail, Index, Log, MaskKey, OnLoss, Receipt, Recorded, Settings, Sync, Wanted, checkpoint, export, replay, scan, verify,
};

fn rules() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load(&Sources::folder(rules())).unwrap());

fn at(second: i64) -> Timestamp {
    "2026-07-01T09:00:00Z".parse::<Timestamp>().unwrap() + second.seconds()
}

fn questions() -> Vec<Question> {
    let day = date(2026, 7, 1);
    vec![
        Question::new("leiden", "hrm/payroll", day),
        Question::new("leiderdorp", "legal/advice", day).fact("quantity", 20).fact("used", 592),
        Question::new("oegstgeest", "ict/workplace", day).fact("fte", 100),
        Question::new("leiderdorp", "datalab", date(2026, 5, 1)),
    ]
}

fn decided(question: &Question) -> Decision<'static> {
    POLICY.decide(question).unwrap()
}

/// Logs so many answers, one a second.
fn filled(folder: &Path, settings: Settings, answers: i64) -> Log {
    let log = Log::open(folder, settings, at(0)).unwrap();
    let decisions: Vec<Decision<'_>> = questions().iter().map(decided).collect();
    let tickets: Vec<_> = (0..answers)
        .map(|second| {
            let id = second.to_string();
            let decision = &decisions[usize::try_from(second).unwrap() % decisions.len()];
            let actor = if second % 2 == 0 { "desk-1" } else { "desk-2" };
            log.append_later(&Receipt::of(&POLICY, decision, Language::Nl).at(at(second)).actor(actor).origin("test").id(&id))
        })
        .collect();
    tickets.into_iter().for_each(|ticket| assert!(log.wait(ticket).unwrap().is_some()));
    log
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|ending| ending == "ndjson"));
    all.sort();
    all
}

fn problems(folder: &Path) -> Vec<String> {
    let of = |problem: &leidraad_log::Problem| {
        let name = problem.path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!problem.message(Language::Nl).is_empty());
        format!("{name}:{}: {}", problem.row, problem.message(Language::En))
    };
    verify(folder, None).unwrap().problems.iter().map(of).collect()
}

fn replayed(folder: &Path) -> leidraad_log::Replayed {
    let find = |digest: &str| (digest == POLICY.digest()).then(|| Policy::load(&Sources::folder(rules())).unwrap());
    replay(folder, &find, &mut |n, _, _, came| panic!("{n}: {came:?}"), &|_| ()).unwrap()
}

#[test]
fn every_answer_can_be_given_again() {
    for detail in [Detail::Digest, Detail::Whole] {
        let folder = tempfile::tempdir().unwrap();
        drop(filled(folder.path(), Settings::default().detail(detail), 40));
        let verified = verify(folder.path(), None).unwrap();
        assert_eq!((verified.problems.len(), verified.receipts, verified.first, verified.last), (0, 40, 1, 41));
        let replayed = replayed(folder.path());
        assert_eq!((replayed.receipts, replayed.same, replayed.different), (40, 40, 0));
    }
}

#[test]
fn a_question_that_could_not_be_answered_is_logged_and_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), Settings::default(), at(0)).unwrap();
    let question = Question::new("nobody", "hrm/payroll", date(2026, 7, 1));
    let error = POLICY.decide(&question).unwrap_err();
    log.append(&Receipt::failed(&POLICY, &question, &error, Language::Nl).at(at(0))).unwrap();
    drop(log);
    assert_eq!(replayed(folder.path()).same, 1);
}

#[test]
fn it_goes_on_where_it_ended_and_one_process_writes() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), Settings::default(), 3);
    assert!(Log::open(folder.path(), Settings::default(), at(0)).unwrap_err().to_string().contains("another program"));
    drop(log);
    drop(filled(folder.path(), Settings::default(), 3));
    let verified = verify(folder.path(), None).unwrap();
    assert_eq!((verified.problems.len(), verified.receipts, verified.segments), (0, 6, 1));
}

#[test]
fn segments_end_when_they_are_full_and_when_the_day_is_over() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default().segment_bytes(4_000), 40));
    let full = segments(folder.path()).len();
    assert!(full > 3, "{full}");
    let log = Log::open(folder.path(), Settings::default(), at(0)).unwrap();
    let decision = decided(&questions()[0]);
    for day in 1..3 {
        log.append(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(day * 86_400))).unwrap();
    }
    drop(log);
    assert_eq!(segments(folder.path()).len(), full + 2);
    assert_eq!(problems(folder.path()), Vec::<String>::new());
}

/// A crash can leave any part of a last line, or none of it but zeros; whatever it left, all lines before it are there.
#[test]
fn a_torn_last_line_is_cut_off_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 3));
    let path = segments(folder.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for end in (last + 1..whole.len()).step_by(7).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..end]).unwrap();
        assert_eq!(verify(folder.path(), None).unwrap().torn, (end - last) as u64);
        // It was never acknowledged: to those who read it, it is not there yet.
        let replayed = replay(folder.path(), &|_| None, &mut |n, _, _, came| panic!("{n}: {came:?}"), &|_| ()).unwrap();
        assert_eq!((replayed.receipts, replayed.unreadable, leidraad_log::scan(folder.path(), |_| ()).unwrap()), (2, 0, 0));
        let log = Log::open(folder.path(), Settings::default(), at(9)).unwrap();
        assert_eq!(log.recovered(), Some((end - last) as u64));
        log.append(&Receipt::of(&POLICY, &decided(&questions()[0]), Language::Nl).at(at(9))).unwrap();
        drop(log);
        let verified = verify(folder.path(), None).unwrap();
        assert_eq!((verified.problems.len(), verified.receipts, verified.torn), (0, 3, 0));
        assert!(fs::read_to_string(&path).unwrap().contains("\"kind\":\"recovered\""));
    }
    fs::write(&path, [&whole[..], &[0; 4096]].concat()).unwrap();
    assert_eq!(Log::open(folder.path(), Settings::default(), at(9)).unwrap().recovered(), Some(4096));
    // Of a segment that had only begun, nothing is left.
    fs::write(&path, &whole).unwrap();
    fs::write(folder.path().join("0000000000000005.ndjson"), "{\"n\":5,").unwrap();
    assert_eq!(Log::open(folder.path(), Settings::default(), at(9)).unwrap().recovered(), Some(7));
    assert_eq!(problems(folder.path()), Vec::<String>::new());
}

#[test]
fn any_flipped_bit_is_found_and_named() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 4));
    let path = segments(folder.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(3) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&path, &flipped).unwrap();
        let verified = verify(folder.path(), None).unwrap();
        assert!(!verified.problems.is_empty() || verified.torn > 0, "byte {at}");
        let row = memchr::memchr_iter(b'\n', &whole[..at]).count() + 1;
        let near = |problem: &leidraad_log::Problem| problem.row == 0 || problem.row.abs_diff(row) <= 1;
        assert!(verified.problems.iter().all(near), "byte {at}, row {row}: {:?}", verified.problems);
    }
}

#[test]
fn what_is_taken_out_put_in_or_turned_round_is_found() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 4));
    let path = segments(folder.path()).remove(0);
    let whole = fs::read_to_string(&path).unwrap();
    let told = |change: &dyn Fn(&mut Vec<&str>)| {
        let mut lines: Vec<&str> = whole.lines().collect();
        change(&mut lines);
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        problems(folder.path()).join("; ")
    };
    let missing = told(&|lines| {
        lines.remove(2);
    });
    assert!(missing.starts_with("0000000000000001.ndjson:3: lines 3 to 3 are missing before this one"), "{missing}");
    assert!(told(&|lines| lines.swap(2, 3)).contains("was changed"));
    assert!(told(&|lines| lines.insert(2, lines[3])).contains("was changed"));
    assert!(told(&|lines| lines.insert(2, "{}")).contains("no line of a log"));
    fs::write(&path, &whole).unwrap();
    // A log that was changed is not written to.
    fs::write(&path, whole.replacen("granted", "refused", 1)).unwrap();
    assert!(Log::open(folder.path(), Settings::default(), at(9)).unwrap_err().to_string().contains(".ndjson:2: this line was changed"));
}

/// Who can write the file can write all of it anew, with another chain: only what was written down elsewhere, or signed, tells.
#[test]
fn a_signed_checkpoint_tells_that_a_log_was_cut_or_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 6));
    let (_, file) = checkpoint(folder.path(), at(9)).unwrap();
    let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    let sign = || fs::write(file.with_extension("json.minisig"), key.sign(&fs::read(&file).unwrap(), "checkpoint").unwrap()).unwrap();
    sign();
    let trust = Trust::read(&format!("need = 1\n[signer.auditor]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    let look = || verify(folder.path(), Some((&trust, date(2026, 7, 1)))).unwrap();
    assert_eq!((look().checkpoints, look().problems.len()), (vec![(7, vec!["auditor".to_owned()])], 0));
    drop(filled(folder.path(), Settings::default(), 2));
    assert_eq!(look().problems, []);
    let path = segments(folder.path()).remove(0);
    let whole = fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = whole.lines().take(4).collect();
    fs::write(&path, kept.join("\n") + "\n").unwrap();
    let message = |at: usize| look().problems[at].message(Language::En).to_owned();
    assert_eq!(message(0), "according to this checkpoint the log ended with line 7; now it ends with line 4");
    drop(filled(folder.path(), Settings::default(), 9));
    assert_eq!(message(0), "line 7 is no longer the same as at this checkpoint: the log was changed afterwards");
    fs::write(&path, &whole).unwrap();
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"n\":7", "\"n\":6")).unwrap();
    assert!(look().problems.iter().any(|problem| problem.message(Language::En).contains("something other than")), "{:?}", look().problems);
}

#[test]
fn what_grew_old_is_deleted_and_the_chain_stays_provable() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), Settings::default(), at(0)).unwrap();
    let decision = decided(&questions()[0]);
    for day in 0..5 {
        log.append(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(day * 86_400))).unwrap();
    }
    assert_eq!(log.retire(date(2026, 7, 3), at(5 * 86_400), "archivist").unwrap(), 4);
    drop(log);
    let verified = verify(folder.path(), None).unwrap();
    assert_eq!((verified.problems.len(), verified.first, verified.receipts, verified.retired), (0, 5, 3, 4));
    fs::remove_file(segments(folder.path()).remove(0)).unwrap();
    assert!(problems(folder.path())[0].contains("lines 1 to 6 are missing, and nothing says that they were deleted"));
}

#[test]
fn personal_facts_are_masked_and_equal_stays_equal() {
    let sources = Sources::folder(rules());
    let facts = sources.text("facts.toml").unwrap().replacen("[fact.quantity]", "[fact.quantity]\npersonal = true", 1);
    let sources = sources.with("facts.toml", facts);
    let policy = Policy::loader().load(&sources).unwrap_or_else(|report| panic!("{report}"));
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default().detail(Detail::Whole).mask(MaskKey::new(b"a key of at least 16 bytes").unwrap());
    let log = Log::open(folder.path(), settings, at(0)).unwrap();
    for quantity in [8123, 8123, 8124] {
        let question = Question::new("leiderdorp", "legal/advice", date(2026, 7, 1)).fact("quantity", quantity).fact("used", 0);
        let decision = policy.decide(&question).unwrap();
        log.append(&Receipt::of(&policy, &decision, Language::Nl).at(at(0))).unwrap();
    }
    // A misspelt name hides nothing less.
    let question = Question::new("leiderdorp", "legal/advice", date(2026, 7, 1)).fact("quantty", 8123);
    let error = policy.decide(&question).unwrap_err();
    log.append(&Receipt::failed(&policy, &question, &error, Language::Nl).at(at(0))).unwrap();
    drop(log);
    let mut masked = Vec::new();
    scan(folder.path(), |scanned| {
        let recorded = Recorded::read(scanned.line).unwrap();
        if let Some(question) = recorded.question {
            assert!(recorded.is_masked() && !question.get().contains(":812"), "{}", question.get());
            masked.push(serde_json::from_str::<serde_json::Value>(question.get()).unwrap()["facts"]["quantity"].to_string());
        }
    })
    .unwrap();
    assert!(masked[0] == masked[1] && masked[1] != masked[2], "{masked:?}");
    let replayed = replay(folder.path(), &|_| None, &mut |_, _, _, _| (), &|_| ()).unwrap();
    assert_eq!(replayed.missing.values().sum::<u64>(), 4);
}

/// A fact that a register does not know may say anything of anybody: its name is kept alone, also where nothing is called personal.
#[test]
fn the_value_of_an_unknown_fact_is_not_kept() {
    let policy = Policy::load(&Sources::folder(rules())).unwrap();
    let question = Question::new("leiderdorp", "legal/advice", date(2026, 7, 1)).fact("bsn", "123456782").fact("used", 5);
    let error = policy.decide(&question).unwrap_err();
    let json = String::from_utf8(Receipt::failed(&policy, &question, &error, Language::Nl).to_json(&Settings::default())).unwrap();
    assert!(json.contains("\"bsn\":{\"masked\":null}") && json.contains("\"used\":5") && !json.contains("123456782"), "{json}");
}

#[test]
fn receipts_are_found_by_what_they_are_about() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default().segment_bytes(6_000), 40));
    let index = Index::open(folder.path()).unwrap();
    let count = |wanted: &Wanted| index.find(wanted, 1000).unwrap().len();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(count(&Wanted::default()), 40);
    assert_eq!(count(&Wanted { customer: text("leiderdorp"), ..Wanted::default() }), 20);
    assert_eq!(count(&Wanted { customer: text("leiderdorp"), service: text("legal/advice"), ..Wanted::default() }), 10);
    assert_eq!(count(&Wanted { result: text("refused"), ..Wanted::default() }), 10);
    assert_eq!(count(&Wanted { on: Some(date(2026, 5, 1)), ..Wanted::default() }), 10);
    assert_eq!(count(&Wanted { actor: text("desk-1"), since: Some(at(10)), until: Some(at(20)), ..Wanted::default() }), 5);
    // A set, a version, or a whole key: not whatever begins with the same letters.
    for (rule, wanted) in [("dvo-leiderdorp@", 10), ("dvo-leiderdorp", 10), ("dvo-leid", 0), ("dvo-leiderdorp@2025-1#advice-hours", 10)] {
        assert_eq!(count(&Wanted { rule: text(rule), ..Wanted::default() }), wanted, "{rule}");
    }
    assert_eq!(count(&Wanted { rule: text("dvo-leiderdorp@2025-1#advice"), ..Wanted::default() }), 0);
    assert_eq!(count(&Wanted { rule: text("' OR 1=1 --"), ..Wanted::default() }), 0);
    let found = &index.find(&Wanted { id: text("17"), ..Wanted::default() }, 1).unwrap()[0];
    assert!(found.line.contains("\"id\":\"17\"") && found.line.starts_with(&format!("{{\"n\":{},", found.n)));
    drop(index);
    // What was logged since is found, too; an index that is damaged, or of another log, is made anew.
    drop(filled(folder.path(), Settings::default().segment_bytes(6_000), 2));
    assert_eq!(Index::open(folder.path()).unwrap().find(&Wanted::default(), 1000).unwrap().len(), 42);
    fs::write(folder.path().join("index.sqlite"), "no database").unwrap();
    assert_eq!(Index::open(folder.path()).unwrap().find(&Wanted::default(), 1000).unwrap().len(), 42);
    let other = tempfile::tempdir().unwrap();
    drop(filled(other.path(), Settings::default(), 3));
    fs::copy(folder.path().join("index.sqlite"), other.path().join("index.sqlite")).unwrap();
    assert_eq!(Index::open(other.path()).unwrap().find(&Wanted::default(), 1000).unwrap().len(), 3);
}

#[test]
fn it_is_exported_as_others_read_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 5));
    let mut out = Vec::new();
    let options = export::Ldv { activity: "https://example.nl/verwerking/1", service: "leidraad", subject: None };
    assert_eq!(export::ldv(folder.path(), options, &mut out).unwrap(), 5);
    let told: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let spans = told["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 5);
    assert_eq!(spans[0]["traceId"].as_str().unwrap().len(), 32);
    assert_eq!(spans[3]["status"], serde_json::json!({ "code": 0 }), "a denial is no error");
    assert!(
        spans[0]
            .to_string()
            .contains(r#"{"key":"dpl.core.processing_activity_id","value":{"stringValue":"https://example.nl/verwerking/1"}}"#)
    );
    let ids: BTreeSet<&str> = spans.iter().map(|span| span["spanId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5);
}

/// A disk that is gone is told of: what is written to a file that was deleted would be lost.
#[test]
fn a_log_that_was_taken_away_refuses_answers() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), Settings::default(), 3);
    let receipt = decided(&questions()[0]);
    let receipt = Receipt::of(&POLICY, &receipt, Language::Nl).at(at(9));
    let path = segments(folder.path()).remove(0);
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(log.append(&receipt).unwrap_err().to_string().starts_with("the answer could not be logged: "));
    fs::write(&path, kept).unwrap();
    assert_eq!(log.append(&receipt).unwrap(), Some(5), "it goes on once it can");
    drop(log);
    assert_eq!(problems(folder.path()), Vec::<String>::new());
}

#[test]
fn many_threads_share_the_writes_of_a_disk() {
    for sync in [Sync::Each, Sync::Group(Duration::from_millis(1)), Sync::None] {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), Settings::default().sync(sync).segment_bytes(50_000), at(0)).unwrap();
        let numbers: Vec<u64> = std::thread::scope(|scope| {
            let work = || {
                let decision = decided(&questions()[0]);
                let receipt = Receipt::of(&POLICY, &decision, Language::Nl).at(at(0));
                (0..100).map(|_| log.append(&receipt).unwrap().unwrap()).collect::<Vec<u64>>()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 400, "each has a number of its own");
        drop(log);
        let verified = verify(folder.path(), None).unwrap();
        assert_eq!((verified.problems.len(), verified.receipts), (0, 400), "{sync:?}");
    }
}

/// Waiting without a thread tells the same, however many wait, and whoever stops waiting.
#[test]
fn many_wait_without_a_thread() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    for sync in [Sync::Each, Sync::Group(Duration::from_millis(1)), Sync::None] {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(Log::open(folder.path(), Settings::default().sync(sync).segment_bytes(50_000), at(0)).unwrap());
        let wait = |one: usize| {
            let log = Arc::clone(&log);
            async move {
                let ticket = {
                    let decision = decided(&questions()[0]);
                    log.append_later(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(0)))
                };
                if one.is_multiple_of(5) {
                    // Asked for once, and no more.
                    let _ = tokio::time::timeout(Duration::ZERO, log.written(ticket)).await;
                }
                // Two may wait for one line.
                let (one, other) = tokio::join!(log.written(ticket), log.written(ticket));
                assert_eq!(one.unwrap(), other.unwrap());
                log.written(ticket).await.unwrap().unwrap()
            }
        };
        let tasks: Vec<_> = (0..200).map(|one| runtime.spawn(wait(one))).collect();
        let numbers = runtime.block_on(async {
            let mut numbers = BTreeSet::new();
            for task in tasks {
                numbers.insert(tokio::time::timeout(Duration::from_secs(20), task).await.expect("it is woken").unwrap());
            }
            numbers
        });
        assert_eq!(numbers.len(), 200, "{sync:?}");
    }
}

/// What cannot be written is told to whoever waits without a thread: refused, or counted.
#[test]
fn who_waits_without_a_thread_is_told_of_a_failure() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for on_loss in [OnLoss::Refuse, OnLoss::Count] {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), Settings::default().on_loss(on_loss), at(0)).unwrap();
        fs::remove_dir_all(folder.path()).unwrap();
        let decision = decided(&questions()[0]);
        let receipt = Receipt::of(&POLICY, &decision, Language::Nl).at(at(0));
        let written = log.written(log.try_append_later(&receipt).unwrap());
        let told = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), written).await }).expect("it is woken");
        assert_eq!((told.is_err(), log.lost()), if on_loss == OnLoss::Refuse { (true, 0) } else { (false, 1) }, "{on_loss:?}");
    }
}

/// What is read of a log may be anything: it is told, and never a panic.
#[test]
fn another_answer_is_told_with_both() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default().detail(Detail::Whole), 2));
    let path = segments(folder.path()).remove(0);
    let changed = fs::read_to_string(&path).unwrap().replace("\"level\":\"standard\",\"quantity\"", "\"level\":\"plus\",\"quantity\"");
    fs::write(&path, changed).unwrap();
    let mut told = Vec::new();
    let find = |_: &str| Some(Policy::load(&Sources::folder(rules())).unwrap());
    let replayed = replay(folder.path(), &find, &mut |n, _, row, came| told.push((n, row, came)), &|_| ()).unwrap();
    assert!(replayed.different >= 1 && matches!(&told[0], (2, 2, Again::Different { logged, given }) if logged != given), "{told:?}");
}

/// A log of an answer a day; each day is a segment.
fn of_days(folder: &Path, days: i64) -> Log {
    let log = Log::open(folder, Settings::default(), at(0)).unwrap();
    let decision = decided(&questions()[0]);
    for day in 0..days {
        log.append(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(day * 86_400))).unwrap();
    }
    log
}

#[test]
fn what_is_not_whole_is_not_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let log = of_days(folder.path(), 4);
    fs::remove_file(&segments(folder.path())[1]).unwrap();
    assert!(!problems(folder.path()).is_empty());
    let refused = log.retire(date(2026, 7, 4), at(9 * 86_400), "archivist").unwrap_err();
    assert!(refused.to_string().contains("was changed or damaged"), "{refused}");
    drop(log);
    assert!(!problems(folder.path()).is_empty(), "it is told still");
}

/// Lines come late: one of the day before, after the first of a new day. What is of that day is kept.
#[test]
fn a_late_line_makes_a_segment_no_older() {
    let folder = tempfile::tempdir().unwrap();
    let log = of_days(folder.path(), 1);
    let decision = decided(&questions()[0]);
    for day in [1, 0, 2] {
        log.append(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(day * 86_400))).unwrap();
    }
    assert_eq!(log.retire(date(2026, 7, 2), at(9 * 86_400), "archivist").unwrap(), 2, "of the first day alone");
    drop(log);
    assert_eq!(verify(folder.path(), None).unwrap().receipts, 3);
}

#[test]
fn a_checkpoint_is_not_outlived() {
    let folder = tempfile::tempdir().unwrap();
    drop(of_days(folder.path(), 2));
    checkpoint(folder.path(), at(9)).unwrap();
    let log = of_days(folder.path(), 5);
    let refused = log.retire(date(2026, 7, 5), at(9 * 86_400), "archivist").unwrap_err();
    assert!(refused.to_string().contains("leidraad log checkpoint"), "{refused}");
    drop(log);
    checkpoint(folder.path(), at(9)).unwrap();
    let log = Log::open(folder.path(), Settings::default(), at(9)).unwrap();
    assert!(log.retire(date(2026, 7, 5), at(9 * 86_400), "archivist").unwrap() > 0);
    drop(log);
    assert_eq!(problems(folder.path()), Vec::<String>::new());
    // Without the later one, nothing proves what followed.
    let mut all: Vec<PathBuf> = fs::read_dir(folder.path().join("checkpoints")).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    fs::remove_file(all.pop().unwrap()).unwrap();
    assert!(problems(folder.path()).join(" ").contains("no later checkpoint proves what followed"));
}

#[test]
fn a_checkpoint_has_to_be_signed_as_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path(), Settings::default(), 3));
    let key = SecretKey::read(&NewKey::make(None).unwrap().secret, None).unwrap();
    let trust = Trust::read(&format!("need = 1\n[signer.auditor]\nkey = [{{ public = '{}' }}]", key.public())).unwrap();
    let told = || {
        let verified = verify(folder.path(), Some((&trust, date(2026, 7, 1)))).unwrap();
        verified.problems.iter().map(|problem| problem.message(Language::En).to_owned()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(told(), "there is no checkpoint that could be signed");
    checkpoint(folder.path(), at(9)).unwrap();
    assert_eq!(told(), "signers required: 1; signed by: ");
}

#[test]
fn what_stands_behind_a_segment_or_in_place_of_its_beginning_is_found() {
    let folder = tempfile::tempdir().unwrap();
    drop(of_days(folder.path(), 3));
    let first = segments(folder.path()).remove(0);
    let whole = fs::read_to_string(&first).unwrap();
    fs::write(&first, whole.clone() + "put in").unwrap();
    assert!(problems(folder.path())[0].contains("no line of a log"));
    let lines: Vec<&str> = whole.lines().collect();
    fs::write(&first, lines[0].to_owned() + "\n").unwrap();
    fs::write(folder.path().join("0000000000000002.ndjson"), lines[1].to_owned() + "\n").unwrap();
    assert!(problems(folder.path())[0].contains("no beginning of a segment"));
}

/// What was lost is told by the last line, where none comes after.
#[test]
fn what_was_lost_is_told_when_the_log_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), Settings::default().on_loss(OnLoss::Count), 2);
    let path = segments(folder.path()).remove(0);
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let decision = decided(&questions()[0]);
    for _ in 0..100 {
        assert_eq!(log.append(&Receipt::of(&POLICY, &decision, Language::Nl).at(at(9))).unwrap(), None);
    }
    assert_eq!(log.lost(), 100);
    fs::write(&path, kept).unwrap();
    drop(log);
    let verified = verify(folder.path(), None).unwrap();
    assert_eq!((verified.problems.len(), verified.receipts, verified.lost), (0, 2, 100));
}
