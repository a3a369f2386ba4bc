//! A question, its wish and what can be changed in; the smallest changes that grant it out, each asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::super::difference::{PolicyView, Shared, Side, Which, merge};
use super::leaves::{Cutter, Grants, Leaf};
use super::suggestion::{Changed, Suggestion, grants};
use crate::cover::{Boxed, Budget, Exhausted, KNOWN, Moment, ON, Part, Region, Split, Worklist};
use crate::decide::{Answer, Calls, Conclusion, Evaluation, core};
use crate::model::arena::{FactId, OptionId};
use crate::model::day::Days;
use crate::model::fact::scale;
use crate::model::option::Binding;
use crate::model::question::Question;
use crate::model::rule::{Level, Table};
use crate::model::set::{Ranges, bits, from_bits};

/// The most pieces that are told apart.
const LEAVES: usize = 2_000;
/// Changes of more facts than this are no suggestion.
const FACTS: usize = 4;
/// The most steps that the search for one set of facts may take.
const STEPS: usize = 20_000;
/// The most sets of facts that are looked at, of one size.
const SETS: usize = 20_000;
/// How many looks at the pieces, all sets of facts together.
const LOOKS: usize = 1_000_000;
/// The most suggestions that are told.
const TOLD: usize = 5;

pub(super) struct Search<'a, 'p> {
    seen: PolicyView<'p>,
    question: &'a Question,
    shared: &'a Shared,
    want: Level,
    /// Every question that can be asked.
    whole: Region,
    /// The question itself: what it gives is a point, what is missing is open.
    pub(super) start: Region,
    /// What the question gives, or what follows from that.
    given: BTreeMap<FactId, i64>,
    /// What can be changed, or given.
    open: BTreeSet<FactId>,
    /// Whether options have a say: what they make of other values is not known before it is asked.
    has_options: bool,
    /// The facts that they are told.
    heard: BTreeSet<FactId>,
    /// The calls of options that were made on the way.
    calls: Rc<Calls<'p>>,
}

/// Which of the facts that a question gives are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changeable {
    /// Those that the customer can change.
    Declared,
    All,
}

impl<'a, 'p> Search<'a, 'p> {
    /// With facts that can be changed alone, or with all that a question gives.
    pub(super) fn of(
        asked: &Evaluation<'p>,
        seen: PolicyView<'p>,
        question: &'a Question,
        shared: &'a Shared,
        want: Level,
        which: Changeable,
    ) -> Self {
        let whole = shared.everything();
        let mut start = whole.clone().with(ON, Part::Point(asked.day().0));
        let (mut given, mut open) = (BTreeMap::new(), BTreeSet::new());
        for (fact, lens) in shared.lenses(Which::New) {
            let declared = &seen.world.register.facts[lens.fact];
            let part = asked.region.part(seen.world.cells.slots.dim(lens.fact, 0));
            if let Part::Point(value) = part {
                given.insert(fact, *value);
                start.set(shared.dim(fact), part.clone());
            }
            // What follows from other facts is changed through them, unless the question gives it itself.
            let own = declared.derive.is_none() || question.facts.contains_key(&*declared.name);
            let may_change = declared.changeable || (which == Changeable::All && !declared.from_register);
            if own && (may_change || !part.is_point()) {
                open.insert(fact);
            }
        }
        let register = seen.world.register;
        let parts = register.parts_of(asked.service);
        let is_here = |option: &Binding| parts.iter().any(|part| option.scope.contains(asked.view.customer, *part));
        let options: Vec<OptionId> = register.options.iter().filter(|(_, option)| is_here(option)).map(|(id, _)| id).collect();
        let read: BTreeSet<FactId> = options.iter().flat_map(|id| seen.world.options[*id].reads.iter().copied()).collect();
        let heard = shared.lenses(Which::New).filter(|(_, lens)| read.contains(&lens.fact)).map(|(fact, _)| fact).collect();
        Search { seen, question, shared, want, whole, start, given, open, has_options: !options.is_empty(), heard, calls: Rc::default() }
    }

    /// Every value of a fact that can be suggested: asking for nothing is no way to get it.
    fn values(&self, fact: FactId) -> Part {
        let all = self.whole.part(self.shared.dim(fact)).clone();
        match &all {
            Part::Ranges(ranges) if Some(fact) == self.shared.quantity => Part::of(ranges.intersect(&Ranges::one(1, i64::MAX))),
            _ => all,
        }
    }

    /// The suggestions, and whether everything was looked at.
    pub(super) fn run(&self, side: &Side<'p, '_>) -> (Vec<Suggestion>, bool) {
        let mut open = self.start.clone();
        for fact in &self.open {
            // A question that gives no quantity is about the right as such: there, all values are looked at.
            let part = match (self.values(*fact), self.given.get(fact)) {
                (Part::Ranges(ranges), Some(value)) if Some(*fact) == self.shared.quantity => {
                    Part::of(Ranges::of(ranges.parts().iter().copied().chain([(*value, *value)]).collect()))
                }
                _ => self.whole.part(self.shared.dim(*fact)).clone(),
            };
            open.set(self.shared.dim(*fact), part);
        }
        let leaves = |asks| {
            Cutter { side, shared: self.shared, register: self.seen.world.register, want: self.want, asks, given: &self.given }
                .leaves(open.clone(), LEAVES)
        };
        let quantity_given = self.shared.quantity.is_some_and(|quantity| self.given.contains_key(&quantity));
        let (Some(asking), Some(not_asking)) = (leaves(true), if quantity_given { Some(Vec::new()) } else { leaves(false) }) else {
            return (Vec::new(), false);
        };
        // Where the register says what is used, a quota is not looked into.
        let counted = self.seen.world.cells.used.is_none() || self.shared.used.is_some();
        // A fact that no piece is cut by changes nothing, unless an answer tells it.
        let cuts = |fact: &FactId| {
            let dim = self.shared.dim(*fact);
            let counts = |leaf: &Leaf| leaf.region.part(dim) != open.part(dim) || leaf.counted_by == Some(*fact);
            asking.iter().chain(&not_asking).any(counts) || Some(*fact) == self.shared.quantity || self.heard.contains(fact)
        };
        let candidates: Vec<FactId> = self.open.iter().copied().filter(cuts).collect();
        let musts: BTreeSet<BTreeSet<FactId>> =
            asking.iter().chain(&not_asking).filter_map(|leaf| self.must_change(leaf, &candidates)).collect();
        let (mut whole, mut certain) = (counted, true);
        let size_of = |leaves: &[Leaf]| leaves.iter().map(|leaf| leaf.region.size()).sum::<usize>();
        let mut looks = Budget::new(LOOKS);
        for size in 1..=FACTS.min(candidates.len()) {
            let mut found: Vec<Suggestion> = Vec::new();
            let Ok(sets) = sets(&musts, &candidates, size) else { return (Vec::new(), false) };
            for facts in sets {
                let asks = quantity_given || self.shared.quantity.is_some_and(|quantity| facts.contains(&quantity));
                let leaves = if asks { &asking } else { &not_asking };
                if looks.looks(size_of(leaves)).is_err() {
                    whole = false;
                    break;
                }
                match self.by(&facts, leaves) {
                    Ok((more, sure)) => {
                        found.extend(more);
                        certain &= sure;
                    }
                    Err(Exhausted) => whole = false,
                }
            }
            if !found.is_empty() {
                found.truncate(TOLD);
                return (found, whole);
            }
        }
        (Vec::new(), whole && certain && (candidates.len() <= FACTS || none_grants(&asking, &not_asking)))
    }

    /// The facts that have to be others than they are given for a question to lie in a piece at all; `None` if nothing is granted there.
    fn must_change(&self, leaf: &Leaf, candidates: &[FactId]) -> Option<BTreeSet<FactId>> {
        let is_elsewhere =
            |fact: &FactId| self.given.get(fact).is_some_and(|value| !leaf.region.part(self.shared.dim(*fact)).contains(*value));
        (leaf.grants != Grants::No).then(|| candidates.iter().copied().filter(is_elsewhere).collect())
    }

    /// The values of these facts with which the wish is granted, whatever the facts are that stay missing; and whether that is all of them:
    /// where options have a say, a piece is asked in one point.
    fn by(&self, facts: &[FactId], leaves: &[Leaf]) -> Result<(Vec<Suggestion>, bool), Exhausted> {
        let mut region = self.start.clone();
        for fact in facts {
            region.set(self.shared.dim(*fact), self.values(*fact));
        }
        let near: Vec<&Leaf> = leaves.iter().filter(|leaf| leaf.region.meets(&region, |dim| dim > KNOWN)).collect();
        let bad = self.bad(facts, &near);
        // Where nobody can say before it is asked, each piece is asked for itself.
        let loose: Vec<Boxed> =
            near.iter().filter(|leaf| leaf.grants == Grants::Perhaps).map(|leaf| self.shadow(facts, &leaf.region)).collect();
        let mut budget = Budget::new(STEPS);
        let mut pieces = Vec::new();
        let mut open = Worklist::of([region]);
        while let Some(piece) = open.next(&mut budget)? {
            let mut cut: Option<Split> = None;
            let mut covered = false;
            for boxed in &bad {
                match piece.relate(boxed, Moment::NOW, &self.shared.slots) {
                    Ok(true) => covered = true,
                    Ok(false) => {}
                    Err(split) => cut = cut.or(Some(split)),
                }
                if covered {
                    break;
                }
            }
            cut = cut.or_else(|| loose.iter().find_map(|boxed| piece.relate(boxed, Moment::NOW, &self.shared.slots).err()));
            match cut {
                _ if covered => {}
                Some(split) => open.cut(piece, &split),
                None => pieces.push(piece),
            }
        }
        // What is certain is asked again once it is told; what is not, before it is joined to anything.
        let mut sure = true;
        if !loose.is_empty() {
            pieces =
                pieces.into_iter().flat_map(|piece| self.at_values(facts, piece)).flat_map(|piece| self.at_quota(facts, piece)).collect();
            let before = pieces.len();
            pieces.retain(|piece| self.is_granted(&self.point(facts, piece)));
            sure = !self.has_options || pieces.len() == before;
        }
        let joined = merge(pieces).into_iter();
        Ok((joined.filter_map(|piece| self.suggestion(facts, &piece)).take(TOLD).collect(), sure))
    }

    /// Where changing these facts does not do: pieces that refuse, pieces whose answer depends on what stays missing.
    fn bad(&self, facts: &[FactId], leaves: &[&Leaf]) -> Vec<Boxed> {
        let missing = |leaf: &Leaf| {
            leaf.varies
                && [self.shared.quantity, self.shared.used]
                    .into_iter()
                    .flatten()
                    .any(|fact| !facts.contains(&fact) && !self.given.contains_key(&fact))
        };
        let (good, refusing): (Vec<&Leaf>, Vec<&Leaf>) = leaves.iter().partition(|leaf| leaf.grants != Grants::No && !missing(leaf));
        let mut bad: Vec<Boxed> = refusing.iter().map(|leaf| self.shadow(facts, &leaf.region)).collect();
        for (at, one) in good.iter().enumerate() {
            for other in good
                .iter()
                .skip(at + 1)
                .filter(|other| one.answer != other.answer && one.grants == Grants::Yes && other.grants == Grants::Yes)
            {
                let mut both = one.region.clone();
                let mut meet = true;
                for fact in facts {
                    let dim = self.shared.dim(*fact);
                    let set = other.region.part(dim).to_set();
                    meet &= both.part(dim).relate(&set) != crate::cover::Relation::Outside;
                    if both.part(dim).relate(&set) == crate::cover::Relation::Across {
                        both.set(dim, common(both.part(dim), other.region.part(dim)));
                    }
                }
                if meet {
                    bad.push(self.shadow(facts, &both));
                }
            }
        }
        bad
    }

    /// A piece as far as these facts go.
    fn shadow(&self, facts: &[FactId], region: &Region) -> Boxed {
        let tests: Table = facts
            .iter()
            .map(|fact| (*fact, self.shared.dim(*fact)))
            .filter(|(_, dim)| region.part(*dim) != self.whole.part(*dim))
            .map(|(fact, dim)| (fact, region.part(dim).to_set()))
            .collect();
        Boxed { tests: Arc::new(tests), ..Boxed::of_days(Days::EVER, Days::EVER) }
    }

    /// The plainest point of a piece: what is given changes as little as can be.
    fn point(&self, facts: &[FactId], piece: &Region) -> BTreeMap<FactId, i64> {
        facts.iter().map(|fact| (*fact, self.closest(*fact, piece.part(self.shared.dim(*fact))))).collect()
    }
    fn closest(&self, fact: FactId, part: &Part) -> i64 {
        match (part, self.given.get(&fact)) {
            (Part::Ranges(ranges), Some(value)) if self.shared.facts[fact].is_ordered() => {
                let near = |part: &(i64, i64)| (*value).max(part.0).min(part.1);
                ranges.parts().iter().map(near).min_by_key(|near| near.abs_diff(*value)).unwrap_or(*value)
            }
            (Part::Tags { must, not }, Some(value)) => from_bits((bits(*value) | must) & !not),
            // Of a quantity that is not given, zero is none.
            (Part::Ranges(ranges), None) if Some(fact) == self.shared.quantity => {
                ranges.parts().iter().find(|part| part.1 > 0).map_or_else(|| part.plainest(), |part| part.0.max(1))
            }
            _ => part.plainest(),
        }
    }

    fn changed(&self, point: &BTreeMap<FactId, i64>) -> Question {
        let mut question = self.question.clone();
        for (fact, value) in point {
            let declared = &self.shared.facts[*fact];
            question.facts.insert(declared.name.to_string(), declared.raise(*value));
        }
        question
    }

    fn answer(&self, point: &BTreeMap<FactId, i64>) -> Option<Answer<'p>> {
        let (asked, _) = Evaluation::resolve(self.seen.world, self.seen.names, &self.changed(point)).ok()?;
        match core(&asked.among(Some(&self.calls))).ok()?.core {
            Conclusion::Answered(answer) => Some(answer),
            Conclusion::Undetermined { .. } => None,
        }
    }
    fn is_granted(&self, point: &BTreeMap<FactId, i64>) -> bool {
        self.answer(point).is_some_and(|answer| grants(&answer, self.want))
    }

    /// A piece, cut into the values of facts that options are told and that have few: no piece tells what they make of them.
    fn at_values(&self, facts: &[FactId], piece: Region) -> Vec<Region> {
        let mut pieces = vec![piece];
        for fact in facts.iter().filter(|fact| self.heard.contains(fact) && self.shared.facts[**fact].is_of_few()) {
            let dim = self.shared.dim(*fact);
            let values = |piece: Region| {
                let (low, high) = piece.part(dim).ends();
                let own: Vec<i64> = (low..=high).filter(|value| piece.part(dim).contains(*value)).collect();
                own.into_iter().map(move |value| piece.clone().with(dim, Part::Point(value)))
            };
            pieces = pieces.into_iter().flat_map(values).collect();
        }
        pieces
    }

    /// A piece, cut where an option's quota ends: no piece tells of that, an answer does.
    fn at_quota(&self, facts: &[FactId], piece: Region) -> Vec<Region> {
        let cut = || {
            let quantity = self.shared.quantity.filter(|quantity| facts.contains(quantity))?;
            let answer = self.answer(&self.point(facts, &piece))?;
            let mut lines = answer.lines.iter();
            let (first, _) = (lines.next().filter(|line| line.level >= self.want)?, lines.next()?);
            let fits = first.quantity?;
            let at = scale(fits, self.shared.facts[quantity].decimals()).ok()?;
            let dim = self.shared.dim(quantity);
            let Part::Ranges(all) = piece.part(dim) else { return None };
            let cut = |low, high| piece.clone().with(dim, Part::of(all.intersect(&Ranges::one(low, high))));
            let is_within = all.lowest().is_some_and(|low| low <= at) && all.highest().is_some_and(|high| high > at);
            is_within.then(|| vec![cut(i64::MIN, at), cut(at + 1, i64::MAX)])
        };
        cut().unwrap_or_else(|| vec![piece])
    }

    /// A part as people say it: of a quantity, up to so much, without the least that can be asked for.
    fn plain(&self, fact: FactId, part: &Part) -> Part {
        match part {
            Part::Ranges(ranges) if Some(fact) == self.shared.quantity && ranges.lowest() == Some(1) => {
                let low = self.whole.part(self.shared.dim(fact)).ends().0.min(1);
                Part::of(Ranges::of(ranges.parts().iter().copied().chain([(low, 1)]).collect()))
            }
            other => other.clone(),
        }
    }

    fn suggestion(&self, facts: &[FactId], piece: &Region) -> Option<Suggestion> {
        let point = self.point(facts, piece);
        let change = |fact: &FactId| Changed {
            fact: self.shared.lens(Which::New, *fact).map_or(*fact, |lens| lens.fact),
            part: self.plain(*fact, piece.part(self.shared.dim(*fact))),
            value: point.get(fact).copied().unwrap_or(0),
            before: self.given.get(fact).copied(),
        };
        self.is_granted(&point).then(|| Suggestion { changes: facts.iter().map(change).collect(), question: self.changed(&point) })
    }
}

/// Whether any piece grants at all; if none does, no change of whatever size would.
fn none_grants(asking: &[Leaf], not_asking: &[Leaf]) -> bool {
    asking.iter().chain(not_asking).all(|leaf| leaf.grants == Grants::No)
}

/// The values that two parts have in common.
fn common(a: &Part, b: &Part) -> Part {
    match (a, b) {
        (Part::Ranges(a), Part::Ranges(b)) => Part::of(a.intersect(b)),
        (Part::Tags { must, not }, Part::Tags { must: other_must, not: other_not }) => {
            Part::Tags { must: must | other_must, not: not | other_not }
        }
        (_, point) => point.clone(),
    }
}

/// The sets of so many facts that are worth a look, in their order: each holds all that has to change for some piece that grants.
fn sets(musts: &BTreeSet<BTreeSet<FactId>>, candidates: &[FactId], size: usize) -> Result<BTreeSet<Vec<FactId>>, Exhausted> {
    let (mut sets, mut budget) = (BTreeSet::new(), Budget::new(SETS));
    for must in musts.iter().filter(|must| must.len() <= size) {
        extend(must, candidates, size, &mut budget, &mut sets)?;
    }
    Ok(sets)
}

/// Every set of `size` facts that holds the chosen ones, the rest of them taken from these.
fn extend(
    chosen: &BTreeSet<FactId>,
    from: &[FactId],
    size: usize,
    budget: &mut Budget,
    sets: &mut BTreeSet<Vec<FactId>>,
) -> Result<(), Exhausted> {
    budget.step()?;
    if chosen.len() == size {
        sets.insert(chosen.iter().copied().collect());
        return Ok(());
    }
    for (at, fact) in from.iter().enumerate().filter(|(_, fact)| !chosen.contains(fact)) {
        let mut more = chosen.clone();
        more.insert(*fact);
        extend(&more, from.get(at + 1..).unwrap_or_default(), size, budget, sets)?;
    }
    Ok(())
}
