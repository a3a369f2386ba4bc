//! A question with facts missing in; the answer that all completions share, or what is needed and possible, out (S11).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::answer::{Answer, Answered};
use super::evaluation::Evaluation;
use super::stop::{Asks, OpenQuota, Stop};
use crate::cover::{Budget, Exhausted, KNOWN, Part, Region, Worklist};
use crate::model::arena::FactId;
use crate::model::day::Days;
use crate::model::fact::{scale, unscale};
use crate::model::rule::Level;
use crate::semantics::{Of, turns};

/// The most pieces that are weighed against each other.
const PIECES: usize = 4_096;

/// The answer, or what it still depends on.
#[derive(Debug, Clone)]
pub(crate) enum Conclusion<'p> {
    Answered(Answer<'p>),
    Undetermined { needs: Vec<FactId>, possible: Vec<Level> },
}

impl PartialEq<Conclusion<'_>> for Conclusion<'_> {
    fn eq(&self, other: &Conclusion<'_>) -> bool {
        match (self, other) {
            (Conclusion::Answered(one), Conclusion::Answered(other)) => one == other,
            (Conclusion::Undetermined { needs, possible }, Conclusion::Undetermined { needs: other_needs, possible: other_possible }) => {
                needs == other_needs && possible == other_possible
            }
            _ => false,
        }
    }
}

/// A piece of the completions in which the answer is one and the same, or an option needs the same facts.
struct Piece<'p> {
    region: Region,
    answer: Leaf<'p>,
}

/// The days that all pieces have in common: those of their options, and those of their quotas' periods.
struct Along {
    stands: Days,
    period: Days,
}

/// What comes of a piece.
#[derive(PartialEq, Eq)]
enum Leaf<'p> {
    Answer(Answer<'p>),
    /// Nobody can say before these facts are known; until then these levels are possible.
    Asks(BTreeSet<FactId>, BTreeSet<Level>),
}

/// The answer to a question, with what it was found by.
#[derive(Debug)]
pub(crate) struct Found<'p> {
    pub(crate) core: Conclusion<'p>,
    /// The days on which the options that took part in it stand by theirs.
    pub(crate) stands: Days,
    /// The days for which `used` is counted as it is, where it divided the answer (S9).
    pub(crate) period: Days,
    /// The pieces of the completions that were looked at.
    pub(crate) regions: Vec<Region>,
}

pub(crate) fn core<'p>(asked: &Evaluation<'p>) -> Result<Found<'p>, Exhausted> {
    if let Ok(found) = asked.answer(&asked.region) {
        let Answered { answer, stands, period } = found;
        return Ok(Found { core: Conclusion::Answered(answer), stands, period, regions: vec![asked.region.clone()] });
    }
    let (pieces, Along { stands, period }) = pieces(asked)?;
    let mut answers: Vec<&Leaf<'p>> = Vec::new();
    let mut numbers = Vec::with_capacity(pieces.len());
    for piece in &pieces {
        let number = answers.iter().position(|known| **known == piece.answer).unwrap_or_else(|| {
            answers.push(&piece.answer);
            answers.len() - 1
        });
        numbers.push(number);
    }
    if let [Leaf::Answer(only)] = answers.as_slice() {
        let core = Conclusion::Answered(told_with_all(only, &pieces));
        return Ok(Found { core, stands, period, regions: pieces.into_iter().map(|piece| piece.region).collect() });
    }
    let (mut possible, mut asks) = (BTreeSet::new(), BTreeSet::new());
    for answer in answers {
        match answer {
            Leaf::Answer(answer) => {
                possible.insert(answer.level);
            }
            Leaf::Asks(facts, levels) => {
                possible.extend(levels);
                asks.extend(facts.iter().flat_map(|fact| asked.sources_of(*fact, 0)));
            }
        }
    }
    asks.extend(needs(asked, &pieces, &numbers));
    let core = Conclusion::Undetermined { needs: asks.into_iter().collect(), possible: possible.into_iter().collect() };
    Ok(Found { core, stands, period, regions: pieces.into_iter().map(|piece| piece.region).collect() })
}

/// The one answer of all pieces. A refusal's quota is told where it is one (S11).
fn told_with_all<'p>(only: &Answer<'p>, pieces: &[Piece<'p>]) -> Answer<'p> {
    let quotas = pieces.iter().filter_map(|piece| if let Leaf::Answer(answer) = &piece.answer { Some(&answer.quota) } else { None });
    let mut answer = only.clone();
    if !quotas.into_iter().all(|quota| *quota == only.quota) {
        answer.quota = None;
    }
    answer
}

/// The missing facts of which one, changed alone in some completion, changes the answer.
fn needs(asked: &Evaluation<'_>, pieces: &[Piece<'_>], numbers: &[usize]) -> BTreeSet<FactId> {
    let slots = &asked.view.world.cells.slots;
    let cut = |piece: &Piece<'_>, dim: usize| dim > KNOWN && piece.region.part(dim) != asked.region.part(dim);
    let dims: BTreeSet<usize> =
        pieces.iter().flat_map(|piece| piece.region.narrowed().filter(|dim| cut(piece, *dim)).collect::<Vec<_>>()).collect();
    let mut needed = BTreeSet::new();
    for (at, (piece, number)) in pieces.iter().zip(numbers).enumerate() {
        for (other, other_number) in pieces.iter().zip(numbers).skip(at + 1) {
            if number == other_number {
                continue;
            }
            let mut apart = dims.iter().filter(|dim| !piece.region.part(**dim).meets(other.region.part(**dim)));
            if let (Some(dim), None) = (apart.next(), apart.next()) {
                needed.insert(*dim);
            }
        }
        if needed.len() == dims.len() {
            break;
        }
    }
    needed
        .into_iter()
        .filter_map(|dim| Some((slots.fact(dim)?, slots.epoch(dim))))
        .flat_map(|(fact, epoch)| asked.sources_of(fact, epoch))
        .collect()
}

/// Cuts the completions until each piece has one answer. Quotas with missing terms are looked at in the values that matter.
fn pieces<'p>(asked: &Evaluation<'p>) -> Result<(Vec<Piece<'p>>, Along), Exhausted> {
    let mut budget = Budget::new(4 * PIECES);
    let mut along = Along { stands: Days::EVER, period: Days::EVER };
    let mut pieces = Vec::new();
    let mut work = Worklist::of([asked.region.clone()]);
    let bounds = asked.view.bound_count(asked.service);
    loop {
        let mut open: Vec<(Region, Vec<OpenQuota>)> = Vec::new();
        while let Some(region) = work.next(&mut budget)? {
            budget.looks(bounds / 4)?;
            match asked.answer(&region) {
                Err(Stop::Open(quotas)) => open.push((region, quotas)),
                Err(Stop::Split(split)) => work.cut(region, &split),
                Ok(found) => {
                    budget.keep(&region)?;
                    pieces.push(along.settled(region, found));
                }
                Err(Stop::Asks(asks)) => {
                    budget.keep(&region)?;
                    pieces.push(along.asking(region, asks));
                }
            }
            if pieces.len() + open.len() > PIECES {
                return Err(Exhausted);
            }
        }
        if open.is_empty() {
            return Ok((pieces, along));
        }
        // What is looked at once its quota is known may be cut again: by an option that is told the quota, and may put another in its place.
        let values = telling_values(asked, &pieces, &open);
        for (region, quotas) in open {
            let others = pieces.len() + work.len();
            work.add(sample(region, &quotas, &values, others)?);
        }
    }
}

impl Along {
    fn settled<'p>(&mut self, region: Region, found: Answered<'p>) -> Piece<'p> {
        self.stands = self.stands.narrowed(found.stands);
        self.period = self.period.narrowed(found.period);
        Piece { region, answer: Leaf::Answer(found.answer) }
    }
    fn asking<'p>(&mut self, region: Region, asks: Asks) -> Piece<'p> {
        self.stands = self.stands.narrowed(asks.stands);
        self.period = self.period.narrowed(asks.period);
        Piece { region, answer: Leaf::Asks(asks.facts, asks.levels) }
    }
}

/// In place of a region whose quota has missing terms: the points at which its lines can change.
fn sample(region: Region, quotas: &[OpenQuota], values: &BTreeMap<usize, BTreeSet<i64>>, others: usize) -> Result<Vec<Region>, Exhausted> {
    let dims: BTreeSet<usize> = quotas.iter().flat_map(|quota| quota.dims.iter().copied()).collect();
    let mut regions = vec![region];
    for dim in dims {
        let telling = values.get(&dim);
        regions = regions
            .into_iter()
            .flat_map(|region| {
                let inside: Vec<i64> = telling.into_iter().flatten().copied().filter(|value| region.part(dim).contains(*value)).collect();
                inside.into_iter().map(move |value| region.clone().with(dim, Part::Point(value))).collect::<Vec<_>>()
            })
            .collect();
        if regions.len() + others > PIECES {
            return Err(Exhausted);
        }
    }
    Ok(regions)
}

/// For `used` and for amounts that are facts: the values at which "fits", "fits in part" and "does not fit" change, and
/// their neighbours. Between two of them the lines grow evenly, so any difference shows at one of these.
fn telling_values(asked: &Evaluation<'_>, pieces: &[Piece<'_>], open: &[(Region, Vec<OpenQuota>)]) -> BTreeMap<usize, BTreeSet<i64>> {
    let cells = asked.view.world.cells;
    let register = asked.view.world.register;
    let decimals = |dim: usize| cells.slots.fact(dim).map_or(0, |fact| register.facts[fact].decimals());
    let regions = || pieces.iter().map(|piece| &piece.region).chain(open.iter().map(|(region, _)| region));
    let ends = |dim: usize| -> BTreeSet<i64> { regions().flat_map(|region| <[i64; 2]>::from(region.part(dim).ends())).collect() };
    let exact = |dim: usize| -> Vec<Decimal> { ends(dim).into_iter().map(|value| unscale(value, decimals(dim))).collect() };
    let used = cells.used.map(|fact| cells.slots.dim(fact, 0));
    let dims: BTreeSet<usize> = open.iter().flat_map(|(_, quotas)| quotas.iter().flat_map(|quota| quota.dims.iter().copied())).collect();
    let amounts: Vec<Decimal> = open
        .iter()
        .flat_map(|(_, quotas)| quotas.iter().filter_map(|quota| quota.amount))
        .chain(dims.iter().filter(|dim| Some(**dim) != used).flat_map(|dim| exact(*dim)))
        .collect();
    let quantity = asked.quantity.unwrap_or_default();
    let mut values = BTreeMap::new();
    for dim in dims {
        let mut telling = ends(dim);
        let centres: Vec<Decimal> = if Some(dim) == used {
            amounts.iter().flat_map(|amount| turns(quantity, Of::Used(*amount))).collect()
        } else {
            used.iter().flat_map(|used| exact(*used)).flat_map(|used| turns(quantity, Of::Amount(used))).collect()
        };
        for centre in centres {
            if let Ok(near) =
                scale(centre.round_dp_with_strategy(decimals(dim), rust_decimal::RoundingStrategy::ToNegativeInfinity), decimals(dim))
            {
                telling.extend((-1..=2).map(|step| near.saturating_add(step)));
            }
        }
        values.insert(dim, telling);
    }
    values
}
