//! `leidraad when CUSTOMER SERVICE`: one answer along the days.

use std::io::Write;

use jiff::civil::Date;

use super::{Context, question, title};
use crate::args::{Format, View, When};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::say;

pub(crate) fn run(context: &Context, when: &When) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    let view = View { on: None, known: when.known, proposed: when.proposed };
    // A timeline is about every day, so any will do.
    let mut question = question(&when.customer, &when.service, Date::MAX, &view);
    for (name, value) in &when.facts {
        let (name, value) = policy.read_fact(name, value).map_err(fault)?;
        question = question.fact(name, value);
    }
    let timeline = policy.timeline(&question).map_err(fault)?;
    let mut out = anstream::stdout();
    if context.format == Format::Json {
        writeln!(out, "{}", timeline.to_json(language))?;
        return Ok(Status::Granted);
    }
    let customer = policy.customer_name(&when.customer).map_err(fault)?;
    let service = policy.service_name(&when.service, language).map_err(fault)?;
    writeln!(
        out,
        "{}\n",
        title(say(language, "when-title", &[("customer", customer), ("service", service)]), when.known, when.proposed, language)
    )?;
    let rows: Vec<Vec<String>> = timeline
        .periods()
        .iter()
        .map(|period| {
            let from = period.from().map_or_else(|| "-".to_owned(), |day| day.to_string());
            let until = period.until().map_or_else(|| "-".to_owned(), |day| day.to_string());
            vec![from, until, timeline.outline(period, language)]
        })
        .collect();
    let header = ["from", "through", "answer"].map(|key| say(language, key, &[])).to_vec();
    write!(out, "{}", layout::table(&header, &rows))?;
    if !timeline.is_whole() {
        writeln!(out, "\n{}", say(language, "when-goes-on", &[]))?;
    }
    Ok(Status::Granted)
}
