//! A rule set that there is not yet in; its first version out, a proposal: empty, or as a matrix says.

use std::path::PathBuf;

use leidraad::{Date, Policy, Sources};

use super::{Open, given, quoted};
use crate::adoption::refused;
use crate::commands::Context;
use crate::commands::version::by_matrix;
use crate::fault::{Fault, Status};
use crate::locale::{Key, say};
use crate::output::print;
use crate::plan::Plan;

/// What the first version is begun from.
pub(super) struct Begun {
    pub(super) set: String,
    pub(super) rank: Option<String>,
    pub(super) from: Date,
    pub(super) title: Option<String>,
    pub(super) matrix: Option<PathBuf>,
    pub(super) sheet: Option<String>,
}

pub(super) fn run(context: &Context, begun: &Begun) -> Result<Status, Fault> {
    let Begun { set, from, .. } = begun;
    let Open { language, home, sources, policy, .. } = Open::of(context)?;
    if !Policy::is_id(set) {
        return Err(refused(set, Key::VersionName, &[], language));
    }
    if policy.catalogue().rule_sets().any(|known| known.id() == set) {
        return Err(refused(set, Key::NewRulesetExists, &[("set", set)], language));
    }
    let ranks: Vec<&str> = policy.catalogue().ranks().map(leidraad::catalogue::Term::id).collect();
    let rank = given(begun.rank.clone(), &format!("--rank ({})", ranks.join(", ")), Key::NewRank, language)?;
    if !ranks.contains(&rank.as_str()) {
        return Err(refused(&rank, Key::NewRankUnknown, &[("all", &ranks.join(", "))], language));
    }
    let title = given(begun.title.clone(), "--title", Key::NewTitle, language)?;
    let version = format!("{set}@{}-1", from.year());
    let title = quoted(&title);
    let head = format!(
        "rank      = {}\ntitle     = {{ nl = {title}, en = {title} }}\nreference = {title}\nstatus    = \"proposed\"\nfrom      = {from}\n",
        quoted(&rank)
    );
    let mut files = vec![("ruleset.toml".to_owned(), head.into_bytes())];
    if let Some(matrix) = &begun.matrix {
        files = by_matrix(context, &sources, (matrix, begun.sheet.as_deref()), &version, *from, files)?.0;
    } else {
        files.push(("rules.toml".to_owned(), say(language, Key::NewRules, &[]).into_bytes()));
    }
    let folder = Sources::version_folder(&version);
    Plan::of(&home, &sources).make_folder(&folder, files).counts().carry_out().map_err(|refused| refused.fault("new", language))?;
    let path = home.join(&folder).display().to_string();
    print(&format!("{}\n", say(language, Key::NewRuleset, &[("version", &version), ("path", &path)])), Status::Granted)
}
