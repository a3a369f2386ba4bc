//! `derive-inexact`: a computed number that its fact may not be able to hold.
//!
//! ## What it does
//! Looks at the expressions of derived numbers for those that can come to more decimals than the fact has: a product of two numbers with
//! decimals, a quotient that may have no end.
//!
//! ## Why this matters
//! Numbers are exact. Where the result has more decimals than the fact, it cannot be kept, and questions that depend on it cannot be
//! answered although all is given.
//!
//! ## Example
//! ```toml
//! [fact.share]
//! type     = "number"
//! decimals = 2
//! derive   = "staff / 3"             # 10 / 3 has no end
//! ```
//! Say how it is rounded: `derive = "round(staff / 3, 2)"` (half to the even neighbour), or `round(staff / 3, 2, "half-up")`.

use super::Found;
use super::cases::Cases;
use crate::diagnostic::{Code, Draft};
use crate::text::both;

pub(super) fn check(cases: &Cases<'_>, out: &mut Found) {
    for fact in cases.world.register.facts.values() {
        let Some(derive) = fact.derive.as_ref().filter(|derive| derive.may_be_longer) else { continue };
        let decimals = fact.decimals();
        let most = if decimals == 0 {
            both!("is whole", "is een geheel getal")
        } else {
            both!("has {decimals} decimals", "heeft `decimals = {decimals}`")
        };
        out.push(
            Draft::new(Code::DeriveInexact, fact.place, both!([most] "`{}` {most}, and `{}` can come to more", "`{}` {most}, maar `{}` kan op meer decimalen uitkomen", fact.name, derive.written))
                .help(both!("say how it is rounded: round({0}, {decimals}), or round({0}, {decimals}, \"half-up\")", "zeg hoe wordt afgerond: round({0}, {decimals}), of round({0}, {decimals}, \"half-up\")", derive.written)),
        );
    }
}
