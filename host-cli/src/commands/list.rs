//! `leidraad list CUSTOMER`: all services of one customer.

use super::{Context, question, title};
use crate::args::{Format, List};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, list: &List) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let fault = |error| Fault::Question(error, language);
    let on = context.day(policy, &list.view)?;
    let customer = policy.catalogue().customer(&list.customer).map_err(fault)?;
    let decisions: Vec<_> = policy
        .catalogue()
        .services()
        .map(|service| policy.decide(&question(customer, service, on, &list.view)))
        .collect::<Result<_, _>>()
        .map_err(fault)?;
    if context.format == Format::Json {
        let records: Vec<String> = decisions.iter().map(leidraad::Decision::to_summary_json).collect();
        return print_json(&format!("[{}]\n", records.join(",\n ")), Status::Granted);
    }
    let title = title(
        say(language, Key::OnDay, &[("customer", customer.name()), ("day", &on.to_string())]),
        list.view.known,
        list.view.proposed,
        language,
    );
    let mut rows = Vec::new();
    for decision in &decisions {
        let until = decision.holds().until.map_or_else(|| "-".to_owned(), |day| day.to_string());
        rows.push(vec![decision.answer().service().label(language).to_owned(), decision.outline(language), until]);
    }
    let header = [Key::Service, Key::Answer, Key::Until].map(|key| say(language, key, &[])).to_vec();
    print(&format!("{title}\n\n{}", layout::table(&header, &rows)), Status::Granted)
}
