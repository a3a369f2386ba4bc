//! One seeded world of rules and requests, and the same as a register: what all benches and peers are measured on.

pub mod crowded;
pub mod register;
pub mod world;
