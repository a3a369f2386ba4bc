//! A matrix that somebody edited, and the register that it came from, in; the files of a version that answers as the matrix says out. Only what
//! says another thing than the register answers is changed.

use std::path::Path;

use leidraad::catalogue::{Catalogue, Customer, Level, Service};
use leidraad::table::Layout;
use leidraad::{Date, Language, Policy, Question};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use crate::locale::{Key, say};
use crate::workbook::{Grid, Row};

/// A file of a version: its name and its bytes.
pub(super) type File = (String, Vec<u8>);

/// What the rules that are made for cells stand in.
const EDITED: &str = "edited.toml";

/// What a cell of a matrix says.
pub(super) struct Cell<'p> {
    customer: Customer<'p>,
    service: Service<'p>,
    level: Level<'p>,
    /// Where it stands in the spreadsheet.
    place: String,
}

/// All cells of a matrix that say something; or everything that is wrong with it, a line each.
pub(super) fn cells<'p>(grid: &Grid, policy: &'p Policy, language: Language) -> Result<Vec<Cell<'p>>, Vec<String>> {
    let catalogue = policy.catalogue();
    let mut wrong = Vec::new();
    let told = |place: String, error: &leidraad::Error| {
        let help = error.help(language).map_or_else(String::new, |help| format!("; {help}"));
        format!("{place}: {}{help}", error.message(language))
    };
    let Some((header, rows)) = grid.rows.split_first() else { return Err(vec![say(language, Key::TableEmpty, &[])]) };
    let customers: Vec<Option<Customer<'p>>> = (0..header.len())
        .map(|column| match header.cell(column) {
            "" => None,
            _ if column == 0 => None,
            name => catalogue.customer(name).map_err(|error| wrong.push(told(header.place(column), &error))).ok(),
        })
        .collect();
    let mut cells = Vec::new();
    for row in rows {
        let service = match catalogue.service(row.cell(0)) {
            Ok(service) => service,
            Err(error) => {
                wrong.push(told(row.place(0), &error));
                continue;
            }
        };
        for (column, customer) in customers.iter().enumerate().filter_map(|(column, customer)| Some((column, (*customer)?))) {
            match level(catalogue, row, column) {
                Ok(Some(level)) => cells.push(Cell { customer, service, level, place: row.place(column) }),
                Ok(None) => {}
                Err(error) => wrong.push(told(row.place(column), &error)),
            }
        }
        // What stands beyond the last customer says nothing that anybody could know.
        wrong.extend(
            (customers.len()..row.len())
                .filter(|column| !row.cell(*column).is_empty())
                .map(|column| format!("{}: {}", row.place(column), say(language, Key::BookBeyond, &[]))),
        );
    }
    if wrong.is_empty() { Ok(cells) } else { Err(wrong) }
}

/// The level that a cell names, by id or label; `None` where it says nothing.
fn level<'p>(catalogue: Catalogue<'p>, row: &Row, column: usize) -> Result<Option<Level<'p>>, leidraad::Error> {
    let written = row.cell(column);
    let refusals = [Language::Nl, Language::En].map(|language| say(language, Key::NoRight, &[]));
    match written {
        "" | "-" | "?" | "!" => Ok(None),
        "–" => catalogue.level("none").map(Some),
        written if refusals.iter().any(|refusal| refusal.to_lowercase() == written.to_lowercase()) => catalogue.level("none").map(Some),
        written => {
            let is_called = |level: &Level<'p>| {
                [level.id(), level.label(Language::Nl), level.label(Language::En)]
                    .iter()
                    .any(|name| name.to_lowercase() == written.to_lowercase())
            };
            catalogue.levels().find(is_called).map_or_else(|| catalogue.level(written), Ok).map(Some)
        }
    }
}

impl Cell<'_> {
    /// Whether the register answers otherwise on a day.
    pub(super) fn is_edited(&self, policy: &Policy, on: Date, proposed: bool) -> bool {
        let mut question = Question::new(self.customer.id(), self.service.id(), on);
        question.proposed = proposed;
        policy.decide(&question).map_or(true, |decision| decision.level_id() != Some(self.level.id()))
    }

    /// What it says, for people.
    pub(super) fn words(&self, language: Language) -> String {
        format!("{}: {}, {}: {}", self.place, self.service.label(language), self.customer.name(), self.level.label(language))
    }

    /// Whether one of the services that make another up: its own level cannot be set.
    pub(super) fn is_composite(&self) -> bool {
        self.service.parts().next().is_some()
    }
}

/// The files with each cell as it was edited: in the matrix that has it, else by a rule that comes before those that chose there.
pub(super) fn edited(mut files: Vec<File>, cells: &[&Cell<'_>], catalogue: Catalogue<'_>) -> Vec<File> {
    let mut rules = ArrayOfTables::new();
    for cell in cells {
        let in_matrix = files.iter_mut().filter(|(name, _)| has_ending(name, "csv")).any(|(_, bytes)| set_cell(bytes, cell, catalogue));
        if !in_matrix {
            rules.push(rule(cell, &files));
        }
    }
    if !rules.is_empty() {
        let mut document = DocumentMut::new();
        document.insert("rule", Item::ArrayOfTables(rules));
        match files.iter_mut().find(|(name, _)| name == EDITED) {
            Some((_, bytes)) => bytes.extend(format!("\n{document}").into_bytes()),
            None => files.push((EDITED.to_owned(), document.to_string().into_bytes())),
        }
    }
    files
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == ending)
}

/// Puts a level in the cell of a matrix; false if the matrix has no such cell, or says nothing there.
fn set_cell(bytes: &mut Vec<u8>, cell: &Cell<'_>, catalogue: Catalogue<'_>) -> bool {
    let Layout { skip, delimiter } = Layout::of(bytes);
    let Some(text) = bytes.get(skip..) else { return false };
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
    let Ok(mut rows) = reader.records().collect::<Result<Vec<_>, _>>() else { return false };
    let is = |name: &str| catalogue.customer(name.trim()).is_ok_and(|customer| customer.id() == cell.customer.id());
    let column = rows.iter().find(|row| row.iter().any(|cell| !cell.is_empty())).and_then(|header| header.iter().position(is));
    let is = |row: &csv::StringRecord| {
        row.get(0).is_some_and(|name| catalogue.service(name.trim()).is_ok_and(|found| found.id() == cell.service.id()))
    };
    let (Some(column), Some(row)) = (column, rows.iter_mut().skip(1).find(|row| is(row))) else { return false };
    if row.get(column).is_none_or(|written| matches!(written.trim(), "" | "-")) {
        return false;
    }
    *row = row.iter().enumerate().map(|(at, written)| if at == column { cell.level.id() } else { written }).collect();
    let mut writer =
        csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(bytes.get(..skip).unwrap_or_default().to_vec());
    for row in &rows {
        // What is written to is memory: nothing can fail.
        let _ = writer.write_record(row);
    }
    if let Ok(written) = writer.into_inner() {
        *bytes = written;
    }
    true
}

/// A rule that says of one cell what was edited, whatever the version's own rules chose there.
fn rule(cell: &Cell<'_>, files: &[File]) -> Table {
    let mut table = Table::new();
    let (customer, service) = (cell.customer.id(), cell.service.id());
    table["id"] = toml_edit::value(format!("edited-{}-{customer}", service.replace('/', "-")));
    table["customer"] = toml_edit::value(customer);
    table["service"] = toml_edit::value(service);
    let over: toml_edit::Array =
        files.iter().filter(|(name, _)| has_ending(name, "toml")).flat_map(|(_, bytes)| choosing(bytes, cell)).collect();
    if !over.is_empty() {
        table["overrides"] = toml_edit::value(over);
    }
    if cell.level.is_none() {
        table["deny"] = toml_edit::value(true);
    } else {
        let mut grant = toml_edit::InlineTable::new();
        grant.insert("level", Value::from(cell.level.id()));
        table["grant"] = toml_edit::value(grant);
    }
    let mut because = toml_edit::InlineTable::new();
    because.insert("nl", Value::from(say(Language::Nl, Key::EditedBecause, &[])));
    because.insert("en", Value::from(say(Language::En, Key::EditedBecause, &[])));
    table["because"] = toml_edit::value(because);
    table
}

/// The ids of the rules of a file that may choose in a cell.
fn choosing(bytes: &[u8], cell: &Cell<'_>) -> Vec<String> {
    let document: Option<DocumentMut> = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
    let rules = document.as_ref().and_then(|document| document.get("rule")?.as_array_of_tables());
    let names = |rule: &Table, key: &str| -> Option<Vec<String>> {
        let item = rule.get(key)?;
        let list = item.as_array().map(|list| list.iter().filter_map(|name| name.as_str()).map(str::to_owned).collect());
        Some(list.unwrap_or_else(|| item.as_str().map(str::to_owned).into_iter().collect()))
    };
    let takes_in = |rule: &&Table| {
        let customer = names(rule, "customer").is_none_or(|names| {
            let role = cell.customer.role().map(|role| format!("@{}", role.id()));
            names.iter().any(|name| name == cell.customer.id() || Some(name) == role.as_ref())
        });
        let domain = cell.service.domain().map(|domain| format!("{}/*", domain.id()));
        let service =
            names(rule, "service").is_none_or(|names| names.iter().any(|name| name == cell.service.id() || Some(name) == domain.as_ref()));
        customer && service && ["grant", "deny", "as_at"].iter().any(|effect| rule.contains_key(effect))
    };
    let ids = rules.into_iter().flat_map(ArrayOfTables::iter).filter(takes_in).filter_map(|rule| rule.get("id")?.as_str());
    ids.map(str::to_owned).collect()
}
