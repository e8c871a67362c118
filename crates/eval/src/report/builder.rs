//! From predictions to a report: [`ReportBuilder`].

use std::borrow::Cow;
use std::collections::HashMap;

use super::panel::Panel;
use super::{
    Calls, Comparison, Curves, Duel, EmbeddingMap, Measured, MethodResult, Mistake, PrefixResult,
    Protocol, Report, Schema, Segments,
};
use crate::{
    Bootstrap, Difference, Estimate, EvalError, LearningCurve, Metric, RetrievalQuality, Runs,
    Trust,
};

/// Metrics that methods are compared by.
const COMPARED: [Metric; 4] = [
    Metric::Auc,
    Metric::AveragePrecision,
    Metric::Brier,
    Metric::LogLoss,
];

/// What a method said where a share of the turns was known.
#[derive(Debug, Clone, PartialEq)]
pub struct AtPrefix {
    /// The share, above 0 and up to 1.
    pub prefix: f64,
    /// Its runs, such as one a seed.
    pub runs: Runs,
}

/// Makes a [`Report`]: our method and its baselines go in, and what else there is to show.
#[derive(Debug, Clone)]
pub struct ReportBuilder {
    title: String,
    methods: Vec<(String, Vec<AtPrefix>)>,
    protocol: Protocol,
    bootstrap: Bootstrap,
    most_mistakes: usize,
    snippets: HashMap<String, String>,
    duels: Vec<(String, String)>,
    unranked: Vec<String>,
    trust: Vec<Trust>,
    segments: Vec<Segments>,
    retrieval: Option<RetrievalQuality>,
    generic_retrieval: Option<RetrievalQuality>,
    learning_curves: Vec<LearningCurve>,
    embedding_map: Option<EmbeddingMap>,
}

impl ReportBuilder {
    /// A report of our method, named `ours`, by prefix.
    pub fn new(
        title: impl Into<String>,
        ours: impl Into<String>,
        by_prefix: Vec<AtPrefix>,
    ) -> Self {
        Self {
            title: title.into(),
            methods: vec![(ours.into(), by_prefix)],
            protocol: Protocol::default(),
            bootstrap: Bootstrap::default(),
            most_mistakes: 10,
            snippets: HashMap::new(),
            duels: Vec::new(),
            unranked: Vec::new(),
            trust: Vec::new(),
            segments: Vec::new(),
            retrieval: None,
            generic_retrieval: None,
            learning_curves: Vec::new(),
            embedding_map: None,
        }
    }

    /// Another method that ours is compared with, at each prefix that both have.
    #[must_use]
    pub fn with_baseline(mut self, name: impl Into<String>, by_prefix: Vec<AtPrefix>) -> Self {
        self.methods.push((name.into(), by_prefix));
        self
    }

    /// A method that says one number for all calls of a fold: metrics of ranking are those of [`Runs::unranked`]. None by
    /// default.
    #[must_use]
    pub fn with_unranked(mut self, method: impl Into<String>) -> Self {
        self.unranked.push(method.into());
        self
    }

    /// Two of the others that are also compared with each other, at each prefix that both have. None by default.
    #[must_use]
    pub fn with_duel(mut self, method: impl Into<String>, against: impl Into<String>) -> Self {
        self.duels.push((method.into(), against.into()));
        self
    }

    /// How it was made. Nothing by default.
    #[must_use]
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// How intervals are made. [`Bootstrap::default`] by default.
    #[must_use]
    pub fn with_bootstrap(mut self, bootstrap: Bootstrap) -> Self {
        self.bootstrap = bootstrap;
        self
    }

    /// How many of the worst mistakes are shown. 10 by default.
    #[must_use]
    pub fn with_most_mistakes(mut self, mistakes: usize) -> Self {
        self.most_mistakes = mistakes;
        self
    }

    /// What to show of the worst mistakes, by conversation id. Nothing by default: a report holds no transcript text.
    #[must_use]
    pub fn with_snippets(mut self, snippets: HashMap<String, String>) -> Self {
        self.snippets = snippets;
        self
    }

    /// Sections on calibration, sets and doubts, after those that are there already. None by default.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust.push(trust);
        self
    }

    /// A section and a chart of segments, after those that are there already. None by default.
    #[must_use]
    pub fn with_segments(mut self, segments: Segments) -> Self {
        self.segments.push(segments);
        self
    }

    /// A section on comparable calls. None by default.
    #[must_use]
    pub fn with_retrieval(mut self, retrieval: RetrievalQuality) -> Self {
        self.retrieval = Some(retrieval);
        self
    }

    /// The same of the encoder before fine-tuning. None by default.
    #[must_use]
    pub fn with_generic_retrieval(mut self, retrieval: RetrievalQuality) -> Self {
        self.generic_retrieval = Some(retrieval);
        self
    }

    /// A section on what more labels would buy, after those that are there already. None by default.
    #[must_use]
    pub fn with_learning_curve(mut self, curve: LearningCurve) -> Self {
        self.learning_curves.push(curve);
        self
    }

    /// A section on where calls lie. None by default.
    #[must_use]
    pub fn with_embedding_map(mut self, map: EmbeddingMap) -> Self {
        self.embedding_map = Some(map);
        self
    }

    /// Measures and compares everything; takes seconds.
    ///
    /// # Errors
    ///
    /// [`EvalError::NoPredictions`] if our method has no prefix; those of [`Runs::compare`].
    pub fn build(mut self) -> Result<Report, EvalError> {
        for (_, by_prefix) in &mut self.methods {
            by_prefix.sort_by(|a, b| b.prefix.total_cmp(&a.prefix));
        }
        let (ours, by_prefix) = self.methods.first().ok_or(EvalError::NoPredictions)?;
        let longest = by_prefix.first().ok_or(EvalError::NoPredictions)?;
        let prefixes = by_prefix.iter().map(|at| self.at(at));
        let curves = self.methods_at(longest.prefix);
        let curves = curves.map(|(name, runs)| {
            let ranked = self.ranked(name, runs);
            Curves::of(name, (runs, &ranked), &self.bootstrap)
        });
        Ok(Report {
            schema: Schema {
                version: Report::VERSION,
            },
            ours: ours.clone(),
            calls: calls(&longest.runs),
            prefixes: prefixes.collect::<Result<_, _>>()?,
            curves: curves.collect(),
            mistakes: self.mistakes(&longest.runs),
            title: self.title,
            protocol: self.protocol,
            bootstrap: self.bootstrap,
            trust: self.trust,
            segments: self.segments,
            retrieval: self.retrieval,
            generic_retrieval: self.generic_retrieval,
            learning_curves: self.learning_curves,
            embedding_map: self.embedding_map,
        })
    }

    /// Every method that has a prefix, ours first.
    fn methods_at(&self, prefix: f64) -> impl Iterator<Item = (&str, &Runs)> {
        self.methods.iter().filter_map(move |(name, by_prefix)| {
            let at = by_prefix
                .iter()
                .find(|at| (at.prefix - prefix).abs() < 1e-9)?;
            Some((name.as_str(), &at.runs))
        })
    }

    /// What a method is ranked by.
    fn ranked<'r>(&self, name: &str, runs: &'r Runs) -> Cow<'r, Runs> {
        if self.unranked.iter().any(|unranked| unranked == name) {
            Cow::Owned(runs.unranked())
        } else {
            Cow::Borrowed(runs)
        }
    }

    fn at(&self, ours: &AtPrefix) -> Result<PrefixResult, EvalError> {
        let (names, runs): (Vec<&str>, Vec<&Runs>) = self.methods_at(ours.prefix).unzip();
        let both = names.iter().zip(&runs);
        let ranked: Vec<Cow<'_, Runs>> = both.map(|(name, runs)| self.ranked(name, runs)).collect();
        // Only those that are ranked by something else are measured twice.
        let owned: Vec<usize> = (0..ranked.len())
            .filter(|at| matches!(ranked.get(*at), Some(Cow::Owned(_))))
            .collect();
        let twice = owned
            .iter()
            .filter_map(|at| ranked.get(*at))
            .map(Cow::as_ref);
        let panel = Panel::of(
            &runs.iter().copied().chain(twice).collect::<Vec<_>>(),
            &self.bootstrap,
        )?;
        let place = |metric: Metric, at: usize| {
            let twice = owned
                .iter()
                .position(|owned| metric.ranks() && *owned == at);
            twice.map_or(at, |twice| runs.len() + twice)
        };
        let methods = names.iter().zip(runs.iter().zip(&ranked)).enumerate();
        let others = names.iter().enumerate().skip(1);
        Ok(PrefixResult {
            prefix: ours.prefix,
            methods: methods
                .map(|(at, (name, (runs, ranked)))| {
                    let estimate = |metric| panel.estimate(metric, place(metric, at));
                    measured(name, (runs, ranked), estimate)
                })
                .collect(),
            comparisons: others
                .flat_map(|(at, name)| COMPARED.map(|metric| (at, name, metric)))
                .map(|(at, name, metric)| {
                    compared(metric, name, panel.difference(metric, place(metric, at)))
                })
                .collect(),
            duels: self.duels(&names, &runs)?,
        })
    }

    /// Those whose methods both stand among `names`.
    fn duels(&self, names: &[&str], runs: &[&Runs]) -> Result<Vec<Duel>, EvalError> {
        let of = |wanted: &str| {
            let place = names.iter().position(|name| *name == wanted)?;
            runs.get(place).copied()
        };
        let both = self
            .duels
            .iter()
            .filter_map(|(method, against)| Some((method, of(method)?, against, of(against)?)));
        both.map(|(method, ours, against, theirs)| {
            let by = |metric: Metric| {
                let difference = ours.compare(metric, theirs, &self.bootstrap)?;
                Ok(compared(metric, against, difference))
            };
            Ok(Duel {
                method: method.clone(),
                comparisons: COMPARED
                    .into_iter()
                    .map(by)
                    .collect::<Result<_, EvalError>>()?,
            })
        })
        .collect()
    }

    fn mistakes(&self, runs: &Runs) -> Vec<Mistake> {
        let miss = |(_, probability, won): &(_, f64, bool)| (f64::from(*won) - probability).abs();
        let mut calls = runs.mean_probabilities();
        calls.retain(|call| miss(call) > 0.5);
        calls.sort_by(|a, b| miss(b).total_cmp(&miss(a)).then_with(|| a.0.cmp(b.0)));
        let mistake = |(id, probability, won): (&upturn_core::ConversationId, f64, bool)| Mistake {
            id: id.clone(),
            probability,
            won,
            snippet: self.snippets.get(id.as_str()).cloned(),
        };
        calls
            .into_iter()
            .take(self.most_mistakes)
            .map(mistake)
            .collect()
    }
}

fn measured(
    method: &str,
    (runs, ranked): (&Runs, &Cow<'_, Runs>),
    estimate: impl Fn(Metric) -> Option<Estimate>,
) -> MethodResult {
    let of = |metric: Metric| Measured {
        metric,
        estimate: estimate(metric),
        by_run: if metric.ranks() { ranked } else { runs }.by_run(metric),
    };
    MethodResult {
        method: method.to_owned(),
        unranked: matches!(ranked, Cow::Owned(_)),
        metrics: Metric::ALL.into_iter().map(of).collect(),
        brier: runs.brier_decomposition(),
    }
}

fn compared(metric: Metric, against: &str, difference: Option<Difference>) -> Comparison {
    let verdict = difference.map(|found| found.verdict(metric, against));
    let undefined = || {
        format!(
            "not compared with {against}: the metric is not defined where all calls came out alike"
        )
    };
    Comparison {
        against: against.to_owned(),
        metric,
        sentence: verdict.as_ref().map_or_else(undefined, ToString::to_string),
        finding: verdict.map(|verdict| verdict.finding),
        difference,
    }
}

fn calls(runs: &Runs) -> Calls {
    let rows = runs.mean_probabilities();
    Calls {
        calls: rows.len() as u64,
        won: rows.iter().filter(|row| row.2).count() as u64,
        groups: runs.groups().count() as u64,
        runs: runs.all().len() as u64,
    }
}
