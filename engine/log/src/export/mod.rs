//! A log in; the same in the forms of others out.

mod ldv;
#[cfg(feature = "parquet")]
mod parquet;

pub use ldv::{Ldv, ldv};
#[cfg(feature = "parquet")]
pub use parquet::parquet;
