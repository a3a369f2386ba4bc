//! Random registers: the engine against a naive evaluator, differences and why-not against brute force, reloading against loading anew. The
//! generator and the naive evaluator (all but the first four modules, and `host`) do not use the engine.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::struct_excessive_bools,
    reason = "numbers here are tiny, and settings come from the environment"
)]

mod agree;
mod differences;
mod reload;
mod why_not;

mod generate;
mod host;
mod json;
mod naive;
mod options;
mod spec;
mod write;
