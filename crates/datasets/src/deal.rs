//! Dealing groups into parts of given weights so that each outcome spreads evenly: [`deal`].

use upturn_core::Outcome;

/// Won, lost, open.
pub(crate) type Counts = [usize; 3];

/// The part of each group, in order.
///
/// Each group goes, in the given order, into the part where Σ over outcomes of (share of the outcome in this
/// part)² / weight grows least; at a tie into the smallest part for its weight. Deal from the largest group to the
/// smallest: the small ones then level what the large ones left uneven. With no weight every group is in part 0.
///
/// With equal weights no part stays empty while there are as many groups as parts: a group costs least where nothing is.
pub(crate) fn deal(groups: &[Counts], weights: &[f64]) -> Vec<usize> {
    let totals = groups.iter().copied().fold(Counts::default(), add);
    let mut filled = vec![Counts::default(); weights.len()];
    let into = |group: &Counts| {
        let costs = filled.iter().zip(weights).map(|(part, weight)| {
            let cost = growth(*part, *group, totals) / weight;
            (cost, size(*part) as f64 / weight)
        });
        let best = costs.enumerate().min_by(|(_, a), (_, b)| {
            let by_size = || a.1.total_cmp(&b.1);
            a.0.total_cmp(&b.0).then_with(by_size)
        });
        let part = best.map_or(0, |(part, _)| part);
        if let Some(counts) = filled.get_mut(part) {
            *counts = add(*counts, *group);
        }
        part
    };
    groups.iter().map(into).collect()
}

/// A single conversation.
pub(crate) const fn one(outcome: Option<Outcome>) -> Counts {
    match outcome {
        Some(Outcome::Won) => [1, 0, 0],
        Some(Outcome::Lost) => [0, 1, 0],
        None => [0, 0, 1],
    }
}

/// How many conversations.
pub(crate) fn size(counts: Counts) -> usize {
    counts.iter().sum()
}

/// Both together.
pub(crate) fn add([won, lost, open]: Counts, more: Counts) -> Counts {
    let [more_won, more_lost, more_open] = more;
    [won + more_won, lost + more_lost, open + more_open]
}

/// By how much Σ over outcomes of (share of the outcome in this part)² grows with the group.
fn growth(part: Counts, group: Counts, totals: Counts) -> f64 {
    let grown = |((have, more), all): ((usize, usize), usize)| {
        let all = all.max(1) as f64;
        let (before, after) = (have as f64 / all, (have + more) as f64 / all);
        after * after - before * before
    };
    part.into_iter().zip(group).zip(totals).map(grown).sum()
}
