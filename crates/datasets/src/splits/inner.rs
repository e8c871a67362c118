//! Folds within the training part, to tune on: [`folds`].

use std::collections::{HashMap, HashSet};

use upturn_core::Date;

use super::groups::Groups;
use super::strata::{Unit, drawn, units};
use super::{SplitBy, SplitError, SplitInto, SplitOptions, SplitPart, SplitRow};
use crate::deal::size;

/// The inner fold of each row, for one round; rows that are not trained on have none.
pub(crate) type Inner = Vec<Option<u16>>;

/// The inner folds of each round: one round of a holdout, as many as folds otherwise; no rounds if none are asked for.
///
/// # Errors
///
/// [`SplitError::TooFewInnerGroups`].
pub(crate) fn folds(
    rows: &[SplitRow],
    parts: &[SplitPart],
    groups: &Groups,
    options: &SplitOptions,
) -> Result<Vec<Inner>, SplitError> {
    let rounds = match options.into {
        _ if options.inner_folds == 0 => 0,
        SplitInto::Holdout { .. } => 1,
        SplitInto::Folds(count) => count,
    };
    let round = |round| {
        let trained = parts.iter().enumerate();
        let trained = trained.filter(|(_, part)| part.is_trained_on(round));
        let trained: Vec<usize> = trained.map(|(row, _)| row).collect();
        one_round(rows, &trained, groups, options, round)
    };
    (0..rounds).map(round).collect()
}

fn one_round(
    rows: &[SplitRow],
    trained: &[usize],
    groups: &Groups,
    options: &SplitOptions,
    round: u16,
) -> Result<Inner, SplitError> {
    let seed = options.seed.wrapping_add(1 + u64::from(round));
    let mut units = units(rows, trained, groups, seed);
    let count = usize::from(options.inner_folds);
    let last = last_days(rows, trained, groups);
    let (fold_of, blocks) = match options.by {
        SplitBy::Group => (drawn(&units, &vec![1.0; count]), units.len()),
        SplitBy::Time => {
            let days: HashSet<&Date> = last.values().collect();
            (in_time(&mut units, &last, count, true), days.len())
        }
        SplitBy::TimeAndGroup => (in_time(&mut units, &last, count, false), units.len()),
    };
    let mut inner = vec![None; rows.len()];
    let mut is_used = vec![false; count];
    for row in trained {
        let fold = groups.of(*row).and_then(|group| fold_of.get(&group));
        let Some(fold) = fold else { continue };
        if let (Some(place), Some(used)) = (inner.get_mut(*row), is_used.get_mut(*fold)) {
            *place = u16::try_from(*fold).ok();
            *used = true;
        }
    }
    if is_used.contains(&false) {
        return Err(SplitError::TooFewInnerGroups {
            blocks,
            folds: options.inner_folds,
            round,
        });
    }
    Ok(inner)
}

/// The day of each group's last call.
fn last_days(rows: &[SplitRow], members: &[usize], groups: &Groups) -> HashMap<u32, Date> {
    let mut last = HashMap::new();
    for member in members {
        let date = rows.get(*member).and_then(|row| row.date);
        if let (Some(date), Some(group)) = (date, groups.of(*member)) {
            let seen = last.entry(group).or_insert(date);
            *seen = date.max(*seen);
        }
    }
    last
}

/// Cuts groups into folds of about one size that follow one another by the day of the group's last call.
///
/// If `whole_days`, the groups of one day stay together. The last folds stay empty if there are too few groups or days.
fn in_time(
    units: &mut [Unit<'_>],
    last: &HashMap<u32, Date>,
    folds: usize,
    whole_days: bool,
) -> HashMap<u32, usize> {
    // Stable: within a day the order of the seed stays.
    units.sort_by_key(|unit| last.get(&unit.group));
    let same = |a: &Unit<'_>, b: &Unit<'_>| whole_days && last.get(&a.group) == last.get(&b.group);
    let calls = |units: &[Unit<'_>]| units.iter().map(|unit| size(unit.counts)).sum::<usize>();
    let total = calls(units);
    let blocks: Vec<&[Unit<'_>]> = units.chunk_by(same).collect();
    let mut fold_of = HashMap::new();
    let (mut fold, mut dealt) = (0, 0);
    for (at, block) in blocks.iter().enumerate() {
        fold_of.extend(block.iter().map(|unit| (unit.group, fold)));
        dealt += calls(block);
        let is_full = dealt * folds >= (fold + 1) * total;
        let needed = blocks.len() - at - 1 < folds - fold;
        if fold + 1 < folds && (is_full || needed) {
            fold += 1;
        }
    }
    fold_of
}
