//! Pieces of regions that do not overlap in; the same as few as neighbours can be joined to, out.

use std::collections::{BTreeMap, BTreeSet};

use crate::cover::{KNOWN, ON, Part, Region};
use crate::model::set::Ranges;

/// Joins regions that differ in one dimension alone, until none do. Days are joined where they follow each other.
pub(crate) fn merge(mut regions: Vec<Region>) -> Vec<Region> {
    let dims: BTreeSet<usize> = regions.iter().flat_map(Region::narrowed).filter(|dim| *dim > KNOWN).collect();
    loop {
        let before = regions.clone();
        for dim in std::iter::once(ON).chain(dims.iter().copied()) {
            regions = along(regions, dim);
        }
        if regions == before {
            regions.sort();
            return regions;
        }
    }
}

fn along(regions: Vec<Region>, dim: usize) -> Vec<Region> {
    let mut groups: BTreeMap<Region, Vec<Part>> = BTreeMap::new();
    for region in regions {
        let part = region.part(dim).clone();
        groups.entry(region.with(dim, Part::Point(0))).or_default().push(part);
    }
    let mut joined = Vec::new();
    for (rest, parts) in groups {
        for part in union(parts, dim == ON) {
            joined.push(rest.clone().with(dim, part));
        }
    }
    joined
}

/// The parts joined: ranges into one, unless they are days with a gap; sets of tags where they differ in one tag.
fn union(parts: Vec<Part>, apart: bool) -> Vec<Part> {
    // Days with a gap are two regions, even when they were found as one.
    if parts.len() == 1 && !apart {
        return parts;
    }
    if parts.iter().any(|part| matches!(part, Part::Tags { .. })) {
        return tags(parts);
    }
    let all: Vec<(i64, i64)> = parts
        .iter()
        .flat_map(|part| match part {
            Part::Ranges(ranges) => ranges.parts().to_vec(),
            other => vec![other.ends()],
        })
        .collect();
    let ranges = Ranges::of(all);
    if apart { ranges.parts().iter().map(|(low, high)| Part::of(Ranges::one(*low, *high))).collect() } else { vec![Part::of(ranges)] }
}

/// Sets of tags, joined where two of them differ in one tag alone.
fn tags(parts: Vec<Part>) -> Vec<Part> {
    // By the tags that they say something of, and those of them that they hold.
    let mut sets: BTreeSet<(u64, u64)> = BTreeSet::new();
    let mut others = Vec::new();
    for part in parts {
        match part {
            Part::Tags { must, not } => {
                sets.insert((must | not, must));
            }
            other => others.push(other),
        }
    }
    // Whichever of two twins is looked at last finds the other.
    let mut open: Vec<(u64, u64)> = sets.iter().rev().copied().collect();
    while let Some((said, must)) = open.pop() {
        let tags = (0..u64::BITS).map(|at| 1 << at).filter(|tag| said & tag != 0);
        let twin = |tag: &u64| sets.contains(&(said, must ^ tag));
        if let Some(tag) = tags.clone().find(twin).filter(|_| sets.contains(&(said, must))) {
            sets.remove(&(said, must));
            sets.remove(&(said, must ^ tag));
            sets.insert((said & !tag, must & !tag));
            open.push((said & !tag, must & !tag));
        }
    }
    sets.into_iter().map(|(said, must)| Part::Tags { must, not: said & !must }).chain(others).collect()
}
