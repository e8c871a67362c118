//! One fit of a baseline that learns: [`Kind::scores`].

use upturn_core::{EncodedMoment, Outcome, Prefix};
use upturn_predict::{AVERAGES, Lexicon, LinearModel, PredictError, Shape, WordsExample, pooled};

use super::Baseline;

/// scikit-learn's `C` of each; those of the published baselines.
const SHAPE_C: f64 = 0.1;
const WORDS_C: f64 = 1.0;
const EMBEDDINGS_C: f64 = 0.001;
const MIN_CONVERSATIONS: usize = 3;

/// A prefix as the baselines see it.
pub(super) struct Told<'a> {
    prefix: Prefix<'a>,
    shape: Vec<f64>,
    averages: Vec<f64>,
    /// No for a call without an outcome, which is only asked about.
    pub(super) won: bool,
}

impl<'a> Told<'a> {
    pub(super) fn new(prefix: Prefix<'a>, moments: &[EncodedMoment]) -> Self {
        let mut averages = pooled(moments);
        // The even averages stand in front of those that lean to the last turns.
        averages.truncate(averages.len() / AVERAGES * 2);
        Self {
            shape: Shape::of(prefix).row().to_vec(),
            averages,
            won: prefix.conversation().outcome().is_some_and(Outcome::is_won),
            prefix,
        }
    }
}

/// What a baseline that gives scores looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Length,
    Words,
    Embeddings,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Length, Self::Words, Self::Embeddings];

    /// The baseline that it is.
    pub(super) const fn baseline(self) -> Baseline {
        match self {
            Self::Length => Baseline::Length,
            Self::Words => Baseline::BagOfWords,
            Self::Embeddings => Baseline::GenericEmbeddings,
        }
    }

    /// What it says of `asked`, fitted to `known`; raw logits.
    pub(super) fn scores(
        self,
        known: &[&Told<'_>],
        asked: &[&Told<'_>],
    ) -> Result<Vec<f64>, PredictError> {
        match self {
            Self::Length => linear(known, asked, |told| &told.shape, SHAPE_C),
            Self::Embeddings => linear(known, asked, |told| &told.averages, EMBEDDINGS_C),
            Self::Words => words(known, asked),
        }
    }
}

fn linear(
    known: &[&Told<'_>],
    asked: &[&Told<'_>],
    row: for<'t> fn(&'t Told<'_>) -> &'t Vec<f64>,
    c: f64,
) -> Result<Vec<f64>, PredictError> {
    let won: Vec<bool> = known.iter().map(|told| told.won).collect();
    let rows: Vec<Vec<f64>> = known.iter().map(|told| row(told).clone()).collect();
    let model = LinearModel::fit(&rows, &won, c)?;
    asked.iter().map(|told| model.logit(row(told))).collect()
}

fn words(known: &[&Told<'_>], asked: &[&Told<'_>]) -> Result<Vec<f64>, PredictError> {
    let examples = known.iter().map(|told| WordsExample {
        prefix: told.prefix,
        won: told.won,
        count: 1.0,
    });
    let words = Lexicon::fit(&examples.collect::<Vec<_>>(), MIN_CONVERSATIONS, WORDS_C)?;
    Ok(asked.iter().map(|told| words.logit(told.prefix)).collect())
}
