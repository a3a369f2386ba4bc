//! Records of differences in; the customers that had nothing before out, each with all that it now gets as one line.

use std::collections::{BTreeMap, BTreeSet};

use leidraad::{DifferenceRecord, Effect, Language, Outcome, Policy, Question, View};

use crate::locale::{Key, say};

/// Of fewer services than this, each is told.
const FEW: usize = 3;

/// A customer that had nothing before.
pub(super) struct Newcomer<'r> {
    name: &'r str,
    from: Option<leidraad::Date>,
    /// What each of its services gets, by id; `None` where that depends on days or facts.
    services: BTreeMap<&'r str, Option<&'r str>>,
}

/// The newcomers among the customers of these records, by id.
pub(super) fn newcomers<'r>(records: &'r [DifferenceRecord], old: &Policy, view: View) -> BTreeMap<&'r str, Newcomer<'r>> {
    let mut all: BTreeMap<&str, Newcomer<'_>> = BTreeMap::new();
    let mut had: BTreeSet<&str> = BTreeSet::new();
    for record in records {
        if record.effect != Effect::Gain {
            had.insert(&record.customer);
        }
        let fresh = || Newcomer { name: &record.customer_name, from: record.from, services: BTreeMap::new() };
        let newcomer = all.entry(&record.customer).or_insert_with(fresh);
        newcomer.from = newcomer.from.min(record.from);
    }
    for record in records {
        let Some(newcomer) = all.get_mut(record.customer.as_str()) else { continue };
        // Only what is so for all questions from the first day on is said in a word.
        let is_plain = record.conditions.is_empty() && record.facts.is_empty() && record.until.is_none() && record.from == newcomer.from;
        let words = is_plain.then_some(record.new.words.as_str());
        newcomer.services.entry(&record.service).and_modify(|known| *known = None).or_insert(words);
    }
    all.retain(|customer, newcomer| {
        let days = newcomer.from.map(|from| [from.yesterday().unwrap_or(from), from]);
        let is_new = days.is_some_and(|days| days.into_iter().all(|day| had_nothing(old, view, customer, day)));
        newcomer.services.len() >= FEW && !had.contains(customer) && is_new
    });
    all
}

/// Whether a customer is not there, or is refused every service on a day.
fn had_nothing(old: &Policy, view: View, customer: &str, on: leidraad::Date) -> bool {
    let Ok(customer) = old.catalogue().customer(customer) else { return true };
    let is_refused = |service: leidraad::catalogue::Service<'_>| {
        let mut question = Question::new(customer.id(), service.id(), on);
        (question.known, question.proposed) = (view.known, view.proposed);
        old.decide(&question).is_ok_and(|decision| decision.outcome() == Outcome::Refused)
    };
    old.catalogue().services().all(is_refused)
}

impl Newcomer<'_> {
    /// `Voorschoten: nieuw vanaf 1 januari 2027, 58 diensten: 40 × basis, 18 × plus`
    pub(super) fn line(&self, language: Language) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let depends = say(language, Key::NewcomerDepends, &[]);
        for words in self.services.values() {
            *counts.entry(words.unwrap_or(&depends)).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let list: Vec<String> = counts.iter().map(|(words, count)| format!("{count} × {words}")).collect();
        let values = [
            ("customer", self.name.to_owned()),
            ("from", self.from.map(|from| language.day(from)).unwrap_or_default()),
            ("services", self.services.len().to_string()),
            ("list", list.join(", ")),
        ];
        say(language, Key::Newcomer, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    }
}
