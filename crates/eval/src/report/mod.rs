//! Everything an evaluation shows: [`Report`], which [`ReportBuilder`] makes and which is Markdown, JSON or an HTML page.

mod builder;
mod charts;
mod curves;
mod escape;
mod html;
mod map;
mod markdown;
mod panel;
mod retrieval;
mod segments;
mod svg;
mod tables;
mod trust;
mod write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::ConversationId;

pub use builder::{AtPrefix, ReportBuilder};
pub use curves::{CalibrationBin, Curves};
pub use map::{Dot, EmbeddingMap, MapView};
pub use segments::{Segment, Segments};

use crate::{
    Bootstrap, BrierDecomposition, Difference, Estimate, Finding, LearningCurve, Metric,
    RetrievalQuality, Trust,
};

/// What was measured, how, and what may be said of it.
///
/// # Laws
///
/// - The page needs nothing else: no script, no font, no picture, no address from outside.
/// - No transcript text is in it unless the caller gave snippets.
/// - Names are shown as text, whatever they hold.
/// - What is not defined (an AUC of calls that all came out alike) is `None` here and a sentence on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Of this form.
    pub schema: Schema,
    /// Title of the page.
    pub title: String,
    /// Name of our method.
    pub ours: String,
    /// How it was made.
    pub protocol: Protocol,
    /// How intervals were made.
    pub bootstrap: Bootstrap,
    /// What it was measured on.
    pub calls: Calls,
    /// Metrics and comparisons for each share of the turns that was known, falling.
    pub prefixes: Vec<PrefixResult>,
    /// Curves of each method at the longest prefix, ours first.
    pub curves: Vec<Curves>,
    /// Calibration, sets and doubts for each share of the turns that was known; empty where only probabilities were given.
    #[serde(default)]
    pub trust: Vec<Trust>,
    /// Whether our probabilities hold where calls are cut by a field; empty where none was named.
    #[serde(default)]
    pub segments: Vec<Segments>,
    /// Calls that our method was most wrong about at the longest prefix, the worst first.
    pub mistakes: Vec<Mistake>,
    /// Whether comparable calls are comparable.
    pub retrieval: Option<RetrievalQuality>,
    /// The same of the encoder before fine-tuning.
    pub generic_retrieval: Option<RetrievalQuality>,
    /// What more labels would buy, by one metric each.
    pub learning_curves: Vec<LearningCurve>,
    /// Where calls lie before and after fine-tuning.
    pub embedding_map: Option<EmbeddingMap>,
}

/// Version of a form; it rises when a field changes its meaning or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schema {
    /// 2.
    pub version: u32,
}

/// How a report was made. Empty by default, so that the same predictions give the same report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Protocol {
    /// The command, as it is to be typed again.
    pub command: Option<String>,
    /// Name or fingerprint of the data.
    pub data: Option<String>,
    /// Digest of what was said in the calls and how they ended.
    pub data_fingerprint: Option<String>,
    /// Name and fingerprint of the encoder to start from.
    pub encoder: Option<String>,
    /// What was learnt of the calls, and why that.
    pub recipe: Option<String>,
    /// Every setting of the training; not on the page.
    pub settings: Option<serde_json::Value>,
    /// The program with its version.
    pub program: Option<String>,
    /// How many folds.
    pub folds: Option<u64>,
    /// Seeds of the folds.
    pub seeds: Vec<u64>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// On what machine.
    pub machine: Option<String>,
    /// Day, as it is to be printed.
    pub made_on: Option<String>,
    /// What else a reader has to know, a sentence each.
    pub notes: Vec<String>,
}

/// What was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// Calls with an outcome, at the longest prefix.
    pub calls: u64,
    /// How many of them were won.
    pub won: u64,
    /// Accounts they belong to.
    pub groups: u64,
    /// Runs that were averaged.
    pub runs: u64,
}

/// What was measured where a share of the turns was known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrefixResult {
    /// The share, above 0 and up to 1.
    pub prefix: f64,
    /// Each method, ours first.
    pub methods: Vec<MethodResult>,
    /// Ours against each other method.
    pub comparisons: Vec<Comparison>,
    /// Other methods against each other.
    pub duels: Vec<Duel>,
}

/// A method that is not ours against another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duel {
    /// The one that the comparisons call ours.
    pub method: String,
    /// By each metric.
    pub comparisons: Vec<Comparison>,
}

/// What was measured of a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodResult {
    /// Its name.
    pub method: String,
    /// Whether it says one number for all calls of a fold; then metrics of ranking are those of a method that puts no call before
    /// another, whatever the numbers of the folds are.
    #[serde(default)]
    pub unranked: bool,
    /// Every metric.
    pub metrics: Vec<Measured>,
    /// What its Brier score is made of.
    pub brier: Option<BrierDecomposition>,
}

/// A metric of a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// Which.
    pub metric: Metric,
    /// Mean over runs with its interval; `None` where it is not defined.
    pub estimate: Option<Estimate>,
    /// Of each run.
    pub by_run: Vec<f64>,
}

/// Ours against another method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The other method.
    pub against: String,
    /// By what.
    pub metric: Metric,
    /// Both and ours minus theirs; `None` where the metric is not defined.
    pub difference: Option<Difference>,
    /// What was found; `None` where the metric is not defined.
    pub finding: Option<Finding>,
    /// The same in words.
    pub sentence: String,
}

/// A call that our method was wrong about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// The call.
    pub id: ConversationId,
    /// Mean probability of won over the runs.
    pub probability: f64,
    /// What came out.
    pub won: bool,
    /// What the caller wants shown of it.
    pub snippet: Option<String>,
}

impl Report {
    /// The version of this form.
    pub const VERSION: u32 = 2;

    /// As JSON, indented, with a line feed at its end.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no texts and failing writers cannot be serialised; a report has neither.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// A metric of a method at a prefix; `None` if it was not measured or is not defined.
    pub fn metric(&self, method: &str, prefix: f64, metric: Metric) -> Option<Estimate> {
        let at = self
            .prefixes
            .iter()
            .find(|at| (at.prefix - prefix).abs() < 1e-9)?;
        let of = at.methods.iter().find(|of| of.method == method)?;
        of.metrics.iter().find(|one| one.metric == metric)?.estimate
    }
}

#[cfg(test)]
mod tests;
