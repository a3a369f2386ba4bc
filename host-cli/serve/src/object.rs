//! A JSON object in; its members out, in order, each as it is written: a member that stands twice is not lost in silence.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use leidraad::{Bilingual, both};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::problem::Finding;

/// The members of an object: no more than `MOST` of them.
#[derive(Debug, Default)]
pub(crate) struct Object<'j> {
    pub(crate) members: Vec<(String, &'j RawValue)>,
    /// how many there were
    count: usize,
}

/// No object that is asked for here has so many members: what is longer is not gone through.
const MOST: usize = 1_000;

impl<'de: 'j, 'j> Deserialize<'de> for Object<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut object = Object::default();
                while object.count < MOST
                    && let Some(member) = map.next_entry()?
                {
                    object.count += 1;
                    object.members.push(member);
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    object.count += 1;
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Reads a body that has to be an object. What is no JSON at all is told by its line and column.
pub(crate) fn object(body: &[u8]) -> Result<Object<'_>, Finding> {
    let no_json = |reason: Bilingual| Finding::body("", "bad-json", reason);
    let text = std::str::from_utf8(body).map_err(|fault| {
        let at = fault.valid_up_to() + 1;
        no_json(both!("this is no UTF-8 text, from byte {at} on", "dit is geen UTF-8-tekst, vanaf byte {at}"))
    })?;
    serde_json::from_str(text).map_err(|fault| {
        let (line, column) = (fault.line(), fault.column());
        match fault.classify() {
            serde_json::error::Category::Data => {
                no_json(both!("an object is expected here: {{…}}", "hier wordt een object verwacht: {{…}}"))
            }
            _ if text.trim().is_empty() => {
                no_json(both!("the body is empty; a JSON object is expected", "de body is leeg; er wordt een JSON-object verwacht"))
            }
            _ => no_json(both!("this is no JSON, at line {line}, column {column}", "dit is geen JSON, op regel {line}, kolom {column}")),
        }
    })
}

/// A member's name as a part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A text that is told again, no longer than one can read.
pub(crate) fn shortened(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let start: String = chars.by_ref().take(60).collect();
    if chars.next().is_some() { start + "…" } else { start }
}

/// Adds a name to those that are told again: the first twenty of them.
pub(crate) fn note(names: &mut BTreeSet<String>, name: &str) {
    let is_more = names.len() >= 20;
    names.insert(if is_more { "…".to_owned() } else { shortened(name) });
}

/// The members of an object by name; what stands twice, or is not known where only known names may stand, is a finding.
pub(crate) struct Members<'j> {
    members: Vec<(String, &'j RawValue)>,
    pub(crate) findings: Vec<Finding>,
}

impl<'j> Members<'j> {
    pub(crate) fn of(object: Object<'j>) -> Members<'j> {
        let mut members = Vec::new();
        let mut findings = Vec::new();
        if object.count > MOST {
            let count = object.count;
            findings.push(Finding::body(
                "",
                "too-many",
                both!("an object has {MOST} members at most, this one {count}", "een object heeft hoogstens {MOST} leden, dit {count}"),
            ));
        }
        let mut seen = HashSet::new();
        for (name, value) in object.members {
            if seen.insert(name.clone()) {
                members.push((name, value));
            } else {
                let shown = shortened(&name);
                findings.push(Finding::body(
                    format!("/{}", escaped(&name)),
                    "given-twice",
                    both!("`{shown}` stands twice", "`{shown}` staat er twee keer"),
                ));
            }
        }
        Members { members, findings }
    }
    /// Takes a member out, as a value of a type; `None` if it is not there. Something else is a finding, null too: nobody says what is meant by it.
    pub(crate) fn take<T: Deserialize<'j>>(&mut self, name: &str, expected: &Bilingual) -> Option<T> {
        let value = self.raw(name)?;
        let read = serde_json::from_str::<T>(value.get()).ok();
        if read.is_none() {
            self.findings.push(Finding::body(
                format!("/{}", escaped(name)),
                "bad-type",
                both!([expected] "`{name}` has to be {expected}", "`{name}` moet {expected} zijn"),
            ));
        }
        read
    }
    /// The same where null is as good as nothing.
    pub(crate) fn take_some<T: Deserialize<'j>>(&mut self, name: &str, expected: &Bilingual) -> Option<T> {
        self.take::<Option<T>>(name, expected).flatten()
    }
    /// Takes a member out as it is written.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'j RawValue> {
        let at = self.members.iter().position(|(own, _)| own == name)?;
        Some(self.members.remove(at).1)
    }
    /// All members but one, as they are written.
    pub(crate) fn written_but(&self, name: &str) -> String {
        let others = self.members.iter().filter(|(own, _)| own != name);
        others.flat_map(|(own, value)| [own, "\n", value.get(), "\n"]).collect()
    }
    /// Takes a text out that has to be there.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let before = self.findings.len();
        let text = self.take::<String>(name, &both!("a text", "een tekst"));
        if text.is_none() && self.findings.len() == before {
            self.findings.push(Finding::body(format!("/{}", escaped(name)), "missing", both!("`{name}` is missing", "`{name}` ontbreekt")));
        }
        text
    }
    /// All that is there.
    pub(crate) fn all(self) -> impl Iterator<Item = (String, &'j RawValue)> {
        self.members.into_iter()
    }
    /// Nothing else may stand there.
    pub(crate) fn no_more(&mut self, known: &str) {
        for (name, _) in std::mem::take(&mut self.members) {
            let shown = shortened(&name);
            self.findings.push(Finding::body(
                format!("/{}", escaped(&name)),
                "unknown-name",
                both!("`{shown}` is not known here; there is: {known}", "`{shown}` is hier niet bekend; er is: {known}"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_thousand_names_the_first_thousand_are_read() {
        let names: Vec<String> = (0..100_000).map(|at| format!("\"n{}\":1", at % 99_998)).collect();
        let body = format!("{{{}}}", names.join(","));
        let members = Members::of(object(body.as_bytes()).unwrap());
        assert_eq!(members.members.len(), 1_000);
        let [finding] = members.findings.as_slice() else { panic!("{:?}", members.findings) };
        assert_eq!(
            (finding.code, finding.detail.get(leidraad::Language::En)),
            ("too-many", "an object has 1000 members at most, this one 100000")
        );
        let twice = Members::of(object(br#"{"a":1,"b":2,"a":3}"#).unwrap());
        assert_eq!(twice.findings.first().map(|finding| finding.code), Some("given-twice"));
    }
}
