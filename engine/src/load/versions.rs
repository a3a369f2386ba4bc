//! The files of a register in; the versions of its rule sets out, as their folders name them.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::source::Sources;
use crate::text::Key;

impl Sources {
    /// The versions of rule sets, `set@version`, as their folders name them: of a register that does not load, too.
    ///
    /// ```
    /// assert!(leidraad::Sources::folder("rules").versions().any(|version| version == "dvo-leiderdorp@2025-1"));
    /// ```
    pub fn versions(&self) -> impl Iterator<Item = String> {
        self.paths().filter_map(|path| {
            let (set, version) = path.strip_prefix("rulesets/")?.strip_suffix("/ruleset.toml")?.split_once('/')?;
            Some(format!("{set}@{version}"))
        })
    }
    /// The text of a version's `ruleset.toml`. An error names the versions like it.
    ///
    /// ```
    /// let sources = leidraad::Sources::folder("rules");
    /// assert!(sources.head("dvo-leiderdorp@2025-1").unwrap().contains("2025-03-18"));
    /// assert!(sources.head("dvo-leiderdorp@2025").unwrap_err().is_unknown_name());
    /// ```
    pub fn head(&self, version: &str) -> Result<&str, Error> {
        let unknown = || {
            let all: Vec<String> = self.versions().collect();
            Error::unknown(Key::ErrorUnknownVersion, version, all.iter().map(String::as_str))
        };
        self.text(&format!("{}/ruleset.toml", Sources::version_folder(version))).ok_or_else(unknown)
    }
    /// The versions of a rule set, as their folders name them. Refused if there are none; the error names the sets like it.
    ///
    /// ```
    /// let sources = leidraad::Sources::folder("rules");
    /// assert!(sources.versions_of("dvo-leiderdorp").unwrap().contains(&"dvo-leiderdorp@2025-1".to_owned()));
    /// assert!(sources.versions_of("dvo-leiderdrop").unwrap_err().is_unknown_name());
    /// ```
    pub fn versions_of(&self, set: &str) -> Result<Vec<String>, Error> {
        let all: Vec<String> = self.versions().collect();
        let set_of = |version: &str| version.split_once('@').map_or(String::new(), |(set, _)| set.to_owned());
        let own: Vec<String> = all.iter().filter(|version| set_of(version) == set).cloned().collect();
        if own.is_empty() {
            let sets: BTreeSet<String> = all.iter().map(|version| set_of(version)).collect();
            return Err(Error::unknown(Key::ErrorUnknownSet, set, sets.iter().map(String::as_str)));
        }
        Ok(own)
    }
    /// The folder of a version, `set@version`, below that of the register.
    ///
    /// ```
    /// assert_eq!(leidraad::Sources::version_folder("dvo-leiderdorp@2025-1"), "rulesets/dvo-leiderdorp/2025-1");
    /// ```
    pub fn version_folder(version: &str) -> String {
        format!("rulesets/{}", version.replacen('@', "/", 1))
    }
}
