//! A unary test as text in, the set of values that passes it out: DMN's S-FEEL, exact and with the bad character named (S3).

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::quoted::{Unquoted, escapes, quoted};
use super::super::texts::Named;
use crate::diagnostic::did_you_mean;
use crate::model::day::{Day, parse_date};
use crate::model::fact::{Fact, Kind};
use crate::model::nfc::nfc;
use crate::model::set::Ranges;
use crate::model::value::parse_number;
use crate::text::{Bilingual, both};

/// What is wrong with a test, and at which bytes of it.
#[derive(Debug)]
pub(in crate::load) struct Fault {
    pub(in crate::load) message: Bilingual,
    pub(in crate::load) help: Option<Bilingual>,
    pub(in crate::load) from: usize,
    pub(in crate::load) to: usize,
}

/// A literal value of a test.
#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Number(Decimal),
    Text(String),
    Day(Date),
    Truth(bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Compare {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Reads a test of a scalar fact. A new text of an open text fact is put down, and has to become known before the test is good for
/// anything. Nothing: the test is `-`, which everything passes.
pub(in crate::load) fn parse(text: &str, fact: &Fact, texts: &mut Named) -> Result<Option<Ranges>, Fault> {
    let mut reader = Reader { text, at: 0, texts };
    if reader.eat("-") && reader.at_end() {
        return Ok(None);
    }
    reader.at = 0;
    let negated = reader.eat_word("not");
    if negated && !reader.eat("(") {
        return Err(reader.fault(
            both!("`not` needs a test in brackets", "na `not` hoort een test tussen haken"),
            Some(both!("write not(…)", "schrijf not(…)")),
        ));
    }
    let mut accepted = Vec::new();
    loop {
        let from = reader.at;
        let one = reader.one(fact)?;
        if fact.decimals() > 0 && decimal_comma(text, from, reader.at) {
            let help = both!(
                "a decimal point is `.`: {}; several values stand with a space behind the comma",
                "het decimaalteken is hier `.`: {}; bij meer waarden staat er een spatie na de komma",
                text.replacen(',', ".", 1)
            );
            return Err(reader.fault(both!("a comma inside a number", "een komma in een getal"), Some(help)));
        }
        accepted.extend(one.parts());
        if !reader.eat(",") {
            break;
        }
    }
    if negated && !reader.eat(")") {
        return Err(reader.fault(
            both!("a closing bracket is missing", "er ontbreekt een haakje sluiten"),
            Some(both!("not(…) ends with `)`", "not(…) eindigt met `)`")),
        ));
    }
    if !reader.at_end() {
        return Err(reader.fault(
            both!("this is more than a test", "dit is meer dan één test"),
            Some(both!(
                "several tests stand with commas between them; `and` is written as a range, [10..20]",
                "tussen meer tests staan komma's; schrijf `and` als een bereik: [10..20]"
            )),
        ));
    }
    let accepted = Ranges::of(accepted);
    // An open text's known values grow as rules are read; `not` must let those pass that come later.
    let domain = if fact.open { Ranges::one(0, i64::MAX) } else { fact.domain().unwrap_or_default() };
    let passing = if negated { domain.subtract(&accepted) } else { domain.intersect(&accepted) };
    if passing.is_empty() {
        let help = fact.expected();
        return Err(Fault {
            message: both!("no value of `{}` passes this test", "geen waarde van `{}` voldoet aan deze test", fact.name),
            help: Some(help),
            from: 0,
            to: text.len(),
        });
    }
    Ok(Some(passing))
}

/// Whether a comma with a digit on either side follows what was read: `>= 2,5`.
fn decimal_comma(text: &str, from: usize, at: usize) -> bool {
    if text.get(from..at).is_some_and(|read| read.contains('[')) {
        return false;
    }
    let mut around = text.get(at.saturating_sub(1)..).unwrap_or("").chars();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    digit(around.next()) && around.next() == Some(',') && digit(around.next())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    texts: &'a mut Named,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }
    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }
    fn at_end(&mut self) -> bool {
        self.skip_space();
        self.rest().is_empty()
    }
    fn eat(&mut self, token: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }
    fn eat_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let follows = self.rest().strip_prefix(word).map(|rest| rest.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_'));
        if follows == Some(false) {
            self.at += word.len();
        }
        follows == Some(false)
    }
    fn fault(&self, message: Bilingual, help: Option<Bilingual>) -> Fault {
        let next = self.rest().chars().next().map_or(1, char::len_utf8);
        Fault { message, help, from: self.at, to: self.at + next }
    }
    fn fault_from(&self, from: usize, message: Bilingual, help: Option<Bilingual>) -> Fault {
        Fault { message, help, from, to: self.at.max(from + 1) }
    }

    /// One comparison, one range or one value.
    fn one(&mut self, fact: &Fact) -> Result<Ranges, Fault> {
        self.skip_space();
        let from = self.at;
        let open_low = if self.eat("[") {
            Some(false)
        } else if self.eat("]") || self.eat("(") {
            Some(true)
        } else {
            None
        };
        if let Some(open_low) = open_low {
            return self.range(fact, from, open_low);
        }
        let tokens = [
            ("<=", Compare::LessOrEqual),
            (">=", Compare::GreaterOrEqual),
            ("!=", Compare::Unequal),
            ("<", Compare::Less),
            (">", Compare::Greater),
            ("=", Compare::Equal),
        ];
        let compare = tokens.into_iter().find(|(token, _)| self.eat(token)).map_or(Compare::Equal, |(_, compare)| compare);
        if compare != Compare::Equal && self.rest().starts_with('>') {
            return Err(self.fault(
                both!("`<>` is no comparison here", "`<>` is hier geen vergelijking"),
                Some(both!("write != for \"other than\"", "schrijf != voor \"anders dan\"")),
            ));
        }
        if self.rest().trim_start().starts_with(['=', '!', '<', '>']) {
            self.skip_space();
            return Err(self.fault(
                both!("one comparison stands before a value", "voor een waarde staat maar één vergelijking"),
                Some(both!("write =, !=, <, <=, > or >=", "schrijf =, !=, <, <=, > of >=")),
            ));
        }
        let literal = self.literal(fact)?;
        if !matches!(compare, Compare::Equal | Compare::Unequal) && matches!(fact.kind, Kind::Text | Kind::Truth) {
            return Err(self.fault_from(
                from,
                both!("a {} has no order", "een `{}` kent geen volgorde", fact.kind.word()),
                Some(both!("name the values: \"a\", \"b\"", "noem de waarden: \"a\", \"b\"")),
            ));
        }
        self.lower(&literal, compare, fact, from)
    }

    fn range(&mut self, fact: &Fact, from: usize, open_low: bool) -> Result<Ranges, Fault> {
        if open_low && matches!(fact.kind, Kind::Text | Kind::Truth) {
            return Err(self.fault_from(
                from,
                both!("a {} has no order, and so no range", "een `{}` kent geen volgorde, en dus geen bereik", fact.kind.word()),
                Some(both!("name the values: \"a\", \"b\"", "noem de waarden: \"a\", \"b\"")),
            ));
        }
        let low = self.literal(fact)?;
        self.skip_space();
        let is_ordered = !matches!(fact.kind, Kind::Text | Kind::Truth);
        if !open_low && (self.rest().starts_with(',') || (self.rest().starts_with(']') && !is_ordered)) {
            return self.list(&low, fact, from);
        }
        if matches!(fact.kind, Kind::Text | Kind::Truth) {
            return Err(self.fault_from(
                from,
                both!("a {} has no order, and so no range", "een `{}` kent geen volgorde, en dus geen bereik", fact.kind.word()),
                Some(both!("name the values: \"a\", \"b\"", "noem de waarden: \"a\", \"b\"")),
            ));
        }
        if !self.eat("..") {
            return Err(self.fault(
                both!("a range needs `..` between its ends", "een bereik heeft `..` tussen begin en eind"),
                Some(both!("write [10..20], or [10..20) to leave the 20 out", "schrijf [10..20], of [10..20) zonder de 20")),
            ));
        }
        let high = self.literal(fact)?;
        let open_high = if self.eat("]") {
            false
        } else if self.eat(")") || self.eat("[") {
            true
        } else {
            return Err(self.fault(
                both!("the range is not closed", "het bereik is niet gesloten"),
                Some(both!("end it with `]` (included) or `)` (left out)", "sluit het met `]` (erbij) of `)` (zonder)")),
            ));
        };
        let at_least = if open_low { Compare::Greater } else { Compare::GreaterOrEqual };
        let at_most = if open_high { Compare::Less } else { Compare::LessOrEqual };
        let both = self.lower(&low, at_least, fact, from)?.intersect(&self.lower(&high, at_most, fact, from)?);
        if both.is_empty() {
            return Err(self.fault_from(
                from,
                both!("this range is empty", "dit bereik is leeg"),
                Some(both!("its low end comes first", "het laagste komt eerst")),
            ));
        }
        Ok(both)
    }

    /// The rest of a list of values: `["a", "b"]`.
    fn list(&mut self, first: &Literal, fact: &Fact, from: usize) -> Result<Ranges, Fault> {
        let mut parts = self.lower(first, Compare::Equal, fact, from)?.parts().to_vec();
        while self.eat(",") {
            let literal = self.literal(fact)?;
            parts.extend(self.lower(&literal, Compare::Equal, fact, from)?.parts());
        }
        if !self.eat("]") {
            return Err(self.fault(
                both!("the list is not closed", "de lijst is niet gesloten"),
                Some(both!("end it with `]`", "sluit de lijst met `]`")),
            ));
        }
        Ok(Ranges::of(parts))
    }

    /// A literal of the fact's type.
    fn literal(&mut self, fact: &Fact) -> Result<Literal, Fault> {
        self.skip_space();
        let from = self.at;
        let literal = if self.rest().starts_with(['"', '\'']) {
            let text = self.quoted()?;
            // A day may stand between quotes, too.
            match parse_date(&text).filter(|_| fact.kind == Kind::Day) {
                Some(date) => Literal::Day(date),
                None => Literal::Text(text),
            }
        } else {
            self.bare(fact)?
        };
        let fits = matches!(
            (&literal, fact.kind),
            (Literal::Number(_), Kind::Number { .. })
                | (Literal::Text(_), Kind::Text)
                | (Literal::Day(_), Kind::Day)
                | (Literal::Truth(_), Kind::Truth)
        );
        if fits { Ok(literal) } else { Err(self.fault_from(from, fact.expected(), None)) }
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let from = self.at;
        match quoted(self.rest()) {
            Ok((length, text)) => {
                self.at += length;
                Ok(nfc(&text).into_owned())
            }
            Err(Unquoted::NoEnd) => {
                self.at = self.text.len();
                Err(self.fault_from(from, both!("the closing quote is missing", "het sluitende aanhalingsteken ontbreekt"), None))
            }
            Err(Unquoted::NoEscape(at)) => {
                self.at = from + at + 1;
                Err(self.fault_from(
                    from + at,
                    both!("no character is written like this", "zo wordt geen teken geschreven"),
                    Some(escapes()),
                ))
            }
        }
    }

    fn bare(&mut self, fact: &Fact) -> Result<Literal, Fault> {
        let from = self.at;
        if self.eat_word("date") && self.eat("(") {
            self.skip_space();
            let inner_from = self.at;
            let inner = if self.rest().starts_with(['"', '\'']) { self.quoted()? } else { String::new() };
            let Some(day) = parse_date(&inner) else {
                return Err(self.fault_from(
                    inner_from,
                    both!("this is no day of the calendar", "dit is geen dag van de kalender"),
                    Some(both!("write date(\"2025-02-01\")", "schrijf date(\"2025-02-01\")")),
                ));
            };
            return if self.eat(")") {
                Ok(Literal::Day(day))
            } else {
                Err(self.fault(both!("a closing bracket is missing", "er ontbreekt een haakje sluiten"), None))
            };
        }
        self.at = from;
        let rest = self.rest();
        let length = word_length(rest);
        let word = rest.get(..length).unwrap_or("").to_owned();
        self.at += length;
        let starts_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
        match word.as_str() {
            "" => Err(self.fault(both!("a value is missing here", "hier ontbreekt een waarde"), Some(fact.expected()))),
            "true" => Ok(Literal::Truth(true)),
            "false" => Ok(Literal::Truth(false)),
            _ if fact.kind == Kind::Day => parse_date(&word).map(Literal::Day).ok_or_else(|| {
                self.fault_from(
                    from,
                    both!("`{word}` is no day of the calendar", "`{word}` is geen dag van de kalender"),
                    Some(both!("write a day as 2025-02-01", "schrijf een dag als 2025-02-01")),
                )
            }),
            _ if starts_number && word.contains('.') && matches!(fact.kind, Kind::Number { whole: true, .. }) => Err(self.fault_from(
                from,
                both!("`{word}` is no whole number", "`{word}` is geen geheel getal"),
                Some(both!("a whole number is written without points: 1000", "een geheel getal staat zonder punten: 1000")),
            )),
            _ if starts_number => {
                let read = parse_number(&word).map(Literal::Number).ok_or_else(|| {
                    self.fault_from(
                        from,
                        both!("`{word}` is no number", "`{word}` is geen getal"),
                        Some(both!("a decimal point is written as `.`", "het decimaalteken is hier `.`")),
                    )
                })?;
                match fact.too_many_decimals(&word) {
                    Some(misfit) => Err(self.fault_from(from, misfit.reason(), Some(misfit.way_out(fact)))),
                    None => Ok(read),
                }
            }
            _ if fact.kind == Kind::Text => {
                let help = both!("texts stand between quotes: \"{word}\"", "teksten staan tussen aanhalingstekens: \"{word}\"");
                Err(self.fault_from(from, both!("`{word}` is not quoted", "`{word}` staat niet tussen aanhalingstekens"), Some(help)))
            }
            _ => Err(self.fault_from(
                from,
                both!("`{word}` is no value of `{}`", "`{word}` is geen waarde van `{}`", fact.name),
                Some(fact.expected()),
            )),
        }
    }

    fn lower(&mut self, literal: &Literal, compare: Compare, fact: &Fact, from: usize) -> Result<Ranges, Fault> {
        let (floor, exact) = match literal {
            Literal::Truth(value) => (i64::from(*value), true),
            Literal::Day(date) => (Day::of(*date).0, true),
            Literal::Number(number) => scaled_floor(*number, fact.decimals()),
            Literal::Text(text) => (self.number_of(text, fact, from)?, true),
        };
        let below = if exact { floor.saturating_sub(1) } else { floor };
        let at_least = if exact { floor } else { floor.saturating_add(1) };
        Ok(match compare {
            Compare::Equal if exact => Ranges::one(floor, floor),
            Compare::Equal => Ranges::default(),
            Compare::Unequal if exact => Ranges::of(vec![(i64::MIN, below), (floor.saturating_add(1), i64::MAX)]),
            Compare::Unequal => Ranges::one(i64::MIN, i64::MAX),
            Compare::Less => Ranges::one(i64::MIN, below),
            Compare::LessOrEqual => Ranges::one(i64::MIN, floor),
            Compare::Greater => Ranges::one(floor.saturating_add(1), i64::MAX),
            Compare::GreaterOrEqual => Ranges::one(at_least, i64::MAX),
        })
    }

    fn number_of(&mut self, text: &str, fact: &Fact, from: usize) -> Result<i64, Fault> {
        self.texts.number(text, fact).ok_or_else(|| {
            let help = did_you_mean(text, fact.values.iter().map(|value| &**value));
            self.fault_from(from, both!("`{text}` is no value of `{}`", "`{text}` is geen waarde van `{}`", fact.name), help)
        })
    }
}

/// How far a bare value reaches: to a separator, a closing bracket or the `..` of a range.
fn word_length(rest: &str) -> usize {
    let stop = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | ']' | '[' | '(' | '"' | '\'' | '<' | '>' | '=' | '!'))
        .unwrap_or(rest.len());
    rest.find("..").map_or(stop, |dots| dots.min(stop))
}

/// The highest lowered number that is not above this one, and whether it is this one.
fn scaled_floor(number: Decimal, decimals: u32) -> (i64, bool) {
    let (digits, scale) = (number.mantissa(), number.scale());
    if scale <= decimals {
        let wide = digits.saturating_mul(10i128.pow(decimals - scale));
        (i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX }), true)
    } else {
        let step = 10i128.pow(scale - decimals);
        let floor = digits.div_euclid(step);
        (i64::try_from(floor).unwrap_or(if floor < 0 { i64::MIN } else { i64::MAX }), digits.rem_euclid(step) == 0)
    }
}
