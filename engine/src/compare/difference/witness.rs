//! A region in which two registers differ in; a question in it that anyone can ask of both out.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::region_answer::{Counts, RegionAnswer, Sum, Where, amount_of, holds, is_narrow};
use super::shared::{Shared, Which};
use crate::cover::{ON, Part, Region, day_in};
use crate::model::arena::FactId;
use crate::model::fact::{scale, unscale};
use crate::model::question::Question;

/// A point of the region for which the answers should differ; it gives the facts that count, and no others.
pub(super) fn witness(
    shared: &Shared,
    (customer, service): (&str, &str),
    region: &Region,
    (old, new, found): (&RegionAnswer<'_>, &RegionAnswer<'_>, Where),
    tested: &BTreeSet<FactId>,
) -> Question {
    let mut question = Question::new(customer, service, day_in(region.part(ON)).date());
    let mut give = |fact: FactId, value: i64| {
        let declared = &shared.facts[fact];
        question.facts.insert(declared.name.to_string(), declared.raise(value));
    };
    let counted = [shared.quantity, shared.used];
    let sum = amount_of(old, new, &Counts::of(shared, region));
    let plain = |fact: FactId| match sum {
        Some(Sum::Fact(limit)) if *limit == fact && found == Where::Within => enough(shared, region, fact),
        _ => region.part(shared.dim(fact)).plainest(),
    };
    for fact in tested.iter().filter(|fact| !counted.contains(&Some(**fact))) {
        give(*fact, plain(*fact));
    }
    let (Some(quantity), Some(used)) = (shared.quantity, shared.used) else {
        for fact in counted.into_iter().flatten().filter(|fact| tested.contains(fact)) {
            give(fact, region.part(shared.dim(fact)).plainest());
        }
        return question;
    };
    let must_ask = matches!(found, Where::Beyond | Where::Quantity);
    let free = |fact: FactId| !tested.contains(&fact) && !is_narrow(shared, region, fact);
    let leave_quantity = free(quantity) && !must_ask;
    if leave_quantity && (found == Where::Right || free(used)) {
        if !free(used) {
            give(used, region.part(shared.dim(used)).plainest());
        }
        return question;
    }
    let amount = sum.and_then(|sum| match sum {
        Sum::Exact(amount) => Some(*amount),
        Sum::Fact(fact) => Some(unscale(plain(*fact), shared.facts[*fact].decimals())),
        Sum::Missing(_) => None,
    });
    for value in values(shared, region, used, &[amount.unwrap_or_default(), Decimal::ZERO]) {
        let used_up = unscale(value, shared.facts[used].decimals());
        let near = [amount.unwrap_or_default() - used_up, Decimal::ONE];
        for asked in values(shared, region, quantity, &near) {
            let amount_asked = unscale(asked, shared.facts[quantity].decimals());
            if holds(found, Some(amount_asked), Some(used_up), amount) {
                give(quantity, asked);
                give(used, value);
                return question;
            }
        }
    }
    give(quantity, region.part(shared.dim(quantity)).plainest());
    give(used, region.part(shared.dim(used)).plainest());
    question
}

/// An amount of which something is left, where the least is used that can be.
fn enough(shared: &Shared, region: &Region, limit: FactId) -> i64 {
    let least = shared.used.map_or(Decimal::ZERO, |used| unscale(region.part(shared.dim(used)).ends().0, shared.facts[used].decimals()));
    let is_more = |value: &i64| unscale(*value, shared.facts[limit].decimals()) > least;
    values(shared, region, limit, &[least]).into_iter().find(is_more).unwrap_or_else(|| region.part(shared.dim(limit)).plainest())
}

/// Values of a number that are worth a look: the plainest first, then those around some amounts, then the ends.
fn values(shared: &Shared, region: &Region, fact: FactId, amounts: &[Decimal]) -> Vec<i64> {
    let part: &Part = region.part(shared.dim(fact));
    let decimals = shared.facts[fact].decimals();
    let mut values = vec![part.plainest()];
    for centre in amounts {
        if let Ok(value) = scale(centre.trunc_with_scale(decimals), decimals) {
            values.extend([value, value.saturating_add(1), value.saturating_sub(1), value.saturating_add(10i64.pow(decimals))]);
        }
    }
    let (low, high) = part.ends();
    values.extend([low, high]);
    values.retain(|value| part.contains(*value));
    values
}

/// The question as one of the registers can be asked it: without the facts that only the other one has.
pub(crate) fn asked_of(shared: &Shared, which: Which, question: &Question) -> Question {
    let mut own = question.clone();
    own.facts.retain(|name, _| {
        let mut known = shared.facts.iter().filter(|(_, fact)| *fact.name == **name).peekable();
        known.peek().is_none() || known.any(|(id, _)| shared.lens(which, id).is_some())
    });
    own
}
