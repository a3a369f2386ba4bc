//! `leidraad schema [FILE]`: the JSON Schema of a kind of file of the register, by which editors complete and underline.

use crate::fault::{Fault, Status};
use crate::language;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

/// The kinds of files, and the schema of each.
const SCHEMAS: [(&str, &str); 8] = [
    ("register", include_str!("../../../docs/schemas/register.json")),
    ("customers", include_str!("../../../docs/schemas/customers.json")),
    ("facts", include_str!("../../../docs/schemas/facts.json")),
    ("services", include_str!("../../../docs/schemas/services.json")),
    ("values", include_str!("../../../docs/schemas/values.json")),
    ("ruleset", include_str!("../../../docs/schemas/ruleset.json")),
    ("rules", include_str!("../../../docs/schemas/rules.json")),
    ("scenarios", include_str!("../../../docs/schemas/scenarios.json")),
];

pub(crate) fn run(kind: Option<&str>) -> Result<Status, Fault> {
    let all: Vec<&str> = SCHEMAS.iter().map(|(kind, _)| *kind).collect();
    let Some(kind) = kind else { return print(&format!("{}\n", all.join("\n")), Status::Granted) };
    let Some((_, schema)) = SCHEMAS.iter().find(|(known, _)| *known == kind.trim_end_matches(".toml")) else {
        let reason = say(language::spoken(), Key::NoSchema, &[("all", &all.join(", "))]);
        return Err(Fault::Plugin { path: kind.to_owned(), reason });
    };
    print_json(schema, Status::Granted)
}
