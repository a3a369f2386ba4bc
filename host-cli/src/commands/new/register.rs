//! A folder in; a register with one of everything in it out, which checks clean and answers its first question.

use std::path::Path;

use super::{given, quoted};
use crate::adoption::refused;
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;

/// The files of a register to begin with, and what stands in them; `{name}` is its name.
const FILES: [(&str, &str); 6] = [
    ("register.toml", include_str!("../../../templates/register/register.toml")),
    ("customers.toml", include_str!("../../../templates/register/customers.toml")),
    ("facts.toml", include_str!("../../../templates/register/facts.toml")),
    ("services/general.toml", include_str!("../../../templates/register/services/general.toml")),
    ("rulesets/agreement/1/ruleset.toml", include_str!("../../../templates/register/rulesets/agreement/1/ruleset.toml")),
    ("rulesets/agreement/1/rules.toml", include_str!("../../../templates/register/rulesets/agreement/1/rules.toml")),
];

pub(super) fn run(context: &Context, folder: &Path, name: Option<String>) -> Result<Status, Fault> {
    let language = context.spoken();
    let shown = folder.display().to_string();
    if folder.exists() {
        return Err(refused(&shown, Key::NewExists, &[], language));
    }
    let name = given(name, "--name", Key::NewRegisterName, language)?;
    let unwritable = |path: &Path| {
        let path = path.display().to_string();
        move |cause: std::io::Error| Fault::Unwritable { path, cause: cause.to_string(), language }
    };
    for (path, text) in FILES {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(unwritable(&path))?;
        std::fs::write(&path, text.replace("\"{name}\"", &quoted(&name))).map_err(unwritable(&path))?;
    }
    print(&format!("{}\n", say(language, Key::NewRegister, &[("path", &shown)])), Status::Granted)
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn a_new_register_checks_clean_and_answers() {
        let sources = leidraad::Sources::memory(FILES.map(|(path, text)| (path, text.replace("{name}", "New"))));
        let policy = leidraad::Policy::loader().warnings().load(&sources).unwrap();
        let told: Vec<_> = policy.warnings().diagnostics().iter().map(leidraad::Diagnostic::code).collect();
        assert_eq!(told, [leidraad::Code::LockMissing], "nothing but that it is not locked yet");
        let question = leidraad::Question::new("example", "general/advice", leidraad::date(2026, 7, 1));
        assert_eq!(policy.decide(&question).unwrap().level_id(), Some("standard"));
    }
}
