//! Options (S8): bindings, files and the host's own plugins in; plugins behind one trait, and their answers judged, out.
//!
//! Nothing here knows of rooms: they are enforced where decisions are made, whatever a plugin proposes.

mod bind;
mod contract;
mod inspect;
mod judge;
mod native;
mod open;
mod plugins;
mod rhai;
mod ticker;
mod wasm;

pub(crate) use bind::{Bound, BoundOption, ahead, bind};
pub use contract::{
    Choices, Description, Fault, FaultKind, Input, Plugin, Proposal, ProposedQuota, Query, QuotaView, Reply, Run, Setting, SettingKind,
    Standing, Stands,
};
pub use inspect::{Inspection, open_plugin};
pub(crate) use judge::{Judged, Terms, judge, stands};
pub use plugins::{Descriptions, Plugins};
