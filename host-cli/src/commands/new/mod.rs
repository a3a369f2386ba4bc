//! `leidraad new register|customer|service|ruleset|scenario`: files that check clean, begun from what is given or asked for.

mod catalogue;
mod register;
mod ruleset;
mod scenario;

use std::path::PathBuf;

use dialoguer::Input;
use dialoguer::theme::ColorfulTheme;
use leidraad::{Language, Policy, Sources};

use super::{Context, asking};
use crate::args::New;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

pub(crate) fn run(context: &Context, new: New) -> Result<Status, Fault> {
    match new {
        New::Register { folder, name } => register::run(context, &folder, name),
        New::Customer { id, name, code, role, from } => catalogue::customer(context, &id, name, (code.as_deref(), role.as_deref()), from),
        New::Service { id, nl, en, unit, from } => catalogue::service(context, &id, nl, (en.as_deref(), unit.as_deref()), from),
        New::Ruleset { set, rank, from, title, matrix, sheet } => {
            let begun = ruleset::Begun { set, rank, from, title, matrix, sheet };
            ruleset::run(context, &begun)
        }
        New::Scenario { id, title, customer, service, facts, view } => {
            scenario::run(context, &scenario::Asked { id, title, customer, service, facts, view })
        }
    }
}

/// What was given; else what a person at the terminal answers. In a pipe, what is missing is named.
fn given(value: Option<String>, flag: &str, prompt: Key, language: Language) -> Result<String, Fault> {
    match value {
        Some(value) => Ok(value),
        None if asking::is_possible() => {
            let asked = Input::with_theme(&ColorfulTheme::default()).with_prompt(say(language, prompt, &[])).interact_text();
            asked.map_err(asking::broken)
        }
        None => Err(Fault::Plugin { path: "new".to_owned(), reason: say(language, Key::CallMissing, &[("name", flag)]) }),
    }
}

/// What is begun stands in an open register: one that loads, in a folder.
struct Open<'c> {
    context: &'c Context,
    language: Language,
    home: PathBuf,
    sources: Sources,
    policy: Policy,
}

impl<'c> Open<'c> {
    fn of(context: &'c Context) -> Result<Open<'c>, Fault> {
        let home = context.home()?;
        let sources = context.sources();
        let policy = context.policy_of(&sources)?;
        Ok(Open { context, language: context.spoken(), home, sources, policy })
    }

    /// Puts more behind what a file holds, an empty line between, if the register loads with it.
    fn append(&self, path: &str, more: &str, name: &str) -> Result<Status, Fault> {
        let before = self.sources.text(path).unwrap_or_default();
        let ends = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        let between = if before.is_empty() { "" } else { "\n" };
        let text = crate::edit::like(before, format!("{before}{ends}{between}{more}"));
        self.context.policy_of(&self.sources.clone().with(path, text.as_str()))?;
        let plan = Plan::of(&self.home, &self.sources).write(path, &text).counts();
        plan.carry_out().map_err(|refused| refused.fault("new", self.language))?;
        let said = say(self.language, Key::NewEntry, &[("name", name), ("path", path)]);
        print(&format!("{said}\n"), Status::Granted)
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}
