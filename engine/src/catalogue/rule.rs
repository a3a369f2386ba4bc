//! Rules and options, as their rule sets have them.

use super::party::{Customer, Service};
use super::term::Span;
use super::version::Version;
use crate::model::arena::{OptionId, RuleId, VersionId};
use crate::model::register::Register;
use crate::model::rule::Scope;
use crate::text::Language;

/// A rule or an option of a version. [`Display`](std::fmt::Display) gives its key, `set@version#id`.
///
/// ```
/// # let policy = leidraad::Policy::load(&leidraad::Sources::folder("rules")).unwrap();
/// use leidraad::Language;
/// let rule = policy.catalogue().rules().find(|rule| rule.key() == "dvo-leiderdorp@2025-1#advice-hours").unwrap();
/// assert_eq!((rule.version().key(), rule.is_option()), ("dvo-leiderdorp@2025-1", false));
/// assert!(rule.text(Language::Nl).is_some());
/// assert_eq!(rule.services().map(|service| service.id()).collect::<Vec<_>>(), ["legal/advice"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rule<'p> {
    register: &'p Register,
    own: Own,
}

#[derive(Debug, Clone, Copy)]
enum Own {
    Rule(RuleId),
    Option(OptionId),
}

impl<'p> Rule<'p> {
    /// All rules, then all options, in the register's order.
    pub(super) fn all(register: &'p Register) -> impl Iterator<Item = Rule<'p>> {
        let rules = register.rules.ids().map(move |rule| Rule::of(register, rule));
        rules.chain(register.options.ids().map(move |option| Rule::of_option(register, option)))
    }
    pub(crate) fn of(register: &'p Register, rule: RuleId) -> Rule<'p> {
        Rule { register, own: Own::Rule(rule) }
    }
    pub(crate) fn of_option(register: &'p Register, option: OptionId) -> Rule<'p> {
        Rule { register, own: Own::Option(option) }
    }
    /// `set@version#id`.
    pub fn key(self) -> &'p str {
        match self.own {
            Own::Rule(rule) => &self.register.rules[rule].key,
            Own::Option(option) => &self.register.options[option].key,
        }
    }
    /// Whether it is an option, which a plugin carries out.
    pub fn is_option(self) -> bool {
        matches!(self.own, Own::Option(_))
    }
    /// What it does: `grant`, `deny`, `as_at`, `bound` or `option`.
    pub fn effect(self) -> &'static str {
        match self.own {
            Own::Rule(rule) => self.register.rules[rule].effect.word(),
            Own::Option(_) => "option",
        }
    }
    /// What it says, in words.
    pub fn text(self, language: Language) -> Option<&'p str> {
        match self.own {
            Own::Rule(rule) => &self.register.rules[rule].text,
            Own::Option(option) => &self.register.options[option].text,
        }
        .get(language)
    }
    /// What it rests on: the version's reference, then its own.
    pub fn reference(self) -> Option<String> {
        self.reference_parts().map(|parts| parts.concat())
    }
    /// The same in the parts that it is put together of.
    pub(crate) fn reference_parts(self) -> Option<[&'p str; 3]> {
        let own = match self.own {
            Own::Rule(rule) => self.register.rules[rule].reference.as_deref(),
            Own::Option(option) => self.register.options[option].reference.as_deref(),
        };
        self.register.reference_parts(self.version_id(), own)
    }
    /// The version that it stands in.
    pub fn version(self) -> Version<'p> {
        Version::of(self.register, self.version_id())
    }
    /// The days that it says it counts on, within those of its version.
    pub fn days(self) -> Span {
        let own = match self.own {
            Own::Rule(rule) => self.register.rules[rule].days,
            Own::Option(option) => self.register.options[option].days,
        };
        Span::of(own.narrowed(self.register.versions[self.version_id()].days))
    }
    /// The customers whom it is about.
    pub fn customers(self) -> impl Iterator<Item = Customer<'p>> {
        self.scope().customers.iter().map(move |id| Customer::of(self.register, *id))
    }
    /// The services that it is about.
    pub fn services(self) -> impl Iterator<Item = Service<'p>> {
        self.scope().services.iter().map(move |id| Service::of(self.register, *id))
    }

    fn scope(self) -> &'p Scope {
        match self.own {
            Own::Rule(rule) => &self.register.rules[rule].scope,
            Own::Option(option) => &self.register.options[option].scope,
        }
    }
    fn version_id(self) -> VersionId {
        match self.own {
            Own::Rule(rule) => self.register.rules[rule].version,
            Own::Option(option) => self.register.options[option].version,
        }
    }
}

shown!(Rule key);
