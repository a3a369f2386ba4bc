//! The bytes of a plugin's file in; a plugin that describes itself sensibly, or the reason why it is none, out.

use std::sync::Arc;

use super::contract::Plugin;
use super::plugins::Plugins;
use super::refused::{Refused, sensible};
#[cfg(feature = "rhai")]
use super::rhai;
use crate::diagnostic::Code;
use crate::model::option::{Limits, is_script};
use crate::text::both;

/// Opens a plugin; a name that ends in `.rhai` is that of a script.
pub(crate) fn open(path: &str, digest: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    let plugin = if is_script(path) { script(path, bytes, limits, plugins)? } else { component(path, digest, bytes, limits, plugins)? };
    match sensible(plugin.description()) {
        Ok(()) => Ok(plugin),
        Err(reason) => Err(Refused::new(
            Code::OptionDescription,
            both!("`{path}` does not describe itself well: {reason}", "`{path}` beschrijft zichzelf niet goed: {reason}"),
        )),
    }
}

#[cfg(feature = "rhai")]
fn script(path: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    rhai::open(path, bytes, limits, Arc::clone(plugins.ticker()))
}

#[cfg(not(feature = "rhai"))]
fn script(path: &str, _: &[u8], _: Limits, _: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    Err(left_out(path, "scripts", "rhai"))
}

#[cfg(feature = "wasm")]
fn component(path: &str, digest: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    plugins.components().open(path, digest, bytes, limits)
}

#[cfg(not(feature = "wasm"))]
fn component(path: &str, _: &str, _: &[u8], _: Limits, _: &Plugins) -> Result<Arc<dyn Plugin>, Refused> {
    Err(left_out(path, "components", "wasm"))
}

#[cfg(not(all(feature = "wasm", feature = "rhai")))]
fn left_out(path: &str, what: &str, feature: &str) -> Refused {
    let message = both!(
        "`{path}` cannot be run: this build of the engine runs no {what}, since it was made without the feature `{feature}`",
        "`{path}` kan niet draaien: deze bouw van de motor is gemaakt zonder de feature `{feature}`"
    );
    Refused::new(Code::FeatureMissing, message).help(both!("build the engine with it", "bouw de motor ermee"))
}
