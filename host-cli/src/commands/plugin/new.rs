//! `leidraad plugin new NAME`: a folder that builds and passes its own test as it stands.

use std::io::Write;
use std::path::Path;

use super::pack::CONTRACT;
use super::unreadable;
use crate::args::{Lang, NewPlugin};
use crate::fault::{Fault, Status};

/// A path below the new folder, and the text of the file; `{name}` and `{Name}` stand for the plugin's name.
type Template = (&'static str, &'static str);

const RUST: [Template; 13] = [
    ("README.md", include_str!("../../../templates/rust/README.md")),
    ("Cargo.toml", include_str!("../../../templates/rust/Cargo.toml.txt")),
    (".cargo/config.toml", include_str!("../../../../wasm-plugins/.cargo/config.toml")),
    (".gitignore", "target/\n"),
    ("src/lib.rs", include_str!("../../../templates/rust/src/lib.rs.txt")),
    ("tests/decide.rs", include_str!("../../../templates/rust/tests/decide.rs.txt")),
    ("wit/option.wit", CONTRACT),
    ("sdk/Cargo.toml", include_str!("../../../templates/rust/sdk.toml.txt")),
    ("sdk/src/lib.rs", include_str!("../../../../wasm-plugins/sdk/src/lib.rs")),
    ("sdk/src/contract.rs", include_str!("../../../../wasm-plugins/sdk/src/contract.rs")),
    ("sdk/src/guest.rs", include_str!("../../../../wasm-plugins/sdk/src/guest.rs")),
    ("sdk/src/memory.rs", include_str!("../../../../wasm-plugins/sdk/src/memory.rs")),
    ("question.json", include_str!("../../../templates/question.json")),
];

const RHAI: [Template; 4] = [
    ("README.md", include_str!("../../../templates/rhai/README.md")),
    ("{name}.rhai", include_str!("../../../templates/rhai/plugin.rhai")),
    ("question.json", include_str!("../../../templates/question.json")),
    ("test", include_str!("../../../templates/rhai/test")),
];

pub(crate) fn run(new: &NewPlugin, written_in: Option<Lang>) -> Result<Status, Fault> {
    let fault = |reason: &str| Fault::Plugin { path: new.name.clone(), reason: reason.to_owned() };
    let fine = new.name.starts_with(|c: char| c.is_ascii_lowercase())
        && new.name.len() <= 64
        && new.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !fine {
        return Err(fault("a plugin's name is made of lower-case letters, digits and `-`, a letter first"));
    }
    let folder = Path::new(&new.name);
    if folder.exists() {
        return Err(fault("this is there already; choose another name, or move it away"));
    }
    let templates: &[Template] = if written_in == Some(Lang::Rhai) { &RHAI } else { &RUST };
    for (path, text) in templates {
        let path = folder.join(filled(path, &new.name));
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|cause| unreadable(parent, &cause))?;
        std::fs::write(&path, filled(text, &new.name)).map_err(|cause| unreadable(&path, &cause))?;
    }
    writeln!(anstream::stdout(), "{}/ is ready: {}/README.md says how to test, build and bind it.", new.name, new.name)?;
    Ok(Status::Granted)
}

fn filled(text: &str, name: &str) -> String {
    let camel: String = name
        .split('-')
        .map(|word| word.chars().enumerate().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c }).collect::<String>())
        .collect();
    text.replace("{name}", name).replace("{snake}", &name.replace('-', "_")).replace("{Name}", &camel)
}
