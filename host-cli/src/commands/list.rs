//! `leidraad list CUSTOMER`: all services of one customer.

use leidraad::Outcome;

use super::Context;
use super::cells::Cells;
use crate::args::{Format, List};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::sheet::Sheet;

pub(crate) fn run(context: &Context, list: &List) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let about = context.about(policy, list.table.view.on, &list.table.view.knowledge)?;
    let customer = policy.catalogue().customer(&list.customer).map_err(|error| Fault::Question(error, language))?;
    let cells = Cells::of(policy, std::iter::once(customer), &about, &list.table, language)?;
    if context.format == Format::Json {
        return print_json(&cells.json(), cells.status());
    }
    let heading = about.title(say(language, Key::OnDay, &[("customer", customer.name()), ("day", &language.day(about.on))]), language);
    if let Some(kind) = crate::sheet::Kind::of(context.format) {
        return sheet(&cells, heading, language).write(kind, list.table.output.as_deref(), cells.status(), language);
    }
    let mut rows = Vec::new();
    for (service, decision) in cells.rows.iter().flat_map(|(_, cells)| cells) {
        let (answer, until) = match decision {
            Ok(decision) if decision.outcome() == Outcome::Undetermined => (super::cells::open(decision, language), decision.holds().until),
            Ok(decision) => (decision.outline(language), decision.holds().until),
            Err(_) => ("!".to_owned(), None),
        };
        rows.push(vec![service.label(language).to_owned(), answer, until.map_or_else(String::new, |day| layout::day(language, day))]);
    }
    if rows.is_empty() {
        return print(&format!("{heading}\n\n{}\n", say(language, Key::NothingFits, &[])), cells.status());
    }
    let header = [Key::Service, Key::Answer, Key::Until].map(|key| say(language, key, &[])).to_vec();
    if context.format == Format::Html {
        return print(&crate::page::table(&heading, language, &header, &rows, &cells.remarks()), cells.status());
    }
    print(&format!("{heading}\n\n{}{}", layout::table(&header, &rows), layout::wrapped(&cells.remarks())), cells.status())
}

/// A row for each service, as programs read it: ids, and days as 2025-02-01.
fn sheet(cells: &Cells<'_>, title: String, language: leidraad::Language) -> Sheet {
    let header = ["service", "name", "outcome", "level", "answer", "from", "until"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for (service, decision) in cells.rows.iter().flat_map(|(_, cells)| cells) {
        let day = |day: Option<leidraad::Date>| day.map_or_else(String::new, |day| day.to_string());
        let mut row = vec![service.id().to_owned(), service.label(language).to_owned()];
        row.extend(match decision {
            Ok(decision) => {
                let level = decision.level_id().unwrap_or_default().to_owned();
                let holds = decision.holds();
                [decision.outcome().word().to_owned(), level, decision.outline(language), day(holds.from), day(holds.until)]
            }
            Err(error) => ["error".to_owned(), String::new(), error.message(language), String::new(), String::new()],
        });
        rows.push(row);
    }
    Sheet { title, header, rows }
}
