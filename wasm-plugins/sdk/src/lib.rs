//! What an option of Leidraad is written with: the contract in plain Rust, and all that a guest without an operating system needs.
//!
//! ```
//! use leidraad_option::{Config, Description, Option, Proposal, Question, Refusal, Standing};
//!
//! struct Generous;
//!
//! impl Option for Generous {
//!     fn describe() -> Description {
//!         Description::new("generous", "1.0.0", "The highest level of the room").sets_level()
//!     }
//!     fn decide(_: &Question, standing: &Standing, _: &Config) -> Result<Proposal, Refusal> {
//!         Ok(Proposal::new().level(standing.highest()))
//!     }
//! }
//! leidraad_option::export!(Generous);
//! ```
#![no_std]

#[doc(hidden)]
pub extern crate alloc;

mod contract;
mod guest;
#[cfg(target_arch = "wasm32")]
mod memory;

pub use contract::{Config, Description, Kind, Proposal, Question, Refusal, Standing, Value};
pub use guest::Option;
#[doc(hidden)]
pub use guest::{answer, bindings};
pub use jiff::civil::Date;
pub use rust_decimal::Decimal;
