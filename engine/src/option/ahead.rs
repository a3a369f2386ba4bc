//! A register's files in; the components that its rule sets pin opened, while the register is still being read.

use std::sync::Arc;

use memchr::memmem::Finder;

use super::plugins::Plugins;
use super::wasm::Guest;
use crate::model::option::is_script;
use crate::parallel::side_by_side;
use crate::source::Sources;

/// Opens the components that rule sets pin, while the register is read: of all that it takes to load one, nothing takes longer.
pub(crate) fn ahead(sources: &Sources, plugins: &Plugins) -> Vec<Arc<Guest>> {
    let is_pinned = |digest: &str| {
        let digest = Finder::new(digest);
        sources.iter().any(|(_, path, text)| path.starts_with("rulesets/") && digest.find(text).is_some())
    };
    let is_component = |path: &str| path.starts_with("plugins/") && !is_script(path);
    let components = sources.paths().filter(|path| is_component(path));
    let pinned: Vec<(&str, &[u8])> = components
        .filter_map(|path| Some((sources.digest_of(path)?, sources.bytes_of(path)?)))
        .filter(|(digest, _)| is_pinned(digest))
        .collect();
    side_by_side(&pinned, |(digest, bytes)| plugins.components().guest(digest, bytes).ok()).into_iter().flatten().collect()
}
