//! What two registers say in one region in; whether their answers differ there, and for which of its questions, out.

use rust_decimal::{Decimal, RoundingStrategy};

use super::shared::Shared;
use crate::cover::{Part, Region, Split, free};
use crate::model::arena::FactId;
use crate::model::fact::{scale, unscale};
use crate::model::set::{Ranges, Set};
use crate::semantics::{fits_whole, has_room};

/// The answer in a region as a formula: questions about more than the quota leaves get several lines of it (S9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegionAnswer<'p> {
    /// The register has no such customer or service.
    Absent,
    Plain(Formula<'p>),
    /// A composite's level: for the right as such, and for a quantity (S10).
    Joined {
        right: &'p str,
        asked: &'p str,
    },
    /// A composite of which the level follows from its parts, and options or amounts have a say in those.
    Parts(Vec<RegionAnswer<'p>>),
    /// It depends on a register fact that has no value: one of these.
    Open(Vec<RegionAnswer<'p>>),
    /// Nobody looked: there are too many possibilities.
    Anything,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Formula<'p> {
    pub(crate) level: &'p str,
    pub(crate) quota: Option<QuotaTerms<'p>>,
    pub(crate) obligations: Vec<&'p str>,
    /// The options that have their say, and the lowest and highest level that they may choose.
    pub(crate) options: Option<Offered<'p>>,
}

/// Options that take part: each by all that its answer follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered<'p> {
    pub(crate) keys: Vec<&'p str>,
    pub(crate) marks: Vec<u128>,
    pub(crate) lowest: &'p str,
    pub(crate) highest: &'p str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuotaTerms<'p> {
    pub(crate) amount: Sum<'p>,
    pub(crate) unit: &'p str,
    pub(crate) per: &'p str,
    pub(crate) beyond: (&'p str, Vec<&'p str>),
}

/// The amount of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sum<'p> {
    Exact(Decimal),
    /// A fact of the question.
    Fact(FactId),
    /// A fact of the register without a value.
    Missing(&'p str),
}

/// For which questions of a region the answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Where {
    Always,
    /// Unless the quota is used up.
    Within,
    /// Where more is asked for than the quota leaves.
    Beyond,
    /// Where no quantity is asked for.
    Right,
    /// Where a quantity is asked for.
    Quantity,
    /// It depends on options, on two facts at once, or on register facts without a value: they may differ.
    Perhaps,
}

impl Where {
    /// For the questions of either.
    fn or(self, other: Where) -> Where {
        match (self.min(other), self.max(other)) {
            (one, same) if one == same => one,
            (Where::Always, _) | (Where::Within, Where::Beyond | Where::Quantity) | (Where::Right, Where::Quantity) => Where::Always,
            (Where::Within, Where::Right) => Where::Within,
            (Where::Beyond, Where::Quantity) => Where::Quantity,
            _ => Where::Perhaps,
        }
    }
}

/// What counts in a region: how much is asked for, and how much is used.
pub(super) struct Counts<'r> {
    shared: &'r Shared,
    region: &'r Region,
}

impl RegionAnswer<'_> {
    /// Whether an option, or something else that no region shows, has a say in it.
    fn is_loose(&self) -> bool {
        match self {
            RegionAnswer::Absent | RegionAnswer::Joined { .. } => false,
            RegionAnswer::Plain(formula) => formula.options.is_some(),
            RegionAnswer::Parts(_) | RegionAnswer::Anything => true,
            RegionAnswer::Open(all) => all.iter().any(RegionAnswer::is_loose),
        }
    }
    /// Whether it depends on a register fact without a value.
    fn is_open(&self) -> bool {
        match self {
            RegionAnswer::Plain(formula) => formula.quota.as_ref().is_some_and(|terms| matches!(terms.amount, Sum::Missing(_))),
            other => matches!(other, RegionAnswer::Open(_)),
        }
    }
    /// Whether a quota divides it, as far as can be told.
    fn is_counted(&self) -> bool {
        match self {
            RegionAnswer::Absent => false,
            RegionAnswer::Plain(formula) => formula.quota.is_some(),
            RegionAnswer::Joined { .. } | RegionAnswer::Anything => true,
            RegionAnswer::Parts(all) | RegionAnswer::Open(all) => all.iter().any(RegionAnswer::is_counted),
        }
    }
    fn same(&self, other: &RegionAnswer<'_>) -> bool {
        match (self, other) {
            (RegionAnswer::Open(mine), RegionAnswer::Open(theirs)) => {
                mine.iter().all(|one| theirs.iter().any(|other| one.same(other)))
                    && theirs.iter().all(|one| mine.iter().any(|other| one.same(other)))
            }
            // Two things that nobody looked at are not the same by that.
            (RegionAnswer::Anything, _) | (_, RegionAnswer::Anything) => false,
            _ => self == other,
        }
    }
}

/// Whether the two differ in the region, and where; or where to cut it before that can be said.
pub(super) fn compare(old: &RegionAnswer<'_>, new: &RegionAnswer<'_>, counts: &Counts<'_>) -> Result<Option<Where>, Split> {
    if counts.shared.odd && (old.is_counted() || new.is_counted()) {
        return Ok(Some(Where::Perhaps));
    }
    if old.same(new) {
        return Ok(None);
    }
    let nothing = Formula { level: "none", quota: None, obligations: Vec::new(), options: None };
    match (old, new) {
        _ if old.is_loose() || new.is_loose() || (old.is_open() && new.is_open()) => Ok(Some(Where::Perhaps)),
        // Where each of several possible answers is the one answer of the other side, there is no difference.
        (RegionAnswer::Open(all), other) | (other, RegionAnswer::Open(all)) => {
            let mut found: Option<Where> = None;
            for one in all {
                if let Some(more) = compare(one, other, counts)? {
                    found = Some(found.map_or(more, |found| found.or(more)));
                }
            }
            Ok(found)
        }
        (RegionAnswer::Plain(a), RegionAnswer::Plain(b)) => formulas(a, b, counts),
        (RegionAnswer::Absent, RegionAnswer::Plain(b)) => formulas(&nothing, b, counts),
        (RegionAnswer::Plain(a), RegionAnswer::Absent) => formulas(a, &nothing, counts),
        (RegionAnswer::Joined { right, asked }, RegionAnswer::Joined { right: new_right, asked: new_asked }) => {
            Ok(joined(right != new_right, asked != new_asked, counts))
        }
        (RegionAnswer::Absent, RegionAnswer::Joined { right, asked }) | (RegionAnswer::Joined { right, asked }, RegionAnswer::Absent) => {
            Ok(joined(*right != "none", *asked != "none", counts))
        }
        _ => Ok(Some(Where::Always)),
    }
}

fn joined(right: bool, asked: bool, counts: &Counts<'_>) -> Option<Where> {
    // A question without a quantity sees a test on it as open: other regions have their say in its answer, too.
    if right && !counts.may_ask_for_none() && !(asked && counts.may_ask()) {
        return Some(Where::Perhaps);
    }
    match (right && counts.may_ask_for_none(), asked && counts.may_ask()) {
        (false, false) => None,
        (true, true) => Some(Where::Always),
        (true, false) => Some(if counts.may_ask() { Where::Right } else { Where::Always }),
        (false, true) => Some(if counts.may_ask_for_none() { Where::Quantity } else { Where::Always }),
    }
}

fn formulas(a: &Formula<'_>, b: &Formula<'_>, counts: &Counts<'_>) -> Result<Option<Where>, Split> {
    match (formulas_apart(a, b, counts)?, a.quota.as_ref().or(b.quota.as_ref())) {
        // Once both refuse, they say the same (S11): where both quotas are used up and nothing holds beyond them.
        (Some(Where::Always), Some(_)) if a.can_be_used_up() && b.can_be_used_up() => {
            let amounts = [a, b].into_iter().filter_map(|formula| formula.quota.as_ref()).map(|terms| &terms.amount);
            Ok(Some(match counts.largest(amounts)? {
                Some(amount) => counts.within(counts.highest_and_lowest(amount)),
                None => Where::Perhaps,
            }))
        }
        (found, _) => Ok(found),
    }
}

impl Formula<'_> {
    /// Whether it refuses, or does once its quota is used up.
    fn can_be_used_up(&self) -> bool {
        self.quota.as_ref().map_or(self.level == "none", |terms| terms.beyond.0 == "none")
    }
}

/// The same as if refusals told their quotas, too.
fn formulas_apart(a: &Formula<'_>, b: &Formula<'_>, counts: &Counts<'_>) -> Result<Option<Where>, Split> {
    if a.obligations != b.obligations {
        return Ok(Some(Where::Always));
    }
    let (mine, theirs) = match (&a.quota, &b.quota) {
        (None, None) => return Ok((a.level != b.level).then_some(Where::Always)),
        (Some(mine), Some(theirs)) if mine.unit == theirs.unit && mine.per == theirs.per => (mine, theirs),
        _ => return Ok(Some(Where::Always)),
    };
    match (&mine.amount, &theirs.amount) {
        (one, other) if one == other => {}
        (Sum::Fact(fact), Sum::Exact(amount)) | (Sum::Exact(amount), Sum::Fact(fact)) => counts.cut_at(*fact, *amount)?,
        (Sum::Fact(_), Sum::Fact(_)) => return Ok(Some(Where::Perhaps)),
        _ => return Ok(Some(Where::Always)),
    }
    if mine.amount != theirs.amount {
        return Ok(Some(Where::Always));
    }
    let amount = counts.highest_and_lowest(&mine.amount);
    Ok(match (a.level != b.level, mine.beyond != theirs.beyond) {
        (false, false) => None,
        (true, true) => Some(Where::Always),
        (true, false) => Some(counts.within(amount)),
        (false, true) => counts.beyond(amount),
    })
}

impl<'r> Counts<'r> {
    pub(super) fn of(shared: &'r Shared, region: &'r Region) -> Counts<'r> {
        Counts { shared, region }
    }
    fn ends(&self, fact: Option<FactId>) -> Option<(Decimal, Decimal)> {
        let fact = fact?;
        let (low, high) = self.region.part(self.shared.dim(fact)).ends();
        let decimals = self.shared.facts[fact].decimals();
        Some((unscale(low, decimals), unscale(high, decimals)))
    }
    /// Whether a question of the region can ask for a quantity.
    fn may_ask(&self) -> bool {
        self.shared.used.is_some() && self.ends(self.shared.quantity).is_some_and(|(_, high)| high > Decimal::ZERO)
    }
    /// Whether one can ask about the right as such.
    fn may_ask_for_none(&self) -> bool {
        let Some(quantity) = self.shared.quantity else { return true };
        let whole = *self.region.part(self.shared.dim(quantity)) == free(&self.shared.facts[quantity]);
        whole || self.ends(Some(quantity)).is_some_and(|(low, _)| low <= Decimal::ZERO)
    }
    /// Where a fact can be this amount and something else, the two are looked at apart.
    fn cut_at(&self, fact: FactId, amount: Decimal) -> Result<(), Split> {
        let dim = self.shared.dim(fact);
        match scale(amount, self.shared.facts[fact].decimals()) {
            Ok(value) if self.region.part(dim).contains(value) => Err(Split { dim, set: Set::Ranges(Ranges::one(value, value)) }),
            _ => Ok(()),
        }
    }
    /// The largest of some amounts; `None` if two facts decide that together, or a value is missing.
    fn largest<'s, 'p>(&self, amounts: impl Iterator<Item = &'s Sum<'p>>) -> Result<Option<&'s Sum<'p>>, Split>
    where
        'p: 's,
    {
        let mut largest: Option<&Sum<'p>> = None;
        for amount in amounts {
            largest = match (largest, amount) {
                (None, _) => Some(amount),
                (Some(one), other) if one == other => Some(one),
                (Some(Sum::Exact(one)), Sum::Exact(other)) => {
                    if one < other {
                        Some(amount)
                    } else {
                        largest
                    }
                }
                (Some(Sum::Fact(fact)), Sum::Exact(limit)) => {
                    if self.is_above(*fact, *limit)? {
                        largest
                    } else {
                        Some(amount)
                    }
                }
                (Some(Sum::Exact(limit)), Sum::Fact(fact)) => {
                    if self.is_above(*fact, *limit)? {
                        Some(amount)
                    } else {
                        largest
                    }
                }
                _ => return Ok(None),
            };
        }
        Ok(largest)
    }
    /// Whether a fact is more than an amount; or where to cut it before that can be said.
    fn is_above(&self, fact: FactId, amount: Decimal) -> Result<bool, Split> {
        let Some((low, high)) = self.ends(Some(fact)) else { return Ok(false) };
        if low > amount || high <= amount {
            return Ok(low > amount);
        }
        let dim = self.shared.dim(fact);
        let decimals = self.shared.facts[fact].decimals();
        let floor = amount.round_dp_with_strategy(decimals, RoundingStrategy::ToNegativeInfinity);
        let lowest = self.region.part(dim).ends().0;
        Err(Split { dim, set: Set::Ranges(Ranges::one(lowest, scale(floor, decimals).unwrap_or(lowest))) })
    }
    /// The lowest and the highest that an amount can be.
    fn highest_and_lowest(&self, amount: &Sum<'_>) -> Option<(Decimal, Decimal)> {
        match amount {
            Sum::Exact(amount) => Some((*amount, *amount)),
            Sum::Fact(fact) => self.ends(Some(*fact)),
            Sum::Missing(_) => None,
        }
    }
    fn within(&self, amount: Option<(Decimal, Decimal)>) -> Where {
        let used = self.ends(self.shared.used);
        let (Some((low, high)), Some((least, most)), true) = (amount, used, self.may_ask()) else { return Where::Always };
        if has_room(low, most) {
            Where::Always
        } else if has_room(high, least) {
            Where::Within
        } else if self.may_ask_for_none() {
            Where::Right
        } else {
            Where::Perhaps
        }
    }
    fn beyond(&self, amount: Option<(Decimal, Decimal)>) -> Option<Where> {
        if !self.may_ask() {
            return None;
        }
        let Some((low, high)) = amount else { return Some(Where::Beyond) };
        let ((least, most), (fewest, largest)) = (self.ends(self.shared.used)?, self.ends(self.shared.quantity)?);
        if fits_whole(largest, low, most) {
            None
        } else if !self.may_ask_for_none() && fewest > Decimal::ZERO && !fits_whole(fewest, high, least) {
            Some(Where::Always)
        } else {
            Some(Where::Beyond)
        }
    }
}

/// Whether a point of the region, with its quantity, is one of those for which the answers differ.
pub(super) fn holds(found: Where, quantity: Option<Decimal>, used: Option<Decimal>, amount: Option<Decimal>) -> bool {
    let asked = quantity.filter(|quantity| *quantity > Decimal::ZERO);
    let terms = amount.zip(used);
    match found {
        Where::Always | Where::Perhaps => true,
        Where::Within => asked.is_none() || terms.is_none_or(|(amount, used)| has_room(amount, used)),
        Where::Beyond => asked.zip(terms).is_some_and(|(asked, (amount, used))| !fits_whole(asked, amount, used)),
        Where::Right => asked.is_none(),
        Where::Quantity => asked.is_some(),
    }
}

/// The amount that divides what is asked for, as far as a region fixes it: of two, the larger one.
pub(super) fn amount_of<'s, 'p>(old: &'s RegionAnswer<'p>, new: &'s RegionAnswer<'p>, counts: &Counts<'_>) -> Option<&'s Sum<'p>> {
    let amounts = [new, old].into_iter().filter_map(|said| match said {
        RegionAnswer::Plain(formula) => formula.quota.as_ref().map(|terms| &terms.amount),
        _ => None,
    });
    // A region in which that decides was cut so that it can be said.
    counts.largest(amounts.clone()).ok().flatten().or_else(|| amounts.into_iter().next())
}

/// Whether a part is less than all values of its fact.
pub(super) fn is_narrow(shared: &Shared, region: &Region, fact: FactId) -> bool {
    let part: &Part = region.part(shared.dim(fact));
    *part != free(&shared.facts[fact])
}
