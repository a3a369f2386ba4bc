//! The JSON Schemas of docs/schemas know the keys that the loader knows, and no others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use leidraad::{Code, Policy, Sources};
use serde_json::{Map, Value};

/// Each schema, and a file that it is the schema of.
const FILES: [(&str, &str); 8] = [
    ("register", "register.toml"),
    ("customers", "customers.toml"),
    ("facts", "facts.toml"),
    ("services", "services/d.toml"),
    ("values", "values/all.toml"),
    ("ruleset", "rulesets/r/1/ruleset.toml"),
    ("rules", "rulesets/r/1/rules.toml"),
    ("scenarios", "scenarios/all.toml"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema(kind: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join(format!("docs/schemas/{kind}.json"))).unwrap()).unwrap()
}

/// A value with every key that a schema knows.
fn sample(schema: &Value) -> Value {
    if let Some(first) = schema["anyOf"].as_array().or(schema["enum"].as_array()).and_then(|all| all.first()) {
        return if schema["enum"].is_array() { first.clone() } else { sample(first) };
    }
    match schema["type"].as_str() {
        Some("object") => {
            let own = schema["properties"].as_object().cloned().unwrap_or_default();
            let mut object: Map<String, Value> = own.iter().map(|(key, of)| (key.clone(), sample(of))).collect();
            if schema["additionalProperties"].is_object() && !schema["additionalProperties"].as_object().unwrap().is_empty() {
                object.insert("x".to_owned(), sample(&schema["additionalProperties"]));
            }
            Value::Object(object)
        }
        Some("array") => Value::Array(vec![sample(&schema["items"])]),
        Some("boolean") => Value::Bool(true),
        Some("number" | "integer") => Value::from(1),
        _ => schema.get("const").cloned().unwrap_or_else(|| "x".into()),
    }
}

/// A value as TOML has it on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let pairs: Vec<String> = object.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(toml).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn properties(schema: &Value, all: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(own) = object.get("properties").and_then(Value::as_object) {
                all.extend(own.keys().cloned());
            }
            object.values().for_each(|of| properties(of, all));
        }
        Value::Array(list) => list.iter().for_each(|of| properties(of, all)),
        _ => {}
    }
}

#[test]
fn the_loader_knows_every_key_of_a_schema() {
    for (kind, path) in FILES {
        let sample = sample(&schema(kind));
        let lines = sample.as_object().unwrap().iter().map(|(key, value)| format!("{key} = {}\n", toml(value)));
        let text: String = lines.collect();
        let mut files = vec![(path, text.clone())];
        if path != "rulesets/r/1/ruleset.toml" {
            files.push(("rulesets/r/1/ruleset.toml", "rank = \"law\"\nfrom = 2026-01-01\ndecided = 2026-01-01\n".to_owned()));
        }
        let report = Policy::loader().check(&Sources::memory(files.clone()));
        let unknown: Vec<&str> = report
            .diagnostics()
            .iter()
            .filter(|finding| finding.file() == path && [Code::UnknownKey, Code::TomlSyntax].contains(&finding.code()))
            .map(|finding| finding.message(leidraad::Language::En))
            .collect();
        assert!(unknown.is_empty(), "{kind}: {unknown:?}\n{text}");
        files[0].1.insert_str(0, "no-such-key = 1\n");
        let other = Policy::loader().check(&Sources::memory(files));
        assert!(other.diagnostics().iter().any(|finding| finding.code() == Code::UnknownKey), "{kind}");
    }
}

#[test]
fn a_schema_knows_every_key_of_the_loader() {
    let mut known = BTreeSet::new();
    FILES.iter().for_each(|(kind, _)| properties(&schema(kind), &mut known));
    let folder = root().join("engine/src/load");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for way in ["get", "need", "text", "need_text", "boxed", "date", "tables", "named", "translated"] {
            for rest in text.split(&format!(".{way}(\"")).skip(1) {
                let key = rest.split('"').next().unwrap();
                read += 1;
                assert!(known.contains(key), "{}: `{key}` is in no schema", path.display());
            }
        }
    }
    assert!(read > 60, "only {read} keys were found");
}
