//! A table of text in, as spreadsheets save it; its rows out, each with the line on which it begins.

use std::path::Path;

use leidraad::Language;
use leidraad::table::{Layout, Quotes};

use super::lines::Lines;
use super::refused::Refused;
use super::{Value, Written};
use crate::locale::{Key, say};
use crate::stream::LINE_LIMIT;

/// The rows of a table below its header.
pub(super) struct Table {
    lines: Lines,
    delimiter: u8,
    language: Language,
    /// Lines that were looked at for the header.
    ahead: std::collections::VecDeque<(u64, Vec<u8>)>,
}

/// A row as it stands in the file: the number of its first line, and its bytes.
type Row = (u64, Vec<u8>);

/// The header is among so many lines.
const HEAD: usize = 16;

impl Table {
    /// Opens a table: its rows, and the names of its columns.
    pub(super) fn open(path: &Path, language: Language) -> Result<(Table, Vec<String>), String> {
        let mut table = Table {
            lines: Lines::open(path).map_err(|cause| cause.to_string())?,
            delimiter: b',',
            language,
            ahead: std::collections::VecDeque::new(),
        };
        let mut head = Vec::new();
        while table.ahead.len() < HEAD {
            let Some((number, line)) = table.lines.line().map_err(|cause| cause.to_string())? else { break };
            head.extend_from_slice(&line);
            table.ahead.push_back((number, line));
        }
        let Layout { skip, delimiter } = Layout::of(&head);
        table.delimiter = delimiter;
        // What comes before the header is a mark, or a whole line.
        if let Some((_, first)) = table.ahead.front_mut() {
            first.drain(..skip.min(first.len()));
            if first.is_empty() {
                table.ahead.pop_front();
            }
        }
        loop {
            let Some((_, bytes)) = table.row()? else { return Err(say(language, Key::TableEmpty, &[])) };
            let cells = table.cells(&bytes).map_err(|error| error.message(language))?;
            if cells.iter().any(|cell| !cell.is_empty()) {
                return Ok((table, cells));
            }
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.lines.size
    }
    pub(super) fn position(&self) -> u64 {
        self.lines.position
    }

    /// The next row in which anything stands.
    pub(super) fn next(&mut self, columns: usize) -> Result<Option<(u64, Written)>, String> {
        loop {
            let Some((number, bytes)) = self.row()? else { return Ok(None) };
            let written = match self.cells(&bytes) {
                Ok(cells) if cells.iter().all(String::is_empty) => continue,
                Ok(cells) if cells.len() != columns => Written::Bad(Refused::Torn { cells: cells.len(), header: columns }),
                Ok(cells) => Written::Row(cells.into_iter().map(cell).collect()),
                Err(error) => Written::Bad(error),
            };
            return Ok(Some((number, written)));
        }
    }

    fn line(&mut self) -> Result<Option<Row>, String> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.line().map_err(|cause| cause.to_string()),
        }
    }

    /// The next row: a line, and those after it as long as a quote is open.
    fn row(&mut self) -> Result<Option<Row>, String> {
        let Some((number, mut bytes)) = self.line()? else { return Ok(None) };
        let mut quotes = Quotes::default();
        let mut seen = 0;
        loop {
            quotes.read(&bytes[seen..], self.delimiter);
            if !quotes.is_open() {
                return Ok(Some((number, bytes)));
            }
            seen = bytes.len();
            match self.line()? {
                Some((_, more)) if bytes.len() + more.len() <= LINE_LIMIT => bytes.extend(more),
                _ => return Err(say(self.language, Key::TableOpenQuote, &[("line", &number.to_string())])),
            }
        }
    }

    fn cells(&self, bytes: &[u8]) -> Result<Vec<String>, Refused> {
        let text = std::str::from_utf8(bytes).map_err(|fault| Refused::NotUtf8 { column: fault.valid_up_to() + 1 })?;
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter).trim(csv::Trim::All);
        let mut reader = builder.from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(_) => Ok(record.iter().map(str::to_owned).collect()),
            Err(cause) => Err(Refused::cell("", Key::CellOther, &cause.to_string())),
        }
    }
}

/// An empty cell is none.
fn cell(text: String) -> Option<Value> {
    (!text.is_empty()).then_some(Value::Text(text))
}
