//! The query of an address in; its parameters by name out, and all that is wrong with them.

use leidraad::{Date, Question, both};

use crate::object::shortened;
use crate::problem::{Finding, Place, Problem};

/// The parameters of a query.
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    findings: Vec<Finding>,
}

impl Params {
    /// Reads a query in which only these names may stand, each once.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Params {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut findings = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let shown = shortened(&name);
            if known.is_empty() {
                let detail = both!("there are no parameters here; leave out `{shown}`", "hier zijn geen parameters; laat `{shown}` weg");
                findings.push(Finding::query(shown, "unknown-name", detail));
            } else if !known.contains(&&*name) {
                let known = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let detail = both!("`{shown}` is not known here; there is: {known}", "`{shown}` is hier niet bekend; er is: {known}");
                findings.push(Finding::query(shown, "unknown-name", detail));
            } else if pairs.iter().any(|(own, _)| *own == name) {
                let detail = both!("`{shown}` stands twice", "`{shown}` staat er twee keer");
                findings.push(Finding::query(shown, "given-twice", detail));
            } else if value.is_empty() {
                // Who fills it in from nothing by mistake is not told what holds for all.
                let detail = both!("`{shown}` is empty; fill it in, or leave it out", "`{shown}` is leeg; vul het in of laat het weg");
                findings.push(Finding::query(shown, "empty", detail));
            } else {
                pairs.push((name.into_owned(), value.into_owned()));
            }
        }
        Params { pairs, findings }
    }
    /// A text; `None` where it is left out.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
    /// A day, as the design rules write it.
    pub(crate) fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        match Question::read_day(name, text) {
            Ok(day) => Some(day),
            Err(error) => {
                self.findings.push(Finding::of(Place::Query(name.to_owned()), &error));
                None
            }
        }
    }
    /// A truth; left out, it is not so.
    pub(crate) fn truth(&mut self, name: &str) -> bool {
        self.one_of(name, &[("true", true), ("false", false)]).unwrap_or_default()
    }
    /// One of some words.
    pub(crate) fn one_of<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        if let Some((_, meant)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meant);
        }
        let (shown, all) = (shortened(text), words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        let detail = both!("`{name}` cannot be `{shown}`; there is: {all}", "`{name}` kan niet `{shown}` zijn; er is: {all}");
        self.findings.push(Finding::query(name, "bad-value", detail));
        None
    }
    /// What the engine says of a parameter.
    pub(crate) fn refuse(&mut self, name: &str, error: &leidraad::Error) {
        self.findings.push(Finding::of(Place::Query(name.to_owned()), error));
    }
    /// All that was wrong.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.findings.is_empty() { Ok(()) } else { Err(Problem::invalid(self.findings)) }
    }
}
