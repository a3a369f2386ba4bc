//! What was sent, and a policy, in; a question out, or all that is wrong with it, each with its place.

use axum::http::StatusCode;
use leidraad::catalogue::Fact;
use leidraad::{Bilingual, Date, Decision, Error, FactValue, Language, Outcome, Policy, Question, both};
use serde_json::value::RawValue;

use crate::object::{Members, Object, escaped, object, shortened};
use crate::problem::{Finding, Place, Problem, TOLD, told};

/// When a question is about: a day, from whose knowledge, and whether proposals count.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct When {
    /// `None`: today
    pub(crate) on: Option<Date>,
    pub(crate) known: Option<Date>,
    pub(crate) proposed: bool,
}

impl When {
    /// As the context of another standard has it, where null is as good as nothing.
    pub(crate) fn take(members: &mut Members<'_>) -> When {
        let on = members.take_some::<String>("on", &a_day()).and_then(|text| day(members, "on", &text));
        let known = members.take_some::<String>("known", &a_day()).and_then(|text| day(members, "known", &text));
        When { on, known, proposed: members.take_some::<bool>("proposed", &true_or_false()).unwrap_or_default() }
    }
    pub(crate) fn question(self, customer: &str, service: &str, today: Date) -> Question {
        let mut question = Question::new(customer, service, self.on.unwrap_or(today));
        question.known = self.known;
        question.proposed = self.proposed;
        question
    }
}

fn a_day() -> Bilingual {
    both!("a day as \"2025-02-01\"", "een dag als \"2025-02-01\"")
}

fn true_or_false() -> Bilingual {
    both!("true or false", "true of false")
}

/// Whether a question may give a fact: not one that the register gives, nor one that follows from others.
pub(crate) fn may_be_given(fact: Fact<'_>) -> bool {
    !fact.is_from_register() && !fact.is_derived()
}

/// A decision in a sentence, for doors that say yes or no beside it: what is not certain counts as no there (S11).
pub(crate) fn message(decision: &Decision<'_>, language: Language) -> String {
    let headline = decision.explain(language).headline;
    if decision.outcome() != Outcome::Undetermined {
        return headline;
    }
    let counts = both!("Counts as no as long as it is not certain. {headline}", "Telt als nee zolang het niet zeker is. {headline}");
    counts.get(language).to_owned()
}

/// What may stand in a question.
const KNOWN: &str = "`customer`, `service`, `on`, `known`, `proposed`, `facts`";

/// Reads a question that is the body.
pub(crate) fn read(body: &[u8], today: Date) -> Result<Question, Problem> {
    let members = object(body).map_err(|finding| Problem::invalid(vec![finding]))?;
    take(&mut Members::of(members), today, KNOWN).map_err(Problem::invalid)
}

/// Takes a question out of members; nothing else may stand there.
pub(crate) fn take(members: &mut Members<'_>, today: Date, known: &str) -> Result<Question, Vec<Finding>> {
    let (customer, service) = (members.text("customer"), members.text("service"));
    // Here null is no day: it may be meant as today, or as any.
    let on = members.take::<String>("on", &a_day()).and_then(|text| day(members, "on", &text));
    let knowledge = members.take_some::<String>("known", &a_day()).and_then(|text| day(members, "known", &text));
    let proposed = members.take::<bool>("proposed", &true_or_false()).unwrap_or_default();
    let facts = members.raw("facts");
    let when = When { on, known: knowledge, proposed };
    let mut question = when.question(&customer.unwrap_or_default(), &service.unwrap_or_default(), today);
    if let Some(facts) = facts {
        put_facts(facts, &mut question, &mut members.findings);
    }
    members.no_more(known);
    if members.findings.is_empty() { Ok(question) } else { Err(std::mem::take(&mut members.findings)) }
}

/// A day as JSON has it.
fn day(members: &mut Members<'_>, name: &str, text: &str) -> Option<Date> {
    match Question::read_day(name, text) {
        Ok(day) => Some(day),
        Err(error) => {
            members.findings.push(Finding::of(Place::Body(format!("/{name}")), &error));
            None
        }
    }
}

/// The facts of a question; one that is null is not given (S11).
pub(crate) fn put_facts(facts: &RawValue, question: &mut Question, findings: &mut Vec<Finding>) {
    if facts.get() == "null" {
        return;
    }
    let Ok(object) = serde_json::from_str::<Object<'_>>(facts.get()) else {
        findings.push(Finding::body("/facts", "bad-type", both!("`facts` has to be an object", "`facts` moet een object zijn")));
        return;
    };
    let members = Members::of(object);
    findings.extend(members.findings.iter().cloned().map(|finding| finding.below("/facts")));
    for (name, value) in members.all() {
        match serde_json::from_str::<Option<FactValue>>(value.get()) {
            Ok(Some(value)) => {
                question.facts.insert(name, value);
            }
            Ok(None) => {}
            Err(_) => findings.push(no_value(format!("/facts/{}", escaped(&name)), &name, value)),
        }
    }
}

/// Why something is no value of any fact.
pub(crate) fn no_value(pointer: String, name: &str, value: &RawValue) -> Finding {
    let shown = shortened(name);
    let is_number = value.get().starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let detail = if is_number {
        both!(
            "`{shown}` is a number with more digits than can be counted with",
            "`{shown}` is een getal met meer cijfers dan waarmee te rekenen is"
        )
    } else {
        both!(
            "`{shown}` has to be true or false, a number, a text, or a list of texts",
            "`{shown}` moet true of false zijn, een getal, een tekst, of een lijst van teksten"
        )
    };
    Finding::body(pointer, "bad-fact", detail)
}

/// Why a policy has no answer to a question: all that is wrong with what was sent, or that it cannot be answered at all.
pub(crate) fn refused(policy: &Policy, question: &Question, error: &Error) -> Problem {
    let findings = findings(policy, question);
    if !findings.is_empty() {
        return Problem::invalid(findings);
    }
    if error.is_too_complex() || error.is_contested() {
        return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, told(error));
    }
    Problem::invalid(vec![Finding::of(Place::Body(String::new()), error)])
}

/// Everything in a question that the policy does not know, each by itself.
pub(crate) fn findings(policy: &Policy, question: &Question) -> Vec<Finding> {
    let catalogue = policy.catalogue();
    let mut findings = Vec::new();
    let customer = catalogue.customer(&question.customer);
    if let Err(error) = &customer {
        findings.push(Finding::of(Place::Body("/customer".to_owned()), error));
    }
    let service = catalogue.service(&question.service);
    if let Err(error) = &service {
        findings.push(Finding::of(Place::Body("/service".to_owned()), error));
    }
    let room = (TOLD + 1).saturating_sub(findings.len());
    let facts = question.facts.iter().map(|(name, value)| (format!("/facts/{}", escaped(name)), name.as_str(), value));
    findings.extend(of_facts(policy, facts).take(room));
    if findings.is_empty() {
        findings.extend(given_twice(policy, question));
    }
    findings
}

/// The facts that the policy does not know, or whose values are none of theirs: each looked at by itself, at its pointer.
pub(crate) fn of_facts<'q>(
    policy: &Policy,
    facts: impl Iterator<Item = (String, &'q str, &'q FactValue)>,
) -> impl Iterator<Item = Finding> {
    let catalogue = policy.catalogue();
    let anyone = catalogue.customers().next().zip(catalogue.services().next());
    facts.filter_map(move |(pointer, name, value)| {
        let (customer, service) = anyone?;
        let alone = Question::new(customer.id(), service.id(), Date::ZERO).fact(name, value.clone());
        policy.prepare(&alone).err().map(|error| Finding::of(Place::Body(pointer), &error))
    })
}

/// The fact that a question gives by two of its names.
fn given_twice(policy: &Policy, question: &Question) -> Option<Finding> {
    let catalogue = policy.catalogue();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for name in question.facts.keys() {
        let Ok(fact) = catalogue.fact(name) else { continue };
        if let Some((_, other)) = seen.iter().find(|(own, _)| *own == fact.name()) {
            let (shown, other) = (shortened(name), shortened(other));
            let detail = both!(
                "`{shown}` and `{other}` are two names of one fact; give it once",
                "`{shown}` en `{other}` zijn twee namen van één gegeven; geef het één keer"
            );
            return Some(Finding::body(format!("/facts/{}", escaped(name)), "given-twice", detail));
        }
        seen.push((fact.name(), name));
    }
    None
}
