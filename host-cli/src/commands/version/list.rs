//! `leidraad version list [SET]`: the versions of a rule set, or of all.

use leidraad::catalogue::Version;
use serde::Serialize;

use crate::args::Format;
use crate::commands::Context;
use crate::fault::{Fault, Status};
use crate::layout;
use crate::locale::{Key, say};
use crate::output::{print, print_json};

#[derive(Serialize)]
struct Record<'a> {
    version: &'a str,
    from: Option<leidraad::Date>,
    until: Option<leidraad::Date>,
    status: &'a str,
    decided: Option<leidraad::Date>,
    awaits: Vec<&'a str>,
}

pub(super) fn run(context: &Context, set: Option<&str>) -> Result<Status, Fault> {
    let policy = context.policy()?;
    let language = context.language(policy);
    if let Some(set) = set {
        context.sources().versions_of(set).map_err(|error| Fault::Question(error, language))?;
    }
    let sets = policy.catalogue().rule_sets().filter(|own| set.is_none_or(|set| own.id() == set));
    let versions: Vec<Version<'_>> = sets.flat_map(leidraad::catalogue::RuleSet::versions).collect();
    if context.format == Format::Json {
        let record = |version: &Version<'_>| {
            let days = version.days();
            let record = Record {
                version: version.key(),
                from: days.from,
                until: days.until,
                status: if version.is_proposed() { "proposed" } else { "adopted" },
                decided: version.decided(),
                awaits: version.awaits().map(leidraad::catalogue::Customer::id).collect(),
            };
            serde_json::to_string(&record).unwrap_or_default()
        };
        return print_json(&format!("[{}]\n", versions.iter().map(record).collect::<Vec<_>>().join(",\n ")), Status::Granted);
    }
    let header = [Key::Version, Key::From, Key::Through, Key::Decided].map(|key| say(language, key, &[])).to_vec();
    let text = |day: Option<leidraad::Date>| day.map_or_else(String::new, |day| layout::day(language, day));
    let row = |version: &Version<'_>| {
        let days = version.days();
        let awaits: Vec<&str> = version.awaits().map(leidraad::catalogue::Customer::name).collect();
        let decided = match (version.is_proposed(), awaits.is_empty()) {
            (false, _) => text(version.decided()),
            (true, true) => say(language, Key::Proposal, &[]),
            (true, false) => say(language, Key::ProposalAwaits, &[("list", &awaits.join(", "))]),
        };
        vec![version.key().to_owned(), text(days.from), text(days.until), decided]
    };
    print(&layout::table(&header, &versions.iter().map(row).collect::<Vec<_>>()), Status::Granted)
}
