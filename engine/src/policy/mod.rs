//! Sources in, a policy out; questions in, decisions out. Everything that an application calls.

mod batch;
mod loading;
mod questions;

pub use batch::Batch;
pub use loading::Loader;

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::compare::{self, Outlook, PolicyView, WhyNot};
use crate::compile::Cells;
use crate::coverage::{self, Coverage};
use crate::decide::{Decision, World};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::load;
use crate::model;
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::question::Question;
use crate::model::register::Register;
use crate::model::rule::Level;
use crate::model::value::FactValue;
use crate::names::Names;
use crate::option::LoadedOptions;
use crate::scenario::Scenario;
use crate::source::Sources;
use crate::text::{Key, Language};

/// A compiled register: immutable, shared freely between threads.
///
/// ```
/// use leidraad::{Outcome, Policy, Question, Sources, date};
///
/// let sources = Sources::memory([
///     ("register.toml", r#"
///         name = "Tiny"
///         format = 1
///         time_zone = "Europe/Amsterdam"
///         languages = ["en"]
///         level = [{ id = "standard", en = "standard" }]
///         rank = [{ id = "agreement", en = "agreement" }]
///     "#),
///     ("customers.toml", "customer.leiden.name = 'Leiden'"),
///     ("facts.toml", ""),
///     ("services/legal.toml", "domain.id = 'legal'\nservice.advice.en = 'Legal advice'"),
///     ("rulesets/dvo/1/ruleset.toml", "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01"),
///     ("rulesets/dvo/1/rules.toml", "rule = [{ id = 'all', grant = { level = 'standard' } }]"),
/// ]);
/// let policy = Policy::load(&sources).unwrap();
/// let question = Question::new("Leiden", "legal advice", date(2025, 2, 1));
/// assert_eq!(policy.decide(&question).unwrap().outcome(), Outcome::Granted);
/// ```
#[derive(Debug)]
pub struct Policy {
    register: Register,
    cells: Cells,
    options: LoadedOptions,
    names: Names,
    /// Whether it holds all its versions, and nothing was found that keeps it from loading, now or once its proposals are adopted.
    is_clear: bool,
    compiled: usize,
    warnings: Report,
}

impl Policy {
    pub(crate) fn world(&self) -> World<'_> {
        World { register: &self.register, cells: &self.cells, options: &self.options }
    }

    /// What the register's owner should look at, although it loads: all of it after [`Loader::warnings`], else what was met on the way.
    pub fn warnings(&self) -> &Report {
        &self.warnings
    }
    /// For how many pairs of customer and service it was compiled: all, or after [`Policy::reload`] those that the changed rules touch.
    pub fn compiled(&self) -> usize {
        self.compiled
    }
    /// Whether an option may have its say in a question: how long that takes is up to its plugin, within its limits (S8). A host that waits for
    /// many things at a time answers all others at once.
    ///
    /// ```
    /// # use leidraad::{Policy, Question, Sources, date};
    /// # let policy = Policy::load(&Sources::folder("rules")).unwrap();
    /// let about = |service| policy.has_options(&Question::new("leiderdorp", service, date(2026, 7, 1)));
    /// assert!(about("information/datalab") && !about("hrm/payroll") && !about("nothing of the kind"));
    /// ```
    pub fn has_options(&self, question: &Question) -> bool {
        let Policy { register, cells, names, .. } = self;
        let Some(customer) = names.customer_named(register, &question.customer) else { return false };
        let Some(service) = names.service_named(register, &question.service) else { return false };
        register.parts_of(service).into_iter().any(|part| {
            let cell = cells.cell(Proposals::Excluded, customer, part);
            !cell.options.is_empty() || cell.open.as_ref().is_some_and(|open| !open.options.is_empty())
        })
    }
    /// `sha256:…` over the register's files.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// assert!(policy.digest().starts_with("sha256:"));
    /// ```
    pub fn digest(&self) -> &str {
        &self.register.digest
    }
    /// The register's name.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::Language;
    /// println!("{} decides", policy.name());
    /// assert_eq!((policy.languages(), policy.time_zone()), (&[Language::Nl, Language::En][..], "Europe/Amsterdam"));
    /// ```
    pub fn name(&self) -> &str {
        &self.register.name
    }
    /// The languages of the register, its first one first.
    pub fn languages(&self) -> &[Language] {
        &self.register.languages
    }
    /// The IANA name of the register's time zone: a host that asks about "today" takes the day there (S1).
    pub fn time_zone(&self) -> &str {
        &self.register.time_zone
    }
    /// What the register holds: who, what, which facts, and which levels there are.
    pub fn catalogue(&self) -> Catalogue<'_> {
        Catalogue::of(&self.register, &self.names)
    }
    /// Whether a text can be an id: of a version, a rule, a customer.
    ///
    /// ```
    /// use leidraad::Policy;
    /// assert!(Policy::is_id("2027-1") && !Policy::is_id("../2027") && !Policy::is_id("Nieuw Jaar"));
    /// ```
    pub fn is_id(text: &str) -> bool {
        load::is_id(text)
    }
    /// The register's scenarios: questions with the answers that its owner expects.
    pub fn scenarios(&self) -> impl Iterator<Item = Scenario<'_>> {
        self.register.scenarios.iter().map(|scenario| Scenario { scenario })
    }

    /// How much of the register some questions reach. The sources are those that it was loaded from: they tell the lines.
    ///
    /// ```
    /// # use leidraad::{Policy, Sources};
    /// let sources = Sources::folder("rules");
    /// let policy = Policy::load(&sources).unwrap();
    /// let coverage = policy.coverage(&sources, policy.scenarios().map(|scenario| scenario.question()));
    /// assert!(coverage.rules.iter().any(|rule| rule.rule == "dvo-leiderdorp@2025-1#advice-hours" && rule.decided > 0));
    /// ```
    pub fn coverage<'q>(&self, sources: &Sources, questions: impl IntoIterator<Item = &'q Question>) -> Coverage {
        coverage::coverage(self.world(), &self.names, questions.into_iter(), sources)
    }

    /// The policy as it is seen from the knowledge of a day, with proposals or without (S2): what is compared with another.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{View, date};
    /// let (then, now) = (policy.at(View::known(date(2025, 2, 15))), policy.at(View::default()));
    /// assert!(!then.differences(&now).is_empty());
    /// ```
    pub fn at(&self, view: View) -> PolicyView<'_> {
        let proposals = if view.proposed { Proposals::Included } else { Proposals::Excluded };
        PolicyView { world: self.world(), names: &self.names, known: view.known.map_or(Day::LAST, Day::of), proposals }
    }

    /// What would have to be different for a question to be granted, at the level `want` or at any: the smallest changes of facts,
    /// the first day on which it is granted by itself, the rules that stand in the way. Where it depends on facts that are missing, a
    /// change is to give them. `None` if it is granted as wished.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::{Question, date};
    /// let why_not = policy.why_not(&Question::new("leiderdorp", "datalab", date(2026, 5, 1)), None).unwrap().unwrap();
    /// assert_eq!(why_not.first_day(), Some(date(2026, 7, 1)));
    /// ```
    pub fn why_not(&self, question: &Question, want: Option<&str>) -> Result<Option<WhyNot<'_>>, Error> {
        let want = want.map(|name| self.wish(name)).transpose()?;
        compare::why_not(self.at(View { known: question.known, proposed: question.proposed }), question, want)
    }

    /// What one asks of a decision next: what becomes of it, what each missing fact would lead to, what would have to be different where it is
    /// refused. The decision is one of this policy.
    pub fn outlook<'p>(&'p self, decision: &Decision<'p>) -> Outlook<'p> {
        let (known, proposed) = decision.view();
        Outlook::of(self.at(View { known, proposed }), decision)
    }

    /// A level that one can wish for: any above `none`.
    fn wish(&self, name: &str) -> Result<Level, Error> {
        match self.catalogue().level(name) {
            Ok(level) if !level.is_none() => Ok(Level(level.index())),
            _ => {
                let all = self.catalogue().levels().filter(|level| !level.is_none());
                Err(Error::unknown(Key::ErrorUnknownLevel, name, all.map(crate::catalogue::Level::id)))
            }
        }
    }

    /// Reads a fact as people write it, `name` and `value` apart: the name by id or label, the value by the fact's type.
    ///
    /// Truths are `true`/`false`, `yes`/`no` or `ja`/`nee`; days as [`FactValue::read_day`] reads them; texts and tags by themselves or by their
    /// labels; tags stand with commas between them; a number may have its unit behind it, where the fact has one.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::FactValue;
    /// assert_eq!(policy.read_fact("quantity", "20").unwrap(), ("quantity".to_owned(), FactValue::from(20)));
    /// assert!(policy.read_fact("quantity", "many").unwrap_err().is_bad_fact());
    /// ```
    pub fn read_fact(&self, name: &str, value: &str) -> Result<(String, FactValue), Error> {
        self.read_fact_in(None, name, value)
    }

    /// The same for a question about a service: what is asked for and what is used of it may have the service's unit behind it.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// use leidraad::FactValue;
    /// assert_eq!(policy.read_fact_about("jurist", "hoeveelheid", "20 uur").unwrap(), ("quantity".to_owned(), FactValue::from(20)));
    /// assert!(policy.read_fact_about("laptop", "hoeveelheid", "20 uur").unwrap_err().is_bad_fact());
    /// ```
    pub fn read_fact_about(&self, service: &str, name: &str, value: &str) -> Result<(String, FactValue), Error> {
        let service = self.names.service(&self.register, service)?;
        self.read_fact_in(self.register.services[service].unit.as_deref(), name, value)
    }

    /// A number without the unit behind it, if that is the fact's own, or the service's of what is asked for.
    fn without_unit<'v>(&self, fact: &model::fact::Fact, of_service: Option<&str>, value: &'v str) -> &'v str {
        let counted = matches!(&*fact.name, "quantity" | "used");
        let Some(id) = fact.unit.as_deref().or(of_service.filter(|_| counted)) else { return value };
        let digits = value.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
        let written = model::nfc::loose(value.get(digits.len()..).unwrap_or_default());
        let unit = self.register.units.iter().find(|unit| *unit.id == *id);
        let names = unit.into_iter().flat_map(|unit| unit.one.both().chain(unit.many.both())).chain([id]);
        if names.into_iter().any(|name| model::nfc::loose(name) == written) { digits } else { value }
    }

    fn read_fact_in(&self, unit: Option<&str>, name: &str, value: &str) -> Result<(String, FactValue), Error> {
        use model::fact::Kind;
        let fact = &self.register.facts[self.names.fact(&self.register, name)?];
        let value = value.trim();
        let read = match fact.kind {
            Kind::Truth => FactValue::read_truth(value).map(FactValue::Truth),
            Kind::Number { .. } => Some(FactValue::Number(
                fact.read_number(self.without_unit(fact, unit, value)).map_err(|misfit| Error::bad_fact(fact, misfit))?,
            )),
            Kind::Text => Some(FactValue::Text(fact.value_of(value).to_owned())),
            Kind::Day => FactValue::read_day(value).map(FactValue::Day),
            Kind::Tags => Some(FactValue::Tags(
                value.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(|tag| fact.value_of(tag).to_owned()).collect(),
            )),
        };
        // What cannot be read as the fact's type is refused as the text that it is.
        let read = read.unwrap_or_else(|| FactValue::Text(value.to_owned()));
        fact.lower(&read).map_err(|misfit| Error::bad_fact(fact, misfit))?;
        Ok((fact.name.to_string(), read))
    }

    /// What stands in `register.lock` for all that is no version: levels, ranks, roles, customers, services, facts and values, by name.
    /// Each adoption enters it (S1).
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// assert!(policy.lock_entries().contains_key("customer leiderdorp"));
    /// ```
    pub fn lock_entries(&self) -> std::collections::BTreeMap<String, String> {
        crate::load::lock_entries(&self.register)
    }
}

/// From what a register is answered: the knowledge of a day, with proposals or without (S2).
///
/// ```
/// use leidraad::{View, date};
/// assert_eq!(View::known(date(2025, 2, 15)), View { known: Some(date(2025, 2, 15)), proposed: false });
/// assert!(View::with_proposals().proposed);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct View {
    /// the day from whose knowledge it is answered; `None`: from all knowledge
    pub known: Option<Date>,
    /// whether proposed versions count
    pub proposed: bool,
}

impl View {
    /// From what was known on a day, without proposals.
    pub fn known(day: Date) -> View {
        View { known: Some(day), proposed: false }
    }
    /// From all knowledge, with proposals.
    pub fn with_proposals() -> View {
        View { known: None, proposed: true }
    }
}

/// A civil day.
///
/// ```
/// assert_eq!(leidraad::date(2025, 2, 1).to_string(), "2025-02-01");
/// ```
///
/// # Panics
/// If there is no such day. For days from outside, parse a [`Date`] instead.
pub const fn date(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}
