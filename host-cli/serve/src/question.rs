//! What was sent, and a policy, in; a question out, or all that is wrong with it, each with its place.

use axum::http::StatusCode;
use leidraad::catalogue::Fact;
use leidraad::{Bilingual, Date, Error, FactValue, Policy, Question, both};
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
            Err(_) => {
                let shown = shortened(&name);
                findings.push(Finding::body(
                    format!("/facts/{}", escaped(&name)),
                    "bad-fact",
                    both!(
                        "`{shown}` has to be true or false, a number, a text, or a list of texts",
                        "`{shown}` moet true of false zijn, een getal, een tekst, of een lijst van teksten"
                    ),
                ));
            }
        }
    }
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
    // Where a name is not known, a fact is looked at beside any other.
    let (customer, service) =
        (customer.ok().or_else(|| catalogue.customers().next()), service.ok().or_else(|| catalogue.services().next()));
    let (Some(customer), Some(service)) = (customer, service) else { return findings };
    for (name, value) in &question.facts {
        // Whoever sends a thousand facts that are none is told of the first ones.
        if findings.len() > TOLD {
            break;
        }
        let alone = Question::new(customer.id(), service.id(), question.on).fact(name.clone(), value.clone());
        if let Err(error) = policy.prepare(&alone) {
            findings.push(Finding::of(Place::Body(format!("/facts/{}", escaped(name))), &error));
        }
    }
    findings
}
