//! A register's bindings, its files and the host's plugins in; plugins that can be called out, with every finding about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::contract::{Description, Plugin, SettingKind};
use super::native::Absent;
use super::open::open;
use super::plugins::Plugins;
use super::refused::sensible;
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{Arena, FactId, OptionId};
use crate::model::day::parse_date;
use crate::model::option::{Binding, Given, Wanted};
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::value::{FactValue, parse_number, shorten};
use crate::parallel::side_by_side;
use crate::source::Sources;
use crate::text::{Bilingual, both};

/// The options of a register, ready to be called, in register order.
pub(crate) type LoadedOptions = Arena<OptionId, LoadedOption>;

/// One option: its plugin with all that it is called with.
#[derive(Debug, Default)]
pub(crate) struct LoadedOption {
    /// `None` if a finding says why; the register does not load then.
    pub(crate) plugin: Option<Arc<dyn Plugin>>,
    /// `sha256:…` of its file; `None` for a plugin of the host.
    pub(crate) digest: Option<Box<str>>,
    /// The facts that it reads.
    pub(crate) reads: Vec<FactId>,
    pub(crate) config: Vec<(Box<str>, FactValue)>,
}

impl LoadedOption {
    pub(crate) fn described(&self) -> Option<&Description> {
        self.plugin.as_ref().map(|plugin| plugin.description())
    }
}

pub(crate) fn bind(register: &Register, sources: &Sources, plugins: &Plugins) -> (LoadedOptions, Vec<Draft>) {
    let mut out = Vec::new();
    let mut bound = LoadedOptions::default();
    // Opening a component takes longer than all else about an option: they are opened side by side.
    let each = |binding: &&Binding| {
        let mut out = Vec::new();
        (option(register, binding, sources, plugins, &mut out), out)
    };
    let bindings: Vec<&Binding> = register.options.values().collect();
    for (option, findings) in side_by_side(&bindings, each) {
        bound.push(option);
        out.extend(findings);
    }
    (bound, out)
}

fn option(register: &Register, binding: &Binding, sources: &Sources, plugins: &Plugins, out: &mut Vec<Draft>) -> LoadedOption {
    let (plugin, digest, place) = match &binding.plugin {
        Wanted::Native { name, place } => (native(name, *place, plugins, out), None, *place),
        Wanted::File { path, place, digest, digest_place } => {
            let (Some((file, bytes)), Some(now)) = (sources.find(path), sources.digest_of(path)) else {
                let there = sources.paths().filter(|path| path.starts_with("plugins/"));
                let help = did_you_mean(path, there).unwrap_or_else(|| {
                    both!("plugins lie in the register's folder `plugins/`", "plugins liggen in de map `plugins/` van het register")
                });
                out.push(
                    Draft::new(Code::OptionMissing, *place, both!("there is no file `{}`", "er is geen bestand `{}`", shorten(path)))
                        .help(help),
                );
                return LoadedOption::default();
            };
            if digest.strip_prefix("sha256:") != Some(now) {
                out.push(
                    Draft::new(
                        Code::OptionDigest,
                        *digest_place,
                        both!("`{path}` is not the file that was approved", "`{path}` is niet het bestand dat is goedgekeurd"),
                    )
                    .help(both!(
                        "if you approve of the file as it is now, its digest is sha256:{now}",
                        "als u het bestand goedkeurt zoals het nu is: de digest ervan is sha256:{now}"
                    )),
                );
                return LoadedOption::default();
            }
            (file_plugin(binding, (file, path, now, bytes), *place, plugins, out), Some(digest.clone()), *place)
        }
    };
    let Some(plugin) = plugin else {
        // What only another application brings keeps nobody from asking here: its cells answer as `on_fault` says.
        let stands_in: Option<Arc<dyn Plugin>> = match &binding.plugin {
            Wanted::Native { name, .. } => Some(Arc::new(Absent::of(name))),
            Wanted::File { .. } => None,
        };
        return LoadedOption { plugin: stands_in, ..LoadedOption::default() };
    };
    let described = plugin.description().clone();
    LoadedOption { reads: reads(register, &described, place, out), config: config(&described, binding, out), plugin: Some(plugin), digest }
}

fn native(name: &str, place: Place, plugins: &Plugins, out: &mut Vec<Draft>) -> Option<Arc<dyn Plugin>> {
    let found = plugins.find_native(name);
    if let Some(reason) = found.as_ref().and_then(|plugin| sensible(plugin.description()).err()) {
        out.push(Draft::new(Code::OptionDescription, place, Bilingual::same(reason)));
        return None;
    }
    if found.is_none() {
        let help = did_you_mean(name, plugins.native_names()).unwrap_or_else(|| {
            both!(
                "an application that embeds the engine brings such plugins; the command line has none",
                "een toepassing die de motor inbouwt, brengt zulke plugins mee; de opdrachtregel heeft er geen"
            )
        });
        let message = both!(
            "the application brings no plugin `{}`: where it has a say, answers are degraded",
            "de toepassing brengt geen plugin `{}` mee: waar die meepraat, zijn antwoorden onvolledig",
            shorten(name)
        );
        out.push(Draft::new(Code::OptionAbsent, place, message).help(help));
    }
    found
}

fn file_plugin(
    binding: &Binding,
    (file, path, digest, bytes): (u32, &str, &str, &[u8]),
    place: Place,
    plugins: &Plugins,
    out: &mut Vec<Draft>,
) -> Option<Arc<dyn Plugin>> {
    let refused = match open(path, digest, bytes, binding.limits, plugins) {
        Ok(plugin) => return Some(plugin),
        Err(refused) => refused,
    };
    let at = refused.at.map_or(place, |at| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Place { file, start: at, end: at.saturating_add(1) }
    });
    out.push(Draft::new(refused.code, at, refused.message).maybe_help(refused.help));
    None
}

fn reads(register: &Register, described: &Description, place: Place, out: &mut Vec<Draft>) -> Vec<FactId> {
    let mut reads = Vec::new();
    for name in &described.reads {
        match register.fact(name) {
            Some(fact) if reads.contains(&fact) => {}
            Some(fact) => reads.push(fact),
            None => out.push(
                Draft::new(
                    Code::OptionUnknownFact,
                    place,
                    both!(
                        "`{}` reads the fact `{name}`, which the register does not have",
                        "`{}` kijkt naar het feit `{name}`, dat het register niet heeft",
                        described.name
                    ),
                )
                .help(
                    did_you_mean(name, register.facts.values().map(|fact| &*fact.name))
                        .unwrap_or_else(|| both!("declare it in facts.toml", "benoem het in facts.toml")),
                ),
            ),
        }
    }
    reads
}

/// The settings as the plugin is told them: each of its declared type, in the order of their names.
fn config(described: &Description, binding: &Binding, out: &mut Vec<Draft>) -> Vec<(Box<str>, FactValue)> {
    let mut config = BTreeMap::new();
    for given in &binding.config {
        let Some(setting) = described.settings.iter().find(|setting| setting.name == *given.name) else {
            let names = described.settings.iter().map(|setting| setting.name.as_str());
            out.push(
                Draft::new(
                    Code::OptionConfig,
                    given.name_place,
                    both!("`{}` has no setting `{}`", "`{}` kent geen instelling `{}`", described.name, shorten(&given.name)),
                )
                .help(did_you_mean(&given.name, names).unwrap_or_else(|| both!("it takes no settings", "er zijn geen instellingen"))),
            );
            continue;
        };
        if let Some(value) = of_kind(given, setting.kind) {
            config.insert(given.name.clone(), value);
            continue;
        }
        let (expected, example) = match setting.kind {
            SettingKind::Truth => (both!("true or false", "true of false"), "true"),
            SettingKind::Number => (both!("a number", "een getal"), "1.1"),
            SettingKind::Text => (both!("a text", "een tekst"), "\"text\""),
            SettingKind::Day => (both!("a day", "een dag"), "2025-02-01"),
        };
        out.push(
            Draft::new(
                Code::OptionConfig,
                given.value_place,
                both!([expected] "the setting `{}` is {expected}", "de instelling `{}` is {expected}", given.name),
            )
            .help(both!("write {} = {example}", "schrijf {} = {example}", given.name)),
        );
    }
    for setting in described.settings.iter().filter(|setting| setting.required) {
        if !binding.config.iter().any(|given| *given.name == *setting.name) {
            out.push(
                Draft::new(
                    Code::OptionConfig,
                    binding.place,
                    both!("the setting `{}` is missing from `config`", "de instelling `{}` ontbreekt in `config`", setting.name),
                )
                .help(both!("`{}` needs it: {}", "`{}` heeft die nodig: {}", described.name, setting.summary)),
            );
        }
    }
    config.into_iter().collect()
}

/// Exact numbers and days may stand between quotes.
fn of_kind(given: &Given, kind: SettingKind) -> Option<FactValue> {
    match (kind, &given.value) {
        (SettingKind::Number, FactValue::Text(text)) => parse_number(text).map(FactValue::Number),
        (SettingKind::Day, FactValue::Text(text)) => parse_date(text).map(FactValue::Day),
        (SettingKind::Truth, FactValue::Truth(_))
        | (SettingKind::Number, FactValue::Number(_))
        | (SettingKind::Text, FactValue::Text(_))
        | (SettingKind::Day, FactValue::Day(_)) => Some(given.value.clone()),
        _ => None,
    }
}
