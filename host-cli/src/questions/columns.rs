//! The header of a table of questions in; for each column what it gives out, and with that the question of each row.

use jiff::civil::Date;
use leidraad::{Error, FactValue, Language, Policy, Question};

use super::refused::Refused;
use crate::locale::{Key, say};

/// A value of a table: as text, or by its own type.
pub(crate) enum Value {
    Text(String),
    Typed(FactValue),
    /// It stands for nothing that a question can hold; and why.
    Bad(Key, String),
}

/// What each column of a table gives.
#[derive(Default)]
pub(crate) struct Columns(Vec<Column>);

/// What a column gives.
#[derive(Debug, PartialEq, Eq)]
enum Column {
    Customer,
    Service,
    On,
    Known,
    Proposed,
    /// A fact, by its own name, and the column's as it is written.
    Fact(String, String),
    /// A column without a name: nothing may stand in it.
    Empty,
}

impl Columns {
    /// Refused where a column means nothing, or two mean the same: one of their values would be lost.
    pub(super) fn of(header: &[String], meant: &[(String, String)], policy: &Policy, language: Language) -> Result<Columns, String> {
        let is = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        if let Some((absent, _)) = meant.iter().find(|(name, _)| !header.iter().any(|written| is(written, name))) {
            let all: Vec<String> = header.iter().map(|written| format!("`{written}`")).collect();
            return Err(say(language, Key::TableColumnAbsent, &[("column", absent), ("all", &all.join(", "))]));
        }
        let told_twice = meant.iter().enumerate().find(|(at, (name, _))| meant.iter().take(*at).any(|(other, _)| is(other, name)));
        if let Some((_, (name, _))) = told_twice {
            return Err(say(language, Key::TableColumnTold, &[("column", name)]));
        }
        let mut columns: Vec<Column> = Vec::new();
        for (at, written) in header.iter().enumerate() {
            let number = (at + 1).to_string();
            let named = [("number", number.as_str()), ("column", written)];
            let name = meant.iter().find(|(name, _)| is(written, name)).map_or(written, |(_, name)| name);
            let column = column(name, written, policy).map_err(|error| {
                let help = error.help(language).map_or_else(String::new, |help| format!(" ({help})"));
                format!("{}: {}{help}", say(language, Key::TableColumn, &named), error.message(language))
            })?;
            if let Some(before) = columns.iter().position(|known| column.is_same(known)) {
                let before = (before + 1).to_string();
                return Err(say(language, Key::TableColumnTwice, &[named[0], named[1], ("before", &before)]));
            }
            columns.push(column);
        }
        for (needed, name) in [(Column::Customer, "customer"), (Column::Service, "service")] {
            if !columns.contains(&needed) {
                return Err(say(language, Key::TableColumnMissing, &[("column", name)]));
            }
        }
        Ok(Columns(columns))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The question of a row: what is not in it is not given.
    pub(super) fn question(&self, cells: &[Option<Value>], policy: &Policy, today: Date) -> Result<Question, Refused> {
        let mut question = Question::new("", "", today);
        for (column, value) in self.0.iter().zip(cells) {
            let Some(value) = value else { continue };
            if let Value::Bad(reason, named) = value {
                return Err(Refused::cell(column.name(), *reason, named));
            }
            match column {
                Column::Customer => question.customer = text(column, value)?,
                Column::Service => question.service = text(column, value)?,
                Column::On => question.on = day(column, value)?,
                Column::Known => question.known = Some(day(column, value)?),
                Column::Proposed => {
                    question.proposed = match value {
                        Value::Typed(FactValue::Truth(proposed)) => *proposed,
                        other => truth(column, other)?,
                    }
                }
                Column::Fact(name, _) => {
                    let value = match value {
                        Value::Text(text) => policy.read_fact(name, text)?.1,
                        Value::Typed(value) => value.clone(),
                        Value::Bad(..) => continue,
                    };
                    question.facts.insert(name.clone(), value);
                }
                Column::Empty => return Err(Refused::cell("", Key::CellUnnamed, "")),
            }
        }
        for (name, given) in [("customer", &question.customer), ("service", &question.service)] {
            if given.is_empty() {
                return Err(Refused::cell(name, Key::CellEmpty, ""));
            }
        }
        Ok(question)
    }
}

impl Column {
    /// Whether two columns would give the same.
    fn is_same(&self, other: &Column) -> bool {
        match (self, other) {
            (Column::Empty, _) => false,
            (Column::Fact(one, _), Column::Fact(other, _)) => one == other,
            _ => self == other,
        }
    }
    fn name(&self) -> &str {
        match self {
            Column::Customer => "customer",
            Column::Service => "service",
            Column::On => "on",
            Column::Known => "known",
            Column::Proposed => "proposed",
            Column::Fact(_, written) => written,
            Column::Empty => "",
        }
    }
}

fn column(name: &str, written: &str, policy: &Policy) -> Result<Column, Error> {
    Ok(match name.to_lowercase().as_str() {
        "" => Column::Empty,
        "customer" | "klant" => Column::Customer,
        "service" | "dienst" => Column::Service,
        "on" | "op" | "dag" | "datum" => Column::On,
        "known" | "bekend" => Column::Known,
        "proposed" | "voorstellen" => Column::Proposed,
        _ => Column::Fact(policy.catalogue().fact(name)?.name().to_owned(), written.to_owned()),
    })
}

/// A name, or a number that is one.
fn text(column: &Column, value: &Value) -> Result<String, Refused> {
    match value {
        Value::Text(text) | Value::Typed(FactValue::Text(text)) => Ok(text.clone()),
        Value::Typed(FactValue::Number(number)) => Ok(number.to_string()),
        _ => Err(Refused::cell(column.name(), Key::CellNoText, "")),
    }
}

fn truth(column: &Column, value: &Value) -> Result<bool, Refused> {
    let written = text(column, value)?;
    FactValue::read_truth(&written).ok_or_else(|| Refused::Truth { column: column.name().to_owned(), written })
}

fn day(column: &Column, value: &Value) -> Result<Date, Refused> {
    match value {
        Value::Typed(FactValue::Day(day)) => Ok(*day),
        other => {
            let written = text(column, other)?;
            FactValue::read_day(&written).map_or_else(|| Ok(Question::read_day(column.name(), &written)?), Ok)
        }
    }
}
