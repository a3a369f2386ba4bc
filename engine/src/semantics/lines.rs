//! S9: what is asked for is divided into what still fits the quota and the rest.

use rust_decimal::Decimal;

use crate::model::rule::Level;

/// What is asked for, divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Portions {
    /// What fits the quota.
    pub(crate) fits: Decimal,
    /// What lies beyond it.
    pub(crate) rest: Decimal,
}

/// What is left of a quota: at least nothing.
pub(crate) fn left(amount: Decimal, used: Decimal) -> Decimal {
    (amount - used).max(Decimal::ZERO).normalize()
}

/// Whether any of a quota is left, so that the first of what is asked for fits it.
pub(crate) fn has_room(amount: Decimal, used: Decimal) -> bool {
    used < amount
}

/// The level of the first line, which is that of the answer: of what fits, or of what lies beyond where nothing does.
pub(crate) fn leading(level: Level, beyond: Level, amount: Decimal, used: Decimal) -> Level {
    if has_room(amount, used) { level } else { beyond }
}

/// Whether all that is asked for fits: then nothing lies beyond.
pub(crate) fn fits_whole(quantity: Decimal, amount: Decimal, used: Decimal) -> bool {
    quantity <= left(amount, used)
}

/// Whether what is used makes a difference: nothing ever fits a quota of nothing.
pub(crate) fn divides(amount: Decimal) -> bool {
    amount > Decimal::ZERO
}

/// Divides a quantity by a quota.
pub(crate) fn split(quantity: Decimal, amount: Decimal, used: Decimal) -> Portions {
    let fits = quantity.min(left(amount, used)).normalize();
    Portions { fits, rest: (quantity - fits).normalize() }
}

/// Of what the turns are looked for, with the other, which is known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// Of what is used, with the amount.
    Used(Decimal),
    /// Of the amount, with what is used.
    Amount(Decimal),
}

/// The values at which "all fits", "a part fits" and "nothing fits" change. Between them the lines grow evenly.
pub(crate) fn turns(quantity: Decimal, of: Of) -> [Decimal; 2] {
    match of {
        Of::Used(amount) => [amount, amount - quantity],
        Of::Amount(used) => [used, used + quantity],
    }
}
