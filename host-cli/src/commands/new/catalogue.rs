//! A customer or a service as it is named in; an entry of the catalogue out, behind those that there are.

use leidraad::Policy;

use super::{appended, given, home, put, quoted, refused};
use crate::args::Day;
use crate::commands::{Context, date, today};
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};

pub(super) fn customer(
    context: &Context,
    id: &str,
    name: Option<String>,
    (code, role): (Option<&str>, Option<&str>),
    from: Option<Day>,
) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let sources = context.sources();
    let policy = context.policy_of(&sources)?;
    if !Policy::is_id(id) {
        return Err(refused(id, Key::VersionName, &[], language));
    }
    if policy.catalogue().customers().any(|known| known.id() == id) {
        return Err(refused(id, Key::NewExists, &[], language));
    }
    let name = given(name, "--name", Key::NewName, language)?;
    let keys = [("name", Some(name.as_str())), ("code", code), ("role", role)];
    let entry = entry(&format!("customer.{id}"), &keys) + since(&policy, from, context)?.as_str();
    let said = say(language, Key::NewEntry, &[("name", &name), ("path", "customers.toml")]);
    put(context, &home, &sources, "customers.toml", &appended(&sources, "customers.toml", &entry), &said)
}

pub(super) fn service(
    context: &Context,
    id: &str,
    nl: Option<String>,
    (en, unit): (Option<&str>, Option<&str>),
    from: Option<Day>,
) -> Result<Status, Fault> {
    let language = context.spoken();
    let home = home(context)?;
    let sources = context.sources();
    let policy = context.policy_of(&sources)?;
    let Some((domain, own)) = id.split_once('/').filter(|(domain, own)| Policy::is_id(domain) && Policy::is_id(own)) else {
        return Err(refused(id, Key::NewServiceId, &[], language));
    };
    if policy.catalogue().services().any(|known| known.id() == id) {
        return Err(refused(id, Key::NewExists, &[], language));
    }
    let nl = given(nl, "--nl", Key::NewName, language)?;
    let path = format!("services/{domain}.toml");
    let head =
        if sources.text(&path).is_none() { format!("[domain]\nid = {0}\nnl = {0}\nen = {0}\n\n", quoted(domain)) } else { String::new() };
    let keys = [("nl", Some(nl.as_str())), ("en", en), ("unit", unit)];
    let entry = [head, entry(&format!("service.{own}"), &keys), since(&policy, from, context)?].concat();
    let said = say(language, Key::NewEntry, &[("name", &nl), ("path", &path)]);
    put(context, &home, &sources, &path, &appended(&sources, &path, &entry), &said)
}

/// A table with those of its keys that have a value.
fn entry(table: &str, keys: &[(&str, Option<&str>)]) -> String {
    let lines = keys.iter().filter_map(|(key, value)| Some(format!("{key:8}= {}\n", quoted((*value)?))));
    std::iter::once(format!("[{table}]\n")).chain(lines).collect()
}

/// From when it counts, and when that was decided: without it, it would have rights since ever (S1).
fn since(policy: &Policy, from: Option<Day>, context: &Context) -> Result<String, Fault> {
    let language = context.spoken();
    let today = today(policy, language)?;
    let from = from.map_or(Ok(today), |from| date(policy, from, language))?;
    Ok(format!("from    = {from}\ndecided = {today}\n"))
}
