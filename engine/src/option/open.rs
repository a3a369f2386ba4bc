//! The bytes of a plugin's file in; a plugin that describes itself sensibly, or the reason why it is none, out.

use std::sync::Arc;

use super::contract::{Description, Plugin};
use super::plugins::Plugins;
use super::rhai;
use super::wasm::{self, Component, Unfit};
use crate::diagnostic::Code;
use crate::model::option::{Limits, is_script};
use crate::model::value::{is_plain, shorten};

/// Reading a longer script takes more time than it is worth.
const SCRIPT: usize = 64 << 10;

/// Why a file is no plugin.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    /// The byte of the file that it is about, in a script.
    pub(crate) at: Option<usize>,
}

impl Refused {
    fn new(code: Code, message: String) -> Refused {
        Refused { code, message, help: None, at: None }
    }
    fn help(self, help: &'static str) -> Refused {
        Refused { help: Some(help), ..self }
    }
}

/// Opens a plugin; a name that ends in `.rhai` is that of a script.
pub(crate) fn open(path: &str, digest: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    let plugin: Arc<dyn Plugin> = if is_script(path) {
        script(path, bytes, limits, plugins)?
    } else {
        let guest = plugins.guest(digest, bytes).map_err(|refused| component(path, refused))?;
        Arc::new(Component { guest, limits })
    };
    match sensible(plugin.description()) {
        Ok(()) => Ok(plugin),
        Err(reason) => Err(Refused::new(Code::OptionDescription, format!("`{path}` does not describe itself well: {reason}"))),
    }
}

fn script(path: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Refused::new(Code::OptionScript, format!("`{path}` is no UTF-8")).help("save it as UTF-8"))?;
    if bytes.len() > SCRIPT {
        let message = format!("`{path}` has {} bytes; a script has {SCRIPT} at most", bytes.len());
        return Err(Refused::new(Code::OptionRefused, message).help("make it several options, or a component"));
    }
    match rhai::Script::load(text, limits, Arc::clone(plugins.ticker())) {
        Ok(script) => Ok(Arc::new(script)),
        Err(rhai::Refused::Text(fault)) => {
            let message = format!("the script cannot be read: {}", clipped(&fault.message));
            Err(Refused { at: Some(fault.at), ..Refused::new(Code::OptionScript, message) })
        }
        Err(rhai::Refused::Describe(reason)) => {
            Err(Refused::new(Code::OptionDescription, format!("`{path}` does not describe itself: {}", clipped(&reason))))
        }
    }
}

fn component(path: &str, refused: wasm::Refused) -> Refused {
    let list = |names: &[String]| names.iter().take(4).map(|name| format!("`{}`", shorten(name))).collect::<Vec<_>>().join(", ");
    let build = "build it against wasm-plugins/wit/option.wit of this engine";
    match refused {
        wasm::Refused::Unfit(Unfit::NotComponent(reason)) => {
            Refused::new(Code::OptionNotComponent, format!("`{path}` is no WebAssembly component: {}", clipped(&reason)))
                .help("build it as docs/options.md says; `leidraad plugin inspect` shows what a file is")
        }
        wasm::Refused::Unfit(Unfit::Imports(names)) => {
            let more = if names.len() > 4 { ", and more" } else { "" };
            Refused::new(Code::OptionImports, format!("`{path}` imports {}{more}: a plugin reaches nothing outside itself", list(&names)))
                .help("build it without WASI, as docs/options.md says")
        }
        wasm::Refused::Unfit(Unfit::Exports(names)) => {
            let what = if names.is_empty() { "nothing".to_owned() } else { list(&names) };
            Refused::new(Code::OptionExport, format!("`{path}` exports {what}, and not `leidraad:option/contract@1.0.0`")).help(build)
        }
        wasm::Refused::Unfit(Unfit::Version(version)) => {
            let message = format!("`{path}` was built for version {} of the contract; this engine speaks version 1", shorten(&version));
            Refused::new(Code::OptionVersion, message).help(build)
        }
        wasm::Refused::Unfit(Unfit::Host(reason)) => {
            Refused::new(Code::OptionRefused, format!("no component can be run by this process: {}", clipped(&reason)))
                .help("it needs address space (not memory) for compiled code and the memories of guests: see `ulimit -v`")
        }
        wasm::Refused::Unfit(Unfit::Refused(reason)) => {
            Refused::new(Code::OptionRefused, format!("`{path}` cannot be run here: {}", clipped(&reason)))
                .help("build it against wasm-plugins/wit/option.wit, without threads, and small")
        }
        wasm::Refused::Describe(fault) => {
            Refused::new(Code::OptionDescription, format!("`{path}` does not describe itself: {}", clipped(&fault.to_string())))
        }
    }
}

/// A reason of wasmtime's own, as far as it fits in a message.
pub(super) fn clipped(reason: &str) -> String {
    let clean: String = reason.chars().filter(|c| is_plain(*c)).take(300).collect();
    if reason.chars().count() > 300 { format!("{clean}…") } else { clean }
}

/// A description is shown to people and compared with the register: it must be of a size and make for that.
pub(crate) fn sensible(described: &Description) -> Result<(), String> {
    let name = |what: &str, text: &str| {
        let fine =
            !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
        if fine { Ok(()) } else { Err(format!("`{}` is no {what}", shorten(text))) }
    };
    let line = |what: &str, text: &str| {
        if text.chars().count() <= 200 && text.chars().all(is_plain) {
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
