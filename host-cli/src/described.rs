//! What components said of themselves, in the user's cache folder: a name in, what was kept under it out.

use std::path::PathBuf;

use directories_next::ProjectDirs;
use leidraad::plugin::Descriptions;

use crate::store;

/// Where it is kept; nowhere, where the user has no cache folder.
pub(crate) struct Kept(Option<PathBuf>);

impl Kept {
    pub(crate) fn here() -> Kept {
        Kept(ProjectDirs::from("", "", "leidraad").map(|folders| folders.cache_dir().join("described")))
    }
}

impl Descriptions for Kept {
    fn get(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.0.as_ref()?.join(name)).ok()
    }
    /// Where it cannot be kept, the next run asks the component again.
    fn put(&self, name: &str, described: &str) {
        if let Some(folder) = &self.0 {
            let _ = store::put(&folder.join(name), described);
        }
    }
}
