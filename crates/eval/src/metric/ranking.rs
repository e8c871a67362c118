//! Metrics of order alone: they do not change when the probabilities pass through a strictly rising function.

/// Rows of one probability: how many were won, how many lost.
struct Tie {
    won: f64,
    lost: f64,
}

/// The rows by rising probability, equal ones together.
#[expect(clippy::float_cmp, reason = "a tie is equality, not nearness")]
fn ties(probabilities: &[f64], won: &[bool]) -> Vec<Tie> {
    let mut rows: Vec<(f64, bool)> = probabilities
        .iter()
        .copied()
        .zip(won.iter().copied())
        .collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    // `==` and not the order's equality: -0 and 0 are one probability.
    rows.chunk_by(|a, b| a.0 == b.0)
        .map(|tie| {
            let won = tie.iter().filter(|(_, won)| *won).count();
            Tie {
                won: won as f64,
                lost: (tie.len() - won) as f64,
            }
        })
        .collect()
}

/// How many rows were won and lost; `None` unless there are both.
fn both(ties: &[Tie]) -> Option<(f64, f64)> {
    let won: f64 = ties.iter().map(|tie| tie.won).sum();
    let lost: f64 = ties.iter().map(|tie| tie.lost).sum();
    (won > 0.0 && lost > 0.0).then_some((won, lost))
}

/// Share of pairs of a won and a lost row that are in order, ties half.
pub(super) fn auc(probabilities: &[f64], won: &[bool]) -> Option<f64> {
    let ties = ties(probabilities, won);
    let (all_won, all_lost) = both(&ties)?;
    let mut lost_below = 0.0;
    let mut in_order = 0.0;
    for tie in &ties {
        in_order += tie.won * (lost_below + tie.lost / 2.0);
        lost_below += tie.lost;
    }
    Some(in_order / (all_won * all_lost))
}

/// Precision at each distinct probability, weighted by the recall it adds.
pub(super) fn average_precision(probabilities: &[f64], won: &[bool]) -> Option<f64> {
    let ties = ties(probabilities, won);
    let (all_won, _) = both(&ties)?;
    let mut found = 0.0;
    let mut seen = 0.0;
    let mut area = 0.0;
    for tie in ties.iter().rev() {
        found += tie.won;
        seen += tie.won + tie.lost;
        area += tie.won * (found / seen);
    }
    Some(area / all_won)
}
