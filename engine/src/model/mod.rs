//! Plain data that every stage shares: nothing here reads, checks or decides.

pub(crate) mod arena;
pub(crate) mod bitemporal;
pub(crate) mod day;
mod deserialize;
pub(crate) mod fact;
pub(crate) mod nfc;
pub(crate) mod option;
pub(crate) mod overrides;
pub(crate) mod place;
pub(crate) mod question;
pub(crate) mod register;
pub(crate) mod rule;
pub(crate) mod set;
pub(crate) mod texts;
pub(crate) mod value;
pub(crate) mod words;
