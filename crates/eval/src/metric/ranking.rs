//! Metrics of order alone: they do not change when the probabilities pass through a strictly rising function.

use super::ties::{Tie, counts};

/// How many rows were won and lost; `None` unless there are both.
fn both(ties: &[Tie]) -> Option<(f64, f64)> {
    let (rows, won) = counts(ties);
    (won > 0.0 && won < rows).then_some((won, rows - won))
}

/// Share of pairs of a won and a lost row that are in order, ties half.
pub(super) fn auc(ties: &[Tie]) -> Option<f64> {
    let (all_won, all_lost) = both(ties)?;
    let mut lost_below = 0.0;
    let mut in_order = 0.0;
    for tie in ties {
        in_order += tie.won * (lost_below + tie.lost / 2.0);
        lost_below += tie.lost;
    }
    Some(in_order / (all_won * all_lost))
}

/// Precision at each distinct probability, weighted by the recall it adds.
pub(super) fn average_precision(ties: &[Tie]) -> Option<f64> {
    let (all_won, _) = both(ties)?;
    let mut found = 0.0;
    let mut seen = 0.0;
    let mut area = 0.0;
    for tie in ties.iter().rev() {
        found += tie.won;
        seen += tie.rows();
        area += tie.won * (found / seen);
    }
    Some(area / all_won)
}

/// Share of won in the top tenth over the share of won in all; rows tied for its last places have equal parts of them.
pub(super) fn lift_at_tenth(ties: &[Tie]) -> Option<f64> {
    let (rows, won) = counts(ties);
    let tenth = (rows / 10.0).ceil();
    (won > 0.0).then(|| won_in_top(ties, tenth) / tenth / (won / rows))
}

/// How many of the `top` rows of highest probability were won, on average over the orders of tied rows.
pub(crate) fn won_in_top(ties: &[Tie], top: f64) -> f64 {
    let mut left = top;
    let mut found = 0.0;
    for tie in ties.iter().rev() {
        let taken = tie.rows().min(left);
        found += tie.won * (taken / tie.rows());
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    found
}
