//! `leidraad new register|customer|service|ruleset|scenario`: files that check clean, begun from what is given or asked for.

mod catalogue;
mod register;
mod ruleset;
mod scenario;

use std::path::{Path, PathBuf};

use dialoguer::Input;
use dialoguer::theme::ColorfulTheme;
use leidraad::{Language, Sources};

use super::{Context, asking};
use crate::args::New;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::{Plan, PlanError};

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

fn refused(what: &str, key: Key, values: &[(&str, &str)], language: Language) -> Fault {
    Fault::Plugin { path: what.to_owned(), reason: say(language, key, values) }
}

/// The register's folder: a bundle cannot be written.
fn home(context: &Context) -> Result<PathBuf, Fault> {
    if context.register.is_dir() {
        return Ok(context.register.clone());
    }
    context.policy_of(&context.sources())?;
    Err(refused(&context.register.display().to_string(), Key::VersionNoFolder, &[], context.spoken()))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

/// A text of the register with more behind it, an empty line between.
fn appended(sources: &Sources, path: &str, more: &str) -> String {
    let before = sources.text(path).unwrap_or_default();
    let ends = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let between = if before.is_empty() { "" } else { "\n" };
    crate::edit::like(before, format!("{before}{ends}{between}{more}"))
}

/// Writes one file, if the register loads with it.
fn put(context: &Context, home: &Path, sources: &Sources, path: &str, text: &str, said: &str) -> Result<Status, Fault> {
    context.policy_of(&sources.clone().with(path, text))?;
    let plan = Plan::of(home, sources).write(path, text).counts();
    plan.carry_out().map_err(|refusal| not_written(&refusal, context.spoken()))?;
    print(&format!("{said}\n"), Status::Granted)
}

fn not_written(refusal: &PlanError, language: Language) -> Fault {
    let (key, path, cause) = match refusal {
        PlanError::Busy => (Key::PlanBusy, String::new(), String::new()),
        PlanError::Edited(path) => (Key::PlanEdited, path.clone(), String::new()),
        PlanError::Failed(path, cause) => (Key::PlanFailed, path.display().to_string(), cause.to_string()),
        PlanError::Torn(path, cause) => (Key::PlanTorn, path.display().to_string(), cause.to_string()),
    };
    Fault::Plugin { path: "new".to_owned(), reason: say(language, key, &[("path", &path), ("cause", &cause)]) }
}
