//! A log in; its receipts as columns out.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde::Deserialize;

use crate::error::LogError;
use crate::line::Recorded;
use crate::scan::scan;

/// So many receipts stand in a group of rows.
const GROUP: usize = 100_000;

const SCHEMA: &str = "message receipt {
    REQUIRED INT64 n;
    REQUIRED INT64 at (TIMESTAMP(MICROS,true));
    REQUIRED BYTE_ARRAY actor (STRING);
    REQUIRED BYTE_ARRAY origin (STRING);
    OPTIONAL BYTE_ARRAY id (STRING);
    OPTIONAL BYTE_ARRAY trace (STRING);
    REQUIRED BYTE_ARRAY customer (STRING);
    REQUIRED BYTE_ARRAY service (STRING);
    REQUIRED BYTE_ARRAY on (STRING);
    OPTIONAL BYTE_ARRAY known (STRING);
    REQUIRED BYTE_ARRAY facts (JSON);
    REQUIRED BYTE_ARRAY result (STRING);
    OPTIONAL BYTE_ARRAY error (STRING);
    OPTIONAL BYTE_ARRAY level (STRING);
    REQUIRED BYTE_ARRAY rules (STRING);
    REQUIRED BYTE_ARRAY policy (STRING);
    REQUIRED BYTE_ARRAY engine (STRING);
    OPTIONAL BYTE_ARRAY decision (STRING);
}";
/// How many of the columns are numbers: they come first.
const NUMBERS: usize = 2;

/// The receipts of a group, by column.
struct Columns {
    numbers: [Vec<i64>; NUMBERS],
    texts: [Vec<Option<String>>; 16],
}

#[derive(Deserialize, Default)]
struct Asked<'q> {
    #[serde(default)]
    customer: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    known: Option<String>,
    #[serde(borrow, default)]
    facts: Option<&'q serde_json::value::RawValue>,
}

/// Writes the receipts of a log as Parquet. How many there are.
///
/// ```
/// use leidraad_log::{Log, Settings, export};
/// let folder = tempfile::tempdir().unwrap();
/// drop(Log::open(folder.path(), Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap());
/// let mut out = Vec::new();
/// assert_eq!(export::parquet(folder.path(), &mut out).unwrap(), 0);
/// assert!(out.starts_with(b"PAR1") && out.ends_with(b"PAR1"));
/// ```
pub fn parquet(folder: &Path, out: &mut (dyn Write + Send)) -> Result<u64, LogError> {
    let failed = |cause: ParquetError| LogError::of(folder, cause);
    let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
    let (mut columns, mut count, mut broken) = (Columns::new(), 0, None);
    scan(folder, |scanned| {
        let Some(recorded) = Recorded::read(scanned.line).filter(Recorded::is_receipt) else { return };
        count += 1;
        columns.push(&recorded);
        if columns.len() == GROUP && broken.is_none() {
            broken = std::mem::replace(&mut columns, Columns::new()).write(&mut writer).err();
        }
    })?;
    if let Some(cause) = broken {
        return Err(failed(cause));
    }
    if columns.len() > 0 {
        columns.write(&mut writer).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(count)
}

impl Columns {
    fn new() -> Columns {
        Columns { numbers: Default::default(), texts: Default::default() }
    }
    fn len(&self) -> usize {
        self.numbers.first().map_or(0, Vec::len)
    }
    fn push(&mut self, recorded: &Recorded<'_>) {
        let asked: Asked<'_> = recorded.question.and_then(|question| serde_json::from_str(question.get()).ok()).unwrap_or_default();
        let numbers = [i64::try_from(recorded.n).unwrap_or(i64::MAX), recorded.at.as_microsecond()];
        let text = |text: &str| Some(text.to_owned());
        let maybe = |text: &Option<std::borrow::Cow<'_, str>>| text.as_ref().map(ToString::to_string);
        let texts = [
            text(&recorded.actor),
            text(&recorded.origin),
            maybe(&recorded.id),
            maybe(&recorded.trace),
            Some(asked.customer),
            Some(asked.service),
            Some(asked.on),
            asked.known,
            text(asked.facts.map_or("{}", serde_json::value::RawValue::get)),
            text(&recorded.result),
            maybe(&recorded.error),
            maybe(&recorded.level),
            text(&recorded.rules.join(" ")),
            text(&recorded.policy),
            text(&recorded.engine),
            recorded.decision.map(|decision| decision.get().trim_matches('"').to_owned()),
        ];
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            column.push(number);
        }
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
    }
    fn write<W: Write + Send>(self, writer: &mut SerializedFileWriter<W>) -> Result<(), ParquetError> {
        let mut group = writer.next_row_group()?;
        for column in self.numbers {
            if let Some(mut writer) = group.next_column()? {
                writer.typed::<Int64Type>().write_batch(&column, None, None)?;
                writer.close()?;
            }
        }
        for column in self.texts {
            if let Some(mut writer) = group.next_column()? {
                // Of a column in which every row has a text, nothing is written of which have.
                let levels: Vec<i16> = column.iter().map(|text| i16::from(text.is_some())).collect();
                let texts: Vec<ByteArray> = column.into_iter().flatten().map(|text| text.into_bytes().into()).collect();
                writer.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
                writer.close()?;
            }
        }
        group.close()?;
        Ok(())
    }
}
