//! A spreadsheet in, as a person saved it; the cells of one sheet out, each with its place.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};
use leidraad::Language;
use leidraad::table::Layout;

use crate::locale::{Key, say};

/// A larger file is no matrix of services and customers.
const LARGEST: u64 = 64 << 20;

/// What stands in one sheet, without blank rows.
pub(crate) struct Grid {
    pub(crate) rows: Vec<Row>,
}

/// The cells of a row in which anything stands.
pub(crate) struct Row {
    /// As the spreadsheet counts: from 1.
    number: usize,
    cells: Vec<String>,
}

impl Row {
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }
    /// The place of a cell, as the spreadsheet calls it: `C7`.
    pub(crate) fn place(&self, column: usize) -> String {
        let mut letters = String::new();
        let mut rest = column + 1;
        while rest > 0 {
            let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
            letters.insert(0, char::from(b'A' + letter));
            rest = (rest - 1) / 26;
        }
        format!("{letters}{}", self.number)
    }
}

/// Reads a `.csv`, `.xlsx` or `.ods` file; of a workbook the sheet of this name, else its first.
pub(crate) fn read(path: &Path, sheet: Option<&str>, language: Language) -> Result<Grid, String> {
    let size = std::fs::metadata(path).map_err(|cause| cause.to_string())?.len();
    if size > LARGEST {
        return Err(say(language, Key::BookLarge, &[]));
    }
    let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let rows = if is_text { text(path, language)? } else { book(path, sheet, language)? };
    let rows =
        rows.into_iter().enumerate().map(|(at, cells)| Row { number: at + 1, cells: cells.iter().map(|cell| plain(cell)).collect() });
    Ok(Grid { rows: rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect() })
}

/// A cell as it was meant: line breaks, hard spaces and blanks around it say nothing.
fn plain(cell: &str) -> String {
    cell.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn text(path: &Path, language: Language) -> Result<Vec<Vec<String>>, String> {
    let bytes = std::fs::read(path).map_err(|cause| cause.to_string())?;
    let text = std::str::from_utf8(&bytes).map_err(|_| say(language, Key::BookNotUtf8, &[]))?;
    let Layout { skip, delimiter } = Layout::of(&bytes);
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.get(skip..).unwrap_or_default().as_bytes());
    let mut rows: Vec<Vec<String>> = Vec::new();
    let skipped = text.get(..skip).unwrap_or_default().matches('\n').count();
    for record in reader.records() {
        let record = record.map_err(|cause| cause.to_string())?;
        // The reader passes blank lines over: a row stays where it stands in the file.
        let line =
            record.position().map_or(rows.len(), |position| usize::try_from(position.line()).unwrap_or(0).saturating_sub(1) + skipped);
        rows.resize_with(line.max(rows.len()), Vec::new);
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn book(path: &Path, sheet: Option<&str>, language: Language) -> Result<Vec<Vec<String>>, String> {
    let mut book = open_workbook_auto(path).map_err(|cause| say(language, Key::BookUnreadable, &[("cause", &cause.to_string())]))?;
    let names = book.sheet_names();
    let wanted = match sheet {
        Some(name) => names.iter().find(|known| known.to_lowercase() == name.to_lowercase()),
        None => names.first(),
    };
    let Some(wanted) = wanted.cloned() else {
        let values = [("name", sheet.unwrap_or_default()), ("all", &names.join(", "))];
        return Err(say(language, Key::BookNoSheet, &values));
    };
    let range = book.worksheet_range(&wanted).map_err(|cause| say(language, Key::BookUnreadable, &[("cause", &cause.to_string())]))?;
    let (top, left) = range.start().unwrap_or_default();
    let written = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    let mut rows = vec![Vec::new(); usize::try_from(top).unwrap_or(0)];
    for row in range.rows() {
        let blank = std::iter::repeat_n(String::new(), usize::try_from(left).unwrap_or(0));
        rows.push(blank.chain(row.iter().map(written)).collect());
    }
    Ok(rows)
}
