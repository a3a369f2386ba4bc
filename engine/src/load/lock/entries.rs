//! What `register.lock` holds besides versions: levels, ranks, roles, customers, services, facts and dated values. Findings out for what was
//! changed after it was locked, and for what reaches into the past unseen (S1).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::toml::{Findings, Keys};
use crate::diagnostic::{Code, Draft};
use crate::model::arena::{CustomerId, ServiceId};
use crate::model::bitemporal::Bitemporal;
use crate::model::day::Day;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::Rule;
use crate::source::digest_of;
use crate::text::{Bilingual, both};

/// How much of a digest is kept to tell one content from another.
const MARK: usize = 16;
/// More rules than this are not named.
const NAMED: usize = 3;

/// An entry: the mark of all that answers follow from, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What stands in the lock for it.
    pub(super) mark: String,
    place: Option<Place>,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Customer(CustomerId),
    Service(ServiceId),
    Value(Day),
    Other,
}

/// Every entry by its name.
pub(super) fn entries(register: &Register) -> BTreeMap<String, Entry> {
    let mut all = BTreeMap::new();
    let mut enter = |name: String, content: &str, until: Option<Day>, place: Option<Place>, what: What| {
        let mark: String = digest_of(content.as_bytes()).chars().take(MARK).collect();
        let until = until.filter(|until| *until < Day::LAST).map_or_else(String::new, |until| format!(" until {}", until.date()));
        all.insert(name, Entry { mark: format!("{mark}{until}"), place, what });
    };
    for (kind, list) in [("level", &register.levels), ("rank", &register.ranks)] {
        for (at, named) in list.iter().enumerate() {
            enter(format!("{kind} {}", named.id), &at.to_string(), None, None, What::Other);
        }
    }
    for role in &register.roles {
        enter(format!("role {}", role.id), "", None, None, What::Other);
    }
    for (id, customer) in register.customers.iter() {
        let role = customer.role.and_then(|role| register.roles.get(usize::from(role))).map_or("", |role| &role.id);
        let content = format!("{role}\n{}", days(customer.listed));
        enter(format!("customer {}", customer.id), &content, Some(customer.listed.on.until), Some(customer.place), What::Customer(id));
    }
    for (id, service) in register.services.iter() {
        let mut content = format!("{}\n{}", service.unit.as_deref().unwrap_or_default(), days(service.listed));
        let mut requires: Vec<&str> = service.requires.iter().map(|(id, _)| &*register.services[*id].id).collect();
        requires.sort_unstable();
        let _ = write!(content, "\nrequires {}", requires.join(","));
        if let Some(composite) = &service.composite {
            let mut of: Vec<&str> = composite.of.iter().map(|id| &*register.services[*id].id).collect();
            of.sort_unstable();
            let _ = write!(content, "\n{} of {}", if composite.lowest { "lowest" } else { "highest" }, of.join(","));
        }
        enter(format!("service {}", service.id), &content, Some(service.listed.on.until), Some(service.place), What::Service(id));
    }
    for fact in register.facts.values() {
        let derive = fact.derive.as_ref().map_or("", |derive| &*derive.written);
        let unit = fact.unit.as_deref().unwrap_or_default();
        let kind = (fact.kind.word(), fact.decimals(), fact.range, fact.open, fact.from_register);
        enter(format!("fact {}", fact.name), &format!("{kind:?}\n{unit}\n{derive}"), None, Some(fact.place), What::Other);
        // More values may come; none may go.
        for value in fact.values.iter().filter(|_| !fact.open) {
            enter(format!("fact {} {value}", fact.name), "", None, Some(fact.place), What::Other);
        }
    }
    for value in &register.values {
        let fact = &register.facts[value.fact];
        let customer = value.customer.map_or("all", |id| &register.customers[id].id);
        let name = format!("value {} {customer} {} {}", fact.name, value.days.from.date(), value.decided.date());
        let content = format!("{}\n{}", serde_json::to_string(&fact.raise(value.value)).unwrap_or_default(), value.days.until.0);
        enter(name, &content, None, Some(value.place), What::Value(value.decided));
    }
    all
}

fn days(listed: Bitemporal) -> String {
    format!("{} {}", listed.on.from.0, listed.known.from.0)
}

/// Compares what is locked with what there is.
pub(super) fn check(locked: Option<&Keys<'_>>, register: &Register, out: &mut Findings) {
    let Some(locked) = locked else { return };
    let now = entries(register);
    let last = register.versions.values().filter(|version| !version.proposed).filter_map(|version| version.decided).max();
    let last = last.unwrap_or(Day::FIRST);
    let mut known = BTreeSet::new();
    for (name, place, node) in locked.all() {
        let Some(mark) = node.text(out) else { continue };
        known.insert(name);
        let help = both!(
            "take the change back: what was decided stays as it was; what is new is dated, and decided later",
            "draai de wijziging terug: wat is besloten, blijft zoals het was; wat nieuw is, krijgt een dag en een later besluit"
        );
        match now.get(name) {
            None => out.push(
                Draft::new(
                    Code::AdoptedEdited,
                    place,
                    both!(
                        "`{name}` was locked by an adoption, and is gone",
                        "`{name}` is bij een vaststelling vergrendeld, maar is er niet meer"
                    ),
                )
                .help(help),
            ),
            Some(entry) if !entry.is(mark, last) => {
                let place = entry.place.unwrap_or(place);
                out.push(
                    Draft::new(
                        Code::AdoptedEdited,
                        place,
                        both!(
                            "`{name}` was changed after it was locked by an adoption",
                            "`{name}` is veranderd nadat het bij een vaststelling was vergrendeld"
                        ),
                    )
                    .help(help),
                );
            }
            Some(_) => {}
        }
    }
    for (name, entry) in now.iter().filter(|(name, _)| !known.contains(name.as_str())) {
        entry.is_new(name, register, last, out);
    }
}

impl Entry {
    /// Whether it is what was locked. An entry may be ended by a day that was still to come when the last version was decided.
    fn is(&self, mark: &str, last: Day) -> bool {
        let part = |mark: &str| mark.split_once(" until ").map(|(content, until)| (content.to_owned(), until.to_owned()));
        match (part(&self.mark), part(mark)) {
            (Some((now, until)), None) => now == mark && crate::model::day::parse_date(&until).is_some_and(|until| Day::of(until) >= last),
            _ => self.mark == mark,
        }
    }

    /// Whether a rule is about it without naming it: by a role, a domain, or since it names none.
    fn comes_under(&self, rule: &Rule) -> bool {
        match self.what {
            What::Customer(id) => rule.wild.customers && rule.scope.customers.binary_search(&id).is_ok(),
            What::Service(id) => rule.wild.services && rule.scope.services.binary_search(&id).is_ok(),
            What::Value(_) | What::Other => false,
        }
    }

    /// Tells what a new entry changes in the past, where nobody decided on that.
    fn is_new(&self, name: &str, register: &Register, last: Day, out: &mut Findings) {
        let listed = match self.what {
            What::Customer(id) => register.customers[id].listed,
            What::Service(id) => register.services[id].listed,
            What::Value(decided) if decided <= last => {
                if let Some(place) = self.place {
                    let message = both!(
                        "`{name}` was decided before the last adoption, and `register.lock` does not hold it",
                        "`{name}` is besloten vóór de laatste vaststelling, en staat niet in `register.lock`"
                    );
                    let help = both!(
                        "a value that comes now is decided now: its `decided` is later than the last adoption's",
                        "een waarde die nu komt, is nu besloten: haar `decided` ligt na die van de laatste vaststelling"
                    );
                    out.push(Draft::new(Code::AdoptedUnlocked, place, message).help(help));
                }
                return;
            }
            _ => return,
        };
        if listed.known.from > last || (listed.on.from > last && listed.on.from > Day::FIRST) {
            return;
        }
        let adopted = register.rules.values().filter(|rule| !register.versions[rule.version].proposed);
        let over: Vec<&Rule> = adopted.map(|rule| &**rule).filter(|rule| self.comes_under(rule)).collect();
        let (Some(place), false) = (self.place, over.is_empty()) else { return };
        let line = |rule: &&Rule| {
            let days = register.versions[rule.version].days;
            let days = days.overlap(rule.days).unwrap_or(days).overlap(listed.on).unwrap_or(days);
            let (key, from) = (&rule.key, days.from.date());
            match days.last() {
                None => both!("`{key}` from {from}", "`{key}` vanaf {from}"),
                Some(until) => both!("`{key}` from {from} until {until}", "`{key}` van {from} tot en met {until}"),
            }
        };
        let mut named: Vec<Bilingual> = over.iter().take(NAMED).map(line).collect();
        if over.len() > NAMED {
            named.push(both!("{} more", "nog {}", over.len() - NAMED));
        }
        let named = Bilingual::list(&named);
        let message = both!(
            [named] "`{name}` is new, and comes under rules that were adopted without it: {named}",
            "`{name}` is nieuw, en valt onder regels die zijn vastgesteld toen het er nog niet was: {named}"
        );
        out.push(
            Draft::new(Code::EntryUndated, place, message).help(
                both!("say from when it counts, and who decided that when: add `from = DAY` and `decided = DAY`; the next adoption locks it", "zeg vanaf wanneer het telt, en wanneer dat is besloten: voeg `from = DAG` en `decided = DAG` toe; de volgende vaststelling vergrendelt het"),
            ),
        );
    }
}
