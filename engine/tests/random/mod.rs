//! Random registers, and a naive evaluator to hold the engine against. Nothing here uses the engine.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::struct_excessive_bools,
    dead_code,
    reason = "numbers here are tiny, settings come from the environment, and each test uses the part that it needs"
)]

pub(crate) mod generate;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod naive;
pub(crate) mod options;
pub(crate) mod spec;
pub(crate) mod write;
