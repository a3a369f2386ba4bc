//! `leidraad matrix`: all customers × all services.

use leidraad::Decision;

use super::Context;
use super::cells::{Cells, open};
use crate::args::{Format, Table};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};
use crate::sheet::{Kind, Sheet};

pub(crate) fn run(context: &Context, table: &Table) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let about = context.about(policy, table.view.on, &table.view.knowledge)?;
    let cells = Cells::of(policy, policy.catalogue().customers(), &about, table, language)?;
    if context.format == Format::Json {
        return print_json(&cells.json(), cells.status());
    }
    let title = about.title(say(language, Key::MatrixDay, &[("day", &language.day(about.on))]), language);
    if let Some(kind) = Kind::of(context.format) {
        return sheet(&cells, title).write(kind, table.output.as_deref(), cells.status(), language);
    }
    if cells.services().next().is_none() {
        return print(&format!("{title}\n\n{}\n", say(language, Key::NothingFits, &[])), cells.status());
    }
    let mut header = vec![say(language, Key::Service, &[])];
    header.extend(cells.rows.iter().map(|(customer, _)| customer.name().to_owned()));
    let shown = |decision: &Decision<'_>| match decision.answer().level() {
        Some(level) if level.is_none() => "–".to_owned(),
        Some(level) => level.label(language).to_owned(),
        None => open(decision, language),
    };
    let row = |(at, service): (usize, leidraad::catalogue::Service<'_>)| {
        let answers = cells.about(at).map(|decision| decision.as_ref().map_or_else(|_| "!".to_owned(), shown));
        std::iter::once(service.label(language).to_owned()).chain(answers).collect()
    };
    let rows: Vec<Vec<String>> = cells.services().enumerate().map(row).collect();
    if context.format == Format::Html {
        return print(&crate::page::table(&title, language, &header, &rows, &cells.remarks()), cells.status());
    }
    print(&format!("{title}\n\n{}{}", layout::matrix(&header, &rows), layout::wrapped(&cells.remarks())), cells.status())
}

/// The matrix as a rule set's `matrix.csv` has it: ids of services and customers, and of levels. What depends on facts is left empty.
fn sheet(cells: &Cells<'_>, title: String) -> Sheet {
    let header = std::iter::once("service".to_owned()).chain(cells.rows.iter().map(|(customer, _)| customer.id().to_owned())).collect();
    let row = |(at, service): (usize, leidraad::catalogue::Service<'_>)| {
        let level = |decision: &Result<Decision<'_>, _>| decision.as_ref().ok().and_then(Decision::level_id).unwrap_or_default().to_owned();
        std::iter::once(service.id().to_owned()).chain(cells.about(at).map(level)).collect()
    };
    Sheet { title, header, rows: cells.services().enumerate().map(row).collect() }
}
