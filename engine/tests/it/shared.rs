//! One policy, many threads: the same bytes every time, whoever asks (S12).

use std::thread;

use leidraad::{Language, Policy, Question, Sources, date};

fn policy() -> Policy {
    Policy::load(&Sources::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))).unwrap_or_else(|report| panic!("{report}"))
}

fn answers(policy: &Policy) -> Vec<String> {
    let mut answers = Vec::new();
    for customer in policy.catalogue().customers() {
        for service in policy.catalogue().services() {
            let question = Question::new(customer, service, date(2026, 7, 1));
            answers.push(policy.decide(&question).unwrap().to_json(Language::Nl));
        }
    }
    answers
}

#[test]
fn a_policy_is_shared() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&policy());
}

#[test]
fn all_threads_get_the_same_bytes() {
    let policy = policy();
    let expected = answers(&policy);
    thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(|| answers(&policy))).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), expected);
        }
    });
}

#[test]
fn a_register_loaded_again_gives_the_same_bytes() {
    assert_eq!(answers(&policy()), answers(&policy()));
}
