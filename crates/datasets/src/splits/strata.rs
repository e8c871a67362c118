//! Dealing groups into parts with equal shares of each outcome: [`units`] and [`drawn`].

use std::cmp::Reverse;
use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::SplitRow;
use super::groups::Groups;
use crate::deal::{Counts, add, deal, one, size};

/// A group that is dealt as a whole.
pub(crate) struct Unit<'r> {
    pub(crate) group: u32,
    pub(crate) counts: Counts,
    /// The least id in it, which names it whatever the order of the rows.
    id: &'r str,
}

/// The groups of the given rows, from the largest to the smallest; the seed orders those of one size.
pub(crate) fn units<'r>(
    rows: &'r [SplitRow],
    members: &[usize],
    groups: &Groups,
    seed: u64,
) -> Vec<Unit<'r>> {
    let mut place_of = HashMap::new();
    let mut units: Vec<Unit<'r>> = Vec::new();
    for member in members {
        let (Some(row), Some(group)) = (rows.get(*member), groups.of(*member)) else {
            continue;
        };
        let place = *place_of.entry(group).or_insert(units.len());
        let counts = one(row.outcome);
        let id = row.id.as_str();
        match units.get_mut(place) {
            Some(unit) => {
                unit.counts = add(unit.counts, counts);
                unit.id = unit.id.min(id);
            }
            None => units.push(Unit { group, counts, id }),
        }
    }
    let order = |id: &str| xxh3_64_with_seed(id.as_bytes(), seed);
    units.sort_by_cached_key(|unit| (Reverse(size(unit.counts)), order(unit.id), unit.id));
    units
}

/// The part of each group, as a place in the weights.
pub(crate) fn drawn(units: &[Unit<'_>], weights: &[f64]) -> HashMap<u32, usize> {
    let counts: Vec<Counts> = units.iter().map(|unit| unit.counts).collect();
    let dealt = deal(&counts, weights);
    units.iter().map(|unit| unit.group).zip(dealt).collect()
}
