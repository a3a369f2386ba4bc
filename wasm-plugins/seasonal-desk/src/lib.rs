//! A higher level in the months in which everybody calls, and the agreed level in all others.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::format;
use leidraad_option::{Config, Date, Description, Kind, Option, Proposal, Question, Refusal, Standing};

/// The option.
pub struct SeasonalDesk;

impl Option for SeasonalDesk {
    fn describe() -> Description {
        Description::new(
            "seasonal-desk",
            "1.0.0",
            "The highest level of the room in a season of each year, and the agreed level outside it",
        )
        .reads_day()
        .setting("from_month", Kind::Number, "the first month of the season, 1 to 12")
        .setting("until_month", Kind::Number, "the last month of the season, 1 to 12, not before the first")
        .sets_level()
    }

    fn decide(question: &Question, standing: &Standing, config: &Config) -> Result<Proposal, Refusal> {
        let on = question.day()?;
        let (from, until) = (month(config, "from_month")?, month(config, "until_month")?);
        if until < from {
            return Err(Refusal::Invalid("the season ends before it begins".into()));
        }
        // The stretch of days around this one, within its year or reaching into the next or the last.
        let first = |year: i16, month: i8| Date::new(year, month, 1).ok();
        let last = |year: i16, month: i8| first(year, month).map(Date::last_of_month);
        let (year, here) = (on.year(), on.month());
        if here < from {
            let since = last(year - 1, until).and_then(|day| day.tomorrow().ok());
            return Ok(Proposal::new().stands(since, first(year, from).and_then(|day| day.yesterday().ok())));
        }
        if here > until {
            let to = first(year + 1, from).and_then(|day| day.yesterday().ok());
            return Ok(Proposal::new().stands(last(year, until).and_then(|day| day.tomorrow().ok()), to));
        }
        let (nl, en) = (format!("in het seizoen, maand {from} tot en met {until}"), format!("in season, months {from} to {until}"));
        Ok(Proposal::new().level(standing.highest()).note(nl, en).stands(first(year, from), last(year, until)))
    }
}

fn month(config: &Config, name: &str) -> Result<i8, Refusal> {
    let number = config.number(name)?;
    let month = i8::try_from(number).ok().filter(|month| (1..=12).contains(month) && number.fract().is_zero());
    month.ok_or_else(|| Refusal::Invalid(format!("`{name}` is no month")))
}

leidraad_option::export!(SeasonalDesk);
