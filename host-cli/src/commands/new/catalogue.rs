//! A customer or a service as it is named in; an entry of the catalogue out, behind those that there are.

use leidraad::{Language, Policy};

use super::{Open, given, quoted};
use crate::adoption::refused;
use crate::args::Day;
use crate::commands::{Context, date, today};
use crate::fault::{Fault, Status};
use crate::locale::Key;

pub(super) fn customer(
    context: &Context,
    id: &str,
    name: Option<String>,
    (code, role): (Option<&str>, Option<&str>),
    from: Option<Day>,
) -> Result<Status, Fault> {
    let open = Open::of(context)?;
    let Open { language, policy, .. } = &open;
    let language = *language;
    if !Policy::is_id(id) {
        return Err(refused(id, Key::VersionName, &[], language));
    }
    if policy.catalogue().customers().any(|known| known.id() == id) {
        return Err(refused(id, Key::NewExists, &[], language));
    }
    let name = given(name, "--name", Key::NewName, language)?;
    let keys = [("name", Some(name.as_str())), ("code", code), ("role", role)];
    let entry = entry(&format!("customer.{id}"), &keys) + since(policy, from, language)?.as_str();
    open.append("customers.toml", &entry, &name)
}

pub(super) fn service(
    context: &Context,
    id: &str,
    nl: Option<String>,
    (en, unit): (Option<&str>, Option<&str>),
    from: Option<Day>,
) -> Result<Status, Fault> {
    let open = Open::of(context)?;
    let Open { language, sources, policy, .. } = &open;
    let language = *language;
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
    let entry = [head, entry(&format!("service.{own}"), &keys), since(policy, from, language)?].concat();
    open.append(&path, &entry, &nl)
}

/// A table with those of its keys that have a value.
fn entry(table: &str, keys: &[(&str, Option<&str>)]) -> String {
    let lines = keys.iter().filter_map(|(key, value)| Some(format!("{key:8}= {}\n", quoted((*value)?))));
    std::iter::once(format!("[{table}]\n")).chain(lines).collect()
}

/// From when it counts, and when that was decided: without it, it would have rights since ever (S1).
fn since(policy: &Policy, from: Option<Day>, language: Language) -> Result<String, Fault> {
    let today = today(policy, language)?;
    let from = from.map_or(Ok(today), |from| date(policy, from, language))?;
    Ok(format!("from    = {from}\ndecided = {today}\n"))
}
