//! Days as scripts have them: ISO texts, which compare as they should, and functions to reckon with them.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use rhai::{Dynamic, Engine, EvalAltResult, INT};

use crate::model::day::parse_date;
use crate::model::value::shorten;

type Called<T> = Result<T, Box<EvalAltResult>>;

fn read(text: &str) -> Called<Date> {
    parse_date(text).ok_or_else(|| format!("`{}` is no day", shorten(text)).into())
}

fn moved(text: &str, span: Option<Span>) -> Called<String> {
    let date = read(text)?;
    let there = span.and_then(|span| date.checked_add(span).ok()).filter(|date| date.year() >= 1);
    there.map(|date| date.to_string()).ok_or_else(|| "that day is beyond the calendar".into())
}

/// A whole number, as a script counts it or as a fact or setting has it.
fn whole(number: &Dynamic) -> Called<INT> {
    let exact = number.as_decimal().ok().filter(|number| number.fract().is_zero()).and_then(|number| INT::try_from(number).ok());
    number.as_int().ok().or(exact).ok_or_else(|| "days are reckoned with whole numbers".into())
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("year_of", |day: &str| -> Called<INT> { Ok(read(day)?.year().into()) });
    engine.register_fn("month_of", |day: &str| -> Called<INT> { Ok(read(day)?.month().into()) });
    engine.register_fn("day_of_month", |day: &str| -> Called<INT> { Ok(read(day)?.day().into()) });
    engine.register_fn("make_day", |year: Dynamic, month: Dynamic, day: Dynamic| -> Called<String> {
        let (year, month, day) = (whole(&year)?, whole(&month)?, whole(&day)?);
        let made = (|| Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok())();
        made.filter(|date| date.year() >= 1).map(|date| date.to_string()).ok_or_else(|| "there is no such day".into())
    });
    engine.register_fn("add_days", |day: &str, count: Dynamic| moved(day, 0.days().try_days(whole(&count)?).ok()));
    engine.register_fn("add_months", |day: &str, count: Dynamic| moved(day, 0.months().try_months(whole(&count)?).ok()));
}
