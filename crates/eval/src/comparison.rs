//! Is one method better than another on the same conversations? [`compare`].

use std::cmp::Ordering;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::ConversationId;

use crate::bootstrap::Groups;
use crate::metric::ties::Ranking;
use crate::runs::mean;
use crate::{Bootstrap, Estimate, EvalError, Metric, Predictions, Row, Side, Verdict};

/// Two methods measured on the same conversations and the same resamples of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Our method.
    pub ours: Estimate,
    /// The other method.
    pub theirs: Estimate,
    /// Ours minus theirs. Above zero speaks for ours where [`Metric::higher_is_better`], below zero otherwise; an
    /// interval that holds zero speaks for neither.
    pub difference: Estimate,
    /// Share of resamples, `0..=1`, in which ours is better; ties count half.
    pub better: f64,
    /// Two-sided p-value of no difference, by inverting the bootstrap interval: twice the smaller of the shares of
    /// resamples with a difference of at most and of at least zero. From one over the number of resamples to 1.
    ///
    /// It is of one comparison: who makes twenty finds one below 0.05 by chance.
    pub p_value: f64,
    /// How many groups were resampled. An interval of few is too narrow, of one it has no width.
    pub groups: usize,
}

impl Difference {
    /// What may be said of it; `against` names the other method.
    pub fn verdict(&self, metric: Metric, against: impl Into<String>) -> Verdict {
        Verdict::new(metric, against.into(), self)
    }
}

/// Compares two methods by the paired bootstrap: both are measured on the same resamples, drawn by the groups of
/// `ours`, so that what makes a sample of conversations easy or hard cancels out.
///
/// `None` where the metric is not defined, as in [`estimate`](crate::estimate).
///
/// # Errors
///
/// [`EvalError::Unpaired`] unless both speak of the same conversations, [`EvalError::OutcomesDiffer`] unless they agree
/// on what came out.
pub fn compare(
    metric: Metric,
    ours: &Predictions,
    theirs: &Predictions,
    bootstrap: &Bootstrap,
) -> Result<Option<Difference>, EvalError> {
    let theirs = paired(ours, theirs, [Side::Ours, Side::Theirs])?;
    let rankings = [&[ours.ranking()][..], &[theirs.ranking()]];
    Ok(difference(metric, &Groups::of(ours), rankings, bootstrap))
}

/// The second's rows in the first's order; `sides` name both in errors.
pub(crate) fn paired(
    ours: &Predictions,
    theirs: &Predictions,
    sides: [Side; 2],
) -> Result<Predictions, EvalError> {
    let [our_side, their_side] = sides;
    let by_id = rows_by_id(theirs);
    complete(ours, &by_id, their_side)?;
    complete(theirs, &rows_by_id(ours), our_side)?;
    let rows: Vec<(&Row, &Row)> = ours
        .rows()
        .iter()
        .filter_map(|row| Some((row, *by_id.get(&row.id)?)))
        .collect();
    let mut differing = rows.iter().filter(|(our, their)| our.won != their.won);
    if let Some((first, _)) = differing.next() {
        return Err(EvalError::OutcomesDiffer {
            id: first.id.clone(),
            differing: 1 + differing.count(),
            of: rows.len(),
        });
    }
    Predictions::new(rows.into_iter().map(|(_, their)| their.clone()).collect())
}

fn rows_by_id(predictions: &Predictions) -> HashMap<&ConversationId, &Row> {
    predictions
        .rows()
        .iter()
        .map(|row| (&row.id, row))
        .collect()
}

/// Checks that `side` has every conversation of `wanted`.
fn complete(
    wanted: &Predictions,
    present: &HashMap<&ConversationId, &Row>,
    side: Side,
) -> Result<(), EvalError> {
    let mut missing = wanted
        .rows()
        .iter()
        .filter(|row| !present.contains_key(&row.id));
    match missing.next() {
        None => Ok(()),
        Some(first) => Err(EvalError::Unpaired {
            side,
            id: first.id.clone(),
            missing: 1 + missing.count(),
            of: wanted.rows().len(),
        }),
    }
}

/// Both methods, each with its runs, on the same resamples; the rows are paired by place.
pub(crate) fn difference(
    metric: Metric,
    groups: &Groups,
    [ours, theirs]: [&[Ranking]; 2],
    bootstrap: &Bootstrap,
) -> Option<Difference> {
    let both =
        |places: &[usize]| Some((mean(metric, ours, places)?, mean(metric, theirs, places)?));
    let whole = both(&groups.every_row())?;
    let pairs = bootstrap.replicate(groups, both);
    of_pairs(metric, whole, &pairs, (groups, bootstrap))
}

/// What pairs of values, ours and theirs, on all rows and on each resample say.
pub(crate) fn of_pairs(
    metric: Metric,
    (our, their): (f64, f64),
    pairs: &[(f64, f64)],
    (groups, bootstrap): (&Groups, &Bootstrap),
) -> Option<Difference> {
    let of = |replicate: fn(&(f64, f64)) -> f64| pairs.iter().map(replicate).collect::<Vec<_>>();
    let differences = of(|pair| pair.0 - pair.1);
    let p_value = Bootstrap::p_value(&differences);
    Some(Difference {
        ours: Estimate::of_metric(metric, our, of(|pair| pair.0), bootstrap)?,
        theirs: Estimate::of_metric(metric, their, of(|pair| pair.1), bootstrap)?,
        difference: Estimate::from_replicates(our - their, differences, bootstrap)?,
        better: pairs.iter().map(|pair| wins(metric, *pair)).sum::<f64>() / pairs.len() as f64,
        p_value,
        groups: groups.count(),
    })
}

/// 1 if ours is better, 0 if theirs is, one half for a tie.
fn wins(metric: Metric, (ours, theirs): (f64, f64)) -> f64 {
    match ours.total_cmp(&theirs) {
        Ordering::Equal => 0.5,
        Ordering::Greater => f64::from(metric.higher_is_better()),
        Ordering::Less => f64::from(!metric.higher_is_better()),
    }
}

#[cfg(test)]
mod tests;
