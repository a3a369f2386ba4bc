//! TOML text in, a tree that knows its places out; of a text that is no TOML every fault, and what could be read.

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};

use super::syntax;
use super::toml::{File, Findings};
use crate::diagnostic::{Code, Draft};
use crate::model::nfc::nfc;
use crate::text::both;

/// Of a larger file that is no TOML, only the first error is told: there may be millions.
const RECOVERABLE: usize = 4 << 20;
/// The most syntax errors of one file that are told.
pub(super) const ERRORS: usize = 100;

/// Parses a file. Every syntax error is reported, and what could be read comes back; false if there was one.
pub(super) fn parse<'a>(file: File<'a>, out: &mut Findings) -> (DeTable<'a>, bool) {
    let first = match DeTable::parse(file.text) {
        Ok(tree) => return (composed(tree.into_inner(), file), true),
        Err(first) => first,
    };
    let (tree, faults) = if file.text.len() > RECOVERABLE {
        (DeTable::new(), vec![first])
    } else {
        let (tree, faults) = DeTable::parse_recoverable(file.text);
        (tree.into_inner(), faults)
    };
    let tree = composed(tree, file);
    let mut whole = true;
    for fault in faults.into_iter().take(ERRORS) {
        let span = fault.span().unwrap_or(0..0);
        let place = file.place(span.clone());
        let message = fault.message().trim();
        let is_day = syntax::is_day(file.text, span.start);
        whole &= is_day && file.text.len() <= RECOVERABLE;
        out.push(if is_day {
            Draft::new(Code::BadDay, place, both!("no day of the calendar: {message}", "geen dag van de kalender: {message}"))
                .help(both!("write a day as 2025-02-01, without quotes", "schrijf een dag als 2025-02-01, zonder aanhalingstekens"))
        } else {
            let is_twice = syntax::is_twice(file.text, &span);
            let code = if is_twice { Code::DuplicateId } else { Code::TomlSyntax };
            let meant = if is_twice { syntax::twice() } else { syntax::meant(file.text, span.start) };
            let told = meant.message.map_or_else(
                || both!("this is no TOML: {message}", "dit is geen TOML: {message}"),
                |told| both!([told] "this is no TOML: {told}", "dit is geen TOML: {told}"),
            );
            Draft::new(code, place, told).maybe_help(meant.help)
        });
    }
    (tree, whole)
}

/// The same with the letters of all texts composed (S11).
fn composed<'a>(mut tree: DeTable<'a>, file: File<'a>) -> DeTable<'a> {
    fn compose(value: &mut DeValue<'_>) {
        match value {
            DeValue::String(text) => {
                if let Cow::Owned(composed) = nfc(text) {
                    *text = Cow::Owned(composed);
                }
            }
            DeValue::Array(list) => list.iter_mut().for_each(|item| compose(item.get_mut())),
            DeValue::Table(table) => table.iter_mut().for_each(|(_, item)| compose(item.get_mut())),
            _ => {}
        }
    }
    if let Cow::Owned(_) = nfc(file.text) {
        tree.iter_mut().for_each(|(_, item)| compose(item.get_mut()));
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::super::toml::Node;
    use super::*;

    #[test]
    fn places_inside_a_text_survive_escapes() {
        let text = "a = \"not(\\\"\\u00e9\\\") x\"";
        let file = File { id: 0, path: "x", text, digest: "", base: 0 };
        let (tree, _) = parse(file, &mut Vec::new());
        let (_, value) = tree.iter().next().unwrap();
        let node = Node::new(file, value);
        let read = node.text(&mut Vec::new()).unwrap();
        let at = read.find('x').unwrap();
        let place = node.inside(at, at + 1);
        assert_eq!(&text[place.start as usize..place.end as usize], "x");
    }
}
