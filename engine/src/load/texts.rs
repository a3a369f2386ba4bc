//! The texts of open facts that a file names in; a number for each out, also for those that nobody named before. Files are read side by side, so
//! the new ones get their numbers for good once the file is entered.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::arena::FactId;
use crate::model::fact::Fact;
use crate::model::register::Register;
use crate::model::set::{Ranges, Set};

/// The texts of one fact that a file names, each once.
#[derive(Debug, Default)]
pub(super) struct Named {
    order: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, i64>,
    /// How many of them the register did not know, and the number of the first of these.
    new: usize,
    first: Option<i64>,
}

impl Named {
    /// The number of a text among a fact's values; one that is new to an open fact stands behind them.
    pub(super) fn number(&mut self, text: &str, fact: &Fact) -> Option<i64> {
        let known = fact.values.place(text);
        if !fact.open {
            return known.and_then(|at| i64::try_from(at).ok());
        }
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = i64::try_from(known.unwrap_or(fact.values.len() + self.new)).ok()?;
        if known.is_none() {
            self.new += 1;
            self.first.get_or_insert(number);
        }
        self.numbers.insert(text.into(), number);
        self.order.push(text.into());
        Some(number)
    }
    /// The texts, in the order in which they were named.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(|text| &**text)
    }
}

/// The texts that a file names, by fact.
pub(super) type NamedTexts = BTreeMap<FactId, Named>;

/// The numbers that the new texts of one fact had while the file was read, and those that they have for good.
pub(super) struct Settled {
    fact: FactId,
    /// From this number on, they were new.
    first: i64,
    numbers: Vec<i64>,
}

/// Enters the texts that a file names; those that are numbered otherwise now come out.
pub(super) fn enter(named: &NamedTexts, register: &mut Register) -> Vec<Settled> {
    let mut settled = Vec::new();
    for (fact, named) in named {
        let Some(first) = named.first else { continue };
        let values = &mut register.facts[*fact].values;
        named.texts().for_each(|text| values.push(text));
        let is_new = |text: &&str| named.numbers.get(*text).is_some_and(|number| *number >= first);
        let number = |text: &str| values.place(text).and_then(|at| i64::try_from(at).ok()).unwrap_or(i64::MAX);
        let numbers: Vec<i64> = named.texts().filter(is_new).map(number).collect();
        if !(first..).zip(&numbers).all(|(before, now)| before == *now) {
            settled.push(Settled { fact: *fact, first, numbers });
        }
    }
    settled
}

impl Settled {
    /// A test with the new texts' numbers for good; `None` if it is of another fact.
    pub(super) fn test(&self, fact: FactId, set: &Set) -> Option<Set> {
        let Set::Ranges(ranges) = set else { return None };
        (fact == self.fact).then(|| Set::Ranges(self.moved(ranges)))
    }

    fn moved(&self, ranges: &Ranges) -> Ranges {
        let new = i64::try_from(self.numbers.len()).unwrap_or(i64::MAX);
        let before = ranges.intersect(&Ranges::one(i64::MIN, self.first.saturating_sub(1)));
        let mut parts = before.parts().to_vec();
        // Texts that nobody in this file names pass where all others do.
        if ranges.contains(i64::MAX) {
            let taken = Ranges::of(self.numbers.iter().map(|number| (*number, *number)).collect());
            parts.extend(Ranges::one(self.first, i64::MAX).subtract(&taken).parts());
        }
        let passes = (0..new).zip(&self.numbers).filter(|(at, _)| ranges.contains(self.first.saturating_add(*at)));
        parts.extend(passes.map(|(_, number)| (*number, *number)));
        Ranges::of(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_keep_what_they_say_when_other_files_name_texts_first() {
        // `b` and `c` were numbered 2 and 3 when read; another file named two texts, and then `c`: it is 4, and `b` is 5.
        let settled = Settled { fact: crate::model::arena::Id::new(0), first: 2, numbers: vec![5, 4] };
        let moved = |parts: &[(i64, i64)]| settled.moved(&Ranges::of(parts.to_vec())).parts().to_vec();
        assert_eq!(moved(&[(2, 2)]), [(5, 5)]);
        assert_eq!(moved(&[(0, 0), (3, 3)]), [(0, 0), (4, 4)]);
        // Everything but `b`.
        assert_eq!(moved(&[(0, 1), (3, i64::MAX)]), [(0, 4), (6, i64::MAX)]);
    }
}
