//! What was measured: [`EvaluationReport`].

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use upturn::eval::{Bootstrap, BrierDecomposition, Difference, Estimate, Metric, Trust};
use upturn::training::TrainingConfig;

use super::encoder_alone;
use super::known_share;
use super::learning::LearningReport;
use super::not_compared::NotCompared;
use super::out_of_fold::Method;
use super::plan::FoldsReport;
use super::provenance::Provenance;
use super::retrieval::RetrievalReport;
use super::rivals::{Comparison, Rivals, Source, UNRANKED, WHY_UNRANKED};
use super::segments::SegmentReport;
use super::trust::Told;
use crate::dataset::Counts;
use crate::failure::Failure;
use crate::numbers::{count, interval, measure, percent, share, signed, signed_interval};
use crate::table::Table;

/// The answer of `evaluate`.
#[derive(Debug, Serialize)]
pub(super) struct EvaluationReport<'a> {
    pub(super) corpus: &'static str,
    pub(super) data: PathBuf,
    pub(super) records: Counts,
    pub(super) folds: FoldsReport,
    /// Whether each prefix had a model that knew it.
    pub(super) known_share: bool,
    /// Folds whose encoder fine-tuning moved: in the others the encoder was no better than as it came. None where it was to learn
    /// nothing.
    pub(super) encoder_moved: Option<usize>,
    pub(super) prefixes: Vec<PrefixReport>,
    /// Baselines that could not be fitted.
    pub(super) not_compared: Vec<NotCompared>,
    /// Calibration, sets and doubts at each of them.
    pub(super) trust: Vec<Trust>,
    /// Where calls are cut by a field, one each.
    pub(super) segments: Vec<SegmentReport>,
    pub(super) retrieval: Option<RetrievalReport>,
    pub(super) learning_curve: Option<LearningReport>,
    pub(super) config: &'a TrainingConfig,
    pub(super) provenance: Provenance,
    pub(super) seconds: f64,
}

/// What was measured where a share of the turns was known.
#[derive(Debug, Serialize)]
pub(super) struct PrefixReport {
    prefix: f64,
    metrics: BTreeMap<Metric, Option<Estimate>>,
    /// What our Brier score is made of.
    brier_decomposition: Option<BrierDecomposition>,
    comparisons: Vec<Comparison>,
    /// The fine-tuned encoder against the generic one, each with the same head; none without fine-tuning.
    encoder_alone: Vec<Comparison>,
}

impl PrefixReport {
    /// Measures our predictions at each prefix and compares them with the baselines and with `rivals`.
    pub(super) fn all(
        prefixes: &[f64],
        methods: &[Method],
        rivals: Option<&Rivals>,
    ) -> Result<Vec<Self>, Failure> {
        let places = prefixes.iter().enumerate();
        let measured = places
            .filter_map(|(place, prefix)| Self::of(*prefix, place, methods, rivals).transpose());
        measured.collect()
    }

    fn of(
        prefix: f64,
        place: usize,
        methods: &[Method],
        rivals: Option<&Rivals>,
    ) -> Result<Option<Self>, Failure> {
        let mut at = methods
            .iter()
            .map(|method| (method.name.as_str(), method.at.get(place)));
        let Some((_, Some(ours))) = at.next() else {
            return Ok(None);
        };
        let bootstrap = Bootstrap::default();
        let metrics = Metric::ALL
            .into_iter()
            .map(|metric| (metric, ours.estimate(metric, &bootstrap)));
        let mut comparisons = Vec::new();
        for (name, theirs) in at {
            let theirs = theirs.map(|theirs| Comparison::all(name, Source::Baseline, ours, theirs));
            comparisons.extend(theirs.transpose()?.unwrap_or_default());
        }
        if let Some(rivals) = rivals {
            comparisons.extend(rivals.against(ours, prefix)?);
        }
        Ok(Some(Self {
            prefix,
            metrics: metrics.collect(),
            brier_decomposition: ours.brier_decomposition(),
            comparisons,
            encoder_alone: encoder_alone::duel(methods, place)?,
        }))
    }

    fn measured(&self) -> Table<3> {
        let mut table = Table::new(["metric", "value", "95 % interval"]);
        for (metric, measured) in &self.metrics {
            let value = measure(measured.map(|estimate| estimate.value));
            table.row([
                name(*metric),
                value,
                measured.as_ref().map(interval).unwrap_or_default(),
            ]);
        }
        table
    }

    /// What the Brier score is made of, in one line; nothing where it is not defined.
    fn write_parts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parts) = self.brier_decomposition else {
            return Ok(());
        };
        let [whole, reliability, resolution, uncertainty] = [
            parts.brier(),
            parts.reliability,
            parts.resolution,
            parts.uncertainty,
        ]
        .map(|number| measure(Some(number)));
        writeln!(
            f,
            "\nbrier {whole} = reliability {reliability} (what wrong sizes cost) - resolution {resolution} (what the order is \
             worth) + uncertainty {uncertainty}"
        )
    }

    fn compared(comparisons: &[Comparison]) -> Table<8> {
        let mut table = Table::new([
            "against",
            "metric",
            "ours",
            "theirs",
            "difference",
            "95 % interval",
            "p",
            "ours better in",
        ]);
        for Comparison {
            method,
            source,
            metric,
            difference,
            verdict: _,
        } in comparisons
        {
            let [ours, theirs, apart, within, p_value, better] =
                difference.as_ref().map(cells).unwrap_or_default();
            let from = match source {
                Source::Baseline => "",
                Source::File => " (file)",
            };
            table.row([
                format!("{method}{from}"),
                name(*metric),
                ours,
                theirs,
                apart,
                within,
                p_value,
                better,
            ]);
        }
        table
    }

    /// A sentence for each comparison.
    fn verdicts(comparisons: &[Comparison]) -> impl Iterator<Item = String> {
        comparisons.iter().filter_map(|comparison| {
            let verdict = comparison.verdict.as_ref()?;
            Some(format!(
                "{}: {verdict}",
                comparison.metric.as_str().replace('_', " ")
            ))
        })
    }
}

/// The table of comparisons, and what may be said of each.
fn write_compared(f: &mut fmt::Formatter<'_>, comparisons: &[Comparison]) -> fmt::Result {
    write!(f, "\n{}\n\n", PrefixReport::compared(comparisons))?;
    for verdict in PrefixReport::verdicts(comparisons) {
        writeln!(f, "{verdict}")?;
    }
    Ok(())
}

fn cells(
    Difference {
        ours,
        theirs,
        difference,
        better,
        p_value,
        groups: _,
    }: &Difference,
) -> [String; 6] {
    let value = |estimate: &Estimate| measure(Some(estimate.value));
    [
        value(ours),
        value(theirs),
        signed(difference.value),
        signed_interval(difference),
        format!("{p_value:.3}"),
        percent(*better),
    ]
}

fn name(metric: Metric) -> String {
    let better = if metric.higher_is_better() {
        "higher"
    } else {
        "lower"
    };
    format!("{} ({better} is better)", metric.as_str().replace('_', " "))
}

/// What became of the encoder in every fold or split.
pub(super) fn encoder(config: &TrainingConfig, each: &str) -> String {
    match config.epochs {
        0 if config.tunes() => "encoder adapted, not fine-tuned on outcomes".to_owned(),
        0 => format!("encoder as it is (`--epochs N` fine-tunes it in every {each})"),
        epochs => format!("encoder fine-tuned for at most {epochs} epochs"),
    }
}

impl fmt::Display for PrefixReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\n{:.0} % of the turns known\n\n{}\n",
            100.0 * self.prefix,
            self.measured()
        )?;
        self.write_parts(f)?;
        if !self.comparisons.is_empty() {
            write_compared(f, &self.comparisons)?;
        }
        let is_unranked =
            |one: &Comparison| one.source == Source::Baseline && one.method == UNRANKED;
        if self.comparisons.iter().any(is_unranked) {
            writeln!(f, "{WHY_UNRANKED}")?;
        }
        if !self.encoder_alone.is_empty() {
            write!(
                f,
                "\nThe fine-tuned encoder alone (ours) against the generic one, each with the same head\n"
            )?;
            write_compared(f, &self.encoder_alone)?;
        }
        Ok(())
    }
}

impl EvaluationReport<'_> {
    /// Where fine-tuning moved nothing, tuned and generic encoder are the same, and nothing can be better.
    fn write_moved(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folds = self.folds.asked();
        match self.encoder_moved {
            Some(moved) if moved < folds => writeln!(
                f,
                "in {} of {folds} folds fine-tuning made the encoder no better, and fine-tuned and generic are the same there",
                folds - moved
            ),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for EvaluationReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folds = &self.folds;
        let FoldsReport { calls, won, .. } = *folds;
        let encoder = encoder(self.config, "fold");
        writeln!(
            f,
            "{}: {} calls, {} won, {folds}, {encoder}, {:.0} s",
            self.corpus,
            count(calls),
            share(won, calls),
            self.seconds
        )?;
        if self.known_share {
            writeln!(f, "{}", known_share::TOLD)?;
        }
        self.write_moved(f)?;
        for prefix in &self.prefixes {
            write!(f, "{prefix}")?;
        }
        for trust in &self.trust {
            write!(f, "\n{}", Told(trust))?;
        }
        for segments in &self.segments {
            write!(f, "\n{segments}")?;
        }
        if let Some(retrieval) = &self.retrieval {
            write!(f, "\n{retrieval}")?;
        }
        if let Some(curve) = &self.learning_curve {
            write!(f, "\n{curve}")?;
        }
        write!(
            f,
            "\nIntervals are of the choice of calls (bootstrap over accounts), not of folds or seeds. A difference whose \
            interval holds 0 speaks for neither."
        )
    }
}
