//! What one unary test accepts, lowered to whole numbers: ranges for scalars, three masks for tags (S3).

use smallvec::{SmallVec, smallvec};

/// The values that a test accepts. Every scalar (truth, number, day, text) is an `i64`; tags are a bit set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Set {
    Ranges(Ranges),
    Tags(TagTest),
}

impl Set {
    pub(crate) fn contains(&self, value: i64) -> bool {
        match self {
            Set::Ranges(ranges) => ranges.contains(value),
            Set::Tags(test) => test.contains(bits(value)),
        }
    }
}

/// The bit set that a lowered tags value stands for.
pub(crate) fn bits(value: i64) -> u64 {
    u64::from_ne_bytes(value.to_ne_bytes())
}

/// The lowered value of a bit set of tags.
pub(crate) fn from_bits(bits: u64) -> i64 {
    i64::from_ne_bytes(bits.to_ne_bytes())
}

/// A test on tags: all of these, any of these (0: no such demand), none of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct TagTest {
    pub(crate) all: u64,
    pub(crate) any: u64,
    pub(crate) none: u64,
}

impl TagTest {
    pub(crate) fn contains(self, tags: u64) -> bool {
        tags & self.all == self.all && tags & self.none == 0 && (self.any == 0 || tags & self.any != 0)
    }
}

/// Nearly all sets are one range: it stands in place, and is copied without asking for memory.
type Parts = SmallVec<[(i64, i64); 1]>;

/// Sorted, disjoint, non-adjacent closed ranges of whole numbers.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ranges(Parts);

impl Clone for Ranges {
    /// Copied as memory, not one by one: regions are cut often, and hold one of these for each fact.
    fn clone(&self) -> Self {
        Ranges(Parts::from_slice(&self.0))
    }
}

impl Ranges {
    pub(crate) fn one(low: i64, high: i64) -> Ranges {
        Ranges(if low <= high { smallvec![(low, high)] } else { Parts::new() })
    }
    pub(crate) fn of(mut parts: Vec<(i64, i64)>) -> Ranges {
        parts.retain(|(low, high)| low <= high);
        parts.sort_unstable();
        let mut merged = Parts::new();
        for (low, high) in parts {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Ranges(merged)
    }
    pub(crate) fn parts(&self) -> &[(i64, i64)] {
        &self.0
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn lowest(&self) -> Option<i64> {
        self.0.first().map(|part| part.0)
    }
    pub(crate) fn highest(&self) -> Option<i64> {
        self.0.last().map(|part| part.1)
    }
    /// The only value, if there is just one.
    pub(crate) fn single(&self) -> Option<i64> {
        match self.0.as_slice() {
            [(low, high)] if low == high => Some(*low),
            _ => None,
        }
    }
    pub(crate) fn contains(&self, value: i64) -> bool {
        match self.0.as_slice() {
            [(low, high)] => *low <= value && value <= *high,
            parts => {
                let after = parts.partition_point(|part| part.0 <= value);
                after.checked_sub(1).and_then(|at| parts.get(at)).is_some_and(|part| value <= part.1)
            }
        }
    }
    pub(crate) fn intersect(&self, other: &Ranges) -> Ranges {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Parts::new();
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            let (low, high) = (a.0.max(b.0), a.1.min(b.1));
            if low <= high {
                both.push((low, high));
            }
            if a.1 < b.1 {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Ranges(both)
    }
    pub(crate) fn subtract(&self, other: &Ranges) -> Ranges {
        let mut left = Parts::new();
        let mut holes = other.0.iter().peekable();
        for &(low, high) in &self.0 {
            let mut at = Some(low);
            while let (Some(start), Some(hole)) = (at, holes.peek()) {
                if hole.1 < start {
                    holes.next();
                } else if hole.0 > high {
                    break;
                } else {
                    if hole.0 > start {
                        left.push((start, hole.0 - 1));
                    }
                    at = hole.1.checked_add(1).filter(|next| *next <= high);
                }
            }
            if let Some(start) = at {
                left.push((start, high));
            }
        }
        Ranges(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranges() -> impl Strategy<Value = Ranges> {
        prop::collection::vec((-6i64..6, 0i64..4), 0..4)
            .prop_map(|parts| Ranges::of(parts.into_iter().map(|(low, size)| (low, low + size)).collect()))
    }

    proptest! {
        #[test]
        fn operations_agree_with_membership(a in ranges(), b in ranges(), value in -8i64..12) {
            prop_assert_eq!(a.intersect(&b).contains(value), a.contains(value) && b.contains(value));
            prop_assert_eq!(a.subtract(&b).contains(value), a.contains(value) && !b.contains(value));
            let again = Ranges::of(a.parts().to_vec());
            prop_assert_eq!(again, a);
        }
    }
}
