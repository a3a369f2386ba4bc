//! What a logged answer costs, by how safe it has to be; and how long a log takes to be looked through and asked again.
//!
//! `cargo run --release -p leidraad-log --example cost -- 1000000 FOLDER` writes a million receipts; the folder tells on which disk.

#![allow(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "it measures time, and stops where it cannot"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use leidraad::{Language, Policy, Question, Sources, date};
use leidraad_log::{Log, Receipt, Settings, Sync, replay, verify};

fn questions() -> Vec<Question> {
    let day = date(2026, 3, 1);
    vec![
        Question::new("leiden", "hrm/payroll", day),
        Question::new("leiderdorp", "legal/advice", day).fact("quantity", 20).fact("used", 592),
        Question::new("oegstgeest", "ict/workplace", day).fact("fte", 100),
        Question::new("leiderdorp", "datalab", date(2026, 5, 1)),
        Question::new("zoeterwoude", "legal/advice", day),
    ]
}

/// How answers are given to the log.
#[derive(Clone, Copy)]
enum Way {
    /// Nothing is logged.
    Not,
    /// Each answer is waited for.
    One,
    /// So many are given before any is waited for.
    Many(usize),
}

fn run(policy: &Policy, log: &Log, threads: usize, answers: usize, way: Way) -> Duration {
    let began = Instant::now();
    let questions = questions();
    let work = |thread: usize| {
        let batch = policy.batch();
        let mut tickets = Vec::new();
        for at in (thread..answers).step_by(threads) {
            let question = &questions[at % questions.len()];
            let decision = batch.decide(question).unwrap();
            let receipt = || Receipt::of(policy, &decision, Language::Nl).at("2026-07-01T09:00:00Z".parse().unwrap()).actor("bench");
            match way {
                Way::Not => drop(decision.to_json(Language::Nl)),
                Way::One => drop(log.append(&receipt()).unwrap()),
                Way::Many(most) => {
                    tickets.push(log.append_later(&receipt()));
                    if tickets.len() == most {
                        tickets.drain(..).for_each(|ticket| assert!(log.wait(ticket).unwrap().is_some()));
                    }
                }
            }
        }
        tickets.into_iter().for_each(|ticket| assert!(log.wait(ticket).unwrap().is_some()));
    };
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let work = &work;
            scope.spawn(move || work(thread));
        }
    });
    began.elapsed()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let answers: usize = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let home = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let register = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let policy = Policy::load(&Sources::folder(&register)).unwrap();
    let rate = |took: Duration, count: usize| {
        format!("{:>9.0} a second, {:>9.2} µs each", count as f64 / took.as_secs_f64(), took.as_secs_f64() * 1e6 / count as f64)
    };
    let group = Sync::Group(Duration::from_millis(5));
    let few = (answers / 100).max(100);
    let alone = questions().into_iter().map(|question| policy.decide(&question).unwrap()).collect::<Vec<_>>();
    for (name, sync) in [("receipts alone, none", Sync::None), ("receipts alone, group 5 ms", group), ("receipts alone, each", Sync::Each)]
    {
        let folder = tempfile::tempdir_in(&home).unwrap();
        let log = Log::open(folder.path(), Settings::default().sync(sync), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let receipts: Vec<_> = alone.iter().map(|decision| Receipt::of(&policy, decision, Language::Nl).actor("bench")).collect();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let (receipts, log) = (&receipts, &log);
                scope.spawn(move || {
                    let mut last = None;
                    for at in (thread..answers).step_by(2) {
                        last = Some(log.append_later(&receipts[at % receipts.len()]));
                    }
                    assert!(last.is_some_and(|ticket| log.wait(ticket).unwrap().is_some()));
                });
            }
        });
        println!("{name:<40} {}", rate(began.elapsed(), answers));
    }
    for (name, sync, threads, count, way) in [
        ("not logged, 2 threads", Sync::None, 2, answers, Way::Not),
        ("none, 2 threads, one at a time", Sync::None, 2, answers / 10, Way::One),
        ("none, 2 threads, 1000 at a time", Sync::None, 2, answers, Way::Many(1000)),
        ("each, 1 thread, one at a time", Sync::Each, 1, few, Way::One),
        ("each, 16 threads, one at a time", Sync::Each, 16, few * 4, Way::One),
        ("each, 2 threads, 1000 at a time", Sync::Each, 2, answers, Way::Many(1000)),
        ("group 5 ms, 16 threads, one at a time", group, 16, few * 4, Way::One),
        ("group 5 ms, 2 threads, 10000 at a time", group, 2, answers, Way::Many(10_000)),
    ] {
        let folder = tempfile::tempdir_in(&home).unwrap();
        let log = Log::open(folder.path(), Settings::default().sync(sync), jiff::Timestamp::UNIX_EPOCH).unwrap();
        println!("{name:<40} {}", rate(run(&policy, &log, threads, count, way), count));
    }
    let folder = tempfile::tempdir_in(&home).unwrap();
    let log = Log::open(folder.path(), Settings::default().sync(group), jiff::Timestamp::UNIX_EPOCH).unwrap();
    run(&policy, &log, 2, answers, Way::Many(10_000));
    drop(log);
    let size: u64 = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    println!("{answers} receipts: {} MB", size / 1_000_000);
    let began = Instant::now();
    let verified = verify(folder.path(), None).unwrap();
    assert!(verified.problems.is_empty() && verified.receipts == answers as u64);
    println!("{:<40} {}", "looked through", rate(began.elapsed(), answers));
    let began = Instant::now();
    let find = |_: &str| Policy::load(&Sources::folder(&register)).ok();
    let replayed = replay(folder.path(), &find, &mut |n, _, _, came| panic!("{n}: {came:?}"), &|_| ()).unwrap();
    assert_eq!((replayed.same, replayed.different), (answers as u64, 0));
    println!("{:<40} {}, {} different", "asked again", rate(began.elapsed(), answers), replayed.different);
}
