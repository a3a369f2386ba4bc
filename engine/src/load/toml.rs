//! A TOML tree in; its values with their places out, by readers that report instead of stopping.

use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smallvec::SmallVec;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::place::Place;
use crate::model::value::{is_plain, parse_number};
use crate::text::{Bilingual, Text, both};

/// All findings of a load, in the order in which they are made.
pub(super) type Findings = Vec<Draft>;

/// One file of the register as text.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) id: u32,
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// Its SHA-256, in hexadecimal.
    pub(super) digest: &'a str,
    /// Where in the file the text begins: a large one is read in pieces.
    pub(super) base: usize,
}

impl File<'_> {
    pub(super) fn place(self, span: Range<usize>) -> Place {
        let clip = |at: usize| u32::try_from(self.base + at).unwrap_or(u32::MAX);
        Place { file: self.id, start: clip(span.start), end: clip(span.end) }
    }
    pub(super) fn start(self) -> Place {
        self.place(0..0)
    }
}

/// A value with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) file: File<'a>,
    pub(super) value: &'a DeValue<'a>,
    start: usize,
    end: usize,
}

impl<'a> Node<'a> {
    pub(super) fn new(file: File<'a>, value: &'a toml::Spanned<DeValue<'a>>) -> Self {
        Self { file, value: value.get_ref(), start: value.span().start, end: value.span().end }
    }
    pub(super) fn place(self) -> Place {
        self.file.place(self.start..self.end)
    }
    /// Filled in by the parser after a syntax error that is reported already.
    fn is_recovered(self) -> bool {
        self.end == 0 || matches!(self.value, DeValue::Datetime(when) if when.date.is_none() && when.time.is_none())
    }
    pub(super) fn wrong(self, wanted: &Bilingual, out: &mut Findings) {
        if !self.is_recovered() {
            let found = match self.value {
                DeValue::String(_) => both!("a text", "een tekst"),
                DeValue::Integer(_) | DeValue::Float(_) => both!("a number", "een getal"),
                DeValue::Boolean(_) => both!("true or false", "true of false"),
                DeValue::Datetime(_) => both!("a day or time", "een dag of tijd"),
                DeValue::Array(_) => both!("a list", "een lijst"),
                DeValue::Table(_) => both!("a table", "een tabel"),
            };
            out.push(Draft::new(
                Code::WrongType,
                self.place(),
                both!([wanted, found] "expected {wanted}, found {found}", "verwacht werd {wanted}, gevonden {found}"),
            ));
        }
    }
    pub(super) fn as_text(self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }
    /// A text of one line, as people read it: nothing in it can steer a screen or a file that it is written to.
    pub(super) fn text(self, out: &mut Findings) -> Option<&'a str> {
        let text = self.lines(out)?;
        self.is_printable(text, out).then_some(text)
    }
    /// A text of any lines.
    pub(super) fn lines(self, out: &mut Findings) -> Option<&'a str> {
        let text = self.as_text();
        if text.is_none() {
            self.wrong(&both!("a text", "een tekst"), out);
        }
        text
    }
    /// Whether a text is one printable line; where it is not, that is reported.
    pub(super) fn is_printable(self, text: &str, out: &mut Findings) -> bool {
        let Some((at, c)) = text.char_indices().find(|(_, c)| !is_plain(*c)) else { return true };
        let what = if matches!(c, '\n' | '\r') {
            both!("a line break", "een regeleinde")
        } else {
            both!("the character U+{:04X}", "het teken U+{:04X}", u32::from(c))
        };
        out.push(
            Draft::new(Code::BadValue, self.inside(at, at + c.len_utf8()), both!([what] "a text is one printable line, and this holds {what}", "een tekst is één afdrukbare regel, en in deze staat {what}"))
                .help(both!(
                    "take it out: it cannot be seen, and steers a screen",
                    "haal het weg: het is niet te zien, en stuurt een scherm aan"
                )),
        );
        false
    }
    pub(super) fn truth(self, out: &mut Findings) -> Option<bool> {
        if let DeValue::Boolean(value) = self.value {
            Some(*value)
        } else {
            self.wrong(&both!("true or false", "true of false"), out);
            None
        }
    }
    /// An exact number: it is read from its digits, never through binary floating point.
    pub(super) fn as_number(self) -> Option<Decimal> {
        match self.value {
            DeValue::Integer(whole) if whole.radix() == 10 => parse_number(whole.as_str().trim_start_matches('+')),
            DeValue::Float(number) => parse_number(number.as_str().trim_start_matches('+')),
            _ => None,
        }
    }
    /// The digits of a number that is written with a point.
    pub(super) fn written_number(self) -> Option<String> {
        match self.value {
            DeValue::Float(number) => Some(number.as_str().replace('_', "")),
            _ => None,
        }
    }
    pub(super) fn is_number(self) -> bool {
        matches!(self.value, DeValue::Integer(_) | DeValue::Float(_))
    }
    pub(super) fn number(self, out: &mut Findings) -> Option<Decimal> {
        let number = self.as_number();
        if number.is_none() {
            match self.value {
                DeValue::Integer(whole) if whole.radix() != 10 => {
                    let digits = i64::from_str_radix(&whole.as_str().replace('_', ""), whole.radix()).ok();
                    let help = digits.map(|digits| both!("write {digits}", "schrijf {digits}"));
                    out.push(
                        Draft::new(
                            Code::BadValue,
                            self.place(),
                            both!("a number is written in decimal digits", "een getal wordt met gewone cijfers geschreven"),
                        )
                        .maybe_help(help),
                    );
                }
                DeValue::Integer(_) | DeValue::Float(_) if !self.is_recovered() => {
                    out.push(
                        Draft::new(
                            Code::BadValue,
                            self.place(),
                            both!("this number cannot be kept exactly", "dit getal is niet precies te bewaren"),
                        )
                        .help(both!("write a decimal number of at most 28 digits", "schrijf een getal van ten hoogste 28 cijfers")),
                    );
                }
                _ => self.wrong(&both!("a number", "een getal"), out),
            }
        }
        number
    }
    pub(super) fn whole(self, out: &mut Findings) -> Option<u32> {
        let number = self.number(out)?;
        let whole = (number.scale() == 0).then(|| u32::try_from(number).ok()).flatten();
        if whole.is_none() {
            out.push(Draft::new(
                Code::BadValue,
                self.place(),
                both!("expected a whole number that is not negative", "verwacht werd een geheel getal dat niet negatief is"),
            ));
        }
        whole
    }
    pub(super) fn as_date(self) -> Option<Date> {
        match self.value {
            DeValue::Datetime(when) if when.time.is_none() && when.offset.is_none() => {
                let date = when.date?;
                let read = Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()?;
                (read.year() >= 1).then_some(read)
            }
            _ => None,
        }
    }
    pub(super) fn date(self, out: &mut Findings) -> Option<Date> {
        let date = self.as_date();
        if date.is_none() && !self.is_recovered() {
            let quoted = matches!(self.value, DeValue::String(text) if crate::model::day::parse_date(text).is_some());
            let finding = Draft::new(Code::WrongType, self.place(), both!("expected a day", "verwacht werd een dag"));
            out.push(finding.help(if quoted {
                both!("write the day without quotes", "schrijf de dag zonder aanhalingstekens")
            } else {
                both!(
                    "write a day as 2025-02-01, without quotes and without a time",
                    "schrijf een dag als 2025-02-01, zonder aanhalingstekens en zonder tijd"
                )
            }));
        }
        date
    }
    /// The items of a list, or the value itself where one may stand for a list of one.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (list, one) = match self.value {
            DeValue::Array(list) => (Some(list), None),
            _ => (None, Some(self)),
        };
        one.into_iter().chain(list.into_iter().flat_map(|list| list.iter()).map(move |item| Node::new(self.file, item)))
    }
    pub(super) fn list(self, out: &mut Findings) -> Option<Vec<Node<'a>>> {
        if let DeValue::Array(_) = self.value {
            Some(self.items().collect())
        } else {
            self.wrong(&both!("a list", "een lijst"), out);
            None
        }
    }
    /// A list of texts with their nodes; one text may stand for a list of one.
    pub(super) fn texts(self, out: &mut Findings) -> Vec<(&'a str, Node<'a>)> {
        self.items().filter_map(|item| item.text(out).map(|text| (text, item))).collect()
    }
    pub(super) fn keys(self, out: &mut Findings) -> Option<Keys<'a>> {
        if let DeValue::Table(table) = self.value {
            Some(Keys::new(self.file, table, self.place()))
        } else {
            self.wrong(&both!("a table", "een tabel"), out);
            None
        }
    }
    /// The place of a stretch of a text's characters, counted as the text reads once unescaped.
    pub(super) fn inside(self, from: usize, to: usize) -> Place {
        let raw = self.file.text.get(self.start..self.end).unwrap_or("");
        let places = unescaped(raw);
        let at = |wanted: usize| places.get(wanted).copied().unwrap_or_else(|| raw.len().saturating_sub(1));
        let (start, end) = (at(from), at(to).max(at(from) + 1));
        self.file.place(self.start + start..self.start + end)
    }
}

/// For each byte of the text that a TOML string stands for: where it stands in the string as written.
fn unescaped(raw: &str) -> Vec<usize> {
    let escapes = raw.starts_with('"');
    let mut at = match raw.get(..3) {
        Some("\"\"\"" | "'''") => 3,
        _ => 1,
    };
    if at == 3 && raw.get(3..4) == Some("\n") {
        at = 4;
    }
    let mut places = Vec::with_capacity(raw.len());
    while let Some(next) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let (written, read) = match raw.get(at + 1..at + 2) {
            Some(kind) if escapes && next == '\\' => match kind {
                "u" | "U" | "x" => {
                    let digits = if kind == "u" {
                        4
                    } else if kind == "U" {
                        8
                    } else {
                        2
                    };
                    let code = raw.get(at + 2..at + 2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
                }
                _ => (2, 1),
            },
            _ => (next.len_utf8(), next.len_utf8()),
        };
        places.extend(std::iter::repeat_n(at, read));
        at += written;
    }
    places
}

/// The keys of one table: asked for one by one, so that what was never asked for is unknown.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    pub(super) file: File<'a>,
    table: &'a DeTable<'a>,
    pub(super) place: Place,
    asked: SmallVec<[&'static str; 16]>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(file: File<'a>, table: &'a DeTable<'a>, place: Place) -> Self {
        Self { file, table, place, asked: SmallVec::new() }
    }
    pub(super) fn get(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.asked.push(key);
        self.table.get(key).map(|value| Node::new(self.file, value))
    }
    pub(super) fn need(&mut self, key: &'static str, out: &mut Findings) -> Option<Node<'a>> {
        let found = self.get(key);
        if found.is_none() {
            out.push(
                Draft::new(Code::MissingKey, self.place, both!("`{key}` is missing", "`{key}` ontbreekt"))
                    .help(both!("add `{key} = …`", "voeg `{key} = …` toe")),
            );
        }
        found
    }
    pub(super) fn text(&mut self, key: &'static str, out: &mut Findings) -> Option<&'a str> {
        self.get(key)?.text(out)
    }
    pub(super) fn need_text(&mut self, key: &'static str, out: &mut Findings) -> Option<&'a str> {
        self.need(key, out)?.text(out)
    }
    pub(super) fn boxed(&mut self, key: &'static str, out: &mut Findings) -> Option<Box<str>> {
        self.text(key, out).map(Into::into)
    }
    pub(super) fn date(&mut self, key: &'static str, out: &mut Findings) -> Option<(Date, Node<'a>)> {
        let node = self.get(key)?;
        node.date(out).map(|date| (date, node))
    }
    /// The tables of a `[[key]]` list.
    pub(super) fn tables(&mut self, key: &'static str, out: &mut Findings) -> Vec<Keys<'a>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        if let DeValue::Table(_) = node.value {
            out.push(
                Draft::new(
                    Code::WrongType,
                    node.place(),
                    both!("`[{key}]` is one table, and there may be several", "`[{key}]` is één tabel, en er kunnen er meer zijn"),
                )
                .help(both!("write `[[{key}]]`, with two brackets on either side", "schrijf `[[{key}]]`, met twee haken aan weerszijden")),
            );
            return Vec::new();
        }
        let items = node.list(out).unwrap_or_default();
        items.into_iter().filter_map(|item| item.keys(out)).collect()
    }
    /// The named tables of `[key.name]`, in the order in which they stand in the file.
    pub(super) fn named(&mut self, key: &'static str, out: &mut Findings) -> Vec<(&'a str, Place, Keys<'a>)> {
        let Some(keys) = self.get(key).and_then(|node| node.keys(out)) else { return Vec::new() };
        keys.all().into_iter().filter_map(|(name, place, node)| node.keys(out).map(|keys| (name, place, Keys { place, ..keys }))).collect()
    }
    /// `nl` and `en` of this very table.
    pub(super) fn both_languages(&mut self, out: &mut Findings) -> Text {
        Text { nl: self.boxed("nl", out), en: self.boxed("en", out) }
    }
    /// A text in two languages under a key: `{ nl = "…", en = "…" }`.
    pub(super) fn translated(&mut self, key: &'static str, out: &mut Findings) -> Text {
        let Some(mut keys) = self.get(key).and_then(|node| node.keys(out)) else { return Text::default() };
        let text = keys.both_languages(out);
        keys.finish(out);
        text
    }
    /// All keys with their places and values, in the order in which they stand in the file.
    pub(super) fn all(&self) -> Vec<(&'a str, Place, Node<'a>)> {
        let mut all: Vec<_> = self.table.iter().map(|(key, value)| (key.span(), key.get_ref().as_ref(), value)).collect();
        all.sort_by_key(|(span, ..)| span.start);
        all.into_iter().map(|(span, key, value)| (key, self.file.place(span), Node::new(self.file, value))).collect()
    }
    /// Reports every key that was never asked for.
    pub(super) fn finish(self, out: &mut Findings) {
        if self.table.keys().all(|key| self.asked.contains(&key.get_ref().as_ref())) {
            return;
        }
        for (key, place, _) in self.all() {
            if !self.asked.contains(&key) {
                let help = did_you_mean(key, self.asked.iter().copied());
                out.push(Draft::new(Code::UnknownKey, place, both!("unknown key `{key}`", "onbekende sleutel `{key}`")).maybe_help(help));
            }
        }
    }
}
