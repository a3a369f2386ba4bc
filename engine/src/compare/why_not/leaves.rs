//! A region of questions in; its pieces, each with one answer, and whether that grants the wish, out.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::difference::{QuotaTerms, RegionAnswer, Shared, Side, Sum};
use crate::cover::{Budget, Region, Split, Worklist, free};
use crate::model::arena::FactId;
use crate::model::fact::{scale, unscale};
use crate::model::register::Register;
use crate::model::rule::Level;
use crate::model::set::{Ranges, Set};
use crate::semantics::{fits_whole, has_room};

/// A piece in which all questions get one answer, or answers that differ in how much is left alone.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) region: Region,
    /// Which answer it is: the same number, the same answer.
    pub(super) answer: usize,
    pub(super) grants: Grants,
    /// Its lines tell how much is left: no two values of `used`, the quantity or the amount give the same answer.
    pub(super) varies: bool,
    /// The fact that is the amount of its quota: an answer tells it.
    pub(super) counted_by: Option<FactId>,
}

/// Whether a piece grants the wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grants {
    Yes,
    No,
    /// Options or register facts without a value have a say: it has to be asked.
    Perhaps,
}

/// How a question lies to a quota (S9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// About the right as such.
    Right,
    Fits,
    InPart,
    UsedUp,
    /// Some of these, which no box tells apart.
    Rest,
}

/// What the pieces are told apart with.
pub(super) struct Cutter<'a, 'p> {
    pub(super) side: &'a Side<'p, 'a>,
    pub(super) shared: &'a Shared,
    pub(super) register: &'a Register,
    pub(super) want: Level,
    /// Whether the questions give a quantity.
    pub(super) asks: bool,
    pub(super) given: &'a BTreeMap<FactId, i64>,
}

impl<'p> Cutter<'_, 'p> {
    /// The pieces of a region; `None` when they are more than `most`.
    pub(super) fn leaves(&self, region: Region, most: usize) -> Option<Vec<Leaf>> {
        let mut answers: Vec<(RegionAnswer<'p>, Class)> = Vec::new();
        let mut leaves = Vec::new();
        let mut open = Worklist::of([region]);
        let mut looks = Budget::new(4 * most);
        while let Some(region) = open.next(&mut looks).ok()? {
            if leaves.len() > most {
                return None;
            }
            let found = self.side.say(&region).and_then(|said| Ok((self.class(&said, &region)?, said)));
            match found {
                Ok((class, said)) => {
                    let grants = self.grants(&said, class);
                    let class = told_apart(&said, class);
                    let counted_by = counted_by(&said);
                    let said = one_level(said, class);
                    let varies = matches!(class, Class::InPart | Class::Rest);
                    let known = answers.iter().position(|known| known.0 == said && known.1 == class);
                    let answer = known.unwrap_or_else(|| {
                        answers.push((said, class));
                        answers.len() - 1
                    });
                    leaves.push(Leaf { region, answer, grants, varies, counted_by });
                }
                Err(split) => open.cut(region, &split),
            }
        }
        Some(leaves)
    }

    fn ends(&self, region: &Region, fact: FactId) -> (Decimal, Decimal) {
        let (low, high) = region.part(self.shared.dim(fact)).ends();
        let decimals = self.shared.facts[fact].decimals();
        (unscale(low, decimals), unscale(high, decimals))
    }

    /// Where the questions of a region lie to the quota; or where to cut it first.
    fn class(&self, said: &RegionAnswer<'_>, region: &Region) -> Result<Class, Split> {
        let (Some(quantity), Some(used), true) = (self.shared.quantity, self.shared.used, self.asks) else { return Ok(Class::Right) };
        let (fewest, largest) = self.ends(region, quantity);
        let counted = match said {
            RegionAnswer::Plain(formula) => formula.quota.is_some(),
            _ => true,
        };
        if largest <= Decimal::ZERO || !counted {
            return Ok(Class::Right);
        }
        if fewest <= Decimal::ZERO {
            return Err(self.cut(region, quantity, Decimal::ZERO));
        }
        if let RegionAnswer::Parts(parts) = said {
            for fact in parts.iter().filter_map(counted_by) {
                let (least, most) = self.ends(region, fact);
                self.apart(region, fact, &[least, most])?;
            }
        }
        let amount = match said {
            RegionAnswer::Plain(formula) => formula.quota.as_ref().map(|terms| &terms.amount),
            _ => None,
        };
        let (least_amount, most_amount) = match amount {
            Some(Sum::Exact(amount)) => (*amount, *amount),
            Some(Sum::Fact(fact)) => self.ends(region, *fact),
            // A composite's level is cut by what is used already, and it has no lines.
            Some(Sum::Missing(_)) | None => return Ok(Class::Fits),
        };
        let (least, most) = self.ends(region, used);
        if !has_room(most_amount, least) {
            Ok(Class::UsedUp)
        } else if fits_whole(largest, least_amount, most) {
            Ok(Class::Fits)
        } else if !fits_whole(fewest, most_amount, least) && has_room(least_amount, most) {
            Ok(Class::InPart)
        } else if let (Some(Sum::Fact(fact)), true) = (amount, least_amount < most_amount) {
            // Three numbers make no box: an amount is looked at in its ends, and as it is given.
            Ok(self.apart(region, *fact, &[least_amount, most_amount])?)
        } else if !has_room(least_amount, most) {
            Err(self.cut(region, used, least_amount - self.step(used)))
        } else if fewest == largest {
            Err(self.cut(region, used, least_amount - fewest))
        } else if least == most {
            Err(self.cut(region, quantity, least_amount - least))
        } else if let Err(split) = self.apart(region, used, &[]) {
            // What is used as the question gives it leaves one number open.
            Err(split)
        } else {
            // Nor do two: a quantity is looked at as it is given, and where it is least.
            Ok(self.apart(region, quantity, &[fewest])?)
        }
    }

    /// Cuts some values of a fact out, and the one that is given. Of the rest it is not said what they do.
    fn apart(&self, region: &Region, fact: FactId, values: &[Decimal]) -> Result<Class, Split> {
        let dim = self.shared.dim(fact);
        let decimals = self.shared.facts[fact].decimals();
        let given = self.given.get(&fact).copied();
        let plain = values.iter().filter_map(|value| scale(*value, decimals).ok()).filter(|value| !self.is_rest(region, fact, *value));
        match given.into_iter().chain(plain).find(|value| region.part(dim).contains(*value) && !region.part(dim).is_point()) {
            Some(value) => Err(Split { dim, set: Set::Ranges(Ranges::one(value, value)) }),
            None => Ok(Class::Rest),
        }
    }
    /// Whether a value is the end of what is left when the plain ones are out.
    fn is_rest(&self, region: &Region, fact: FactId, value: i64) -> bool {
        let whole = free(&self.shared.facts[fact]);
        let (low, high) = region.part(self.shared.dim(fact)).ends();
        let first = whole.ends().0.max(1);
        // The least value above zero, and the last one, were looked at when the region began or ended with them.
        (value == low && low > first) || (value == high && high < whole.ends().1)
    }

    fn step(&self, fact: FactId) -> Decimal {
        Decimal::new(1, self.shared.facts[fact].decimals())
    }
    /// Cuts a fact's values into those up to an amount and those above it.
    fn cut(&self, region: &Region, fact: FactId, at: Decimal) -> Split {
        let dim = self.shared.dim(fact);
        let decimals = self.shared.facts[fact].decimals();
        let at = at.round_dp_with_strategy(decimals, RoundingStrategy::ToNegativeInfinity);
        let low = region.part(dim).ends().0;
        Split { dim, set: Set::Ranges(Ranges::one(low, scale(at, decimals).unwrap_or(low))) }
    }

    fn grants(&self, said: &RegionAnswer<'_>, class: Class) -> Grants {
        let enough = |id: &str| self.register.level(id).is_some_and(|level| level >= self.want);
        let grants = match said {
            RegionAnswer::Plain(formula) => match &formula.options {
                Some(offered) if enough(offered.highest) => return Grants::Perhaps,
                Some(_) => false,
                None => {
                    let beyond = formula.quota.as_ref().is_some_and(|terms| enough(terms.beyond.0));
                    match class {
                        Class::Right | Class::Fits => enough(formula.level),
                        Class::InPart | Class::Rest => enough(formula.level) && beyond,
                        Class::UsedUp => beyond,
                    }
                }
            },
            RegionAnswer::Joined { right, asked } => enough(if class == Class::Right { right } else { asked }),
            RegionAnswer::Parts(_) | RegionAnswer::Anything => return Grants::Perhaps,
            // Different answers are no answer, unless options make one of them.
            RegionAnswer::Open(_) | RegionAnswer::Absent => false,
        };
        if grants { Grants::Yes } else { Grants::No }
    }
}

/// The fact that is the amount of a part's quota.
fn counted_by(said: &RegionAnswer<'_>) -> Option<FactId> {
    match said {
        RegionAnswer::Plain(formula) => match formula.quota.as_ref()?.amount {
            Sum::Fact(fact) => Some(fact),
            _ => None,
        },
        _ => None,
    }
}

/// The class as far as it makes an answer: where the same holds beyond a quota as within it, one line says that a quantity fits, or that
/// nothing of it does.
fn told_apart(said: &RegionAnswer<'_>, class: Class) -> Class {
    match said {
        RegionAnswer::Plain(formula) if class == Class::UsedUp => {
            let is_same = |terms: &QuotaTerms<'_>| terms.beyond.0 == formula.level && terms.beyond.1.is_empty();
            if formula.quota.as_ref().is_some_and(is_same) { Class::Fits } else { class }
        }
        _ => class,
    }
}

/// Of a composite's two levels, the one that the questions of a piece get.
fn one_level(said: RegionAnswer<'_>, class: Class) -> RegionAnswer<'_> {
    match said {
        RegionAnswer::Joined { right, asked } => {
            let level = if class == Class::Right { right } else { asked };
            RegionAnswer::Joined { right: level, asked: level }
        }
        other => other,
    }
}
