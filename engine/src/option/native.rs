//! A closure of the embedding application in; a plugin like any other out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::contract::{Choices, Description, Fault, FaultKind, Input, Plugin, Reply, Run};
use crate::model::value::shorten;

/// A closure with its description.
pub(super) struct Native<F> {
    description: Description,
    decide: F,
}

impl<F> Native<F> {
    pub(super) fn new(description: Description, decide: F) -> Native<F> {
        Native { description, decide }
    }
}

impl<F> fmt::Debug for Native<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("description", &self.description).finish_non_exhaustive()
    }
}

impl<F: Fn(&Input<'_>) -> Reply + Send + Sync> Plugin for Native<F> {
    fn description(&self) -> &Description {
        &self.description
    }
    /// A panic of the closure is a fault like any other; it does not spread.
    fn decide(&self, input: &Input<'_>) -> Run {
        Run::uncounted(catch_unwind(AssertUnwindSafe(|| (self.decide)(input))).map_err(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            Fault::new(FaultKind::Trap, format!("it panicked: {}", shorten(said.unwrap_or("without a message"))))
        }))
    }
}

/// Stands in for a plugin that this application does not bring: every call of it is a fault, and the binding says what becomes of that.
#[derive(Debug)]
pub(super) struct Absent(Description);

impl Absent {
    /// What it might change, nobody here knows.
    pub(super) fn of(name: &str) -> Absent {
        let sets = Choices { level: true, quota: true, obligations: true };
        Absent(Description { name: name.to_owned(), version: "-".to_owned(), sets, ..Description::default() })
    }
}

impl Plugin for Absent {
    fn description(&self) -> &Description {
        &self.0
    }
    fn decide(&self, _: &Input<'_>) -> Run {
        Run::uncounted(Err(Fault::new(FaultKind::Absent, "this application does not bring it")))
    }
}
