//! A policy in; the outcomes that its owner locks in place out: the whole matrix of every period, and every scenario, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::marks;
use crate::decide::{CustomerView, change_days};
use crate::model::bitemporal::Proposals;
use crate::model::day::Day;
use crate::model::question::Question;
use crate::policy::Policy;
use crate::text::{Bilingual, Language, both};

/// A text that is locked, under a name of its own.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// let outcomes = policy.outcomes();
/// let workplace = outcomes.iter().find(|outcome| outcome.name == "scenario@workplace-oegstgeest").unwrap();
/// assert_eq!(workplace.about, Some(("oegstgeest".to_owned(), "ict/workplace".to_owned())));
/// assert!(workplace.text.contains("\"outcome\":\"granted\"") && !workplace.description(leidraad::Language::Nl).is_empty());
/// let (rule, _) = policy.marks().into_iter().next().unwrap();
/// assert!(policy.is_about(&rule, "leiden", "hrm/payroll").is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedOutcome {
    /// `matrix@2025-01-01`, `scenario@workplace`
    pub name: String,
    description: Bilingual,
    /// the outcome
    pub text: String,
    /// whose it is about, customer and service; of a matrix, nobody's alone
    pub about: Option<(String, String)>,
}

impl LockedOutcome {
    /// What it is about, in a line.
    pub fn description(&self, language: Language) -> &str {
        self.description.get(language)
    }
}

impl Policy {
    /// The outcomes to lock: the matrix of every period between the days on which anything changes, and every scenario.
    ///
    /// ```
    /// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
    /// let outcomes = policy.outcomes();
    /// assert!(outcomes.iter().any(|outcome| outcome.name == "matrix@2023-01-01"));
    /// assert!(outcomes.iter().any(|outcome| outcome.name == "scenario@workplace-oegstgeest"));
    /// ```
    pub fn outcomes(&self) -> Vec<LockedOutcome> {
        let mut outcomes = self.matrices();
        outcomes.extend(self.scenarios().map(|scenario| {
            let question = scenario.question();
            let text = match self.decide(question) {
                Ok(decision) => {
                    // The digest changes with every edit of the register; what is locked here is what people are told.
                    let json = decision.to_json(Language::En).replace(self.digest(), "sha256:…");
                    let outlook = self.outlook(&decision);
                    let words = |language| decision.explain_with(&outlook, language).to_string().replace(self.digest(), "sha256:…");
                    format!("{}\n\n{}\n{}", spread(&json), words(Language::Nl), words(Language::En))
                }
                Err(error) => error.to_string(),
            };
            LockedOutcome {
                name: format!("scenario@{}", scenario.id()),
                description: Bilingual::each(|language| scenario.title(language).unwrap_or_default().to_owned()),
                text,
                about: Some((question.customer.clone(), question.service.clone())),
            }
        }));
        outcomes
    }

    /// What each rule and option comes down to, by key: two registers in which one's mark is the same have it alike.
    pub fn marks(&self) -> BTreeMap<String, String> {
        marks(self.world())
    }

    /// Whether a rule or an option, by key, is about a customer and a service; `None` if there is no such rule.
    pub fn is_about(&self, key: &str, customer: &str, service: &str) -> Option<bool> {
        let world = self.world();
        let rule = world.register.rules.values().find(|rule| *rule.key == *key).map(|rule| &rule.scope);
        let scope = rule.or_else(|| world.register.options.values().find(|option| *option.key == *key).map(|option| &option.scope))?;
        let customer = world.register.customers.find(|known| *known.id == *customer)?;
        let service = world.register.services.find(|known| *known.id == *service)?;
        Some(world.register.parts_of(service).into_iter().any(|part| scope.contains(customer, part)))
    }

    /// The matrices of all periods, but for those that read as the one before.
    fn matrices(&self) -> Vec<LockedOutcome> {
        let world = self.world();
        let mut days = BTreeSet::new();
        for customer in world.register.customers.ids() {
            for service in world.register.services.ids() {
                days.extend(change_days(CustomerView { world, proposals: Proposals::Excluded, customer }, service, Day::LAST));
            }
        }
        let mut outcomes: Vec<LockedOutcome> = Vec::new();
        for day in days {
            let text = self.matrix(day);
            if outcomes.last().is_some_and(|last| last.text == text) {
                continue;
            }
            let from = if day == Day::FIRST { "the-beginning".to_owned() } else { day.date().to_string() };
            outcomes.push(LockedOutcome {
                name: format!("matrix@{from}"),
                description: if day == Day::FIRST {
                    both!("All customers and services from the beginning", "Alle klanten en diensten vanaf het begin")
                } else {
                    both!("All customers and services from {from}", "Alle klanten en diensten vanaf {from}")
                },
                text,
                about: None,
            });
        }
        outcomes
    }

    /// A line a service, a column a customer: the answer in a few words.
    fn matrix(&self, on: Day) -> String {
        let mut rows =
            vec![std::iter::once("service".to_owned()).chain(self.catalogue().customers().map(String::from)).collect::<Vec<_>>()];
        for service in self.catalogue().services() {
            let mut row = vec![service.id().to_owned()];
            for customer in self.catalogue().customers() {
                let answer = self.decide(&Question::new(customer, service, on.date()));
                row.push(answer.map_or_else(|error| error.to_string(), |decision| decision.outline(Language::En)));
            }
            rows.push(row);
        }
        let columns = rows.first().map_or(0, Vec::len);
        let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        };
        rows.iter().map(line).collect()
    }
}

/// JSON with a line an entry of its outermost object, keys in the order in which they are written.
fn spread(json: &str) -> String {
    let (mut text, mut depth, mut quoted, mut escaped) = (String::new(), 0, false, false);
    for c in json.chars() {
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        depth += i32::from(!quoted && matches!(c, '{' | '[')) - i32::from(!quoted && matches!(c, '}' | ']'));
        if !quoted && c == '}' && depth == 0 {
            text.push('\n');
        }
        text.push(c);
        if !quoted && depth == 1 && matches!(c, '{' | ',') {
            text.push_str("\n ");
        }
    }
    text
}
