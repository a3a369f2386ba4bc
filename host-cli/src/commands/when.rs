//! `leidraad when CUSTOMER SERVICE`: one answer along the days.

use std::fmt::Write;

use jiff::civil::Date;

use super::Context;
use super::ask::asked;
use crate::args::{Format, When};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::page::{self, Stretch};

pub(crate) fn run(context: &Context, when: &When) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    // A timeline is about every day, so any will do.
    let about = context.about(policy, None, &when.knowledge)?;
    let question = asked(policy, &about, &when.customer, &when.service, &when.facts, language)?;
    let timeline = policy.timeline(&question).map_err(fault)?;
    if context.format == Format::Json {
        return print_json(&format!("{}\n", timeline.to_json(language)), Status::Granted);
    }
    let customer = policy.catalogue().customer(&question.customer).map_err(fault)?.name();
    let service = policy.catalogue().service(&question.service).map_err(fault)?.label(language);
    let title = about.title(say(language, Key::WhenTitle, &[("customer", customer), ("service", service)]), language);
    let rows: Vec<Vec<String>> = timeline
        .periods()
        .iter()
        .map(|period| {
            let text = |day: Option<Date>| day.map_or_else(String::new, |day| layout::day(language, day));
            vec![text(period.days().from), text(period.days().until), timeline.outline(period, language)]
        })
        .collect();
    let header = [Key::From, Key::Through, Key::Answer].map(|key| say(language, key, &[])).to_vec();
    if context.format == Format::Html {
        let stretch = |period: &leidraad::Period<'_>| Stretch {
            from: period.days().from,
            until: period.days().until,
            outcome: period.outcome(),
            answer: timeline.outline(period, language),
        };
        let stretches: Vec<Stretch> = timeline.periods().iter().map(stretch).collect();
        let remark = (!timeline.is_whole()).then(|| say(language, Key::WhenGoesOn, &[]));
        return print(&page::timeline(&title, language, &header, &stretches, remark.as_deref()), Status::Granted);
    }
    let mut text = format!("{title}\n\n{}", layout::table(&header, &rows));
    if !timeline.is_whole() {
        let _ = writeln!(text, "\n{}", say(language, Key::WhenGoesOn, &[]));
    }
    print(&text, Status::Granted)
}
