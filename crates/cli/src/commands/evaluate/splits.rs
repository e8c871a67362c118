//! Random splits instead of folds: [`SplitsReport`], the protocol of FortUne-Dial.
//!
//! Each split draws 70 % of the calls for training, 15 % for validation and 15 % for test, whole accounts at a time. The
//! product needs no validation part, since it calibrates and stops early on parts of its own training calls, so it learns
//! from both. Each test call is cut behind one turn, drawn evenly from all of its turns, and predicted as a call that goes
//! on (FortUne-Dial, Findings of ACL 2024). Splits overlap, so their standard deviation is no standard error.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use serde::Serialize;
use upturn::eval::{GroupOrder, Metric, random_cuts};
use upturn::training::{Labels, TrainingConfig};
use upturn::{Cause, Conversation, Prefix};

use super::provenance::Provenance;
use super::report::encoder;
use super::{EvaluateArgs, plan};
use crate::context::Context;
use crate::dataset::{Counts, Dataset, won};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::held_out::HeldOut;
use crate::numbers::{count, measure, share};
use crate::table::Table;

/// Shares of training and validation together; the rest is tested on.
const LEARNT_FROM: f64 = 0.85;

/// The labels of the calls that a split learns from, about: accounts are drawn, not calls.
pub(super) fn learnt_from(calls: &[&Conversation]) -> Labels {
    let all = Labels::of(calls);
    // Whole numbers of 1 - LEARNT_FROM.
    let part = |number: usize| number - number * 3 / 20;
    Labels {
        won: part(all.won),
        lost: part(all.lost),
        accounts: part(all.accounts),
    }
}

/// The metrics that the protocol names.
const METRICS: [Metric; 3] = [Metric::Brier, Metric::Auc, Metric::LogLoss];

/// How much of a test call is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Cut {
    /// All of it, and that it is over.
    #[default]
    Whole,
    /// The turns up to one that is drawn evenly from all; the call goes on as far as is known.
    Random,
}

/// Mean and spread over the splits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Spread {
    mean: f64,
    /// Of single splits, with `n - 1`; none of one split.
    standard_deviation: Option<f64>,
    /// Splits on which the metric is defined.
    splits: usize,
}

/// A metric of ours, and of the share of won training calls said of everybody.
#[derive(Debug, Serialize)]
struct Measured {
    metric: Metric,
    ours: Option<Spread>,
    base_rate: Option<Spread>,
}

/// One split.
#[derive(Debug, Serialize)]
pub(super) struct SplitReport {
    seed: u64,
    learnt_from: usize,
    tested_on: usize,
    /// By metric; none where it is not defined.
    ours: [Option<f64>; METRICS.len()],
    base_rate: [Option<f64>; METRICS.len()],
}

/// The answer of `evaluate --splits`.
#[derive(Debug, Serialize)]
pub(super) struct SplitsReport<'a> {
    corpus: &'static str,
    data: PathBuf,
    records: Counts,
    calls: usize,
    won: usize,
    cut: Cut,
    measured: Vec<Measured>,
    /// Metrics in the order of `measured`.
    splits: Vec<SplitReport>,
    config: &'a TrainingConfig,
    provenance: Provenance,
    seconds: f64,
}

/// What was measured, and how.
pub(super) struct Source<'a> {
    pub(super) corpus: &'static str,
    pub(super) data: PathBuf,
    pub(super) records: Counts,
    pub(super) cut: Cut,
    pub(super) config: &'a TrainingConfig,
    pub(super) provenance: Provenance,
}

impl Spread {
    /// Of those that are defined; none without.
    fn of(values: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let values: Vec<f64> = values.flatten().collect();
        let splits = values.len();
        let mean = values.iter().sum::<f64>() / splits as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (splits > 0).then(|| Self {
            mean,
            standard_deviation: (splits > 1).then(|| (squares / (splits - 1) as f64).sqrt()),
            splits,
        })
    }
}

/// Learns from most calls and predicts the others, once for each of `splits` seeds from the configuration's on.
///
/// # Errors
///
/// Those of a training, the encoder or the retriever.
pub(super) fn run(
    calls: &[&Conversation],
    held_out: &HeldOut<'_>,
    splits: usize,
    cut: Cut,
) -> Result<Vec<SplitReport>, Cause> {
    let one = |split: usize| {
        let seed = held_out.config.seed.wrapping_add(split as u64);
        let name = format!("split {} of {splits}", split + 1);
        held_out.progress.within(&name);
        let config = TrainingConfig {
            seed,
            ..held_out.config.clone()
        };
        let alike = HeldOut {
            config: &config,
            ..*held_out
        };
        SplitReport::of(calls, &alike, cut)
    };
    (0..splits).map(one).collect()
}

impl SplitReport {
    fn of(calls: &[&Conversation], held_out: &HeldOut<'_>, cut: Cut) -> Result<Self, Cause> {
        let seed = held_out.config.seed;
        let order = GroupOrder::draw(calls.iter().map(|call| call.group()), seed);
        let at = |shares| -> Vec<&Conversation> {
            let rows = order.within(shares).into_iter();
            rows.filter_map(|row| calls.get(row).copied()).collect()
        };
        let (train, test) = (at(0.0..LEARNT_FROM), at(LEARNT_FROM..1.0));
        let known = known(&test, cut, seed);
        let said = held_out.fitted(&train)?.answers_at(&known)?;
        let said: Vec<f64> = said.iter().map(|probability| probability.value()).collect();
        let outcomes: Vec<bool> = test.iter().map(|call| is_won(call)).collect();
        let base = vec![won(&train) as f64 / train.len().max(1) as f64; test.len()];
        Ok(Self {
            seed,
            learnt_from: train.len(),
            tested_on: test.len(),
            ours: METRICS.map(|metric| metric.of(&said, &outcomes)),
            base_rate: METRICS.map(|metric| metric.of(&base, &outcomes)),
        })
    }
}

fn is_won(call: &Conversation) -> bool {
    call.outcome().is_some_and(upturn::Outcome::is_won)
}

/// What is known of each test call.
fn known<'c>(test: &[&'c Conversation], cut: Cut, seed: u64) -> Vec<Prefix<'c>> {
    let lengths = test
        .iter()
        .map(|call| (call.id().as_str(), call.turns().len()));
    match cut {
        Cut::Whole => test.iter().map(|call| call.whole()).collect(),
        Cut::Random => test
            .iter()
            .zip(random_cuts(lengths, seed))
            .map(|(call, turns)| Prefix::first(call, turns))
            .collect(),
    }
}

impl<'a> SplitsReport<'a> {
    /// Means and spreads of splits.
    pub(super) fn new(
        source: Source<'a>,
        calls: &[&Conversation],
        splits: Vec<SplitReport>,
        seconds: f64,
    ) -> Self {
        let measured = METRICS.into_iter().enumerate().map(|(place, metric)| {
            let of = |values: fn(&SplitReport) -> &[Option<f64>; METRICS.len()]| {
                let values = splits.iter().map(values);
                Spread::of(values.map(|values| values.get(place).copied().flatten()))
            };
            Measured {
                metric,
                ours: of(|split| &split.ours),
                base_rate: of(|split| &split.base_rate),
            }
        });
        let Source {
            corpus,
            data,
            records,
            cut,
            config,
            provenance,
        } = source;
        Self {
            corpus,
            data,
            records,
            calls: calls.len(),
            won: won(calls),
            cut,
            measured: measured.collect(),
            splits,
            config,
            provenance,
            seconds,
        }
    }
}

impl fmt::Display for SplitsReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = match self.cut {
            Cut::Whole => "known whole",
            Cut::Random => "cut behind a turn drawn evenly",
        };
        let encoder = encoder(self.config, "split");
        write!(
            f,
            "{}: {} calls, {} won, {} random splits by account (70 % training and 15 % validation, both learnt from; 15 % test, \
             each call {known}), {encoder}, {:.0} s\n\n",
            self.corpus,
            count(self.calls),
            share(self.won, self.calls),
            self.splits.len(),
            self.seconds
        )?;
        let mut table = Table::new(["metric", "mean", "sd", "base rate: mean", "sd"]);
        for Measured {
            metric,
            ours,
            base_rate,
        } in &self.measured
        {
            let mean = |spread: &Option<Spread>| measure(spread.map(|spread| spread.mean));
            let sd = |spread: &Option<Spread>| {
                measure(spread.and_then(|spread| spread.standard_deviation))
            };
            let name = metric.as_str().replace('_', " ");
            table.row([name, mean(ours), sd(ours), mean(base_rate), sd(base_rate)]);
        }
        write!(
            f,
            "{table}\n\nsd: standard deviation of single splits. They overlap, so it is no standard error of the mean."
        )
    }
}

impl EvaluateArgs {
    /// Evaluates by random splits.
    ///
    /// # Errors
    ///
    /// If there are no calls with an outcome, or a training fails.
    pub(super) fn run_splits(
        &self,
        splits: usize,
        config: &TrainingConfig,
        dataset: &Dataset,
        context: &Context,
    ) -> Result<Exit, Failure> {
        let began = Instant::now();
        let calls = plan::labelled(dataset)?;
        let choice = self
            .training
            .asked()
            .choose_for_folds(learnt_from(&calls), config);
        context.printer.note(&choice.to_string());
        let config = &choice.settings(config.clone());
        let work = |held_out: HeldOut<'_>| {
            let run = run(&calls, &held_out, splits, self.cut)?;
            let encoder = held_out.encoder.encoder();
            Ok((run, Provenance::of(Some(encoder), &calls)))
        };
        let (measured, provenance) = self.held_out(&[], config, (context, None), work)?;
        let source = Source {
            corpus: self.data.corpus.as_str(),
            data: self.data.data.clone(),
            records: dataset.counts,
            cut: self.cut,
            config,
            provenance,
        };
        let report = SplitsReport::new(source, &calls, measured, began.elapsed().as_secs_f64());
        context.printer.answer(&report.to_string(), &report)?;
        Ok(dataset.exit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Python 3.11: statistics.mean([0.2, 0.3, 0.25]), statistics.stdev([0.2, 0.3, 0.25])  # 0.25, 0.05
    #[test]
    fn the_spread_is_of_the_splits_where_the_metric_is_defined() {
        let spread = Spread::of([Some(0.2), None, Some(0.3), Some(0.25)].into_iter()).unwrap();
        assert_eq!(spread.splits, 3);
        assert!((spread.mean - 0.25).abs() < 1e-12);
        assert!((spread.standard_deviation.unwrap() - 0.05).abs() < 1e-12);
        let one = Spread::of([Some(0.2)].into_iter()).unwrap();
        assert_eq!((one.mean, one.standard_deviation), (0.2, None));
        assert_eq!(Spread::of([None].into_iter()), None);
    }
}
