//! A header and rows in; a table of semicolons or a workbook out, the same bytes each time.

use std::io::{IsTerminal, Write};
use std::path::Path;

use leidraad::Language;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, Workbook, XlsxError};

use crate::args::Format;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};

/// What a table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    /// The kind that a format asks for, if it asks for a table.
    pub(crate) fn of(format: Format) -> Option<Kind> {
        match format {
            Format::Csv => Some(Kind::Csv),
            Format::Xlsx => Some(Kind::Xlsx),
            _ => None,
        }
    }
}

/// A table of texts.
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl Sheet {
    /// Writes the table to a file, or to standard output, and ends with a status. No workbook is written to a screen.
    pub(crate) fn write(&self, kind: Kind, output: Option<&Path>, status: Status, language: Language) -> Result<Status, Fault> {
        let bytes = match kind {
            Kind::Csv => self.csv(),
            Kind::Xlsx => self.xlsx().map_err(|cause| Fault::Io(std::io::Error::other(cause)))?,
        };
        if let Some(path) = output {
            let unwritable =
                |cause: std::io::Error| Fault::Unwritable { path: path.display().to_string(), cause: cause.to_string(), language };
            std::fs::write(path, bytes).map_err(unwritable)?;
            return Ok(status);
        }
        if kind == Kind::Xlsx && std::io::stdout().is_terminal() {
            return Err(Fault::Plugin { path: "--format xlsx".to_owned(), reason: say(language, Key::SheetTerminal, &[]) });
        }
        match std::io::stdout().write_all(&bytes).and_then(|()| std::io::stdout().flush()) {
            Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(cause.into()),
            _ => Ok(status),
        }
    }

    /// With semicolons between the cells, as spreadsheets in Dutch expect; a text that would be a formula has an apostrophe before it.
    fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let cells = row.iter().map(|cell| if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.clone() });
            // Nothing can fail: what is written to is memory, and all rows are as long as the header.
            let _ = writer.write_record(cells);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// One sheet with a header that stays in sight.
    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // No clock: the same table gives the same bytes.
        let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
        book.set_properties(&DocProperties::new().set_title(&self.title).set_creation_datetime(&made));
        let sheet = book.add_worksheet();
        let bold = Style::new().set_bold();
        for (at, row) in std::iter::once(&self.header).chain(&self.rows).enumerate() {
            let line = u32::try_from(at).unwrap_or(u32::MAX);
            for (column, cell) in row.iter().enumerate() {
                let column = u16::try_from(column).unwrap_or(u16::MAX);
                if at == 0 {
                    sheet.write_string_with_format(line, column, cell, &bold)?;
                } else {
                    sheet.write_string(line, column, cell)?;
                }
            }
        }
        sheet.set_freeze_panes(1, 1)?;
        sheet.autofit();
        book.save_to_buffer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        Sheet { title: "T".to_owned(), header: row(["a", "b"]), rows: vec![row(["x;y", "=1+1"]), row(["\"q\"", "é"])] }
    }

    #[test]
    fn a_table_has_semicolons_and_no_formula() {
        assert_eq!(String::from_utf8(sheet().csv()).unwrap(), "a;b\n\"x;y\";'=1+1\n\"\"\"q\"\"\";é\n");
    }

    #[test]
    fn a_workbook_has_the_same_bytes_each_time() {
        let (one, other) = (sheet().xlsx().unwrap(), sheet().xlsx().unwrap());
        assert!(one == other && one.starts_with(b"PK"));
    }
}
