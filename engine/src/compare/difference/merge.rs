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

fn tags(mut parts: Vec<Part>) -> Vec<Part> {
    loop {
        let pair = (0..parts.len()).find_map(|a| (a + 1..parts.len()).find_map(|b| Some((a, b, twins(parts.get(a)?, parts.get(b)?)?))));
        let Some((a, b, both)) = pair else { return parts };
        parts.remove(b);
        parts.remove(a);
        parts.push(both);
    }
}

/// What two sets of tags are together, when they differ in one tag alone.
fn twins(a: &Part, b: &Part) -> Option<Part> {
    let (Part::Tags { must, not }, Part::Tags { must: other_must, not: other_not }) = (a, b) else { return None };
    let apart = must ^ other_must;
    (apart.is_power_of_two() && not ^ other_not == apart && must | not == other_must | other_not)
        .then_some(Part::Tags { must: must & !apart, not: not & !apart })
}
