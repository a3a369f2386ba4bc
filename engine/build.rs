//! The texts that people read in; an enum with a key for each out, so that the compiler finds a key without a text, and a text that nobody reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// The texts of the library, and those of the command, which is built by this file too.
const FILES: [&str; 2] = ["src/text/messages.toml", "src/locale.toml"];

#[allow(clippy::disallowed_methods, reason = "cargo speaks to a build script by its environment")]
fn main() {
    let package = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    let file = FILES.map(|file| Path::new(&package).join(file)).into_iter().find(|file| file.exists()).expect("there are texts");
    println!("cargo::rerun-if-changed={}", file.display());
    let text = fs::read_to_string(&file).expect("the texts can be read");
    let texts: BTreeMap<String, [String; 2]> = toml::from_str(&text).expect("each key has a text in Dutch and one in English");
    let (mut keys, mut arms) = (String::new(), String::new());
    for (key, [nl, en]) in &texts {
        assert_eq!(blanks(nl), blanks(en), "the two texts of `{key}` have other blanks");
        let name = variant(key);
        let _ = writeln!(keys, "    {name},");
        let _ = writeln!(arms, "            Key::{name} => [{nl:?}, {en:?}],");
    }
    let code = format!(
        "/// A text that people read.\n#[allow(clippy::enum_variant_names, reason = \"keys are named after their texts\")]\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub(crate) enum Key {{\n{keys}}}\n\n\
         impl Key {{\n    /// The text in Dutch and in English.\n    #[allow(clippy::too_many_lines, reason = \"a line a text\")]\n    pub(crate) fn texts(self) -> [&'static str; 2] {{\n        \
         match self {{\n{arms}        }}\n    }}\n}}\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR").expect("cargo says where to write")).join("keys.rs"), code).expect("the keys can be written");
}

/// `label-why` becomes `LabelWhy`.
fn variant(key: &str) -> String {
    key.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The names in braces; behind a colon stand the words for one and for many.
fn blanks(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next()).collect()
}
