//! What is learnt from examples before anything is blended: [`Parts`].

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::{
    Cause, EmbeddingsError, EncodedMoment, Evidence, Outcome, PredictorError, Prefix, Retriever,
};

use crate::{
    Lexicon, LinearModel, Neighbours, PartLogits, PredictError, PredictorConfig, Shape,
    WordsExample, by_speaker,
};

/// A prefix whose outcome is known. A conversation may give several; together they count as one.
#[derive(Clone, Copy)]
pub struct Example<'a> {
    /// What was said until then.
    pub prefix: Prefix<'a>,
    /// Its moments, all of them, in order.
    pub moments: &'a [EncodedMoment],
    /// How the conversation ended.
    pub outcome: Outcome,
}

impl fmt::Debug for Example<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example")
            .field("conversation", self.prefix.id())
            .field("turns", &self.prefix.turns().len())
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// Words, head, neighbours and shape, each with a logit of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    words: Lexicon,
    head: LinearModel,
    neighbours: Neighbours,
    shape: LinearModel,
}

impl Parts {
    /// Fits every part. The settings' `C`s are per conversation: its examples share the weight 1.
    ///
    /// The words are learnt from the longest prefix of each conversation only, although they are asked of any. On
    /// Persuasion for Good (seed0, 2026-11-22, scikit-learn 1.9.1) that gives AUC 0.696, 0.666 and 0.645 for whole
    /// dialogues, three quarters and halves, against 0.671, 0.647 and 0.628 when learnt from four prefixes each.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`]; [`PredictError::Width`] or [`PredictError::NotFinite`] where the moments do not
    /// fit each other; [`PredictError::Setting`]; [`PredictError::NotConverged`].
    pub fn fit(examples: &[Example<'_>], config: &PredictorConfig) -> Result<Self, PredictError> {
        config.validate()?;
        let counts = counts(examples);
        let won: Vec<bool> = examples
            .iter()
            .map(|example| example.outcome.is_won())
            .collect();
        let pooled: Vec<Vec<f64>> = examples
            .iter()
            .map(|example| by_speaker(example.moments))
            .collect();
        let shapes: Vec<Vec<f64>> = examples
            .iter()
            .map(|example| Shape::of(example.prefix).row().to_vec())
            .collect();
        Ok(Self {
            words: words(examples, config)?,
            head: LinearModel::fit_counted(&pooled, &won, &counts, config.head_c)?,
            neighbours: Neighbours::new(config.neighbours.clone(), won_share(&won, &counts)),
            shape: LinearModel::fit_counted(&shapes, &won, &counts, config.shape_c)?,
        })
    }

    /// What each part says of a prefix, and the calls that voted, nearest first.
    ///
    /// Depends on the prefix's turns, its moments and what the retriever holds: neither on later turns nor on the
    /// outcome.
    ///
    /// # Errors
    ///
    /// [`PredictorError::Retriever`]; [`PredictorError::Embeddings`] with a [`PredictError`] as the cause if the
    /// moments have another width than those of the fit, or a number that is not finite.
    pub fn logits(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        retriever: &dyn Retriever,
    ) -> Result<(PartLogits, Vec<Evidence>), PredictorError> {
        let head = self.head.logit(&by_speaker(moments)).map_err(unreadable)?;
        let shape = self
            .shape
            .logit(&Shape::of(prefix).row())
            .map_err(unreadable)?;
        let vote = self.neighbours.vote(prefix, moments, retriever)?;
        let logits = PartLogits {
            words: self.words.logit(prefix),
            head,
            neighbours: vote.logit,
            shape,
        };
        Ok((logits, vote.evidence))
    }

    /// The bag of words, for those who want to name the words that speak.
    pub fn words(&self) -> &Lexicon {
        &self.words
    }

    /// How many numbers [`by_speaker`] must give: twice the encoder's `hidden`.
    pub fn width(&self) -> usize {
        self.head.width()
    }
}

fn unreadable(error: PredictError) -> PredictorError {
    PredictorError::Embeddings(EmbeddingsError::Backend(Cause::new(error)))
}

fn words(examples: &[Example<'_>], config: &PredictorConfig) -> Result<Lexicon, PredictError> {
    let examples = longest(examples);
    let counts = counts(&examples);
    let texts: Vec<WordsExample<'_>> = examples
        .iter()
        .zip(counts)
        .map(|(example, count)| WordsExample {
            prefix: example.prefix,
            won: example.outcome.is_won(),
            count,
        })
        .collect();
    Lexicon::fit(&texts, config.min_conversations, config.words_c)
}

/// The examples of most turns of each conversation.
fn longest<'a>(examples: &[Example<'a>]) -> Vec<Example<'a>> {
    let turns = |example: &Example<'_>| example.prefix.turns().len();
    let mut most: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples {
        let known = most.entry(example.prefix.id().as_str()).or_default();
        *known = turns(example).max(*known);
    }
    let whole =
        |example: &&Example<'_>| most.get(example.prefix.id().as_str()) == Some(&turns(example));
    examples.iter().filter(whole).copied().collect()
}

/// One for each conversation, shared by its examples.
fn counts(examples: &[Example<'_>]) -> Vec<f64> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples {
        *sizes.entry(example.prefix.id().as_str()).or_default() += 1;
    }
    examples
        .iter()
        .map(|example| {
            let size = sizes.get(example.prefix.id().as_str()).copied();
            1.0 / size.unwrap_or(1) as f64
        })
        .collect()
}

fn won_share(won: &[bool], counts: &[f64]) -> f64 {
    let wins = won.iter().zip(counts).filter(|&(&won, _)| won);
    wins.map(|(_, count)| count).sum::<f64>() / counts.iter().sum::<f64>()
}
