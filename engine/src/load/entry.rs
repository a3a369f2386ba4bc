//! One table of rules or options in; its scope and id, and what is made of all else that stands there, out.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::names::{Names, check_id, duplicate};
use super::texts::NamedTexts;
use super::toml::{Findings, Keys};
use crate::model::arena::VersionId;
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::rule::Scope;
use crate::text::Bilingual;

/// What the rules of one file are read with, and what is found on the way.
pub(super) struct Reading<'r> {
    pub(super) version: VersionId,
    pub(super) names: &'r Names,
    pub(super) register: &'r Register,
    pub(super) out: &'r mut Findings,
    /// Texts of open facts.
    pub(super) texts: &'r mut NamedTexts,
}

/// A rule or an option as it stands in a file: what was made of it, if it could be.
pub(super) struct Entry<T> {
    pub(super) id: Option<(Arc<str>, Place)>,
    pub(super) scope: Scope,
    pub(super) made: Option<T>,
}

/// The ids of rules and options that are taken in each version.
pub(super) type Taken = FxHashSet<(VersionId, Arc<str>)>;

impl<T> Entry<T> {
    /// Reads one table: its scope and id, then what is made of them and of all else that stands there.
    pub(super) fn read<'a>(
        mut keys: Keys<'a>,
        reading: &mut Reading<'_>,
        work: impl FnOnce(&mut Keys<'a>, Option<(Arc<str>, Place)>, Scope, &mut Reading<'_>) -> Option<T>,
    ) -> Entry<T> {
        let before = reading.out.len();
        let scope = scope(&mut keys, reading);
        let id = own_id(&mut keys, reading.out);
        let made = work(&mut keys, id.clone(), scope.clone(), reading);
        keys.finish(reading.out);
        Entry { id, scope, made: made.filter(|_| reading.out.len() == before) }
    }

    /// Takes its id: one thing in a version bears it. What was made of it, where nothing stands against it; else its scope.
    pub(super) fn entered(self, what: &Bilingual, version: VersionId, taken: &mut Taken, out: &mut Findings) -> Result<T, Scope> {
        if let Some((id, place)) = &self.id
            && !taken.insert((version, id.clone()))
        {
            out.push(duplicate(what, id, *place));
            return Err(self.scope);
        }
        self.made.ok_or(self.scope)
    }
}

/// Customers × services, as a rule or an option names them. Where a name is unknown, all may be meant.
fn scope(entry: &mut Keys<'_>, reading: &mut Reading<'_>) -> Scope {
    let customers = reading.names.customers(entry.get("customer"), reading.register, reading.out);
    let services = reading.names.services(entry.get("service"), reading.register, reading.out);
    Scope {
        customers: customers.unwrap_or_else(|| reading.register.all_customers()),
        services: services.unwrap_or_else(|| reading.register.plain_services()),
    }
}

/// The id of a rule or an option.
fn own_id(entry: &mut Keys<'_>, out: &mut Findings) -> Option<(Arc<str>, Place)> {
    let node = entry.need("id", out)?;
    let id = node.text(out)?;
    check_id(id, node.place(), out);
    Some((id.into(), node.place()))
}
