//! What there is to ask about: customers, services, facts, levels, rule sets.

use axum::extract::Path;
use axum::response::Response;
use leidraad::catalogue::{self, Kind, Term};
use leidraad::{Date, FactValue, Language, Policy, both};
use serde::Serialize;
use utoipa::ToSchema;

use super::{customer_at, schema};
use crate::access::Scope;
use crate::asker::{Asker, Lookup};
use crate::cached::{answer, bytes, tag};
use crate::params::Params;
use crate::problem::Problem;
use crate::service::aside;

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
struct Customer<'p> {
    /// its id
    id: &'p str,
    /// its name
    name: &'p str,
    /// its official code
    code: Option<&'p str>,
    /// the id of its role
    role: Option<&'p str>,
    /// other names of it
    synonyms: Vec<&'p str>,
    /// the first day on which it is in the catalogue; null: always
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
struct Service<'p> {
    /// its id: domain/name
    id: &'p str,
    /// its name in Dutch
    nl: &'p str,
    /// its name in English
    en: &'p str,
    /// the id of its domain
    domain: Option<&'p str>,
    /// the id of the unit in which it is counted
    unit: Option<&'p str>,
    /// other names of it
    synonyms: Vec<&'p str>,
    /// the ids of the services without which it is of no use
    requires: Vec<&'p str>,
    /// of a composite service, the ids of its parts
    parts: Vec<&'p str>,
    /// the first day on which it is in the catalogue; null: always
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
}

/// A fact that questions may give, or that the register gives.
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
struct Fact<'p> {
    /// its name in questions
    name: &'p str,
    /// its name in Dutch
    nl: &'p str,
    /// its name in English
    en: &'p str,
    /// `truth`, `number`, `text`, `day` or `tags`
    #[serde(rename = "type")]
    kind: &'static str,
    /// of a number, how many decimals it can have
    decimals: Option<u32>,
    /// of a number or a day, the lowest value
    #[schema(value_type = Option<schema::FactValue>)]
    min: Option<FactValue>,
    /// of a number or a day, the highest value
    #[schema(value_type = Option<schema::FactValue>)]
    max: Option<FactValue>,
    /// the texts or tags that it can be; empty: any
    values: Vec<Named<'p>>,
    /// the id of the unit in which it counts
    unit: Option<&'p str>,
    /// other names of it
    synonyms: Vec<&'p str>,
    /// only the register gives it
    from_register: bool,
    /// the customer can change it
    changeable: bool,
    /// it says something of a person: logs mask it
    personal: bool,
    /// it follows from other facts
    derived: bool,
}

/// A value that a fact can have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedValue)]
struct Named<'p> {
    /// as questions give it
    value: &'p str,
    /// in Dutch
    nl: &'p str,
    /// in English
    en: &'p str,
}

/// A level of flexibility.
#[derive(Debug, Serialize, ToSchema)]
struct Level<'p> {
    /// its id
    id: &'p str,
    /// its name in Dutch
    nl: &'p str,
    /// its name in English
    en: &'p str,
}

/// A rule set, in its versions.
#[derive(Debug, Serialize, ToSchema)]
struct RuleSet<'p> {
    /// its id
    id: &'p str,
    /// the id of its rank among instruments
    rank: Option<&'p str>,
    /// its versions
    versions: Vec<Version<'p>>,
}

/// A version of a rule set.
#[derive(Debug, Serialize, ToSchema)]
struct Version<'p> {
    /// set@version
    key: &'p str,
    /// its title, in the language of the answer
    title: Option<&'p str>,
    /// the text that it rests on
    reference: Option<&'p str>,
    /// the first day on which it counts
    from: Option<Date>,
    /// the last day; null: for ever
    until: Option<Date>,
    /// the day on which it was decided
    decided: Option<Date>,
    /// who decided it, in the language of the answer
    decided_by: Option<&'p str>,
    /// it is a proposal still
    proposed: bool,
    /// the ids of the customers whose consent it waits for, of those that the key or token may see
    awaits: Vec<&'p str>,
}

/// The customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Customers<'p> {
    customers: Vec<Customer<'p>>,
}

/// The services.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Services<'p> {
    services: Vec<Service<'p>>,
}

/// The facts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facts<'p> {
    facts: Vec<Fact<'p>>,
}

/// The levels, the lowest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Levels<'p> {
    levels: Vec<Level<'p>>,
}

/// The rule sets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleSets<'p> {
    rule_sets: Vec<RuleSet<'p>>,
}

impl<'p> From<catalogue::Customer<'p>> for Customer<'p> {
    fn from(own: catalogue::Customer<'p>) -> Customer<'p> {
        let days = own.days();
        Customer {
            id: own.id(),
            name: own.name(),
            code: own.code(),
            role: own.role().map(Term::id),
            synonyms: own.synonyms().collect(),
            from: days.from,
            until: days.until,
        }
    }
}

impl<'p> From<catalogue::Service<'p>> for Service<'p> {
    fn from(own: catalogue::Service<'p>) -> Service<'p> {
        let days = own.days();
        Service {
            id: own.id(),
            nl: own.label(Language::Nl),
            en: own.label(Language::En),
            domain: own.domain().map(Term::id),
            unit: own.unit().map(catalogue::Unit::id),
            synonyms: own.synonyms().collect(),
            requires: own.requires().map(catalogue::Service::id).collect(),
            parts: own.parts().map(catalogue::Service::id).collect(),
            from: days.from,
            until: days.until,
        }
    }
}

impl<'p> From<catalogue::Fact<'p>> for Fact<'p> {
    fn from(own: catalogue::Fact<'p>) -> Fact<'p> {
        let (kind, decimals) = match own.kind() {
            Kind::Truth => ("truth", None),
            Kind::Number { decimals } => ("number", Some(decimals)),
            Kind::Day => ("day", None),
            Kind::Tags => ("tags", None),
            _ => ("text", None),
        };
        let (min, max) = own.range().unzip();
        let value = |value: &'p str| Named { value, nl: own.value_label(value, Language::Nl), en: own.value_label(value, Language::En) };
        Fact {
            name: own.name(),
            nl: own.label(Language::Nl),
            en: own.label(Language::En),
            kind,
            decimals,
            min,
            max,
            values: own.values().map(value).collect(),
            unit: own.unit().map(catalogue::Unit::id),
            synonyms: own.synonyms().collect(),
            from_register: own.is_from_register(),
            changeable: own.is_changeable(),
            personal: own.is_personal(),
            derived: own.is_derived(),
        }
    }
}

fn version<'p>(own: catalogue::Version<'p>, language: Language, asker: &Asker) -> Version<'p> {
    let days = own.days();
    Version {
        key: own.key(),
        title: own.title(language),
        reference: own.reference(),
        from: days.from,
        until: days.until,
        decided: own.decided(),
        decided_by: own.decided_by(language),
        proposed: own.is_proposed(),
        awaits: own.awaits().map(catalogue::Customer::id).filter(|id| asker.sees(id)).collect(),
    }
}

/// Answers with something of the catalogue; nothing may stand in the query.
fn listed(lookup: &Lookup, make: impl FnOnce(&Policy, Language) -> Result<Vec<u8>, Problem>) -> Result<Response, Problem> {
    let Lookup { shared, asker, address, query, headers } = lookup;
    asker.may(Scope::Ask)?;
    Params::read(query.as_deref(), &[]).done()?;
    aside(|| {
        let policy = shared.policy();
        let language = asker.language(&policy);
        // It is made first: whoever may not see it is not told that nothing changed.
        let body = make(&policy, language)?;
        answer(headers, &tag(&policy, shared.today(&policy), language, asker, address), language, || Ok(body))
    })
}

/// All customers
///
/// Those that the key or token may see, in the register's order.
#[utoipa::path(
    get, path = "/customers", tag = "catalogue", operation_id = "customers",
    responses((status = 200, description = "The customers", body = Customers)),
)]
pub(crate) async fn customers(lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| {
        let customers = policy.catalogue().customers().filter(|customer| lookup.asker.sees(customer.id())).map(Customer::from).collect();
        Ok(bytes(&Customers { customers }))
    })
}

/// One customer
///
/// By its id.
#[utoipa::path(
    get, path = "/customers/{customer}", tag = "catalogue", operation_id = "customer",
    params(("customer" = String, Path, description = "The id of the customer", example = "leiderdorp")),
    responses((status = 200, description = "The customer", body = Customer)),
)]
pub(crate) async fn customer(Path(id): Path<String>, lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| Ok(bytes(&Customer::from(customer_at(policy, &lookup.asker, &id)?))))
}

/// All services
///
/// In the register's order.
#[utoipa::path(
    get, path = "/services", tag = "catalogue", operation_id = "services",
    responses((status = 200, description = "The services", body = Services)),
)]
pub(crate) async fn services(lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| Ok(bytes(&Services { services: policy.catalogue().services().map(Service::from).collect() })))
}

/// One service
///
/// By its id: its domain, and its name in it.
#[utoipa::path(
    get, path = "/services/{domain}/{service}", tag = "catalogue", operation_id = "service",
    params(
        ("domain" = String, Path, description = "The id of the domain", example = "legal"),
        ("service" = String, Path, description = "The id of the service in it", example = "advice"),
    ),
    responses((status = 200, description = "The service", body = Service)),
)]
pub(crate) async fn service(Path((domain, name)): Path<(String, String)>, lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| {
        let id = format!("{domain}/{name}");
        let found = policy.catalogue().services().find(|service| service.id() == id).ok_or_else(|| {
            let shown = crate::object::shortened(&id);
            Problem::not_found(both!("there is no service `{shown}`", "er is geen dienst `{shown}`"))
        })?;
        Ok(bytes(&Service::from(found)))
    })
}

/// All facts
///
/// Those that questions give, and those that the register gives.
#[utoipa::path(
    get, path = "/facts", tag = "catalogue", operation_id = "facts",
    responses((status = 200, description = "The facts", body = Facts)),
)]
pub(crate) async fn facts(lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| Ok(bytes(&Facts { facts: policy.catalogue().facts().map(Fact::from).collect() })))
}

/// All levels
///
/// The lowest first: that is `none`, not entitled.
#[utoipa::path(
    get, path = "/levels", tag = "catalogue", operation_id = "levels",
    responses((status = 200, description = "The levels", body = Levels)),
)]
pub(crate) async fn levels(lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, _| {
        let levels =
            policy.catalogue().levels().map(|own| Level { id: own.id(), nl: own.label(Language::Nl), en: own.label(Language::En) });
        Ok(bytes(&Levels { levels: levels.collect() }))
    })
}

/// All rule sets
///
/// With their versions, proposals among them: those that have something about a customer whom the key or token may see.
#[utoipa::path(
    get, path = "/rule-sets", tag = "catalogue", operation_id = "ruleSets",
    responses((status = 200, description = "The rule sets", body = RuleSets)),
)]
pub(crate) async fn rule_sets(lookup: Lookup) -> Result<Response, Problem> {
    listed(&lookup, |policy, language| {
        let seen = lookup.asker.versions(policy);
        let is_seen = |own: &catalogue::Version<'_>| seen.as_ref().is_none_or(|seen| seen.contains(own.key()));
        let rule_sets = policy.catalogue().rule_sets().map(|own| RuleSet {
            id: own.id(),
            rank: own.rank().map(Term::id),
            versions: own.versions().filter(is_seen).map(|own| version(own, language, &lookup.asker)).collect(),
        });
        Ok(bytes(&RuleSets { rule_sets: rule_sets.filter(|set| seen.is_none() || !set.versions.is_empty()).collect() }))
    })
}
