//! `leidraad when CUSTOMER SERVICE`: one answer along the days.

use std::fmt::Write;

use jiff::civil::Date;

use super::{Context, question, title};
use crate::args::{Format, View, When};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, when: &When) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    context.know(policy, when.known)?;
    let fault = |error| Fault::Question(error, language);
    let view = View { on: None, known: when.known, proposed: when.proposed };
    // A timeline is about every day, so any will do.
    let mut question = question(when.customer.as_str(), when.service.as_str(), Date::MAX, &view);
    for (name, value) in &when.facts {
        let (name, value) = policy.read_fact(name, value).map_err(fault)?;
        question = question.fact(name, value);
    }
    let timeline = policy.timeline(&question).map_err(fault)?;
    if context.format == Format::Json {
        return print_json(&format!("{}\n", timeline.to_json(language)), Status::Granted);
    }
    let customer = policy.catalogue().customer(&when.customer).map_err(fault)?.name();
    let service = policy.catalogue().service(&when.service).map_err(fault)?.label(language);
    let title = title(say(language, Key::WhenTitle, &[("customer", customer), ("service", service)]), when.known, when.proposed, language);
    let rows: Vec<Vec<String>> = timeline
        .periods()
        .iter()
        .map(|period| {
            let text = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
            vec![text(period.days().from), text(period.days().until), timeline.outline(period, language)]
        })
        .collect();
    let header = [Key::From, Key::Through, Key::Answer].map(|key| say(language, key, &[])).to_vec();
    let mut text = format!("{title}\n\n{}", layout::table(&header, &rows));
    if !timeline.is_whole() {
        let _ = writeln!(text, "\n{}", say(language, Key::WhenGoesOn, &[]));
    }
    print(&text, Status::Granted)
}
