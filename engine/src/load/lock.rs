//! `register.lock` in; findings out for every adopted version that was changed after its adoption.

use super::names::unknown;
use super::toml::{File, Findings, Keys, parse};
use crate::diagnostic::{Code, Draft};
use crate::model::register::Register;
use crate::source::digest_of;

pub(super) fn check(file: File<'_>, rulesets: &[File<'_>], register: &Register, out: &mut Findings) {
    let (tree, _) = parse(file, out);
    let mut keys = Keys::new(file, &tree, file.start());
    let Some(locked) = keys.get("adopted").and_then(|node| node.keys(out)) else {
        keys.finish(out);
        return;
    };
    keys.finish(out);
    for (key, place, node) in locked.all() {
        let Some(digest) = node.text(out) else { continue };
        let Some(version) = register.versions.values().find(|version| *version.key == *key) else {
            out.push(unknown("version", key, place, register.versions.values().map(|version| &*version.key)));
            continue;
        };
        let now = version_digest(key, rulesets);
        if now != digest {
            out.push(Draft::new(Code::AdoptedEdited, version.place, format!("`{key}` was changed after its adoption")).help(format!(
                "take the change back and make a new version for it; if the lock is wrong, its line reads \"{key}\" = \"{now}\""
            )));
        }
    }
}

/// The digest of one version: over its file names and their bytes, line ends apart.
fn version_digest(key: &str, rulesets: &[File<'_>]) -> String {
    let folder = format!("rulesets/{}/", key.replace('@', "/"));
    let mut all = String::new();
    for file in rulesets {
        if let Some(name) = file.path.strip_prefix(&folder) {
            all.push_str(name);
            all.push('\0');
            all.push_str(&digest_of(file.text.replace("\r\n", "\n").as_bytes()));
            all.push('\n');
        }
    }
    format!("sha256:{}", digest_of(all.as_bytes()))
}
