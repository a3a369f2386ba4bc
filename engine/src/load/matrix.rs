//! A `*.csv` matrix in; a rule for each filled cell out: a row a service, a column a customer, a cell a level.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry::{Entry, Reading};
use super::names::level;
use super::toml::{File, Findings};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::CustomerId;
use crate::model::day::Days;
use crate::model::nfc::nfc;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::{Effect, Grant, Rule, Scope, Wild};
use crate::table::{Layout, Quotes};
use crate::text::both;

/// A row as written: its fields, with the place of each.
type Row = Vec<(String, Place)>;

/// Rules, and the cells in which one could not be read.
pub(super) fn read(file: File<'_>, holes: &mut Vec<Scope>, reading: &mut Reading<'_>) -> Vec<Entry<Rule>> {
    let Reading { register, names, .. } = *reading;
    let mut entries = Vec::new();
    let mut rows = rows(file, reading.out).into_iter();
    let Some(header) = rows.next() else {
        reading.out.push(Draft::new(Code::MatrixShape, file.start(), both!("the matrix is empty", "de matrix is leeg")).help(both!(
            "its first row is `service`, then the customers' ids",
            "de eerste rij is `service`, en dan de id's van de klanten"
        )));
        return entries;
    };
    let mut seen = BTreeSet::new();
    let mut column = |(name, place): &(String, Place)| {
        let id = names.customer(name, *place, reading.out)?;
        if !seen.insert(id) {
            reading.out.push(
                Draft::new(Code::DuplicateId, *place, both!("`{name}` stands in two columns", "`{name}` staat in twee kolommen"))
                    .help(both!("a customer has one column in a matrix", "een klant heeft één kolom in een matrix")),
            );
            return None;
        }
        Some((id, name.clone()))
    };
    let columns: Vec<Option<(CustomerId, String)>> = match header.get(1..) {
        Some(named) if named.iter().any(|(name, _)| !name.is_empty()) => named.iter().map(&mut column).collect(),
        _ => {
            let place = header.first().map_or(file.start(), |(_, place)| *place);
            reading.out.push(
                Draft::new(Code::MatrixShape, place, both!("the first row names no customer", "de eerste rij noemt geen klant")).help(
                    both!(
                        "it is `service`, then the customers' ids; take out what stands above it",
                        "daarin staat `service`, en dan de id's van de klanten; haal weg wat erboven staat"
                    ),
                ),
            );
            holes.push(register.everywhere());
            return entries;
        }
    };
    let mut filled = BTreeSet::new();
    let stem = file.path.rsplit('/').next().unwrap_or("").trim_end_matches(".csv");
    for row in rows {
        let mut fields = row.into_iter();
        let Some((service, place)) = fields.next() else { continue };
        let Some(service_id) = names.plain_service(&service, place, register, reading.out) else {
            holes.push(register.everywhere());
            continue;
        };
        if fields.len() < columns.len() {
            let message = both!(
                "row `{service}` has fewer cells than the header has customers",
                "rij `{service}` heeft minder cellen dan er klanten bovenaan staan"
            );
            reading.out.push(
                Draft::new(Code::MatrixShape, place, message)
                    .help(both!("write `-` in a cell about which nothing is said", "schrijf `-` in een cel waarover niets wordt gezegd")),
            );
            holes.push(Scope { customers: register.all_customers(), services: [service_id].into() });
        }
        for (at, (cell, place)) in fields.enumerate() {
            let Some(column) = columns.get(at) else {
                let message = both!(
                    "row `{service}` has more cells than the header has customers",
                    "rij `{service}` heeft meer cellen dan er klanten bovenaan staan"
                );
                reading.out.push(Draft::new(Code::MatrixShape, place, message));
                break;
            };
            let Some((customer, name)) = column else { continue };
            let scope = Scope { customers: [*customer].into(), services: [service_id].into() };
            match effect(&cell, place, &service, name, register, reading.out) {
                Ok(None) => {}
                Ok(Some(_)) if !filled.insert((service_id, *customer)) => reading.out.push(
                    Draft::new(Code::DuplicateId, place, both!("`{service}` stands in two rows", "`{service}` staat in twee rijen"))
                        .help(both!("a service has one row in a matrix", "een dienst heeft één rij in een matrix")),
                ),
                Ok(Some(effect)) => {
                    let id: Arc<str> = format!("{stem}/{service}/{name}").into();
                    let made = rule(id.clone(), scope.clone(), effect, place, reading);
                    entries.push(Entry { id: Some((id, place)), scope, made: Some(made) });
                }
                Err(()) => holes.push(scope),
            }
        }
    }
    entries
}

/// What a cell says; `-` and nothing say nothing, `none` refuses.
fn effect(cell: &str, place: Place, service: &str, customer: &str, register: &Register, out: &mut Findings) -> Result<Option<Effect>, ()> {
    match cell {
        "" | "-" => Ok(None),
        "none" => Ok(Some(Effect::Deny)),
        _ => {
            let found = level(cell, place, false, register, &mut Findings::new());
            if found.is_none() {
                let list: Vec<String> = register.levels.iter().skip(1).map(|level| format!("`{}`", level.id)).collect();
                out.push(
                    Draft::new(
                        Code::MatrixCell,
                        place,
                        both!(
                            "row `{service}`, column `{customer}`: `{}` is no level",
                            "rij `{service}`, kolom `{customer}`: `{}` is geen niveau",
                            crate::model::value::shorten(cell)
                        ),
                    )
                    .help(both!(
                        "a cell is {}, `none` (refused), `-` or empty (nothing said)",
                        "een cel is {}, `none` (geweigerd), `-` of leeg (niets gezegd)",
                        list.join(", ")
                    )),
                );
            }
            found.map(|level| Some(Effect::Grant(Grant { level, up_to: None, quota: None, obligations: Vec::new() }))).ok_or(())
        }
    }
}

fn rule(id: Arc<str>, scope: Scope, effect: Effect, place: Place, reading: &Reading<'_>) -> Rule {
    let version = &reading.register.versions[reading.version];
    Rule {
        key: format!("{}#{id}", version.key).into(),
        id,
        version: reading.version,
        scope,
        wild: Wild::default(),
        days: Days::EVER,
        when: Vec::new(),
        effect,
        text: version.matrix.text.clone(),
        reference: version.matrix.reference.clone(),
        overrides: Vec::new(),
        place,
    }
}

/// The rows of a spreadsheet's file, separated as its header is.
fn rows(file: File<'_>, out: &mut Findings) -> Vec<Row> {
    let Layout { skip, delimiter } = Layout::of(file.text.as_bytes());
    let text = file.text.get(skip..).unwrap_or("");
    if let Some(at) = open_quote(text, delimiter) {
        let place = file.place(skip + at..skip + at + 1);
        out.push(
            Draft::new(Code::MatrixShape, place, both!("this quote is never closed", "dit aanhalingsteken wordt nergens gesloten")).help(
                both!("end the cell with another quote, or take this one out", "sluit de cel met nog een aanhalingsteken, of haal dit weg"),
            ),
        );
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
                let lead = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
                let spans = spans(text.get(start + lead..).unwrap_or(""), delimiter, record.len());
                let place = |at: usize| {
                    let (from, to) = spans.get(at).copied().unwrap_or((0, 1));
                    file.place(skip + start + lead + from..skip + start + lead + to)
                };
                rows.push(record.iter().enumerate().map(|(at, field)| (nfc(field.trim()).into_owned(), place(at))).collect());
            }
            Err(fault) => out.push(Draft::new(
                Code::MatrixShape,
                file.start(),
                both!("the matrix cannot be read: {fault}", "de matrix is niet te lezen: {fault}"),
            )),
        }
    }
    trimmed(rows)
}

/// Where a quote stands that begins a cell and is never closed: all behind it would be one cell.
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    let mut quotes = Quotes::default();
    quotes.read(text.as_bytes(), delimiter);
    quotes.open_at()
}

/// Spreadsheets save empty columns behind the last and empty rows below: those say nothing.
fn trimmed(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| row.iter().any(|(field, _)| !field.is_empty()));
    let filled = |row: &Row| row.iter().rposition(|(field, _)| !field.is_empty()).map_or(0, |at| at + 1);
    let width = rows.iter().map(filled).max().unwrap_or(0);
    rows.iter_mut().for_each(|row| row.truncate(width));
    rows
}

/// Where the fields of a record stand in its text.
fn spans(text: &str, delimiter: u8, fields: usize) -> Vec<(usize, usize)> {
    let mut spans = Vec::with_capacity(fields);
    let (mut from, mut quoted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && (byte == delimiter || byte == b'\n' || byte == b'\r') {
            spans.push((from, at.max(from)));
            from = at + 1;
            if spans.len() == fields {
                break;
            }
        }
    }
    if spans.len() < fields {
        spans.push((from, text.len()));
    }
    spans
}
