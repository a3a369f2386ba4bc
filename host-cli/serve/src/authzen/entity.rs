//! What AuthZEN asks about in; a question of ours out, or why it is none.

use std::collections::{BTreeMap, BTreeSet};

use leidraad::catalogue::{Catalogue, Customer, Fact, Service};
use leidraad::{Bilingual, Date, FactValue, Policy, Question, both};
use serde_json::value::RawValue;

use crate::answer::Answering;
use crate::asker::NoCustomer;
use crate::object::{Members, Object, escaped, note, shortened};
use crate::problem::{Finding, TOLD, told};
use crate::question::{When, may_be_given, no_value, of_facts};

/// A subject, an action or a resource, as it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Entity<'j> {
    pub(super) kind: Option<String>,
    pub(super) id: Option<String>,
    pub(super) properties: Vec<(String, &'j RawValue)>,
}

/// What is asked about, as it is written. Each part may be left out where another stands in for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked<'j> {
    pub(super) subject: Option<Entity<'j>>,
    pub(super) action: Option<Entity<'j>>,
    pub(super) resource: Option<Entity<'j>>,
    pub(super) context: Option<Context>,
}

/// When, as it says, and what else it says.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    when: When,
    others: Vec<String>,
}

/// Takes what is asked about out of members; what it may not be is a finding.
pub(super) fn take<'j>(members: &mut Members<'j>) -> Asked<'j> {
    Asked {
        subject: entity(members, "subject", "id"),
        action: entity(members, "action", "name"),
        resource: entity(members, "resource", "id"),
        context: context(members),
    }
}

fn an_object() -> Bilingual {
    both!("an object", "een object")
}

fn entity<'j>(members: &mut Members<'j>, name: &str, id: &str) -> Option<Entity<'j>> {
    let object = members.take::<Object<'j>>(name, &an_object())?;
    let mut own = Members::of(object);
    let a_text = both!("a text", "een tekst");
    let kind = if id == "name" { None } else { own.take::<String>("type", &a_text) };
    let called = own.take::<String>(id, &a_text);
    let mut properties = Members::of(own.take_some::<Object<'j>>("properties", &an_object()).unwrap_or_default());
    own.findings.extend(properties.findings.drain(..).map(|finding| finding.below("/properties")));
    members.findings.extend(own.findings.into_iter().map(|finding| finding.below(&format!("/{name}"))));
    Some(Entity { kind, id: called, properties: properties.all().collect() })
}

fn context(members: &mut Members<'_>) -> Option<Context> {
    let object = members.take_some::<Object<'_>>("context", &an_object())?;
    let mut own = Members::of(object);
    let when = When::take(&mut own);
    members.findings.extend(own.findings.drain(..).map(|finding| finding.below("/context")));
    Some(Context { when, others: own.all().map(|(name, _)| name).collect() })
}

impl<'j> Entity<'j> {
    /// It, with what is left out taken from another: its type and id alone.
    fn over(mut self, other: Option<&Entity<'j>>) -> Entity<'j> {
        if let Some(other) = other {
            self.kind = self.kind.or_else(|| other.kind.clone());
            self.id = self.id.or_else(|| other.id.clone());
        }
        self
    }
}

impl<'j> Asked<'j> {
    /// It, with what is left out taken from what stands above all of many.
    pub(super) fn over(self, above: &Asked<'j>) -> Asked<'j> {
        let one = |own: Option<Entity<'j>>, above: &Option<Entity<'j>>| match own {
            Some(own) => Some(own.over(above.as_ref())),
            None => above.clone(),
        };
        Asked {
            subject: one(self.subject, &above.subject),
            action: one(self.action, &above.action),
            resource: one(self.resource, &above.resource),
            context: self.context.or_else(|| above.context.clone()),
        }
    }

    /// Whether the subject is no customer itself, but names one.
    fn acts_for_another(&self, catalogue: Catalogue<'_>) -> bool {
        let kind = self.subject.as_ref().and_then(|subject| subject.kind.as_deref()).unwrap_or_default();
        kind != "customer" && !is_role(catalogue, kind)
    }

    /// What is missing, where these have to be there: each a path such as `/subject/id`.
    pub(super) fn missing(&self, wanted: &[&str]) -> Vec<Finding> {
        let lacks = |path: &&&str| {
            let mut parts = path.split('/').skip(1);
            let entity = match parts.next() {
                Some("subject") => self.subject.as_ref(),
                Some("action") => self.action.as_ref(),
                _ => self.resource.as_ref(),
            };
            match parts.next() {
                // Of what is missing as a whole, the parts are not told.
                Some("type") => entity.is_some_and(|entity| entity.kind.is_none()),
                Some(_) => entity.is_some_and(|entity| entity.id.is_none()),
                None => entity.is_none(),
            }
        };
        wanted
            .iter()
            .filter(lacks)
            .map(|path| Finding::body(*path, "missing", both!("`{path}` is missing", "`{path}` ontbreekt")))
            .collect()
    }
}

/// What properties come to: facts, each with where it stands; and what there is no use for.
#[derive(Debug, Default)]
pub(super) struct Facts {
    given: BTreeMap<String, (String, FactValue)>,
    pub(super) ignored: BTreeSet<String>,
}

/// Why what is asked about is no question: who or what is not known, or a property that is no value of its fact.
pub(super) struct Unknown {
    pub(super) status: u16,
    pub(super) message: Bilingual,
}

impl Unknown {
    fn of(error: &leidraad::Error) -> Unknown {
        Unknown { status: if error.is_unknown_name() { 404 } else { 400 }, message: told(error) }
    }
    fn customer(none: &NoCustomer) -> Unknown {
        match none {
            NoCustomer::Unknown(error) => Unknown::of(error),
            NoCustomer::NotSeen(_) => Unknown { status: 403, message: none.detail() },
        }
    }
}

/// The customer that a subject is, or acts for.
pub(super) fn customer<'p>(answering: &Answering<'p>, subject: &Entity<'_>) -> Result<Customer<'p>, Unknown> {
    let catalogue = answering.policy.catalogue();
    let named = |name: &str| answering.asker.customer(answering.policy, name).map_err(|none| Unknown::customer(&none));
    let id = subject.id.as_deref().unwrap_or_default();
    let kind = subject.kind.as_deref().unwrap_or_default();
    if kind == "customer" {
        return named(id);
    }
    if is_role(catalogue, kind) {
        let is_one = |customer: &Customer<'_>| customer.id() == id && customer.role().is_some_and(|role| role.id() == kind);
        // Who may not be seen is not there: of others, none has this name either.
        let found = catalogue.customers().filter(|customer| answering.asker.sees(customer.id())).find(is_one);
        let (kind, id) = (shortened(kind), shortened(id));
        return found.ok_or_else(|| Unknown { status: 404, message: both!("there is no {kind} `{id}`", "er is geen {kind} `{id}`") });
    }
    let acts_for = subject.properties.iter().find(|(name, _)| name == "customer");
    if let Some(name) = acts_for.and_then(|(_, value)| serde_json::from_str::<String>(value.get()).ok()) {
        named(&name)
    } else {
        let kind = shortened(kind);
        Err(Unknown {
            status: 404,
            message: both!(
                "a subject of type `{kind}` has to name the customer that it acts for in `properties.customer`",
                "een subject van het type `{kind}` moet in `properties.customer` de klant noemen waarvoor het handelt"
            ),
        })
    }
}

/// Whether a type is a role that customers have.
pub(super) fn is_role(catalogue: Catalogue<'_>, kind: &str) -> bool {
    catalogue.roles().any(|role| role.id() == kind)
}

/// The service that a resource is.
pub(super) fn service<'p>(catalogue: Catalogue<'p>, resource: &Entity<'_>) -> Result<Service<'p>, Unknown> {
    let (kind, id) = (resource.kind.as_deref().unwrap_or_default(), resource.id.as_deref().unwrap_or_default());
    if kind == "service" {
        return catalogue.service(id).map_err(|error| Unknown::of(&error));
    }
    let whole = format!("{kind}/{id}");
    catalogue.services().find(|service| service.id() == whole).ok_or_else(|| {
        let shown = shortened(&whole);
        Unknown { status: 404, message: both!("there is no service `{shown}`", "er is geen dienst `{shown}`") }
    })
}

const ACTION: &str = "action";

/// The fact that names actions, where the register has one.
fn action_fact(catalogue: Catalogue<'_>) -> Option<Fact<'_>> {
    catalogue.facts().find(|fact| fact.name() == ACTION && !fact.is_from_register())
}

/// What can be done: `use`, or what the register's own fact says.
pub(super) fn actions(catalogue: Catalogue<'_>) -> Vec<&str> {
    action_fact(catalogue).map_or_else(|| vec!["use"], |fact| fact.values().collect())
}

/// The facts that properties are, or all that is wrong with them.
pub(super) fn facts(policy: &Policy, asked: &Asked<'_>) -> Result<Facts, Vec<Finding>> {
    let catalogue = policy.catalogue();
    let mut facts = Facts::default();
    let mut findings = Vec::new();
    let all = [("subject", &asked.subject), ("action", &asked.action), ("resource", &asked.resource)];
    for (part, name, value) in all
        .iter()
        .flat_map(|(part, entity)| entity.iter().flat_map(|entity| &entity.properties).map(move |(name, value)| (*part, name, value)))
    {
        let pointer = format!("/{part}/properties/{}", escaped(name));
        // What is to be done is said by the action's name.
        let is_fact = name != ACTION && catalogue.facts().any(|fact| fact.name() == name && may_be_given(fact));
        if !is_fact {
            if !(part == "subject" && name == "customer" && asked.acts_for_another(catalogue)) {
                note(&mut facts.ignored, name);
            }
            continue;
        }
        match serde_json::from_str::<Option<FactValue>>(value.get()) {
            // S11: what is null is not given.
            Ok(None) => {}
            Ok(Some(value)) => {
                if facts.given.get(name).is_some_and(|(_, other)| *other != value) {
                    let shown = shortened(name);
                    let detail = both!("`{shown}` is given twice, with two values", "`{shown}` is twee keer gegeven, met twee waarden");
                    findings.push(Finding::body(pointer, "given-twice", detail));
                } else {
                    facts.given.insert(name.clone(), (pointer, value));
                }
            }
            Err(_) => findings.push(no_value(pointer, name, value)),
        }
    }
    for name in asked.context.iter().flat_map(|context| &context.others) {
        note(&mut facts.ignored, &format!("context.{name}"));
    }
    let given = facts.given.iter().map(|(name, (pointer, value))| (pointer.clone(), name.as_str(), value));
    findings.extend(of_facts(policy, given).take(TOLD + 1));
    if findings.is_empty() { Ok(facts) } else { Err(findings) }
}

/// The question about a customer and a service, with these facts.
pub(super) fn question(
    catalogue: Catalogue<'_>,
    (customer, service): (Customer<'_>, Service<'_>),
    asked: &Asked<'_>,
    facts: &Facts,
    action: &str,
    today: Date,
) -> Result<Question, Unknown> {
    let when = asked.context.as_ref().map(|context| context.when).unwrap_or_default();
    let mut question = when.question(customer.id(), service.id(), today);
    question.facts.extend(facts.given.iter().map(|(name, (_, value))| (name.clone(), value.clone())));
    if action_fact(catalogue).is_some() {
        question.facts.insert(ACTION.to_owned(), FactValue::from(action));
    } else if action != "use" {
        let shown = shortened(action);
        return Err(Unknown {
            status: 404,
            message: both!("the action `{shown}` is not known; there is: `use`", "de actie `{shown}` is niet bekend; er is: `use`"),
        });
    }
    Ok(question)
}
