//! Options (S8): bindings, files and the host's own plugins in; plugins behind one trait, and their answers judged, out.
//!
//! Nothing here knows of rooms: they are enforced where decisions are made, whatever a plugin proposes.

#[cfg(feature = "wasm")]
mod ahead;
mod bind;
mod contract;
mod inspect;
mod judge;
mod native;
mod open;
mod plugins;
mod refused;
#[cfg(feature = "rhai")]
mod rhai;
#[cfg(any(feature = "wasm", feature = "rhai"))]
mod ticker;
#[cfg(feature = "wasm")]
mod wasm;

#[cfg(feature = "wasm")]
pub(crate) use ahead::ahead;
pub(crate) use bind::{LoadedOption, LoadedOptions, bind};
pub use contract::{
    Choices, Description, Fault, FaultKind, Input, Plugin, Proposal, ProposedQuota, Query, QuotaView, Reply, Run, Setting, SettingKind,
    Standing,
};
pub use inspect::{Inspection, open_plugin};
pub(crate) use judge::{Judged, Terms, judge, stands};
pub use plugins::Plugins;
#[cfg(feature = "wasm")]
pub use wasm::Descriptions;

/// A build that runs no components has nothing to open ahead.
#[cfg(not(feature = "wasm"))]
pub(crate) fn ahead(_: &crate::source::Sources, _: &Plugins) -> Option<Plugins> {
    None
}
