//! A Parquet file in; its rows out, each value by its own type. What a question cannot hold is told with its column, and a damaged file is
//! refused, whatever the library makes of it.

use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

use jiff::civil::Date;
use leidraad::{Decimal, FactValue, Language, date};
use parquet::basic::{LogicalType, TimeUnit, Type as Physical};
use parquet::data_type::Decimal as Digits;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};

use super::{Value, Written};
use crate::locale::{Key, say};

/// The rows of a file.
pub(super) struct Rows {
    read: RowIter<'static>,
    units: Vec<Option<Unit>>,
    language: Language,
    pub(super) count: u64,
    pub(super) row: u64,
}

/// What a column of moments counts, where the library does not tell.
#[derive(Clone, Copy)]
enum Unit {
    Nanos,
}

const SECONDS_A_DAY: i64 = 86_400;

impl Rows {
    /// Opens a file: its rows, and the names of its columns.
    pub(super) fn open(path: &Path, language: Language) -> Result<(Rows, Vec<String>), String> {
        let file = File::open(path).map_err(|cause| cause.to_string())?;
        guarded(language, || {
            let reader = SerializedFileReader::new(file).map_err(|cause| cause.to_string())?;
            let about = reader.metadata().file_metadata();
            let count = about.num_rows().try_into().unwrap_or(0);
            let fields = about.schema().get_fields();
            let names = fields.iter().map(|field| field.name().to_owned()).collect();
            let unit = |field: &parquet::schema::types::TypePtr| match field.get_basic_info().logical_type_ref() {
                Some(LogicalType::Timestamp(about)) if about.unit == TimeUnit::NANOS && field.is_primitive() => {
                    (field.get_physical_type() == Physical::INT64).then_some(Unit::Nanos)
                }
                _ => None,
            };
            let units = fields.iter().map(unit).collect();
            if let Some(column) = too_large(&reader) {
                return Err(say(language, Key::TableTooLarge, &[("column", &column)]));
            }
            Ok((Rows { read: RowIter::from_file_into(Box::new(reader)), units, language, count, row: 0 }, names))
        })
    }

    /// The next row, with its number.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Written)>, String> {
        let Rows { read: rows, units, language, row, .. } = self;
        let number = (*row + 1).to_string();
        let read = guarded(*language, || match rows.next() {
            None => Ok(None),
            Some(Ok(row)) => Ok(Some(cells(&row, units))),
            Some(Err(cause)) => Err(cause.to_string()),
        });
        let read = read.map_err(|cause| say(*language, Key::TableRow, &[("row", &number), ("cause", &cause)]))?;
        *row += 1;
        Ok(read.map(|cells| (*row, Written::Row(cells))))
    }
}

/// The largest value of a column, on average, and the largest part of a column that is read at once: in bytes, unpacked. No name, day or number
/// comes near; a file of thirty megabytes can hold values of hundreds.
const VALUE: i64 = 1 << 20;
const CHUNK: i64 = 256 << 20;

/// The first column of which too much would have to be unpacked at once.
fn too_large(reader: &SerializedFileReader<File>) -> Option<String> {
    let groups = reader.metadata().row_groups().iter();
    let mut chunks = groups.flat_map(parquet::file::metadata::RowGroupMetaData::columns);
    let large = chunks.find(|chunk| chunk.uncompressed_size() > CHUNK || chunk.uncompressed_size() / chunk.num_values().max(1) > VALUE);
    large.map(|chunk| chunk.column_path().string())
}

thread_local! {
    /// Whether what breaks off on this thread is told by whoever catches it.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does some work of the library's: should it break off on a damaged file, that is a fault of the file.
fn guarded<T>(language: Language, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |about| {
            if !IS_GUARDED.get() {
                told(about);
            }
        }));
    });
    IS_GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(false);
    done.unwrap_or_else(|_| Err(say(language, Key::TableDamaged, &[])))
}

fn cells(row: &Row, units: &[Option<Unit>]) -> Vec<Option<Value>> {
    row.get_column_iter().zip(units).map(|((_, field), unit)| value(field, *unit)).collect()
}

fn value(field: &Field, unit: Option<Unit>) -> Option<Value> {
    let number = |value: i64| Value::Typed(FactValue::from(value));
    Some(match field {
        Field::Null => return None,
        Field::Bool(value) => Value::Typed(FactValue::from(*value)),
        Field::Byte(value) => number((*value).into()),
        Field::Short(value) => number((*value).into()),
        Field::Int(value) => number((*value).into()),
        Field::Long(value) => match unit {
            Some(Unit::Nanos) => moment(*value, 1_000_000_000),
            None => number(*value),
        },
        Field::UByte(value) => number((*value).into()),
        Field::UShort(value) => number((*value).into()),
        Field::UInt(value) => number((*value).into()),
        Field::ULong(value) => exact(&value.to_string()),
        // A binary float is read as the shortest decimal that it is written as.
        Field::Float16(value) => exact(&value.to_f32().to_string()),
        Field::Float(value) => exact(&value.to_string()),
        Field::Double(value) => exact(&value.to_string()),
        Field::Decimal(digits) => decimal(digits).map_or_else(|| bad(Key::CellDigits, ""), |number| Value::Typed(number.into())),
        Field::Date(days) => day((*days).into()),
        Field::TimestampMillis(millis) => moment(*millis, 1_000),
        Field::TimestampMicros(micros) => moment(*micros, 1_000_000),
        Field::Str(text) => Value::Text(text.clone()),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => bad(Key::CellNotUtf8, ""),
        },
        Field::ListInternal(list) => {
            let tag = |tag: &Field| match tag {
                Field::Str(tag) => Some(tag.clone()),
                Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).ok().map(str::to_owned),
                _ => None,
            };
            match list.elements().iter().map(tag).collect() {
                Some(tags) => Value::Typed(FactValue::Tags(tags)),
                None => bad(Key::CellTags, ""),
            }
        }
        Field::TimeMillis(_) | Field::TimeMicros(_) => bad(Key::CellTime, ""),
        Field::Group(_) | Field::MapInternal(_) => bad(Key::CellTable, ""),
    })
}

fn bad(reason: Key, value: &str) -> Value {
    Value::Bad(reason, value.to_owned())
}

fn exact(written: &str) -> Value {
    match serde_json::from_str::<FactValue>(written) {
        Ok(value @ FactValue::Number(_)) => Value::Typed(value),
        _ => bad(Key::CellInexact, written),
    }
}

/// Some digits with a point in them, of whatever length they are stored.
fn decimal(digits: &Digits) -> Option<Decimal> {
    let bytes = digits.data();
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let (head, tail) = bytes.split_at(bytes.len().saturating_sub(16));
    if head.iter().any(|byte| *byte != sign) {
        return None;
    }
    let mut whole = [sign; 16];
    whole[16 - tail.len()..].copy_from_slice(tail);
    Decimal::try_from_i128_with_scale(i128::from_be_bytes(whole), u32::try_from(digits.scale()).ok()?).ok()
}

/// A day of the calendar, counted from 1970.
fn day(days: i64) -> Value {
    let first: Date = date(1970, 1, 1);
    let found = jiff::Span::new().try_days(days).ok().and_then(|span| first.checked_add(span).ok());
    match found.filter(|day| day.year() >= 1) {
        Some(day) => Value::Typed(FactValue::from(day)),
        None => bad(Key::CellCalendar, &days.to_string()),
    }
}

/// The day that begins at a moment, which is counted in so many parts of a second.
fn moment(parts: i64, a_second: i64) -> Value {
    let a_day = SECONDS_A_DAY * a_second;
    match day(parts.div_euclid(a_day)) {
        Value::Typed(_) if parts.rem_euclid(a_day) != 0 => bad(Key::CellMoment, ""),
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    /// A file of a few questions.
    fn whole() -> Vec<u8> {
        let schema = parse_message_type("message q { REQUIRED BYTE_ARRAY customer (UTF8); REQUIRED INT64 quantity; }").unwrap();
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(WriterProperties::builder().build())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let names: Vec<ByteArray> = (0..50).map(|at| ByteArray::from(if at % 2 == 0 { "leiden" } else { "oegstgeest" })).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&(0..50).collect::<Vec<i64>>(), None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        bytes
    }

    fn rows(bytes: &[u8], path: &Path) -> Result<u64, String> {
        std::fs::write(path, bytes).unwrap();
        let (mut rows, _) = Rows::open(path, Language::En)?;
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Bytes changed, cut off, doubled, at places that are the same in every run: each file is read, or refused; none ends the run.
    #[test]
    fn a_file_that_was_changed_is_read_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.parquet");
        let whole = whole();
        assert_eq!(rows(&whole, &path), Ok(50));
        let (mut chance, mut refused) = (0x9e37_79b9_7f4a_7c15_u64, 0);
        let mut upto = |most: usize| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(chance >> 33).unwrap() % most.max(1)
        };
        for _ in 0..1_500 {
            let mut bytes = whole.clone();
            for _ in 0..=upto(4) {
                let at = upto(bytes.len());
                match upto(6) {
                    0 => bytes.truncate(at),
                    1 => bytes.extend_from_within(at..),
                    2 => bytes.insert(at, 0xff),
                    3 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
                    _ => bytes[at] ^= 1 << upto(8),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            refused += usize::from(rows(&bytes, &path).is_err());
        }
        assert!(refused > 300, "{refused}");
    }
}
