//! Why a file is no plugin; and what a plugin may say of itself.

use super::contract::Description;
use crate::diagnostic::Code;
use crate::model::value::{is_plain, shorten};
use crate::text::Bilingual;

/// Why a file is no plugin.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) message: Bilingual,
    pub(crate) help: Option<Bilingual>,
    /// The byte of the file that it is about, in a script.
    pub(crate) at: Option<usize>,
}

impl Refused {
    pub(super) fn new(code: Code, message: Bilingual) -> Refused {
        Refused { code, message, help: None, at: None }
    }
    pub(super) fn help(self, help: Bilingual) -> Refused {
        Refused { help: Some(help), ..self }
    }
}

/// A reason of another's own, as far as it fits in a message.
#[cfg(any(feature = "wasm", feature = "rhai"))]
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
