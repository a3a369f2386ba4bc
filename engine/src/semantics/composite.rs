//! S10: a composite has the lowest of its parts' levels, or the highest. (On days on which it is not in the catalogue, it is not asked for them.)

use crate::model::register::Composite;
use crate::model::rule::Level;

/// The level of a composite whose parts have these levels.
pub(crate) fn join(composite: &Composite, parts: impl IntoIterator<Item = Level>) -> Level {
    let parts = parts.into_iter();
    let joined = if composite.lowest { parts.min() } else { parts.max() };
    joined.unwrap_or(Level::NONE)
}
