//! A register's bindings, its files and the host's plugins in; plugins that can be called out, with every finding about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::contract::{Description, Plugin, SettingKind};
use super::plugins::Plugins;
use super::rhai;
use super::wasm::{Component, Refused, Unfit};
use crate::diagnostic::{Code, Draft, did_you_mean};
use crate::model::arena::{Arena, FactId, OptionId};
use crate::model::day::parse_date;
use crate::model::option::{Binding, Given, Wanted};
use crate::model::place::Place;
use crate::model::register::Register;
use crate::model::value::{FactValue, parse_number, shorten};
use crate::source::{Sources, digest_of};

/// The options of a register, ready to be called, in register order.
pub(crate) type Bound = Arena<OptionId, BoundOption>;

/// One option: its plugin with all that it is called with.
#[derive(Debug, Default)]
pub(crate) struct BoundOption {
    /// Nothing where a finding says why; the register does not load then.
    pub(crate) plugin: Option<Arc<dyn Plugin>>,
    /// `sha256:…` of its file; nothing for a plugin of the host.
    pub(crate) digest: Option<Box<str>>,
    /// The facts that it reads.
    pub(crate) reads: Vec<FactId>,
    pub(crate) config: Vec<(Box<str>, FactValue)>,
}

impl BoundOption {
    pub(crate) fn described(&self) -> Option<&Description> {
        self.plugin.as_ref().map(|plugin| plugin.description())
    }
}

pub(crate) fn bind(register: &Register, sources: &Sources, plugins: &Plugins) -> (Bound, Vec<Draft>) {
    let mut out = Vec::new();
    let mut bound = Bound::default();
    for binding in register.options.values() {
        bound.push(option(register, binding, sources, plugins, &mut out));
    }
    (bound, out)
}

fn option(register: &Register, binding: &Binding, sources: &Sources, plugins: &Plugins, out: &mut Vec<Draft>) -> BoundOption {
    let (plugin, digest, place) = match &binding.plugin {
        Wanted::Native { name, place } => (native(name, *place, plugins, out), None, *place),
        Wanted::File { path, place, digest, digest_place } => {
            let Some((file, bytes)) = sources.find(path) else {
                let there = sources.paths().filter(|path| path.starts_with("plugins/"));
                let help = did_you_mean(path, there).unwrap_or_else(|| "plugins lie in the register's folder `plugins/`".to_owned());
                out.push(Draft::new(Code::OptionMissing, *place, format!("there is no file `{}`", shorten(path))).help(help));
                return BoundOption::default();
            };
            let now = format!("sha256:{}", digest_of(bytes));
            if now != **digest {
                out.push(
                    Draft::new(Code::OptionDigest, *digest_place, format!("`{path}` is not the file that was approved"))
                        .help(format!("if you approve of the file as it is now, write digest = \"{now}\"")),
                );
                return BoundOption::default();
            }
            (file_plugin(binding, file, path, bytes, &now, *place, plugins, out), Some(now.into()), *place)
        }
    };
    let Some(plugin) = plugin else { return BoundOption::default() };
    let described = plugin.description().clone();
    if let Err(reason) = sensible(&described) {
        out.push(Draft::new(Code::OptionDescription, place, format!("the plugin's description makes no sense: {reason}")));
        return BoundOption::default();
    }
    BoundOption { reads: reads(register, &described, place, out), config: config(&described, binding, out), plugin: Some(plugin), digest }
}

fn native(name: &str, place: Place, plugins: &Plugins, out: &mut Vec<Draft>) -> Option<Arc<dyn Plugin>> {
    let found = plugins.find_native(name);
    if found.is_none() {
        let help = did_you_mean(name, plugins.native_names())
            .unwrap_or_else(|| "an application that embeds the engine brings such plugins; the command line has none".to_owned());
        out.push(Draft::new(Code::OptionMissing, place, format!("the application brings no plugin `{}`", shorten(name))).help(help));
    }
    found
}

#[allow(clippy::too_many_arguments, reason = "one file with all that is known of it")]
fn file_plugin(
    binding: &Binding,
    file: u32,
    path: &str,
    bytes: &[u8],
    digest: &str,
    place: Place,
    plugins: &Plugins,
    out: &mut Vec<Draft>,
) -> Option<Arc<dyn Plugin>> {
    if path.rsplit_once('.').is_some_and(|(_, ending)| ending == "rhai") {
        let Ok(text) = std::str::from_utf8(bytes) else {
            out.push(Draft::new(Code::OptionScript, place, format!("`{path}` is no UTF-8")).help("save it as UTF-8"));
            return None;
        };
        return match rhai::Script::load(text, binding.limits) {
            Ok(script) => Some(Arc::new(script)),
            Err(rhai::Refused::Text(fault)) => {
                let at = u32::try_from(fault.at).unwrap_or(u32::MAX);
                let there = Place { file, start: at, end: at.saturating_add(1) };
                out.push(Draft::new(Code::OptionScript, there, format!("the script cannot be read: {}", fault.message)));
                None
            }
            Err(rhai::Refused::Describe(reason)) => {
                out.push(Draft::new(Code::OptionDescription, place, format!("`{path}` does not describe itself: {reason}")));
                None
            }
        };
    }
    match plugins.guest(digest, bytes) {
        Ok(guest) => Some(Arc::new(Component { guest, limits: binding.limits })),
        Err(refused) => {
            out.push(unfit(path, place, refused));
            None
        }
    }
}

fn unfit(path: &str, place: Place, refused: Refused) -> Draft {
    let list = |names: &[String]| names.iter().take(4).map(|name| format!("`{}`", shorten(name))).collect::<Vec<_>>().join(", ");
    match refused {
        Refused::Unfit(Unfit::NotComponent(reason)) => {
            Draft::new(Code::OptionNotComponent, place, format!("`{path}` is no WebAssembly component: {reason}"))
                .help("build it as docs/options.md says; `leidraad plugin inspect` shows what a file is")
        }
        Refused::Unfit(Unfit::Imports(names)) => {
            let more = if names.len() > 4 { ", and more" } else { "" };
            Draft::new(
                Code::OptionImports,
                place,
                format!("`{path}` imports {}{more}: a plugin reaches nothing outside itself", list(&names)),
            )
            .help("build it without WASI, as docs/options.md says")
        }
        Refused::Unfit(Unfit::Exports(names)) => {
            let what = if names.is_empty() { "nothing".to_owned() } else { list(&names) };
            Draft::new(Code::OptionExport, place, format!("`{path}` exports {what}, and not `leidraad:option/contract@1.0.0`"))
                .help("build it against wasm-plugins/wit/option.wit")
        }
        Refused::Unfit(Unfit::Version(version)) => Draft::new(
            Code::OptionVersion,
            place,
            format!("`{path}` was built for version {} of the contract; this engine speaks version 1", shorten(&version)),
        )
        .help("build it against wasm-plugins/wit/option.wit of this engine"),
        Refused::Unfit(Unfit::Refused(reason)) => {
            Draft::new(Code::OptionRefused, place, format!("`{path}` cannot be run here: {}", clipped(&reason)))
                .help("build it against wasm-plugins/wit/option.wit, without threads, and small")
        }
        Refused::Describe(fault) => Draft::new(Code::OptionDescription, place, format!("`{path}` does not describe itself: {fault}")),
    }
}

/// A reason of wasmtime's own, as far as it fits in a message.
fn clipped(reason: &str) -> String {
    let clean: String = reason.chars().filter(|c| !c.is_control()).take(300).collect();
    if reason.chars().count() > 300 { format!("{clean}…") } else { clean }
}

/// A description is shown to people and compared with the register: it must be of a size and make for that.
fn sensible(described: &Description) -> Result<(), String> {
    let name = |what: &str, text: &str| {
        let fine =
            !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
        if fine { Ok(()) } else { Err(format!("`{}` is no {what}", shorten(text))) }
    };
    let line = |what: &str, text: &str| {
        if text.chars().count() <= 200 && !text.chars().any(char::is_control) {
            Ok(())
        } else {
            Err(format!("{what} is no line of at most 200 characters"))
        }
    };
    name("name of a plugin", &described.name)?;
    name("version", &described.version)?;
    line("its summary", &described.summary)?;
    if described.reads.len() > 64 || described.settings.len() > 64 {
        return Err("it has more than 64 facts or settings".to_owned());
    }
    described.reads.iter().try_for_each(|fact| name("name of a fact", fact))?;
    for (at, setting) in described.settings.iter().enumerate() {
        name("name of a setting", &setting.name)?;
        line("a setting's summary", &setting.summary)?;
        if described.settings.iter().take(at).any(|other| other.name == setting.name) {
            return Err(format!("the setting `{}` stands twice", setting.name));
        }
    }
    Ok(())
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
                    format!("`{}` reads the fact `{name}`, which the register does not have", described.name),
                )
                .help(
                    did_you_mean(name, register.facts.values().map(|fact| &*fact.name))
                        .unwrap_or_else(|| "declare it in facts.toml".to_owned()),
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
                Draft::new(Code::OptionConfig, given.name_place, format!("`{}` has no setting `{}`", described.name, shorten(&given.name)))
                    .help(did_you_mean(&given.name, names).unwrap_or_else(|| "it takes no settings".to_owned())),
            );
            continue;
        };
        if let Some(value) = of_kind(given, setting.kind) {
            config.insert(given.name.clone(), value);
            continue;
        }
        let (expected, example) = match setting.kind {
            SettingKind::Truth => ("true or false", "true"),
            SettingKind::Number => ("a number", "1.1, or \"1.1\""),
            SettingKind::Text => ("a text", "\"text\""),
            SettingKind::Day => ("a day", "2025-02-01"),
        };
        out.push(
            Draft::new(Code::OptionConfig, given.value_place, format!("the setting `{}` is {expected}", given.name))
                .help(format!("write {} = {example}", given.name)),
        );
    }
    for setting in described.settings.iter().filter(|setting| setting.required) {
        if !binding.config.iter().any(|given| *given.name == *setting.name) {
            out.push(
                Draft::new(Code::OptionConfig, binding.place, format!("the setting `{}` is missing from `config`", setting.name))
                    .help(format!("`{}` needs it: {}", described.name, setting.summary)),
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
