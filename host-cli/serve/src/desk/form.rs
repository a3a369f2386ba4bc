//! What a clerk filled in, in; a question out, and the form with what was filled in; what is not right is told beside its field.

use std::collections::{BTreeMap, BTreeSet};

use leidraad::catalogue::{Customer, Fact, Kind, Service};
use leidraad::{Date, Error, FactValue, Question};
use maud::{Markup, html};

use super::Desk;
use super::page::quoted;
use crate::body::fields;
use crate::object::shortened;
use crate::problem::{Problem, TOLD};

/// What the fields of our pages are called, beside those of facts.
const NAMES: [&str; 10] = ["customer", "service", "on", "known", "proposed", "since", "until", "domain", "text", "outcome"];
/// No name or value is longer.
const LONGEST: usize = 1_000;
/// So many names that may be meant are links.
const MEANT: usize = 3;
/// In front of the name of a fact in an address.
const FACT: &str = "f-";

/// A form, as it was filled in.
#[derive(Debug, Default)]
pub(super) struct Form {
    pairs: Vec<(String, String)>,
    /// the fields that are about a person
    personal: BTreeSet<String>,
    /// what is wrong, by field
    wrong: BTreeMap<String, String>,
    /// services that may be meant, where there is none of the name that was filled in
    meant: Vec<String>,
}

impl Form {
    /// As an address has it. What is personal is not taken from there: others may read it.
    pub(super) fn of_query(desk: Desk<'_>, query: Option<&str>) -> Result<Form, Problem> {
        let mut form = Form::of(desk, fields(query.unwrap_or_default().as_bytes())?);
        for field in std::mem::take(&mut form.personal) {
            form.pairs.retain(|(name, _)| *name != field);
            let reason = desk.say(
                "dit gaat over een persoon en hoort niet in een adres; vul het hier in",
                "this is about a person, and does not belong in an address; fill it in here",
            );
            form.refuse_text(&personal(desk, &field).map_or(field, |fact| format!("{FACT}{}", fact.name())), reason);
        }
        Ok(form)
    }
    /// As a form was sent. Names that no page has are left out, and what is too long to be meant is refused.
    pub(super) fn of(desk: Desk<'_>, pairs: impl IntoIterator<Item = (String, String)>) -> Form {
        let mut form = Form::default();
        for (name, value) in pairs {
            if value.trim().is_empty() || !(NAMES.contains(&name.as_str()) || name.starts_with(FACT)) {
                continue;
            }
            if name.len() > LONGEST || value.len() > LONGEST {
                form.refuse_text(&shortened(&name), desk.say("dit is te lang", "this is too long"));
            } else {
                if !form.pairs.iter().any(|(own, _)| *own == name) && personal(desk, &name).is_some() {
                    form.personal.insert(name.clone());
                }
                form.pairs.push((name, value));
            }
        }
        form
    }
    pub(super) fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    }
    pub(super) fn is_set(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
    /// What is wrong with a field, if something is.
    pub(super) fn wrong(&self, name: &str) -> Option<&str> {
        self.wrong.get(name).map(String::as_str)
    }
    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }
    pub(super) fn refuse(&mut self, desk: Desk<'_>, name: &str, error: &Error) {
        self.refuse_text(name, &error.beside_field(desk.language));
    }
    pub(super) fn refuse_text(&mut self, name: &str, text: &str) {
        self.wrong.insert(name.to_owned(), capital(&quoted(text)));
    }
    /// It as the query of an address, without what is personal in it.
    pub(super) fn open_query(&self) -> String {
        self.open_query_with("on", self.text("on"))
    }
    /// The same with something else in one field: about another day, say.
    pub(super) fn open_query_with(&self, field: &str, text: &str) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let kept = self.pairs.iter().filter(|(name, _)| name != field && !self.personal.contains(name));
        pairs.extend_pairs(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        pairs.extend_pairs((!text.is_empty()).then_some((field, text)));
        let query = pairs.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// A day, as people or a browser's own field write it.
    pub(super) fn day(&mut self, desk: Desk<'_>, name: &str) -> Option<Date> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let day = FactValue::read_day(&text);
        if day.is_none() {
            let written = shortened(&text);
            let is_none = desk.say("is geen bestaande datum. Kies een dag.", "is not a valid date. Choose a day.");
            self.refuse_text(name, &format!("`{written}` {is_none}"));
        }
        day
    }
    pub(super) fn customer<'a>(&mut self, desk: Desk<'a>) -> Option<Customer<'a>> {
        let name = self.text("customer").to_owned();
        if name.is_empty() {
            return None;
        }
        desk.asker.customer(desk.policy, &name).map_err(|none| self.refuse_text("customer", none.detail().get(desk.language))).ok()
    }
    pub(super) fn service<'a>(&mut self, desk: Desk<'a>) -> Option<Service<'a>> {
        let name = self.text("service").to_owned();
        if name.is_empty() {
            return None;
        }
        match desk.policy.catalogue().service(&name) {
            Ok(service) => Some(service),
            Err(error) => {
                // What is about a person would be lost on the way: then one writes it oneself.
                if self.personal.is_empty() {
                    self.meant = error.suggestions(desk.language).into_iter().take(MEANT).map(str::to_owned).collect();
                }
                if self.meant.is_empty() {
                    self.refuse(desk, "service", &error);
                } else {
                    // What may be meant stands below it, to be chosen.
                    self.refuse_text("service", &format!("{}.", error.message(desk.language)));
                }
                None
            }
        }
    }

    /// The question, if it is one: customer, service, day, and every fact that was filled in.
    pub(super) fn question(&mut self, desk: Desk<'_>) -> Option<Question> {
        let (customer, service) = (self.customer(desk), self.service(desk));
        let on = self.day(desk, "on").unwrap_or(desk.today);
        let known = self.day(desk, "known");
        if !self.is_set("customer") {
            self.refuse_text("customer", desk.say("Kies een klant.", "Choose a customer."));
        }
        if !self.is_set("service") {
            self.refuse_text("service", desk.say("Kies een dienst.", "Choose a service."));
        }
        let (customer, service) = (customer?, service?);
        let mut question = Question::new(customer.id(), service.id(), on);
        question.known = known;
        question.proposed = self.is_set("proposed");
        for (name, value) in self.facts() {
            if self.wrong.len() > TOLD {
                break;
            }
            match desk.policy.read_fact_about(service.id(), &name, &value) {
                Ok((name, value)) => {
                    question.facts.insert(name, value);
                }
                Err(error) => self.refuse(desk, &format!("{FACT}{name}"), &error),
            }
        }
        (!self.is_wrong()).then_some(question)
    }

    /// The facts that were filled in; of several values, one after the other.
    fn facts(&self) -> BTreeMap<String, String> {
        let mut facts: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &self.pairs {
            if let Some(name) = name.strip_prefix(FACT) {
                let all = facts.entry(name.to_owned()).or_default();
                if !all.is_empty() {
                    all.push(',');
                }
                all.push_str(value.trim());
            }
        }
        facts
    }
    /// The names of the facts that were filled in, rightly or not.
    pub(super) fn fact_names(&self) -> impl Iterator<Item = String> {
        let wrong = self.wrong.keys().filter_map(|name| name.strip_prefix(FACT)).map(str::to_owned);
        self.facts().into_keys().chain(wrong)
    }
    /// What is wrong with facts that have no field of their own.
    pub(super) fn wrong_elsewhere(&self, shown: &[Fact<'_>]) -> Markup {
        let is_elsewhere = |name: &str| !shown.iter().any(|fact| fact.name() == name);
        html! {
            @for (name, wrong) in &self.wrong {
                @if name.strip_prefix(FACT).is_some_and(is_elsewhere) { p.error { (wrong) } }
            }
        }
    }

    /// Fields that are not shown, and stay as they are.
    pub(super) fn kept(&self, names: &[&str]) -> Markup {
        html! { @for name in names { @if self.is_set(name) { input type="hidden" name=(name) value=(self.text(name)); } } }
    }
    /// Leaves facts out, and says whether any was filled in.
    pub(super) fn leave_out(&mut self, facts: &[&str]) -> bool {
        let is_one = |name: &str| name.strip_prefix(FACT).is_some_and(|name| facts.contains(&name));
        let was_filled = self.pairs.iter().any(|(name, value)| is_one(name) && !value.is_empty());
        self.pairs.retain(|(name, _)| !is_one(name));
        was_filled
    }

    /// A field with its label, and what is wrong with it.
    pub(super) fn field(&self, name: &str, label: &str, hint: Option<&str>, input: impl FnOnce(&str, Option<&str>) -> Markup) -> Markup {
        let wrong = self.wrong(name);
        let (id, hint_id, wrong_id) = (format!("i-{name}"), format!("h-{name}"), format!("w-{name}"));
        let described: Vec<&str> = [hint.map(|_| hint_id.as_str()), wrong.map(|_| wrong_id.as_str())].into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div.field.wrong[wrong.is_some()] {
                label for=(id) { (label) }
                (input(&id, described.as_deref()))
                @if let Some(hint) = hint { span.hint id=(hint_id) { (hint) } }
                @if let Some(wrong) = wrong { span.error id=(wrong_id) { (wrong) } }
            }
        }
    }

    /// The field of a day.
    pub(super) fn day_field(&self, name: &str, label: &str, hint: Option<&str>, default: Option<Date>) -> Markup {
        let written = self.text(name);
        // A browser's own field of a day takes no other way of writing it.
        let default = default.filter(|_| self.wrong(name).is_none());
        let value = FactValue::read_day(written).or(default).map(|day| day.to_string()).unwrap_or_default();
        self.field(name, label, hint, |id, described| {
            html! { input type="date" id=(id) name=(name) value=(value) aria-describedby=[described] aria-invalid=[self.wrong(name).map(|_| "true")]; }
        })
    }

    /// The field of a customer, as a list of those that may be seen.
    pub(super) fn customer_field(&self, desk: Desk<'_>, optional: Option<&str>) -> Markup {
        let chosen = desk.asker.customer(desk.policy, self.text("customer")).ok().map(Customer::id);
        self.field("customer", desk.say("Klant", "Customer"), None, |id, described| {
            html! {
                select id=(id) name="customer" required[optional.is_none()] aria-describedby=[described] aria-invalid=[self.wrong("customer").map(|_| "true")] {
                    option value="" { (optional.unwrap_or(desk.say("Kies een klant", "Choose a customer"))) }
                    @for customer in desk.customers() {
                        option value=(customer.id()) selected[chosen == Some(customer.id())] { (customer.name()) }
                    }
                }
            }
        })
    }

    /// The field of a service: any of its names, found as one types.
    pub(super) fn service_field(&self, desk: Desk<'_>) -> Markup {
        let catalogue = desk.policy.catalogue();
        let written = self.text("service");
        let shown = catalogue.service(written).map_or(written, |service| service.label(desk.language));
        self.field(
            "service",
            desk.say("Dienst", "Service"),
            Some(desk.say("Typ een deel van de naam", "Type a part of its name")),
            |id, described| {
                let meant = if self.meant.is_empty() { "" } else { " m-service" };
                let described = format!("{}{meant}", described.unwrap_or_default());
                html! {
                    input type="text" id=(id) name="service" value=(shown) list="services" autocomplete="off" required
                        aria-describedby=(described) aria-invalid=[self.wrong("service").map(|_| "true")];
                    datalist id="services" {
                        @for service in catalogue.services() {
                            @let others: Vec<&str> = service.synonyms().collect();
                            option value=(service.label(desk.language)) { (others.join(", ")) }
                        }
                    }
                    @if !self.meant.is_empty() {
                        p.meant id="m-service" {
                            (desk.say("Bedoelt u:", "Did you mean:"))
                            @for name in &self.meant { " " a href=(self.open_query_with("service", name)) { (name) } }
                        }
                    }
                }
            },
        )
    }

    /// The field of a fact: a list where it has a few values, else what one writes.
    pub(super) fn fact_field(&self, desk: Desk<'_>, fact: Fact<'_>, unit: Option<&str>) -> Markup {
        let name = format!("{FACT}{}", fact.name());
        let label = capital(fact.label(desk.language));
        let written: Vec<&str> = self.pairs.iter().filter(|(own, _)| *own == name).map(|(_, value)| value.trim()).collect();
        let first = written.first().copied().unwrap_or_default();
        let unknown = desk.say("weet ik niet", "I do not know");
        let chosen =
            |value: &str| first == value || desk.policy.read_fact(fact.name(), first).is_ok_and(|(_, read)| read == FactValue::from(value));
        let invalid = self.wrong(&name).map(|_| "true");
        match fact.kind() {
            Kind::Truth => {
                let is = FactValue::read_truth(first);
                self.field(&name, &label, None, |id, described| {
                    html! {
                        select id=(id) name=(name) aria-describedby=[described] aria-invalid=[invalid] {
                            option value="" { (unknown) }
                            option value="true" selected[is == Some(true)] { (desk.say("ja", "yes")) }
                            option value="false" selected[is == Some(false)] { (desk.say("nee", "no")) }
                        }
                    }
                })
            }
            Kind::Text if !fact.is_open() => self.field(&name, &label, None, |id, described| {
                html! {
                    select id=(id) name=(name) aria-describedby=[described] aria-invalid=[invalid] {
                        option value="" { (unknown) }
                        @for value in fact.values() { option value=(value) selected[chosen(value)] { (fact.value_label(value, desk.language)) } }
                    }
                }
            }),
            Kind::Tags => html! {
                fieldset.field.wrong[invalid.is_some()] {
                    legend { (label) }
                    @if let Some(wrong) = self.wrong(&name) { span.error { (wrong) } }
                    @for value in fact.values() {
                        label.choice { input type="checkbox" name=(name) value=(value) checked[written.contains(&value)]; " " (fact.value_label(value, desk.language)) }
                    }
                }
            },
            Kind::Day => self.day_field(&name, &label, None, None),
            _ => {
                let is_number = matches!(fact.kind(), Kind::Number { .. });
                let unit = fact.unit().map(|unit| unit.label(desk.language)).or(unit).filter(|_| is_number);
                let hint = unit.map(|unit| format!("{} {unit}", desk.say("in", "in")));
                self.field(&name, &label, hint.as_deref(), |id, described| {
                    html! { input type="text" id=(id) name=(name) value=(first) inputmode=[is_number.then_some("decimal")] autocomplete="off" aria-describedby=[described] aria-invalid=[invalid]; }
                })
            }
        }
    }
}

/// The personal fact that a field is about, if it is about one.
fn personal<'a>(desk: Desk<'a>, field: &str) -> Option<Fact<'a>> {
    field.strip_prefix(FACT).and_then(|name| desk.policy.catalogue().fact(name).ok()).filter(|fact| fact.is_personal())
}

/// A text with a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
