//! The arithmetic of scripts: numbers in, the exact result out, or a fault. Whole and decimal numbers are one kind: `1/2` is 0.5.

use rhai::{Dynamic, Engine, EvalAltResult, INT};
use rust_decimal::{Decimal, RoundingStrategy};

/// What an operation comes to.
type Exact<T> = Result<T, Box<EvalAltResult>>;
type Operation = fn(Decimal, Decimal) -> Exact<Decimal>;

/// The names of the ways to round, as `round(x, 2, "half-up")` has them.
const ROUNDINGS: [(&str, RoundingStrategy); 7] = [
    ("half-even", RoundingStrategy::MidpointNearestEven),
    ("half-up", RoundingStrategy::MidpointAwayFromZero),
    ("half-down", RoundingStrategy::MidpointTowardZero),
    ("up", RoundingStrategy::AwayFromZero),
    ("down", RoundingStrategy::ToZero),
    ("ceiling", RoundingStrategy::ToPositiveInfinity),
    ("floor", RoundingStrategy::ToNegativeInfinity),
];

/// Registers all that numbers can do. The interpreter's own operators must not be taken for these: they cut off and overflow.
pub(super) fn register(engine: &mut Engine) {
    engine.set_fast_operators(false);
    let operations: [(&str, Operation); 6] =
        [("+", sum), ("-", difference), ("*", product), ("/", quotient), ("%", remainder), ("**", power)];
    for (name, work) in operations {
        engine
            .register_fn(name, move |a: INT, b: INT| work(a.into(), b.into()).map(plain))
            .register_fn(name, move |a: INT, b: Decimal| work(a.into(), b))
            .register_fn(name, move |a: Decimal, b: INT| work(a, b.into()))
            .register_fn(name, move |a: Decimal, b: Decimal| work(a, b))
            // What is assigned is no other kind of number than before: a whole one that comes to be none is a fault.
            .register_fn(format!("{name}="), move |a: &mut INT, b: INT| -> Exact<()> {
                *a = whole(work((*a).into(), b.into())?)?;
                Ok(())
            })
            .register_fn(format!("{name}="), move |a: &mut Decimal, b: INT| -> Exact<()> {
                *a = work(*a, b.into())?;
                Ok(())
            })
            .register_fn(format!("{name}="), move |a: &mut Decimal, b: Decimal| -> Exact<()> {
                *a = work(*a, b)?;
                Ok(())
            });
    }
    engine
        .register_fn("-", |a: INT| plain(-Decimal::from(a)))
        .register_fn("-", |a: Decimal| -a)
        .register_fn("floor", |number: Decimal| number.floor())
        .register_fn("ceiling", |number: Decimal| number.ceil())
        .register_fn("round", |number: Decimal| number.round())
        .register_fn("floor", |number: INT| number)
        .register_fn("ceiling", |number: INT| number)
        .register_fn("round", |number: INT| number)
        .register_fn("round", |number: Decimal, places: INT| rounded(number, places, "half-even"))
        .register_fn("round", |number: INT, places: INT| rounded(number.into(), places, "half-even"))
        .register_fn("round", |number: Decimal, places: INT, how: &str| rounded(number, places, how))
        .register_fn("round", |number: INT, places: INT, how: &str| rounded(number.into(), places, how))
        .register_fn("to_decimal", |number: INT| Decimal::from(number))
        .register_fn("to_int", |number: Decimal| whole(number.trunc()));
}

fn rounded(number: Decimal, places: INT, how: &str) -> Exact<Decimal> {
    let Ok(places @ 0..=28) = u32::try_from(places) else { return Err("a number is rounded to 0 to 28 decimals".into()) };
    let Some((_, strategy)) = ROUNDINGS.iter().find(|(name, _)| *name == how) else {
        let names: Vec<&str> = ROUNDINGS.iter().map(|(name, _)| *name).collect();
        return Err(format!("a number is rounded {}", names.join(", ")).into());
    };
    Ok(number.round_dp_with_strategy(places, *strategy))
}

/// A whole result of whole numbers stays one: lists are counted with it.
fn plain(number: Decimal) -> Dynamic {
    whole(number).map_or_else(|_| Dynamic::from_decimal(number), Dynamic::from_int)
}

fn whole(number: Decimal) -> Exact<INT> {
    let number = number.normalize();
    let whole = if number.scale() == 0 { INT::try_from(number).ok() } else { None };
    whole.ok_or_else(|| format!("{number} is no whole number that can be kept").into())
}

const TOO_LONG: &str = "the result has more digits than can be kept exactly";

/// A number from its digits, if that can be kept as it is.
fn exact(mut digits: i128, mut scale: u32) -> Exact<Decimal> {
    loop {
        if let Ok(number) = Decimal::try_from_i128_with_scale(digits, scale) {
            return Ok(number.normalize());
        }
        if scale == 0 || digits % 10 != 0 {
            return Err(TOO_LONG.into());
        }
        (digits, scale) = (digits / 10, scale - 1);
    }
}

/// The digits of a number with so many decimals.
fn digits(number: Decimal, scale: u32) -> Option<i128> {
    10i128.checked_pow(scale - number.scale())?.checked_mul(number.mantissa())
}

fn sum(a: Decimal, b: Decimal) -> Exact<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let both = digits(a, scale).zip(digits(b, scale)).and_then(|(a, b)| a.checked_add(b));
    exact(both.ok_or(TOO_LONG)?, scale)
}

fn difference(a: Decimal, b: Decimal) -> Exact<Decimal> {
    sum(a, -b)
}

fn product(a: Decimal, b: Decimal) -> Exact<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    exact(a.mantissa().checked_mul(b.mantissa()).ok_or(TOO_LONG)?, a.scale() + b.scale())
}

/// A quotient has as many digits as it takes, and 28 where they have no end.
fn quotient(a: Decimal, b: Decimal) -> Exact<Decimal> {
    if b.is_zero() {
        return Err("a division by zero".into());
    }
    a.checked_div(b).map(|number| number.normalize()).ok_or_else(|| TOO_LONG.into())
}

fn remainder(a: Decimal, b: Decimal) -> Exact<Decimal> {
    if b.is_zero() {
        return Err("a division by zero".into());
    }
    a.checked_rem(b).map(|number| number.normalize()).ok_or_else(|| TOO_LONG.into())
}

fn power(base: Decimal, exponent: Decimal) -> Exact<Decimal> {
    let times = whole(exponent).map_err(|_| Box::<EvalAltResult>::from("a power has a whole exponent"))?;
    let mut result = Decimal::ONE;
    if !base.is_zero() && base.abs() != Decimal::ONE {
        // Another base soon has more digits than can be kept, so this ends.
        for _ in 0..times.unsigned_abs() {
            result = product(result, base)?;
        }
    } else if times != 0 && (base.is_zero() || times % 2 != 0) {
        result = base;
    }
    if times < 0 { quotient(Decimal::ONE, result) } else { Ok(result) }
}
