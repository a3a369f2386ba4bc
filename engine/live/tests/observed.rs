//! What those see who watch over a live policy: counters and gauges, where the feature `observe` is on.

#![cfg(feature = "observe")]

mod home;

use std::time::Duration;

use leidraad::{Question, date};
use leidraad_live::{Event, Live};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use home::{Home, rule};

#[test]
fn answers_and_reloads_are_counted() {
    let recorder = DebuggingRecorder::new();
    let seen = recorder.snapshotter();
    recorder.install().unwrap();
    let home = Home::new();
    let live = Live::folder(home.rules()).poll(Duration::from_millis(50)).quiet(Duration::from_millis(5)).start().unwrap();
    let events = live.subscribe();
    let question = Question::new("leiden", "legal/advice", date(2026, 7, 1));
    live.policy().decide(&question).unwrap();
    live.policy().decide(&Question::new("nobody", "legal/advice", date(2026, 7, 1))).unwrap_err();
    home.save("bad");
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::Refused { .. }));
    home.save(&rule("plus"));
    assert!(matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), Event::InForce { .. }));
    let mut counted: Vec<String> = Vec::new();
    for (key, _, _, value) in seen.snapshot().into_vec() {
        let labels: Vec<&str> = key.key().labels().map(metrics::Label::value).collect();
        match value {
            DebugValue::Counter(count) => counted.push(format!("{} {} {count}", key.key().name(), labels.join(","))),
            DebugValue::Gauge(at) => assert!(at.into_inner() > 1.7e9, "{}", key.key().name()),
            DebugValue::Histogram(_) => {}
        }
    }
    counted.sort();
    assert_eq!(
        counted,
        [
            "leidraad_decisions_total error 1",
            "leidraad_decisions_total granted 1",
            "leidraad_reloads_total in_force 2",
            "leidraad_reloads_total refused 1"
        ]
    );
}
