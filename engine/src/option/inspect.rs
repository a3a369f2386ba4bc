//! A plugin's file in; what it is, as its maker wants to see it, out.

use std::borrow::Cow;
use std::sync::Arc;

use super::contract::{Description, Plugin};
use super::open::open;
use super::plugins::Plugins;
#[cfg(feature = "wasm")]
use super::wasm::outside;
use crate::model::option::{Limits, is_script};
use crate::source::{digest_of, script};
use crate::text::Language;

/// What a file is, looked at from outside and asked to describe itself.
///
/// ```
/// use leidraad::plugin::{Inspection, Plugins};
/// let inspection = Inspection::of("empty.wasm", b"", &Plugins::new());
/// assert_eq!(inspection.kind, "not a component");
/// assert!(inspection.description.unwrap_err().contains("the file is empty"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// `component`, `script` or `not a component`
    pub kind: &'static str,
    /// how many bytes it has
    pub size: usize,
    /// `sha256:…`, as a register pins it
    pub digest: String,
    /// what it imports: a plugin imports nothing
    pub imports: Vec<String>,
    /// what it exports
    pub exports: Vec<String>,
    /// what it says of itself, or why it is no plugin
    pub description: Result<Description, String>,
}

impl Inspection {
    /// Looks at a file; a name that ends in `.rhai` is that of a script.
    pub fn of(name: &str, bytes: &[u8], plugins: &Plugins) -> Inspection {
        let bytes = &*as_read(name, bytes);
        let outside = outside(bytes);
        let kind = match &outside {
            _ if is_script(name) => "script",
            Some(_) => "component",
            None => "not a component",
        };
        let (imports, exports) = outside.unwrap_or_default();
        let description = open_plugin(name, bytes, Limits::default(), plugins).map(|plugin| plugin.description().clone());
        Inspection { kind, size: bytes.len(), digest: format!("sha256:{}", digest_of(bytes)), imports, exports, description }
    }
}

/// The bytes as a register would read them.
fn as_read<'b>(name: &str, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    if is_script(name) { Cow::Owned(script(bytes)) } else { Cow::Borrowed(bytes) }
}

/// Opens a plugin's file outside any register, or says why it is none: to try it out.
pub fn open_plugin(name: &str, bytes: &[u8], limits: Limits, plugins: &Plugins) -> Result<Arc<dyn Plugin>, String> {
    let bytes = &*as_read(name, bytes);
    open(name, &digest_of(bytes), bytes, limits, plugins).map_err(|refused| {
        let line = refused.at.map_or_else(String::new, |at| {
            let before = bytes.get(..at).unwrap_or(bytes);
            format!(" (line {})", before.split(|byte| *byte == b'\n').count())
        });
        format!("{}{line}", refused.message.get(Language::En))
    })
}

/// A build that runs no components looks at none.
#[cfg(not(feature = "wasm"))]
fn outside(_: &[u8]) -> Option<(Vec<String>, Vec<String>)> {
    None
}
