//! `customers.toml` and `services/*.toml` in; customers, domains and services out, free of circles.

use super::names::{Names, check_id, position, unknown};
use super::parse::parse;
use super::toml::{File, Findings, Keys, Node};
use super::values::own_days;
use crate::diagnostic::{Code, Draft};
use crate::model::arena::ServiceId;
use crate::model::bitemporal::Bitemporal;
use crate::model::day::{Day, Days};
use crate::model::place::Place;
use crate::model::register::{Composite, Customer, Named, Register, Service};
use crate::text::both;

/// A composite may have so many parts, parts of parts included: each is answered for with its reasons.
const PARTS_LIMIT: usize = 256;

pub(super) fn customers(file: File<'_>, register: &mut Register, out: &mut Findings) {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    for (id, place, mut entry) in keys.named("customer", out) {
        check_id(id, place, out);
        let name = entry.need_text("name", out).unwrap_or(id).into();
        let code = entry.boxed("code", out);
        let oin = entry.get("oin");
        if let Some((text, node)) = oin.and_then(|node| node.text(out).map(|text| (text, node)))
            && (text.len() != 20 || !text.bytes().all(|byte| byte.is_ascii_digit()))
        {
            out.push(Draft::new(Code::BadValue, node.place(), both!("an OIN has 20 digits", "een OIN heeft 20 cijfers")));
        }
        let role = entry.get("role").and_then(|node| {
            let role = node.text(out)?;
            let found = position(&register.roles, role).and_then(|at| u8::try_from(at).ok());
            if found.is_none() {
                out.push(unknown(&both!("role", "rol"), role, node.place(), register.roles.iter().map(|role| &*role.id)));
            }
            found
        });
        let synonyms = synonyms(&mut entry, out);
        let listed = listed(&mut entry, out);
        entry.finish(out);
        register.customers.push(Customer { id: id.into(), name, code, role, synonyms, listed, place });
    }
    keys.finish(out);
}

/// The days of an entry, and the day on which it was decided: always, and known from the first, where nothing is said (S1).
fn listed(entry: &mut Keys<'_>, out: &mut Findings) -> Bitemporal {
    let on = own_days(entry, out);
    let decided = entry.date("decided", out).map_or(Day::FIRST, |(date, _)| Day::of(date));
    Bitemporal { on: on.unwrap_or(Days::EVER), known: Days { from: decided, until: Day::LAST } }
}

pub(super) fn synonyms(entry: &mut Keys<'_>, out: &mut Findings) -> Vec<Box<str>> {
    let Some(list) = entry.get("synonyms").and_then(|node| node.list(out)) else { return Vec::new() };
    list.into_iter().filter_map(|item| item.text(out)).map(Into::into).collect()
}

/// A service while the others that it names are not yet known.
struct Pending<'a> {
    id: ServiceId,
    requires: Vec<(&'a str, Node<'a>)>,
    composite: Option<(Vec<(&'a str, Node<'a>)>, bool)>,
}

pub(super) fn services(files: &[File<'_>], register: &mut Register, out: &mut Findings) {
    let trees: Vec<_> = files.iter().map(|file| (*file, parse(*file, out).0)).collect();
    let mut pending = Vec::new();
    for (file, tree) in &trees {
        let mut keys = Keys::new(*file, tree, file.start());
        let stem = file.path.trim_start_matches("services/").trim_end_matches(".toml");
        let domain = domain(&mut keys, stem, register, out);
        for (name, place, mut entry) in keys.named("service", out) {
            check_id(name, place, out);
            let text = entry.both_languages(out);
            let unit = unit(&mut entry, register, out);
            let synonyms = synonyms(&mut entry, out);
            let requires = entry.get("requires").map(|node| node.texts(out)).unwrap_or_default();
            let composite = composite(&mut entry, out);
            let listed = listed(&mut entry, out);
            entry.finish(out);
            let service = Service {
                id: format!("{stem}/{name}").into(),
                domain,
                name: text,
                unit,
                synonyms,
                requires: Vec::new(),
                composite: None,
                listed,
                place,
            };
            pending.push(Pending { id: register.services.push(service), requires, composite });
        }
        keys.finish(out);
    }
    resolve(&pending, register, out);
    circles(register, out);
}

fn domain(keys: &mut Keys<'_>, stem: &str, register: &mut Register, out: &mut Findings) -> usize {
    let mut text = crate::text::Text::default();
    if let Some(mut entry) = keys.need("domain", out).and_then(|node| node.keys(out)) {
        text = entry.both_languages(out);
        if let Some(node) = entry.need("id", out)
            && let Some(id) = node.text(out)
            && id != stem
        {
            out.push(
                Draft::new(
                    Code::BadValue,
                    node.place(),
                    both!("the domain is `{id}`, the file `{stem}.toml`", "het domein is `{id}`, het bestand `{stem}.toml`"),
                )
                .help(both!("give both the same name", "geef beide dezelfde naam")),
            );
        }
        entry.finish(out);
    }
    register.domains.push(Named { id: stem.into(), text });
    register.domains.len() - 1
}

/// A unit's id; where the register declares units, one of those.
pub(super) fn unit(entry: &mut Keys<'_>, register: &Register, out: &mut Findings) -> Option<Box<str>> {
    let node = entry.get("unit")?;
    let id = node.text(out)?;
    if !register.units.is_empty() && !register.units.iter().any(|unit| *unit.id == *id) {
        out.push(unknown(&both!("unit", "eenheid"), id, node.place(), register.units.iter().map(|unit| &*unit.id)));
    }
    Some(id.into())
}

fn composite<'a>(entry: &mut Keys<'a>, out: &mut Findings) -> Option<(Vec<(&'a str, Node<'a>)>, bool)> {
    let mut keys = entry.get("composite")?.keys(out)?;
    let of = keys.need("of", out).map(|node| (node, node.texts(out)));
    let lowest = keys.need("level", out).and_then(|node| {
        let word = node.text(out)?;
        if word != "lowest" && word != "highest" {
            out.push(Draft::new(
                Code::BadValue,
                node.place(),
                both!("`{word}` is neither `lowest` nor `highest`", "`{word}` is geen `lowest` en geen `highest`"),
            ));
        }
        Some(word != "highest")
    });
    keys.finish(out);
    let (node, of) = of?;
    if of.is_empty() {
        out.push(Draft::new(
            Code::BadValue,
            node.place(),
            both!("a composite has at least one part", "een samengestelde dienst heeft ten minste één onderdeel"),
        ));
    }
    Some((of, lowest.unwrap_or(true)))
}

fn resolve(pending: &[Pending<'_>], register: &mut Register, out: &mut Findings) {
    let names = Names::of(register);
    for Pending { id, requires, composite } in pending {
        let ids = |list: &[(&str, Node<'_>)], out: &mut Findings| -> Vec<(ServiceId, Place)> {
            list.iter().filter_map(|(name, node)| names.service(name, node.place(), out).map(|found| (found, node.place()))).collect()
        };
        let requires = ids(requires, out);
        let composite = composite
            .as_ref()
            .map(|(of, lowest)| Composite { of: ids(of, out).into_iter().map(|(part, _)| part).collect(), lowest: *lowest });
        let service = &mut register.services[*id];
        service.requires = requires;
        service.composite = composite;
    }
}

/// Reports circles of composites and of `requires`, and composites that are too large; a bad one is cut, so that later stages end.
fn circles(register: &mut Register, out: &mut Findings) {
    let composite: Vec<Vec<ServiceId>> = register
        .services
        .values()
        .map(|service| service.composite.as_ref().map(|composite| composite.of.clone()).unwrap_or_default())
        .collect();
    let requires: Vec<Vec<ServiceId>> =
        register.services.values().map(|service| service.requires.iter().map(|(id, _)| *id).collect()).collect();
    let show = |circle: &[ServiceId], register: &Register| {
        circle.iter().map(|id| format!("`{}`", register.services[*id].id)).collect::<Vec<_>>().join(" → ")
    };
    for circle in find_circles(&composite) {
        let Some(first) = circle.first() else { continue };
        let place = register.services[*first].place;
        out.push(
            Draft::new(
                Code::CompositeCycle,
                place,
                both!("the composite holds itself: {}", "de samengestelde dienst bevat zichzelf: {}", show(&circle, register)),
            )
            .help(both!("take one of them out of `of`", "haal een van deze uit `of`")),
        );
        for id in &circle {
            register.services[*id].composite = None;
        }
    }
    for circle in find_circles(&requires) {
        let Some(first) = circle.first() else { continue };
        let place = register.services[*first].place;
        out.push(
            Draft::new(
                Code::RequiresCycle,
                place,
                both!("the services require each other: {}", "de diensten hebben elkaar nodig: {}", show(&circle, register)),
            )
            .help(both!("take one of them out of `requires`", "haal een van deze uit `requires`")),
        );
    }
    let ids: Vec<ServiceId> = register.services.ids().collect();
    let sizes = sizes(register, &ids);
    for (id, size) in ids.iter().zip(sizes) {
        if size > PARTS_LIMIT {
            let service = &mut register.services[*id];
            service.composite = None;
            let message = both!(
                "`{}` has more than {PARTS_LIMIT} parts, parts of parts included",
                "`{}` heeft meer dan {PARTS_LIMIT} onderdelen, de onderdelen van onderdelen meegeteld",
                service.id
            );
            out.push(
                Draft::new(Code::CompositeSize, service.place, message)
                    .help(both!("make it of fewer parts", "stel hem uit minder onderdelen samen")),
            );
        }
    }
}

/// How many parts each service comes down to, counted to just over the limit.
fn sizes(register: &Register, ids: &[ServiceId]) -> Vec<usize> {
    use crate::model::arena::Id;
    let mut sizes: Vec<Option<usize>> = vec![None; ids.len()];
    for id in ids {
        // A stack instead of recursion: a chain of composites may be as long as the catalogue.
        let mut stack = vec![*id];
        while let Some(at) = stack.last().copied() {
            let of = register.services[at].composite.as_ref().map_or(&[][..], |composite| &composite.of);
            let open: Vec<ServiceId> = of.iter().copied().filter(|part| sizes.get(part.index()).copied().flatten().is_none()).collect();
            if open.is_empty() {
                let sum = of
                    .iter()
                    .filter_map(|part| sizes.get(part.index()).copied().flatten())
                    .map(|size| size + 1)
                    .fold(0, usize::saturating_add);
                if let Some(slot) = sizes.get_mut(at.index()) {
                    *slot = Some(sum.min(PARTS_LIMIT + 1));
                }
                stack.pop();
            } else {
                stack.extend(open);
            }
        }
    }
    sizes.into_iter().map(|size| size.unwrap_or(0)).collect()
}

/// The circles of a graph, each once, starting at its first member; a node is in at most one of those named.
pub(super) fn find_circles<I: crate::model::arena::Id + PartialEq>(next: &[Vec<I>]) -> Vec<Vec<I>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; next.len()];
    let mut circles = Vec::new();
    for start in 0..next.len() {
        let mut path: Vec<(usize, usize)> = if state.get(start) == Some(&State::New) { vec![(start, 0)] } else { Vec::new() };
        while let Some((at, step)) = path.last_mut() {
            let here = *at;
            if let Some(slot) = state.get_mut(here) {
                *slot = State::Open;
            }
            let following = next.get(here).and_then(|list| list.get(*step)).map(|id| id.index());
            *step += 1;
            if let Some(to) = following {
                match state.get(to) {
                    Some(State::New) => path.push((to, 0)),
                    Some(State::Open) => {
                        let from = path.iter().position(|(node, _)| *node == to).unwrap_or(0);
                        let mut circle: Vec<usize> = path.iter().skip(from).map(|(node, _)| *node).collect();
                        let lowest = circle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(index, _)| index);
                        circle.rotate_left(lowest);
                        circles.push(circle.into_iter().map(I::new).collect());
                    }
                    _ => {}
                }
            } else {
                if let Some(slot) = state.get_mut(here) {
                    *slot = State::Done;
                }
                path.pop();
            }
        }
    }
    circles
}
