//! What more labelled calls would buy, by models of smaller shares of the training accounts: [`LearningReport`].

use std::fmt;

use serde::Serialize;
use upturn::eval::{
    Bootstrap, CurvePoint, Estimate, GroupOrder, LearningCurve, Metric, Predictions, estimate,
};
use upturn::training::{Labels, Recipe, TrainingConfig};
use upturn::{Cause, Conversation, Diagnostic, ErrorKind, Probability};

use super::plan::Plan;
use crate::failure::Failure;
use crate::held_out::HeldOut;
use crate::numbers::{count, interval, measure, percent};
use crate::table::Table;

/// The metrics whose curves are drawn.
const METRICS: [Metric; 2] = [Metric::Auc, Metric::Brier];

/// What was measured with so much to learn from.
#[derive(Debug, Serialize)]
pub(super) struct SharePoint {
    /// Share of each fold's training accounts, by their calls.
    pub(super) share: f64,
    /// What was learnt of them.
    pub(super) recipe: Option<Recipe>,
    /// Whether curves are fitted to it, which are of one recipe: that of the whole.
    pub(super) fitted: bool,
    /// Calls learnt from, the mean over folds.
    pub(super) calls: u64,
    /// Over the calls of all folds.
    pub(super) auc: Option<Estimate>,
    /// Over the calls of all folds.
    pub(super) brier: Option<Estimate>,
}

/// A curve and what it says.
#[derive(Debug, Serialize)]
pub(super) struct Extrapolation {
    /// For people.
    pub(super) sentence: String,
    /// Whether anything is said of more calls.
    pub(super) identified: bool,
    /// For programs. One replicate a fold; the intervals draw folds, the same for every size.
    #[serde(flatten)]
    pub(super) curve: LearningCurve,
}

/// The learning curves of an evaluation.
#[derive(Debug, Serialize)]
pub(super) struct LearningReport {
    /// Share of the turns known.
    pub(super) prefix: f64,
    /// By rising share.
    pub(super) points: Vec<SharePoint>,
    /// By metric; none where it is not defined.
    pub(super) curves: Vec<Extrapolation>,
}

/// What models of smaller shares say.
#[derive(Debug)]
pub(super) struct Smaller<'a> {
    /// The shares, rising, all of it last, each with its recipe.
    pub(super) shares: &'a [(f64, Option<Recipe>)],
    /// The prefix that was asked about.
    pub(super) prefix: f64,
    /// Calls learnt from for each share, one row a fold.
    pub(super) sizes: &'a [Vec<usize>],
    /// What was said of all calls, one for each share.
    pub(super) said: &'a [Predictions],
    /// The fold of each call.
    pub(super) folds: &'a [usize],
}

/// A share of the training accounts, and how to learn from it.
#[derive(Debug)]
pub(super) struct Share {
    /// Above 0 and below 1.
    pub(super) share: f64,
    /// By the recipe that its labels bear in the poorest of the folds.
    pub(super) config: TrainingConfig,
}

/// A share that nothing could be learnt from.
#[derive(Debug, thiserror::Error)]
#[error("learning from {} of the training accounts, {calls} calls, failed", percent(*share))]
struct ShareFailed {
    share: f64,
    calls: usize,
    source: Cause,
}

impl Diagnostic for ShareFailed {
    fn kind(&self) -> ErrorKind {
        self.source.kind()
    }

    fn hint(&self) -> Option<String> {
        if self.kind() == ErrorKind::InvalidInput {
            let share = self.share;
            return Some(format!(
                "leave {share} out of `--learning-curve`, or add calls"
            ));
        }
        self.source.hint()
    }
}

/// The shares typed, each with the settings that `settings` has for its labels.
pub(super) fn shares(
    typed: &[f64],
    plan: &Plan<'_>,
    seed: u64,
    settings: impl Fn(Labels) -> TrainingConfig,
) -> Vec<Share> {
    let of = |share: f64| Share {
        share,
        config: settings(plan.least_labels_of(|known| within(&known, share, seed))),
    };
    rising(typed).into_iter().map(of).collect()
}

/// Those typed, rising, each once, without the whole.
fn rising(typed: &[f64]) -> Vec<f64> {
    let mut shares: Vec<f64> = typed.iter().copied().filter(|share| *share < 1.0).collect();
    shares.sort_unstable_by(f64::total_cmp);
    shares.dedup();
    shares
}

/// The calls of a share of the accounts; those of a smaller share are among them.
fn within<'c>(train: &[&'c Conversation], share: f64, seed: u64) -> Vec<&'c Conversation> {
    let order = GroupOrder::draw(train.iter().map(|call| call.group()), seed);
    let rows = order.within(0.0..share).into_iter();
    rows.filter_map(|row| train.get(row).copied()).collect()
}

/// The prefix that the curve is measured at: that with the most known.
pub(super) fn longest(prefixes: &[f64]) -> f64 {
    prefixes.iter().copied().fold(0.0, f64::max)
}

/// Fits on nested subsets of the training accounts, the smallest first, and predicts `test` where most is known. Also tells
/// how many calls were learnt from.
pub(super) fn smaller(
    held_out: &HeldOut<'_>,
    shares: &[Share],
    train: &[&Conversation],
    test: &[&Conversation],
) -> Result<(Vec<Vec<Probability>>, Vec<usize>), Cause> {
    let prefixes = [longest(held_out.prefixes)];
    let of = |Share { share, config }: &Share| {
        let checkpoints = held_out.checkpoints_of(&format!("share-{share}"));
        let alike = HeldOut {
            config,
            prefixes: &prefixes,
            checkpoints: checkpoints.as_deref(),
            ..*held_out
        };
        let calls = within(train, *share, config.seed);
        let failed = |source| {
            Cause::new(ShareFailed {
                share: *share,
                calls: calls.len(),
                source,
            })
        };
        let said = alike.predict(&calls, test).map_err(failed)?;
        Ok((said.into_iter().flatten().collect(), calls.len()))
    };
    shares
        .iter()
        .map(of)
        .collect::<Result<Vec<_>, Cause>>()
        .map(|all| all.into_iter().unzip())
}

impl LearningReport {
    /// Measures and extrapolates: to twice and to four times the calls.
    pub(super) fn of(smaller: &Smaller<'_>) -> Result<Self, Failure> {
        let bootstrap = Bootstrap::default();
        let recipe_of_all = smaller.shares.last().and_then(|(_, recipe)| *recipe);
        let points = smaller.shares.iter().zip(smaller.said).enumerate();
        let points: Vec<SharePoint> = points
            .map(|(place, ((share, recipe), said))| SharePoint {
                share: *share,
                recipe: *recipe,
                fitted: *recipe == recipe_of_all,
                calls: smaller.mean_size(place),
                auc: estimate(Metric::Auc, said, &bootstrap),
                brier: estimate(Metric::Brier, said, &bootstrap),
            })
            .collect();
        let all = points.last().map_or(0, |point| point.calls);
        let more = [all, all.saturating_mul(3)];
        let mut curves = Vec::new();
        for metric in METRICS {
            let points = smaller.points(metric, &points);
            if points.iter().any(|point| point.replicates.is_empty()) {
                continue;
            }
            let curve = LearningCurve::fit_paired(metric, &points, &more, &bootstrap)?;
            curves.push(Extrapolation {
                sentence: curve.to_string(),
                identified: curve.is_identified(),
                curve,
            });
        }
        Ok(Self {
            prefix: smaller.prefix,
            points,
            curves,
        })
    }

    /// Which share had which recipe, and which of them the curves are of, in a sentence; none if all had the same.
    pub(super) fn recipes(&self) -> Option<String> {
        let all = self.points.last()?;
        if self.points.iter().all(|point| point.fitted) {
            return None;
        }
        let of = |point: &SharePoint| {
            let recipe = point.recipe.map_or("none", Recipe::as_str);
            format!("`{recipe}` for {}", percent(point.share))
        };
        let each: Vec<String> = self.points.iter().map(of).collect();
        Some(format!(
            "each share has the recipe that its labels bear: {}; what more labelled calls would buy is said by the shares with `{}` \
             alone, since the others differ in the recipe as well as in the calls",
            each.join(", "),
            all.recipe.map_or("none", Recipe::as_str)
        ))
    }
}

impl Smaller<'_> {
    fn mean_size(&self, place: usize) -> u64 {
        let sizes = self
            .sizes
            .iter()
            .filter_map(|fold| fold.get(place).copied());
        let (sum, folds) = sizes.fold((0, 0), |(sum, folds), size| (sum + size, folds + 1));
        ((sum + folds / 2) / folds.max(1)) as u64
    }

    /// Of the shares with the recipe of the whole. One replicate a fold; those where the metric is not defined are so at every size.
    fn points(&self, metric: Metric, points: &[SharePoint]) -> Vec<CurvePoint> {
        let mut folds = self.folds.to_vec();
        folds.sort_unstable();
        folds.dedup();
        let of = |(point, said): (&SharePoint, &Predictions)| CurvePoint {
            calls: point.calls,
            replicates: folds
                .iter()
                .filter_map(|fold| self.of_fold(metric, said, *fold))
                .collect(),
        };
        let alike = points.iter().zip(self.said);
        alike.filter(|(point, _)| point.fitted).map(of).collect()
    }

    fn of_fold(&self, metric: Metric, said: &Predictions, fold: usize) -> Option<f64> {
        let rows = said.rows().iter().zip(self.folds);
        let (probabilities, won): (Vec<f64>, Vec<bool>) = rows
            .filter(|(_, of)| **of == fold)
            .map(|(row, _)| (row.probability.value(), row.won))
            .unzip();
        metric.of(&probabilities, &won)
    }
}

impl fmt::Display for LearningReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([
            "learnt from",
            "calls",
            "recipe",
            "AUC",
            "95 % interval",
            "Brier",
            "95 % interval",
        ]);
        let value = |estimate: &Option<Estimate>| measure(estimate.map(|found| found.value));
        let within =
            |estimate: &Option<Estimate>| estimate.as_ref().map(interval).unwrap_or_default();
        for point in &self.points {
            table.row([
                percent(point.share),
                count(usize::try_from(point.calls).unwrap_or(usize::MAX)),
                point.recipe.map_or("", Recipe::as_str).to_owned(),
                value(&point.auc),
                within(&point.auc),
                value(&point.brier),
                within(&point.brier),
            ]);
        }
        write!(
            f,
            "Learning curve, {:.0} % of the turns known\n\n{table}\n\n",
            100.0 * self.prefix
        )?;
        for Extrapolation {
            sentence, curve, ..
        } in &self.curves
        {
            let metric = curve.metric.as_str().replace('_', " ");
            writeln!(f, "{metric}: {sentence}")?;
        }
        match self.recipes() {
            Some(recipes) => writeln!(f, "{recipes}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
