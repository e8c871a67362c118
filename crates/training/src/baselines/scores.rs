//! One fit of the three baselines that learn: [`scores`].

use upturn_core::{EncodedMoment, Outcome, Prefix};
use upturn_predict::{AVERAGES, Lexicon, LinearModel, Shape, WordsExample, pooled};

use crate::TrainingError;

/// How many baselines give scores: length, words, embeddings.
pub(super) const KINDS: usize = 3;

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

/// What length, words and embeddings, fitted to `known`, say of `asked`; raw logits.
pub(super) fn scores(
    known: &[&Told<'_>],
    asked: &[&Told<'_>],
) -> Result<Vec<[f64; KINDS]>, TrainingError> {
    let won: Vec<bool> = known.iter().map(|told| told.won).collect();
    let shapes: Vec<Vec<f64>> = known.iter().map(|told| told.shape.clone()).collect();
    let shape = LinearModel::fit(&shapes, &won, SHAPE_C)?;
    let averages: Vec<Vec<f64>> = known.iter().map(|told| told.averages.clone()).collect();
    let averages = LinearModel::fit(&averages, &won, EMBEDDINGS_C)?;
    let examples: Vec<WordsExample<'_>> = known
        .iter()
        .map(|told| WordsExample {
            prefix: told.prefix,
            won: told.won,
            count: 1.0,
        })
        .collect();
    let words = Lexicon::fit(&examples, MIN_CONVERSATIONS, WORDS_C)?;
    let one = |told: &&Told<'_>| {
        Ok([
            shape.logit(&told.shape)?,
            words.logit(told.prefix),
            averages.logit(&told.averages)?,
        ])
    };
    asked.iter().map(one).collect()
}
