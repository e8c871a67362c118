//! Fine-tuned against generic embeddings, on the calls held out: [`Contest`].

use std::sync::Arc;

use serde::Serialize;
use upturn::eval::{Bootstrap, Difference, Estimate, Metric, Predictions, compare, estimate};
use upturn::training::TrainingConfig;
use upturn::{Conversation, Model, Probability, VectorStore};

use super::material::{Material, row};
use crate::failure::Failure;
use crate::held_out::{HeldOut, probabilities};
use crate::numbers::{interval, measure, signed, signed_interval};
use crate::table::Table;

/// Shares of the turns that are known when predicting.
pub(super) const PREFIXES: [f64; 2] = [1.0, 0.5];

/// The metrics that decide.
const METRICS: [Metric; 2] = [Metric::Auc, Metric::Brier];

/// Who did how well.
#[derive(Debug, Serialize)]
pub(super) struct Contest {
    methods: Vec<Method>,
    differences: Vec<Paired>,
}

#[derive(Debug, Serialize)]
struct Method {
    name: &'static str,
    prefix: f64,
    auc: Option<Estimate>,
    brier: Option<Estimate>,
}

/// Fine-tuned minus generic.
#[derive(Debug, Serialize)]
struct Paired {
    prefix: f64,
    metric: Metric,
    #[serde(flatten)]
    difference: Option<Difference>,
}

impl Contest {
    /// Lets both predict, with neighbours out of the calls learnt from.
    ///
    /// # Errors
    ///
    /// That of a training, the encoder or a collection.
    pub(super) fn hold(
        material: &Material,
        model: &Model,
        store: &Arc<dyn VectorStore>,
        held_out: &HeldOut<'_>,
    ) -> Result<Self, Failure> {
        let held = material.held_out();
        let tuned = tuned(model, store, held_out, &held)?;
        let generic = generic(&material.training(), held_out, &held)?;
        let mut contest = Self {
            methods: Vec::new(),
            differences: Vec::new(),
        };
        for (place, prefix) in PREFIXES.into_iter().enumerate() {
            let tuned = predictions(&held, &tuned, place)?;
            let generic = predictions(&held, &generic, place)?;
            contest.add(prefix, &tuned, &generic)?;
        }
        let best = Method::of("best possible", 1.0, &material.oracle()?);
        contest.methods.push(best);
        Ok(contest)
    }

    fn add(
        &mut self,
        prefix: f64,
        tuned: &Predictions,
        generic: &Predictions,
    ) -> Result<(), Failure> {
        self.methods.push(Method::of("fine-tuned", prefix, tuned));
        self.methods
            .push(Method::of("generic embeddings", prefix, generic));
        for metric in METRICS {
            let difference = compare(metric, tuned, generic, &Bootstrap::default())?;
            self.differences.push(Paired {
                prefix,
                metric,
                difference,
            });
        }
        Ok(())
    }

    /// The table, and a sentence for each difference.
    pub(super) fn text(&self) -> String {
        let mut table = Table::new([
            "on the calls held out",
            "turns known",
            "AUC",
            "95 % interval",
            "Brier",
            "95 % interval",
        ]);
        for Method {
            name,
            prefix,
            auc,
            brier,
        } in &self.methods
        {
            let cells = |estimate: &Option<Estimate>| {
                (
                    measure(estimate.map(|e| e.value)),
                    estimate.as_ref().map(interval).unwrap_or_default(),
                )
            };
            let ((auc, auc_within), (brier, brier_within)) = (cells(auc), cells(brier));
            table.row([
                (*name).to_owned(),
                format!("{:.0} %", 100.0 * prefix),
                auc,
                auc_within,
                brier,
                brier_within,
            ]);
        }
        let differences: Vec<String> = self.differences.iter().map(Paired::sentence).collect();
        format!(
            "\n{table}\n\nfine-tuned minus generic, on the same calls:\n{}\n",
            differences.join("\n")
        )
    }
}

impl Method {
    fn of(name: &'static str, prefix: f64, predictions: &Predictions) -> Self {
        let measured = |metric| estimate(metric, predictions, &Bootstrap::default());
        Self {
            name,
            prefix,
            auc: measured(Metric::Auc),
            brier: measured(Metric::Brier),
        }
    }
}

impl Paired {
    fn sentence(&self) -> String {
        let turns = 100.0 * self.prefix;
        let name = self.metric.as_str();
        let Some(Difference { difference, .. }) = &self.difference else {
            return format!("  {name} at {turns:.0} % of the turns: not defined on these calls");
        };
        let verdict = verdict(self.metric, difference);
        format!(
            "  {name} at {turns:.0} % of the turns: {} {}, {verdict}",
            signed(difference.value),
            signed_interval(difference)
        )
    }
}

/// What the interval of fine-tuned minus generic allows to say.
fn verdict(metric: Metric, difference: &Estimate) -> &'static str {
    let (better, worse) = if metric.higher_is_better() {
        (difference.low > 0.0, difference.high < 0.0)
    } else {
        (difference.high < 0.0, difference.low > 0.0)
    };
    match (better, worse) {
        (true, _) => "fine-tuning helped",
        (_, true) => "fine-tuning did harm",
        (false, false) => "too few calls to say which is better",
    }
}

/// The model's answers, with neighbours out of its collection.
fn tuned(
    model: &Model,
    store: &Arc<dyn VectorStore>,
    held_out: &HeldOut<'_>,
    held: &[&Conversation],
) -> Result<Vec<Vec<Probability>>, Failure> {
    let predictor = model.predictor(store.clone())?;
    let retriever = model.retriever(store.clone())?;
    let answers = held_out.answers(predictor.fitted(), &**model.encoder(), &retriever, held);
    held_out.progress.clear();
    Ok(probabilities(answers?))
}

/// The same predictor's answers on an encoder that learnt nothing.
fn generic(
    training: &[&Conversation],
    held_out: &HeldOut<'_>,
    held: &[&Conversation],
) -> Result<Vec<Vec<Probability>>, Failure> {
    let frozen = TrainingConfig {
        epochs: 0,
        ..held_out.config.clone()
    };
    held_out.progress.within("generic embeddings");
    let alike = HeldOut {
        config: &frozen,
        ..*held_out
    };
    let answers = alike.predict(training, held);
    held_out.progress.within("");
    Ok(answers?)
}

fn predictions(
    calls: &[&Conversation],
    answers: &[Vec<Probability>],
    place: usize,
) -> Result<Predictions, Failure> {
    let rows = calls
        .iter()
        .zip(answers)
        .filter_map(|(call, answers)| row(call, *answers.get(place)?));
    Ok(Predictions::new(rows.collect())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_follows_the_interval_whichever_way_it_falls() {
        let estimate = |low, high| Estimate {
            value: f64::midpoint(low, high),
            low,
            high,
        };
        for (metric, low, high, expected) in [
            (Metric::Auc, 0.01, 0.05, "fine-tuning helped"),
            (Metric::Auc, -0.05, -0.01, "fine-tuning did harm"),
            (
                Metric::Auc,
                -0.01,
                0.05,
                "too few calls to say which is better",
            ),
            (Metric::Brier, -0.02, -0.01, "fine-tuning helped"),
            (Metric::Brier, 0.01, 0.02, "fine-tuning did harm"),
        ] {
            assert_eq!(verdict(metric, &estimate(low, high)), expected);
        }
    }
}
