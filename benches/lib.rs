//! Seeded worlds: one of rules and requests, which peers can say, too, and one like a real register. What benches are measured on.

pub mod crowded;
pub mod part;
pub mod real;
pub mod register;
pub mod shapes;
pub mod world;
