//! `leidraad list CUSTOMER`: all services of one customer.

use super::cells::Cells;
use super::{Context, title};
use crate::args::{Format, List};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, list: &List) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let on = context.day(policy, &list.view)?;
    let customer = policy.catalogue().customer(&list.customer).map_err(|error| Fault::Question(error, language))?;
    let cells = Cells::of(policy, std::iter::once(customer), on, &list.view, language);
    if context.format == Format::Json {
        return print_json(&cells.json(), cells.status());
    }
    let heading = say(language, Key::OnDay, &[("customer", customer.name()), ("day", &on.to_string())]);
    let title = title(heading, list.view.known, list.view.proposed, language);
    let mut rows = Vec::new();
    for (service, decision) in cells.rows.iter().flat_map(|(_, cells)| cells) {
        let (answer, until) = match decision {
            Ok(decision) => (decision.outline(language), decision.holds().until.map(|day| day.to_string())),
            Err(_) => ("!".to_owned(), None),
        };
        rows.push(vec![service.label(language).to_owned(), answer, until.unwrap_or_else(|| "-".to_owned())]);
    }
    let header = [Key::Service, Key::Answer, Key::Until].map(|key| say(language, key, &[])).to_vec();
    print(&format!("{title}\n\n{}{}", layout::table(&header, &rows), cells.remarks()), cells.status())
}
