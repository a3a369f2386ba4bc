//! Random registers, and a naive evaluator to hold the engine against. Nothing here uses the engine.

pub(crate) mod generate;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod naive;
pub(crate) mod options;
pub(crate) mod spec;
pub(crate) mod write;
