//! A file of questions in, whatever its form; the questions as they are written out, some at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use jiff::civil::Date;
use leidraad::{Error, FactValue, Language, Policy, Question};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};

use crate::fault::Fault;
use crate::stream::LINE_LIMIT;

/// A question as its file has it.
pub(crate) enum Written {
    /// A line of JSON.
    Json(Vec<u8>),
    /// Names and values.
    Row(Vec<(String, Value)>),
    /// A row with so many cells, where the header has so many.
    Torn(usize, usize),
}

/// A value of a table: as text, or by its own type.
pub(crate) enum Value {
    Text(String),
    Typed(FactValue),
}

/// A file of questions: lines of JSON, a table with commas, or Parquet.
pub(crate) struct Reader {
    name: String,
    language: Language,
    form: Form,
    line: u64,
    size: u64,
}

enum Form {
    Lines(BufReader<Counted>),
    Table { reader: csv::Reader<Counted>, header: csv::StringRecord },
    Parquet { rows: Box<RowIter<'static>>, count: u64 },
}

/// A file that knows how much of it was read.
pub(crate) struct Counted(File);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Reader {
    pub(crate) fn open(path: &Path, language: Language) -> Result<Reader, Fault> {
        let name = path.display().to_string();
        let fault = |cause: String| Fault::File { path: name.clone(), cause, language };
        let file = File::open(path).map_err(|cause| fault(cause.to_string()))?;
        let size = file.metadata().map_or(0, |about| about.len());
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        let form = match ending.as_str() {
            "csv" => {
                let delimiter = delimiter(path).map_err(|cause| fault(cause.to_string()))?;
                let mut reader =
                    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(Counted(file));
                let header = reader.headers().map_err(|cause| fault(cause.to_string()))?.clone();
                Form::Table { reader, header }
            }
            "parquet" => {
                let reader = SerializedFileReader::new(file).map_err(|cause| fault(cause.to_string()))?;
                let count = reader.metadata().file_metadata().num_rows().try_into().unwrap_or(0);
                Form::Parquet { rows: Box::new(RowIter::from_file_into(Box::new(reader))), count }
            }
            _ => Form::Lines(BufReader::with_capacity(1 << 16, Counted(file))),
        };
        Ok(Reader { name, language, form, line: 0, size })
    }

    /// How far the file goes: bytes, or rows.
    pub(crate) fn size(&self) -> u64 {
        match &self.form {
            Form::Parquet { count, .. } => *count,
            _ => self.size,
        }
    }
    /// How far it was read.
    pub(crate) fn position(&mut self) -> u64 {
        match &mut self.form {
            Form::Lines(reader) => reader.get_mut().0.stream_position().unwrap_or(0),
            Form::Table { reader, .. } => reader.position().byte(),
            Form::Parquet { .. } => self.line,
        }
    }

    /// Up to so many questions, each with its line; none at the end.
    pub(crate) fn next(&mut self, most: usize) -> Result<Vec<(u64, Written)>, Fault> {
        let Reader { name, language, .. } = self;
        let (name, language) = (name.clone(), *language);
        let fault = |cause: String| Fault::File { path: name.clone(), cause, language };
        let mut some = Vec::with_capacity(most);
        while some.len() < most {
            let written = match &mut self.form {
                Form::Lines(reader) => {
                    let mut line = Vec::new();
                    if read_line(reader as &mut dyn BufRead, &mut line).map_err(|cause| fault(cause.to_string()))? == 0 {
                        break;
                    }
                    Written::Json(line)
                }
                Form::Table { reader, header } => {
                    let mut record = csv::StringRecord::new();
                    if !reader.read_record(&mut record).map_err(|cause| fault(cause.to_string()))? {
                        break;
                    }
                    // A row of another length is a question that cannot be asked; the others go on.
                    if record.len() != header.len() {
                        self.line += 1;
                        some.push((self.line + 1, Written::Torn(record.len(), header.len())));
                        continue;
                    }
                    let cells = header.iter().zip(record.iter()).filter(|(_, value)| !value.is_empty());
                    Written::Row(cells.map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned()))).collect())
                }
                Form::Parquet { rows, .. } => match rows.next() {
                    Some(row) => Written::Row(cells(&row.map_err(|cause| fault(cause.to_string()))?)),
                    None => break,
                },
            };
            self.line += 1;
            let blank = matches!(&written, Written::Json(line) if line.iter().all(u8::is_ascii_whitespace));
            if !blank {
                // A table's first line is its header.
                let line = self.line + u64::from(matches!(self.form, Form::Table { .. }));
                some.push((line, written));
            }
        }
        Ok(some)
    }
}

impl Written {
    /// The question that it is: `customer`, `service`, `on`, and a column for each fact.
    pub(crate) fn question(&self, policy: &Policy, today: Date) -> Result<Question, Error> {
        let cells = match self {
            Written::Json(line) => {
                let text = String::from_utf8_lossy(line);
                return Question::from_json(text.trim_start_matches('\u{feff}').trim(), today);
            }
            Written::Row(cells) => cells,
            Written::Torn(cells, header) => return Err(Error::torn_row(*cells, *header)),
        };
        let mut question = Question::new("", "", today);
        for (name, value) in cells {
            match (name.trim_start_matches('\u{feff}'), value) {
                ("customer", Value::Text(text)) => question.customer.clone_from(text),
                ("service", Value::Text(text)) => question.service.clone_from(text),
                ("on", Value::Text(text)) => question.on = Question::read_day("on", text)?,
                ("on", Value::Typed(FactValue::Day(day))) => question.on = *day,
                ("known", Value::Text(text)) => question.known = Some(Question::read_day("known", text)?),
                ("known", Value::Typed(FactValue::Day(day))) => question.known = Some(*day),
                ("proposed", Value::Text(text)) => question.proposed = ["true", "yes", "ja"].contains(&text.to_lowercase().as_str()),
                ("proposed", Value::Typed(FactValue::Truth(proposed))) => question.proposed = *proposed,
                (name, Value::Text(text)) => {
                    let (name, value) = policy.read_fact(name, text)?;
                    question.facts.insert(name, value);
                }
                (name, Value::Typed(value)) => {
                    question.facts.insert(name.to_owned(), value.clone());
                }
            }
        }
        Ok(question)
    }
}

/// What stands between the cells of a table: as spreadsheets write them, `;` or `,`.
fn delimiter(path: &Path) -> std::io::Result<u8> {
    let mut header = Vec::new();
    read_line(&mut BufReader::new(File::open(path)?) as &mut dyn BufRead, &mut header)?;
    let header = String::from_utf8_lossy(&header);
    Ok(if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' })
}

/// The cells of a row that have a value.
fn cells(row: &Row) -> Vec<(String, Value)> {
    row.get_column_iter().filter_map(|(name, field)| Some((name.clone(), value(field)?))).collect()
}

fn value(field: &Field) -> Option<Value> {
    let typed = |value: FactValue| Some(Value::Typed(value));
    match field {
        Field::Null => None,
        Field::Bool(value) => typed(FactValue::from(*value)),
        Field::Byte(value) => typed(FactValue::from(i64::from(*value))),
        Field::Short(value) => typed(FactValue::from(i64::from(*value))),
        Field::Int(value) => typed(FactValue::from(i64::from(*value))),
        Field::Long(value) => typed(FactValue::from(*value)),
        Field::UByte(value) => typed(FactValue::from(i64::from(*value))),
        Field::UShort(value) => typed(FactValue::from(i64::from(*value))),
        Field::UInt(value) => typed(FactValue::from(i64::from(*value))),
        Field::Date(days) => typed(FactValue::from(leidraad::date(1970, 1, 1).saturating_add(jiff::Span::new().days(*days)))),
        Field::ListInternal(list) => {
            let tags = list.elements().iter().map(|tag| if let Field::Str(tag) = tag { tag.clone() } else { tag.to_string() });
            typed(FactValue::Tags(tags.collect()))
        }
        Field::Str(text) => Some(Value::Text(text.clone())),
        // A binary float is read as the shortest decimal that it is written as.
        other => Some(Value::Text(other.to_string())),
    }
}

/// Reads a line; of one that is too long, only so much that it is seen to be.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    let mut taken = 0;
    loop {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            return Ok(taken);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |at| at + 1);
        if line.len() <= LINE_LIMIT {
            line.extend_from_slice(&available[..used]);
        }
        reader.consume(used);
        taken += used;
        if end.is_some() {
            return Ok(taken);
        }
    }
}
