//! A register, and its files as they are now, in; the register that they make out, with only those files of rules read that changed.
//! `None` if more changed than that, or something is found on the way: all is loaded then.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::entry::Taken;
use super::files::{Parts, digests, sort_files};
use super::names::Names;
use super::reading::{Content, read};
use super::rulesets::is_head;
use super::toml::{File, Findings};
use super::{Loaded, lock, overrides, scenarios};
use crate::model::option::Binding;
use crate::model::register::Register;
use crate::model::rule::Rule;
use crate::source::Sources;

/// The findings are those of `register.lock`: a register without errors has no others when it is read.
pub(crate) fn again(sources: &Sources, before: &Register) -> Option<Loaded> {
    let (digest, files) = digests(sources);
    let mut findings = Findings::new();
    let parts = sort_files(sources, &mut findings);
    let changed = changed(sources, before)?;
    let is_ground = |id: &u32| sources.path(*id).starts_with("plugins/") || ground(&parts).any(|file| file.id == *id);
    if changed.iter().any(is_ground) {
        return None;
    }
    let names = Names::of(before);
    let mut register = Register { digest, files, ..before.clone() };
    let file = |id: u32| parts.rulesets.iter().find(|file| file.id == id);
    for (at, entered) in before.entered.iter().enumerate().filter(|(_, entered)| changed.contains(&entered.file)) {
        replace(*file(entered.file)?, at, &names, &mut register)?;
    }
    if !changed.is_empty() {
        overrides::resolve(&Taken::default(), &mut register, &mut findings);
    }
    if parts.scenarios.iter().any(|file| changed.contains(&file.id)) {
        register.scenarios = Arc::default();
        scenarios::load(&parts.scenarios, &mut register, &mut findings);
    }
    if !findings.is_empty() {
        return None;
    }
    lock::check(parts.lock, &parts.rulesets, &register, &mut findings);
    Some(Loaded { register, findings })
}

/// The files that others are read with.
fn ground<'a>(parts: &Parts<'a>) -> impl Iterator<Item = File<'a>> {
    let heads = parts.rulesets.iter().copied().filter(|file| is_head(file.path));
    let catalogue = [parts.head, parts.customers, parts.facts].into_iter().flatten();
    catalogue.chain(parts.services.iter().chain(&parts.values).copied()).chain(heads)
}

/// The files that changed. `None` if some came or went.
fn changed(sources: &Sources, before: &Register) -> Option<Vec<u32>> {
    let same_paths = sources.unread.is_empty() && sources.paths().eq(before.files.iter().map(|(path, _)| &**path));
    let files = (0..).zip(sources.digests()).zip(&before.files);
    let changed = files.filter(|((_, (_, digest)), (_, known))| **known != **digest).map(|((at, _), _)| at);
    same_paths.then(|| changed.collect())
}

/// Reads a file of rules again, and puts what it says in the place of what it said. `None` if there is more to it than rules: what
/// is found, options, ids that are taken, another way to choose among its rules, other texts of open facts than before, or in another order.
fn replace(file: File<'_>, at: usize, names: &Names, register: &mut Register) -> Option<()> {
    let entered = register.entered.get(at)?;
    let version = entered.version;
    let content = read(file, version, names, register);
    let texts = content.named();
    let Content { rules, options, holes, found, is_first, .. } = content;
    let rules: Option<Vec<Arc<Rule>>> = rules.into_iter().map(|entry| entry.made.map(Arc::new)).collect();
    let rules = rules.filter(|_| holes.is_empty() && found.is_empty() && options.is_empty() && entered.options == 0)?;
    let ids: FxHashSet<&str> = rules.iter().map(|rule| &*rule.id).collect();
    let span = span(register, at);
    let others = register.rules.values().enumerate().filter(|(at, rule)| !span.contains(at) && rule.version == version);
    let options = register.options.values().filter(|binding| binding.version == version);
    let is_taken = others.map(|(_, rule)| &*rule.id).chain(options.map(Binding::id)).any(|id| ids.contains(id));
    if is_taken || ids.len() < rules.len() || texts != entered.texts || is_first != entered.is_first {
        return None;
    }
    register.entered.get_mut(at)?.rules = rules.len();
    register.rules.replace(span, rules);
    Some(())
}

/// Where the rules of a file stand among all.
fn span(register: &Register, at: usize) -> Range<usize> {
    let counts = register.entered.iter().map(|entered| entered.rules);
    let start: usize = counts.clone().take(at).sum();
    start..start + counts.skip(at).take(1).sum::<usize>()
}
