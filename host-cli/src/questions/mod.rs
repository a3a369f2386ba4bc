//! A file of questions in, whatever its form; the questions as they are written out, some at a time.

mod columns;
mod lines;
mod parquet;
mod refused;
mod table;

use std::path::Path;

use jiff::civil::Date;
use leidraad::{Language, Policy, Question};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::locale::{Key, say};
pub(crate) use columns::{Columns, Value};
pub(crate) use refused::Refused;

/// A question as its file has it.
pub(crate) enum Written {
    /// A line of JSON.
    Json(Vec<u8>),
    /// A cell for each column; nothing where it is empty.
    Row(Vec<Option<Value>>),
    /// A row that cannot be read.
    Bad(Refused),
}

/// A file of questions: lines of JSON, a table, or Parquet.
pub(crate) struct Reader {
    name: String,
    language: Language,
    form: Form,
    /// How many columns a table has.
    width: usize,
}

enum Form {
    Lines(lines::Lines),
    Table(table::Table),
    Parquet(parquet::Rows),
}

impl Reader {
    /// Opens a file, and reads its header against what the policy knows.
    ///
    /// What a column means is told by its name, or by what is meant by that.
    pub(crate) fn open(path: &Path, meant: &[(String, String)], policy: &Policy, language: Language) -> Result<(Reader, Columns), Fault> {
        let name = path.display().to_string();
        let fault = |cause: String| Fault::File { path: name.clone(), cause, language };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        let (form, header) = match ending.as_str() {
            "csv" | "tsv" => {
                let (table, header) = table::Table::open(path, language).map_err(fault)?;
                (Form::Table(table), Some(header))
            }
            "parquet" => {
                let (rows, header) = parquet::Rows::open(path, language).map_err(fault)?;
                (Form::Parquet(rows), Some(header))
            }
            _ => (Form::Lines(lines::Lines::open(path).map_err(|cause| fault(cause.to_string()))?), None),
        };
        let columns = match header {
            Some(header) => Columns::of(&header, meant, policy, language).map_err(fault)?,
            None if meant.is_empty() => Columns::default(),
            None => return Err(fault(say(language, Key::TableNone, &[]))),
        };
        Ok((Reader { name, language, form, width: columns.len() }, columns))
    }

    /// How far the file goes: bytes, or rows.
    pub(crate) fn size(&self) -> u64 {
        match &self.form {
            Form::Lines(lines) => lines.size,
            Form::Table(table) => table.size(),
            Form::Parquet(rows) => rows.count,
        }
    }
    /// How far it was read.
    pub(crate) fn position(&self) -> u64 {
        match &self.form {
            Form::Lines(lines) => lines.position,
            Form::Table(table) => table.position(),
            Form::Parquet(rows) => rows.row,
        }
    }

    /// Up to so many questions, each with its line; none at the end.
    pub(crate) fn next(&mut self, most: usize) -> Result<Vec<(u64, Written)>, Fault> {
        let mut some = Vec::with_capacity(most);
        while some.len() < most {
            let next = match &mut self.form {
                Form::Lines(lines) => lines.next().map_err(|cause| cause.to_string()),
                Form::Table(table) => table.next(self.width),
                Form::Parquet(rows) => rows.next(),
            };
            match next {
                Ok(Some(question)) => some.push(question),
                Ok(None) => break,
                Err(cause) => return Err(Fault::File { path: self.name.clone(), cause, language: self.language }),
            }
        }
        Ok(some)
    }
}

/// The question of a line that a batch answered: an answer holds its question whole, and none beside it.
fn answered(line: &[u8], today: Date) -> Option<Question> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        question: &'a RawValue,
        #[serde(rename = "outcome")]
        _outcome: IgnoredAny,
        customer: Option<IgnoredAny>,
        service: Option<IgnoredAny>,
        on: Option<IgnoredAny>,
        facts: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Asked {
        #[serde(rename = "on")]
        _on: IgnoredAny,
    }
    let answer: Answer<'_> = serde_json::from_slice(line).ok()?;
    let is_answer = [answer.customer, answer.service, answer.on, answer.facts].iter().all(Option::is_none);
    let question = answer.question.get();
    let has_day = serde_json::from_str::<Asked>(question).is_ok();
    if is_answer && has_day { Question::from_line(question.as_bytes(), today).ok() } else { None }
}

impl Written {
    /// The question that it is.
    pub(crate) fn question(&self, columns: &Columns, policy: &Policy, today: Date) -> Result<Question, Refused> {
        match self {
            Written::Json(line) => Ok(Question::from_line(line, today).or_else(|error| answered(line, today).ok_or(error))?),
            Written::Row(cells) => columns.question(cells, policy, today),
            Written::Bad(error) => Err(error.clone()),
        }
    }
}
