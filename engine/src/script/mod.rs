//! The expression of a derived fact in; its value out, or what is wrong with it. Without the feature `rhai` there is no interpreter, and
//! every expression is refused.

mod fault;
#[cfg(feature = "rhai")]
mod interpreter;
#[cfg(feature = "rhai")]
mod numbers;
#[cfg(feature = "rhai")]
mod types;

#[cfg(feature = "rhai")]
pub(crate) use interpreter::{Script, interpreter, into_dynamic, offset};

pub(crate) use fault::{Unread, Wrong, compared};

use crate::model::arena::{Arena, FactId, Id};
use crate::model::fact::Fact;
#[cfg(not(feature = "rhai"))]
use crate::model::value::FactValue;

/// An expression that was read.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) script: Script,
    /// The facts that it follows from.
    pub(crate) inputs: Vec<FactId>,
    /// Every comparison in it that could never hold.
    pub(crate) wrong: Vec<Wrong>,
    /// Whether it can come to more decimals than its fact has.
    pub(crate) may_be_longer: bool,
}

/// Reads the expression that is to give a value of a fact.
#[cfg(feature = "rhai")]
pub(crate) fn read(text: &str, fact: &Fact, facts: &Arena<FactId, Fact>) -> Result<Expression, Unread> {
    let (script, used) = Script::compile(text, facts.values().map(|fact| &*fact.name))?;
    let inputs = facts.iter().filter(|(_, fact)| used.iter().any(|name| **name == *fact.name)).map(|(id, _)| id).collect();
    let typed = types::check(text, script.expression(), fact, facts);
    Ok(Expression { script, inputs, wrong: typed.wrong, may_be_longer: typed.may_be_longer })
}

/// No expression is read by a build without an interpreter.
#[cfg(not(feature = "rhai"))]
pub(crate) fn read(_: &str, _: &Fact, _: &Arena<FactId, Fact>) -> Result<Expression, Unread> {
    Err(Unread::LeftOut)
}

/// An expression, of which a build without an interpreter has none.
#[cfg(not(feature = "rhai"))]
#[derive(Debug, Clone)]
pub(crate) enum Script {}

#[cfg(not(feature = "rhai"))]
impl Script {
    fn compile<'a>(_: &str, _: impl IntoIterator<Item = &'a str>) -> Result<(Script, Vec<String>), Unread> {
        Err(Unread::LeftOut)
    }
    pub(crate) fn run<'a>(&self, _: impl IntoIterator<Item = (&'a str, FactValue)>) -> Result<FactValue, String> {
        match *self {}
    }
}

/// The expressions of a register, ready to be evaluated, by fact; none at all where no fact is derived.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Vec<Option<Script>>);

impl Scripts {
    pub(crate) fn of(facts: &Arena<FactId, Fact>) -> Scripts {
        if facts.values().all(|fact| fact.derive.is_none()) {
            return Scripts::default();
        }
        // Whether it makes sense was looked at when it was loaded.
        let names = || facts.values().map(|fact| &*fact.name);
        let script = |fact: &Fact| Script::compile(&fact.derive.as_ref()?.written, names()).ok().map(|(script, _)| script);
        Scripts(facts.values().map(script).collect())
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn get(&self, fact: FactId) -> Option<&Script> {
        self.0.get(fact.index())?.as_ref()
    }
}
