//! A declared fact: its type and domain, and how its values are lowered to whole numbers and raised back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;

use super::arena::FactId;
use super::day::{Day, parse_date};
use super::nfc::{loose, nfc};
use super::set::{Ranges, bits, from_bits};
use super::value::{FactRef, FactValue, parse_number, shorten};
use super::words::Words;
use crate::model::place::Place;
use crate::text::{Bilingual, Key, Language, Text, both, say};

/// No lowered number lies beyond this: room for sums of any two in an `i64`.
pub(crate) const NUMBER_LIMIT: i64 = 1_000_000_000_000_000_000;
/// A tags fact is one machine word.
pub(crate) const TAG_LIMIT: usize = 64;
/// More decimals than this would leave too few digits before the point.
pub(crate) const DECIMALS_LIMIT: u32 = 9;

/// The most values of a text that are supposed in turn.
const FEW: usize = 16;

/// The declared type of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Truth,
    /// A number with so many decimals at most; a `whole` has none.
    Number {
        decimals: u32,
        whole: bool,
    },
    Text,
    Day,
    Tags,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Truth => "truth",
            Kind::Number { whole: true, .. } => "whole",
            Kind::Number { whole: false, .. } => "number",
            Kind::Text => "text",
            Kind::Day => "day",
            Kind::Tags => "tags",
        }
    }
}

/// Why a value is none of a fact's: the key of the text that says so, and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    key: Key,
    value: String,
    /// What was probably meant.
    meant: Option<String>,
}

impl Misfit {
    fn new(key: Key, value: String) -> Misfit {
        Misfit { key, value, meant: None }
    }
    /// The way out, where there is one to name.
    pub(crate) fn help(&self, language: Language) -> Option<String> {
        self.meant.as_ref().map(|meant| say(language, Key::MisfitMeant, &[("value", meant)]))
    }
    pub(crate) fn text(&self, language: Language) -> String {
        say(language, self.key, &[("value", &self.value)])
    }
    /// The reason, for authors.
    pub(crate) fn reason(&self) -> Bilingual {
        Bilingual::each(|language| self.text(language))
    }
    /// The way out, for authors: what was probably meant, else what a value of the fact looks like.
    pub(crate) fn way_out(&self, fact: &Fact) -> Bilingual {
        if self.meant.is_none() {
            return fact.expected();
        }
        Bilingual::each(|language| self.help(language).unwrap_or_default())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

/// A typed input of questions.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub(crate) struct Fact {
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
    /// The lowest and highest lowered value, for numbers and days.
    pub(crate) range: (i64, i64),
    /// The texts or tags that are known. For an open text: those that rules name.
    pub(crate) values: Words,
    /// Whether other texts than `values` can be given.
    pub(crate) open: bool,
    pub(crate) label: Text,
    /// Other names of it.
    pub(crate) synonyms: Vec<Box<str>>,
    /// What people call its values.
    pub(crate) value_labels: BTreeMap<Box<str>, Text>,
    pub(crate) unit: Option<Box<str>>,
    /// A question cannot set it.
    pub(crate) from_register: bool,
    /// The customer can bring it about that it is another.
    pub(crate) changeable: bool,
    /// It says something of a person: a log of questions masks it.
    pub(crate) personal: bool,
    pub(crate) derive: Option<Derivation>,
    pub(crate) place: Place,
}

/// How a fact follows from other facts.
#[derive(Debug, Clone)]
pub(crate) struct Derivation {
    pub(crate) inputs: Vec<FactId>,
    /// The expression as it is written.
    pub(crate) written: Box<str>,
    /// Whether it can come to more decimals than the fact has.
    pub(crate) may_be_longer: bool,
}

#[cfg(test)]
impl Fact {
    /// A fact that tests begin with: closed, given by questions, in this range.
    pub(crate) fn sample(kind: Kind, range: (i64, i64), values: Words) -> Fact {
        Fact {
            name: "x".into(),
            kind,
            range,
            values,
            open: false,
            label: Text::default(),
            synonyms: Vec::new(),
            value_labels: BTreeMap::new(),
            unit: None,
            from_register: false,
            changeable: false,
            personal: false,
            derive: None,
            place: Place { file: 0, start: 0, end: 0 },
        }
    }
}

impl Fact {
    /// All lowered values that a scalar fact can have; for tags: nothing, their domain is every bit set.
    pub(crate) fn domain(&self) -> Option<Ranges> {
        match self.kind {
            Kind::Truth => Some(Ranges::one(0, 1)),
            Kind::Number { .. } | Kind::Day => Some(Ranges::one(self.range.0, self.range.1)),
            Kind::Text => {
                let last = i64::try_from(self.values.len()).unwrap_or(i64::MAX) - i64::from(!self.open);
                Some(Ranges::one(0, last))
            }
            Kind::Tags => None,
        }
    }

    /// Whether it has so few values that each can be supposed in turn.
    pub(crate) fn is_of_few(&self) -> bool {
        self.kind == Kind::Truth || (self.kind == Kind::Text && !self.open && self.values.len() <= FEW)
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number { .. })
    }

    /// Whether a lowered text is one that no rule names.
    pub(crate) fn is_unnamed(&self, lowered: i64) -> bool {
        self.kind == Kind::Text && usize::try_from(lowered).map_or(true, |at| at >= self.values.len())
    }

    /// Whether some values of it are nearer to each other than others.
    pub(crate) fn is_ordered(&self) -> bool {
        self.is_number() || self.kind == Kind::Day
    }

    /// What people call one of its values.
    pub(crate) fn value_label<'a>(&'a self, value: &'a str, language: Language) -> &'a str {
        self.value_labels.get(value).and_then(|label| label.get(language)).unwrap_or(value)
    }

    /// The value that people call so: itself, or by a label in either language.
    pub(crate) fn value_of<'a>(&'a self, written: &'a str) -> &'a str {
        if self.value_labels.is_empty() || self.values.place(written).is_some() {
            return written;
        }
        let wanted = loose(written);
        let is_wanted = |value: &str, label: Option<&Text>| {
            loose(value) == wanted || label.is_some_and(|label| label.both().any(|label| loose(label) == wanted))
        };
        self.values.iter().find(|value| is_wanted(value, self.value_labels.get(*value))).map_or(written, |value| value)
    }

    /// Its name as one word, in Dutch and in English: how people can give it.
    pub(crate) fn words(&self) -> [&str; 2] {
        let is_word = |label: &&str| !label.contains(char::is_whitespace);
        let dutch = self.label.nl.as_deref().filter(is_word).or_else(|| self.synonyms.iter().map(|name| &**name).find(is_word));
        [dutch.unwrap_or(&self.name), &self.name]
    }
    /// The same in one language.
    pub(crate) fn word(&self, language: Language) -> &str {
        let [nl, en] = self.words();
        if language == Language::Nl { nl } else { en }
    }

    pub(crate) fn decimals(&self) -> u32 {
        match self.kind {
            Kind::Number { decimals, .. } => decimals,
            _ => 0,
        }
    }

    /// Reads a number as people write it: with a decimal comma or point, with `_` between digits, never with both comma and point.
    pub(crate) fn read_number(&self, written: &str) -> Result<Decimal, Misfit> {
        let commas = written.matches(',').count();
        if commas > 1 || (commas == 1 && written.contains('.')) {
            let last = written.rfind([',', '.']).unwrap_or(0);
            let digits = |text: &str| text.chars().filter(|c| !matches!(c, ',' | '.')).collect::<String>();
            let meant = format!("{}.{}", digits(written.get(..last).unwrap_or("")), digits(written.get(last..).unwrap_or("")));
            let is_one = parse_number(&meant).is_some();
            return Err(Misfit { meant: is_one.then_some(meant), ..Misfit::new(Key::MisfitSeparators, shorten(written)) });
        }
        let plain = written.replace(',', ".");
        if let Some(misfit) = self.too_many_decimals(&plain) {
            return Err(Misfit { value: shorten(written), ..misfit });
        }
        parse_number(&plain).ok_or_else(|| Misfit::new(Key::MisfitNumber, shorten(written)))
    }

    /// Why a number as people write it has more decimals than this one, though the last may all be zero: `1.000` may be a thousand.
    pub(crate) fn too_many_decimals(&self, written: &str) -> Option<Misfit> {
        let Kind::Number { decimals, whole } = self.kind else { return None };
        let (before, after) = written.split_once('.')?;
        let count = after.chars().take_while(char::is_ascii_digit).count();
        if count <= decimals as usize && !whole {
            return None;
        }
        let thousands = after.len() == 3
            && count == 3
            && (1..=3).contains(&before.trim_start_matches('-').len())
            && !before.trim_start_matches('-').starts_with('0');
        let key = if thousands {
            Key::MisfitThousands
        } else if decimals == 0 {
            Key::MisfitWhole
        } else {
            Key::MisfitDecimals
        };
        let misfit = Misfit::new(key, shorten(written));
        Some(Misfit { meant: thousands.then(|| written.replace('.', "")), ..misfit })
    }

    /// Lowers a value to a whole number, or says why it is none of this fact's.
    pub(crate) fn lower(&self, value: &FactValue) -> Result<i64, Misfit> {
        self.lower_told(value.told())
    }

    /// The same of a value that is only told.
    #[inline]
    pub(crate) fn lower_told(&self, value: FactRef<'_>) -> Result<i64, Misfit> {
        let lowered = match (self.kind, value) {
            (Kind::Truth, FactRef::Truth(value)) => return Ok(i64::from(value)),
            (Kind::Number { decimals: 0, .. }, FactRef::Whole(number)) if number.unsigned_abs() <= NUMBER_LIMIT.unsigned_abs() => number,
            (Kind::Number { decimals, .. }, FactRef::Whole(number)) => scale(number.into(), decimals)?,
            (Kind::Number { decimals, .. }, FactRef::Number(number)) => scale(number, decimals)?,
            (Kind::Text, FactRef::Text(text)) => return self.lower_text(text).ok_or_else(|| not_known(text)),
            (Kind::Day, FactRef::Day(date)) => Day::of(date).0,
            (Kind::Day, FactRef::Text(text)) => match parse_date(text) {
                Some(date) => Day::of(date).0,
                None => return Err(Misfit::new(Key::MisfitDay, shorten(text))),
            },
            (Kind::Tags, FactRef::Tags(tags)) => return self.lower_tags(tags.iter().map(String::as_str)),
            (Kind::Tags, FactRef::Words(tags)) => return self.lower_tags(tags.iter().copied()),
            _ => return Err(Misfit::new(Key::MisfitKind, String::new())),
        };
        let (low, high) = self.range;
        if lowered < low {
            Err(self.out_of_range(Key::MisfitLow, low))
        } else if lowered > high {
            Err(self.out_of_range(Key::MisfitHigh, high))
        } else {
            Ok(lowered)
        }
    }

    #[cold]
    fn out_of_range(&self, what: Key, end: i64) -> Misfit {
        Misfit::new(what, self.show(end))
    }

    /// Whether a value is of this fact's type at all.
    pub(crate) fn is_of_type(&self, value: &FactValue) -> bool {
        matches!(
            (self.kind, value),
            (Kind::Truth, FactValue::Truth(_))
                | (Kind::Number { .. }, FactValue::Number(_))
                | (Kind::Text | Kind::Day, FactValue::Text(_))
                | (Kind::Day, FactValue::Day(_))
                | (Kind::Tags, FactValue::Tags(_))
        )
    }

    fn lower_tags<'a>(&self, tags: impl Iterator<Item = &'a str>) -> Result<i64, Misfit> {
        let mut set = 0;
        for tag in tags {
            set |= 1u64 << self.lower_text(tag).ok_or_else(|| not_known(tag))?;
        }
        Ok(from_bits(set))
    }

    /// `None` if it must be one of those that are known, and is not.
    #[inline]
    fn lower_text(&self, text: &str) -> Option<i64> {
        let at = self.values.place(text).or_else(|| self.place_composed(text)).or_else(|| self.open.then_some(self.values.len()))?;
        i64::try_from(at).ok()
    }

    /// The place of a text that is written with letters in parts.
    #[cold]
    fn place_composed(&self, text: &str) -> Option<usize> {
        match nfc(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(composed) => self.values.place(&composed),
        }
    }

    /// The value that a lowered number stands for. A text that no rule names becomes one that none does.
    pub(crate) fn raise(&self, lowered: i64) -> FactValue {
        match self.kind {
            Kind::Truth => FactValue::Truth(lowered != 0),
            Kind::Number { decimals, .. } => FactValue::Number(unscale(lowered, decimals)),
            Kind::Day => FactValue::Day(Day(lowered).date()),
            Kind::Text => FactValue::Text(match usize::try_from(lowered).ok().and_then(|at| self.values.get(at)) {
                Some(text) => text.to_string(),
                None => self.other_text(),
            }),
            Kind::Tags => FactValue::Tags(
                self.values.iter().enumerate().filter(|(at, _)| bits(lowered) >> at & 1 == 1).map(|(_, tag)| tag.to_string()).collect(),
            ),
        }
    }

    /// A text that no rule names: one more than are known is enough to find one.
    fn other_text(&self) -> String {
        let candidates = (1..=self.values.len() + 1).map(|n| format!("other-{n}"));
        candidates.into_iter().find(|other| self.values.iter().all(|known| **known != **other)).unwrap_or_default()
    }

    fn show(&self, lowered: i64) -> String {
        match self.raise(lowered) {
            FactValue::Number(number) => number.normalize().to_string(),
            FactValue::Day(date) => date.to_string(),
            _ => String::new(),
        }
    }

    /// What a value of this fact looks like, for messages to authors.
    pub(crate) fn expected(&self) -> Bilingual {
        let name = &self.name;
        let expected = Bilingual::each(|language| self.expected_in_files(language));
        both!([expected] "`{name}` is {expected}", "`{name}` is {expected}")
    }

    /// What a value of this fact looks like as people write it.
    pub(crate) fn expected_in(&self, language: Language) -> String {
        self.expected_as(language, |value| self.value_label(value, language), [Key::ExpectedTruth, Key::ExpectedDay])
    }

    /// The same as TOML and JSON write it: nothing else is taken there.
    pub(crate) fn expected_in_files(&self, language: Language) -> String {
        self.expected_as(language, |value| value, [Key::ExpectedTruthInFiles, Key::ExpectedDayInFiles])
    }

    fn expected_as<'a>(&'a self, language: Language, name: impl Fn(&'a str) -> &'a str, [truth, day]: [Key; 2]) -> String {
        let one_of = self.values.iter().map(|value| format!("`{}`", name(value))).collect::<Vec<_>>().join(", ");
        let (key, value) = match self.kind {
            Kind::Truth => (truth, String::new()),
            Kind::Number { whole: true, .. } => (Key::ExpectedWhole, String::new()),
            Kind::Number { decimals: 1, .. } => (Key::ExpectedNumberOne, String::new()),
            Kind::Number { decimals, .. } => (Key::ExpectedNumber, decimals.to_string()),
            Kind::Day => (day, String::new()),
            Kind::Text if self.open => (Key::ExpectedText, String::new()),
            Kind::Text => (Key::ExpectedOne, one_of),
            Kind::Tags => (Key::ExpectedTags, one_of),
        };
        say(language, key, &[("value", &value)])
    }
}

#[cold]
fn not_known(text: &str) -> Misfit {
    Misfit::new(Key::MisfitValue, shorten(text))
}

/// A decimal as a whole number of its last decimal: `1.5` with two decimals is `150`.
pub(crate) fn scale(number: Decimal, decimals: u32) -> Result<i64, Misfit> {
    // Most numbers are whole, and small.
    let number = if number.scale() == 0 { number } else { number.normalize() };
    if number.scale() > decimals {
        return Err(Misfit::new(if decimals == 0 { Key::MisfitWhole } else { Key::MisfitDecimals }, number.to_string()));
    }
    let more = decimals - number.scale();
    let digits = if more == 0 { Some(number.mantissa()) } else { number.mantissa().checked_mul(10i128.pow(more)) };
    digits
        .and_then(|digits| i64::try_from(digits).ok())
        .filter(|digits| (-NUMBER_LIMIT..=NUMBER_LIMIT).contains(digits))
        .ok_or_else(|| Misfit::new(Key::MisfitLarge, number.to_string()))
}

/// The decimal that a lowered number stands for.
pub(crate) fn unscale(lowered: i64, decimals: u32) -> Decimal {
    let number = Decimal::try_from_i128_with_scale(lowered.into(), decimals).unwrap_or_default();
    if decimals == 0 { number } else { number.normalize() }
}
