//! `leidraad matrix`: all customers × all services.

use leidraad::Decision;

use super::cells::Cells;
use super::{Context, title};
use crate::args::{Format, View};
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

pub(crate) fn run(context: &Context, view: &View) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    let on = context.day(policy, view)?;
    let cells = Cells::of(policy, policy.catalogue().customers(), on, view, language);
    if context.format == Format::Json {
        return print_json(&cells.json(), cells.status());
    }
    let title = title(say(language, Key::MatrixDay, &[("day", &on.to_string())]), view.known, view.proposed, language);
    let mut header = vec![say(language, Key::Service, &[])];
    header.extend(cells.rows.iter().map(|(customer, _)| customer.name().to_owned()));
    let shown = |decision: &Decision<'_>| match decision.answer().level() {
        Some(level) if level.is_none() => "-".to_owned(),
        Some(level) => level.label(language).to_owned(),
        None => "?".to_owned(),
    };
    let mut rows = Vec::new();
    for (at, service) in policy.catalogue().services().enumerate() {
        let mut row = vec![service.label(language).to_owned()];
        let of_service = cells.rows.iter().filter_map(|(_, cells)| cells.get(at));
        row.extend(of_service.map(|(_, decision)| decision.as_ref().map_or_else(|_| "!".to_owned(), shown)));
        rows.push(row);
    }
    print(&format!("{title}\n\n{}{}", layout::table(&header, &rows), cells.remarks()), cells.status())
}
