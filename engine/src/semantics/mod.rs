//! The clauses of the semantics, each once, as plain functions over plain values: whatever way leads to an answer calls them.
//!
//! | clause | file |
//! | --- | --- |
//! | S4 bounds | `bounds.rs` |
//! | S5 choice | `choice.rs` |
//! | S6 `as_at`, S7 room | `standing.rs` |
//! | S9 lines, what is left, the period of a quota | `lines.rs`, `period.rs` |
//! | S10 composites | `composite.rs` |
//! | S11 derived facts | `derived.rs` |
//!
//! S1 and S2 make the boxes of `compile`; S3 is a test's set of values; S8 is held in `decide/options.rs`, and what may be left open (S11) is
//! weighed in `decide/complete.rs`.

mod bounds;
mod choice;
mod composite;
mod derived;
mod lines;
mod period;
mod standing;

pub(crate) use bounds::{Bounds, Few, ample, narrow};
pub(crate) use choice::{beats, by_rank_and_scope, is_in_order};
pub(crate) use composite::join;
pub(crate) use derived::{derive, settle};
pub(crate) use lines::{Of, Portions, divides, fits_whole, has_room, leading, left, split, turns};
pub(crate) use period::{next_period, period};
pub(crate) use standing::{Chosen, Standing};
