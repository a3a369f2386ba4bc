//! What can be wrong with an expression.

use crate::model::fact::Fact;
use crate::text::{Bilingual, both};

/// What is wrong with a part of an expression, from which byte of it on, and the way out.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) message: Bilingual,
    pub(crate) help: Bilingual,
}

/// Why a text could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// What is wrong, and at which byte.
    #[cfg_attr(not(feature = "rhai"), expect(dead_code, reason = "nothing is read"))]
    Fault { message: String, at: usize },
    /// This build has no interpreter.
    #[cfg_attr(feature = "rhai", expect(dead_code, reason = "there is one"))]
    LeftOut,
}

/// What a value of a fact looks like, and how an expression comes to one.
pub(crate) fn compared(fact: &Fact) -> Bilingual {
    let expected = fact.expected();
    both!([expected] "{expected}; numbers are compared with <, <=, ==, >=, >", "{expected}; getallen worden vergeleken met <, <=, ==, >=, >")
}
