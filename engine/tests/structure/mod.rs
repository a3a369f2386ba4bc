//! The source of a crate in; which file uses which out: through `crate::`, `super::`, braces, other names and re-exports.

mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tokens::tokens;

/// A crate's files by module: `["load", "unary"]`, say.
pub(crate) struct Structure {
    files: BTreeMap<Vec<String>, Source>,
}

struct Source {
    /// Its path below the crate's source.
    name: String,
    /// Other names in it, with the paths that they stand for.
    imports: BTreeMap<String, Vec<String>>,
    /// Those of them that others can use by this module's path.
    exports: BTreeSet<String>,
    /// Paths in its code.
    paths: BTreeSet<Vec<String>>,
}

/// All `.rs` files of a folder and below.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(sources(&path)) } else { files.push(path) }
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    files
}

fn module(name: &str) -> Vec<String> {
    let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib")) {
        module.pop();
    }
    module
}

impl Structure {
    pub(crate) fn of(root: &Path) -> Structure {
        let mut files = BTreeMap::new();
        // A file of tests is no part of the structure.
        for path in sources(root).into_iter().filter(|path| !path.ends_with("tests.rs")) {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(module(&name), Source::read(name, &fs::read_to_string(&path).unwrap()));
        }
        Structure { files }
    }

    /// The files that each file uses.
    pub(crate) fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut uses = BTreeMap::new();
        for (module, source) in &self.files {
            let gathers = source.name.ends_with("mod.rs") || source.name == "lib.rs";
            let imported = source.imports.iter().filter(|(name, _)| !(gathers && source.exports.contains(*name))).map(|(_, path)| path);
            let paths = imported.chain(&source.paths);
            let others = paths.filter_map(|path| self.home(module, path, 0)).filter(|name| *name != source.name).collect();
            uses.insert(source.name.as_str(), others);
        }
        uses
    }

    /// The file in which the thing at a path is written, seen from a module; `None` for a module as a whole, and for other crates.
    fn home(&self, from: &[String], path: &[String], depth: usize) -> Option<&str> {
        if depth > 20 {
            return None;
        }
        let first = path.first()?;
        let (mut at, rest): (Vec<String>, &[String]) = match first.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|segment| *segment == "super").count();
                (from[..from.len().checked_sub(up)?].to_vec(), &path[up..])
            }
            name if self.files.contains_key(&[from, &[name.to_owned()]].concat()) => (from.to_vec(), path),
            name => {
                let stands_for = self.files.get(from)?.imports.get(name)?;
                return self.home(from, &[stands_for, &path[1..]].concat(), depth + 1).filter(|_| stands_for != path);
            }
        };
        for (place, segment) in rest.iter().enumerate() {
            let below = [at.as_slice(), std::slice::from_ref(segment)].concat();
            if self.files.contains_key(&below) {
                at = below;
                continue;
            }
            let source = self.files.get(&at)?;
            if let Some(stands_for) = source.imports.get(segment) {
                return self.home(&at, &[stands_for, &rest[place + 1..]].concat(), depth + 1);
            }
            return Some(&source.name);
        }
        None
    }
}

impl Source {
    fn read(name: String, text: &str) -> Source {
        let tokens = tokens(text);
        let mut source = Source { name, imports: BTreeMap::new(), exports: BTreeSet::new(), paths: BTreeSet::new() };
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at] == "use" && tokens[at + 1] != "<" {
                let is_public = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
                at = source.tree(&tokens, at + 1, &[], is_public);
            } else if is_name(&tokens[at]) && (at == 0 || tokens[at - 1] != "::") {
                let mut path = vec![tokens[at].clone()];
                while tokens.get(at + 1).is_some_and(|token| token == "::") && tokens.get(at + 2).is_some_and(|token| is_name(token)) {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                if path.len() > 1 {
                    source.paths.insert(path);
                }
                at += 1;
            } else {
                at += 1;
            }
        }
        source
    }

    /// Reads what a `use` names, braces within braces; the place behind it comes back.
    fn tree(&mut self, tokens: &[String], mut at: usize, before: &[String], is_public: bool) -> usize {
        let mut path = before.to_vec();
        while let Some(token) = tokens.get(at) {
            match token.as_str() {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while tokens.get(at).is_some_and(|token| token != "}") {
                        let before = at;
                        at = self.tree(tokens, at, &path, is_public);
                        assert!(at > before, "{}: a `use` that cannot be read at {:?}", self.name, &tokens[at - 3..at + 3]);
                        if tokens.get(at).is_some_and(|token| token == ",") {
                            at += 1;
                        }
                    }
                    return at + 1;
                }
                // What a glob brings in cannot be told here, and the engine has none of its own outside tests.
                "*" => {
                    let is_own = matches!(path.first().map(String::as_str), Some("crate" | "super" | "self"));
                    assert!(!is_own, "{}: `{}::*` hides what is used", self.name, path.join("::"));
                    return at + 1;
                }
                "as" => {
                    let name = tokens[at + 1].clone();
                    self.enter(name, path, is_public);
                    return at + 2;
                }
                "," | "}" | ";" => {
                    let name = path.last().cloned().unwrap_or_default();
                    if name == "self" {
                        path.pop();
                    }
                    let name = path.last().cloned().unwrap_or_default();
                    self.enter(name, path, is_public);
                    return at;
                }
                _ => {
                    path.push(token.clone());
                    at += 1;
                }
            }
        }
        at
    }

    fn enter(&mut self, name: String, path: Vec<String>, is_public: bool) {
        if is_public {
            self.exports.insert(name.clone());
        }
        if path != [name.clone()] {
            self.imports.insert(name, path);
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Circles of files that use each other, each as the files on it.
pub(crate) fn circles<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    let reach = |from: &'a str| {
        let (mut seen, mut stack) = (BTreeSet::new(), vec![from]);
        while let Some(file) = stack.pop() {
            stack.extend(uses.get(file).into_iter().flatten().filter(|next| seen.insert(**next)));
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (*file, reach(file))).collect();
    let mut circles: Vec<Vec<&str>> = Vec::new();
    for (file, reached) in &all {
        if reached.contains(file) && !circles.iter().any(|circle| circle.contains(file)) {
            circles.push(reached.iter().copied().filter(|other| all[other].contains(file)).collect());
        }
    }
    circles
}
