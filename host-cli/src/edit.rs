//! A table of TOML as it is written, a key and a value in; the same table with that one value changed, its comments and layout kept, out.

use jiff::civil::Date;
use toml_edit::{Datetime, Table, Value};

/// Sets a value where the key stands; a new key comes last, aligned with the others.
pub(crate) fn set(table: &mut Table, key: &str, mut value: Value) {
    if let Some(known) = table.get_mut(key).and_then(|item| item.as_value_mut()) {
        *value.decor_mut() = known.decor().clone();
        *known = value;
        return;
    }
    // The widest key with the blanks behind it tells where the values stand.
    let column = table
        .iter()
        .filter_map(|(name, _)| Some(name.len() + table.key(name)?.leaf_decor().suffix()?.as_str()?.len()))
        .max()
        .unwrap_or(key.len() + 1);
    table.insert(key, value.into());
    if let Some(mut entry) = table.key_mut(key) {
        entry.leaf_decor_mut().set_suffix(" ".repeat(column.saturating_sub(key.len()).max(1)));
    }
}

/// A text that was edited, with the line ends and the mark at its beginning that it had before.
pub(crate) fn like(before: &str, after: String) -> String {
    let after = if before.contains("\r\n") { after.replace("\r\n", "\n").replace('\n', "\r\n") } else { after };
    if before.starts_with('\u{feff}') && !after.starts_with('\u{feff}') { format!("\u{feff}{after}") } else { after }
}

pub(crate) fn text(text: &str) -> Value {
    Value::from(text)
}

pub(crate) fn day(day: Date) -> Value {
    day.to_string().parse::<Datetime>().map_or_else(|_| Value::from(day.to_string()), Value::from)
}
