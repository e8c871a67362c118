//! What is learnt from examples before anything is blended: [`Parts`].

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::{
    Cause, EmbeddingsError, EncodedMoment, Evidence, Outcome, PredictorError, Prefix, Retriever,
};

use crate::{
    Amounts, LearntPart, Lexicon, LinearModel, Neighbours, PartLogits, PartSet, PredictError,
    PredictorConfig, Shape, WordsExample, pooled,
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

/// Words, head, neighbours and shape, each with a logit of its own: 0 where [`PredictorConfig::parts`] leaves it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    words: Lexicon,
    head: LinearModel,
    neighbours: Neighbours,
    shape: LinearModel,
    /// Those that were fitted.
    #[serde(default)]
    fitted: PartSet,
    /// Whether the shape sees the amounts: parts of finished calls only.
    amounts: bool,
}

impl Parts {
    /// Fits every part that is not left out; where all examples are of finished calls, the shape learns from the [`Amounts`]
    /// too. The settings' `C`s are per conversation: its examples share the weight 1.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`], also without examples, but not where the neighbours are all that is left in;
    /// [`PredictError::Width`] or [`PredictError::NotFinite`] where the moments do not
    /// fit each other; [`PredictError::Setting`]; [`PredictError::NotConverged`].
    pub fn fit(examples: &[Example<'_>], config: &PredictorConfig) -> Result<Self, PredictError> {
        config.validate()?;
        let counts = counts(examples);
        let won: Vec<bool> = examples
            .iter()
            .map(|example| example.outcome.is_won())
            .collect();
        let rows: Vec<Vec<f64>> = examples
            .iter()
            .map(|example| pooled(example.moments))
            .collect();
        let amounts = examples.iter().all(|example| example.prefix.is_finished());
        let shapes: Vec<Vec<f64>> = examples
            .iter()
            .map(|example| shape_row(example.prefix, amounts))
            .collect();
        if examples.is_empty() {
            return Err(PredictError::OneOutcome { won: 0, lost: 0 });
        }
        let fitted = config.parts.clone();
        let linear = |part: LearntPart, rows: &[Vec<f64>], c: f64| {
            if fitted.contains(part) {
                LinearModel::fit_counted(rows, &won, &counts, c)
            } else {
                Ok(LinearModel::silent(rows.first().map_or(0, Vec::len)))
            }
        };
        Ok(Self {
            words: if fitted.contains(LearntPart::Words) {
                words(examples, &counts, config)?
            } else {
                Lexicon::silent()
            },
            head: linear(LearntPart::Head, &rows, config.head_c)?,
            neighbours: Neighbours::new(
                config.neighbours.clone(),
                won_share(&won, &counts, config.neighbours.share_prior),
            ),
            shape: linear(LearntPart::Shape, &shapes, config.shape_c)?,
            fitted,
            amounts,
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
        let head = self.head.logit(&pooled(moments)).map_err(unreadable)?;
        let shape = self
            .shape
            .logit(&shape_row(prefix, self.amounts))
            .map_err(unreadable)?;
        let vote = self.neighbours.vote(prefix, moments, retriever)?;
        let logits = PartLogits {
            words: self.words.logit(prefix),
            head,
            neighbours: vote.logit,
            shape,
        };
        // Who is nearest is worth telling even where it does not count.
        Ok((self.fitted.only(logits), vote.evidence))
    }

    /// The bag of words, for those who want to name the words that speak.
    pub fn words(&self) -> &Lexicon {
        &self.words
    }

    /// The logistic regression over [averages](pooled), for those who want to ask the encoder alone.
    pub fn head(&self) -> &LinearModel {
        &self.head
    }

    /// How many numbers [`pooled`] must give: [`AVERAGES`](crate::AVERAGES) times the encoder's `hidden`.
    pub fn width(&self) -> usize {
        self.head.width()
    }
}

/// What the part `shape` sees: how long the call is and who speaks how much, and which amounts are named. Whether these
/// meet decides at the end; half-way it misled (see LOG.md of the crate `training`).
fn shape_row(prefix: Prefix<'_>, amounts: bool) -> Vec<f64> {
    let mut row = Shape::of(prefix).row().to_vec();
    if amounts {
        row.extend(Amounts::of(prefix).row());
    }
    row
}

fn unreadable(error: PredictError) -> PredictorError {
    PredictorError::Embeddings(EmbeddingsError::Backend(Cause::new(error)))
}

fn words(
    examples: &[Example<'_>],
    counts: &[f64],
    config: &PredictorConfig,
) -> Result<Lexicon, PredictError> {
    let texts: Vec<WordsExample<'_>> = examples
        .iter()
        .zip(counts)
        .map(|(example, &count)| WordsExample {
            prefix: example.prefix,
            won: example.outcome.is_won(),
            count,
        })
        .collect();
    Lexicon::fit(&texts, config.min_conversations, config.words_c)
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

/// The share of won conversations where `prior` of each outcome are added to those counted.
fn won_share(won: &[bool], counts: &[f64], prior: f64) -> f64 {
    let wins = won.iter().zip(counts).filter(|&(&won, _)| won);
    let wins: f64 = wins.map(|(_, count)| count).sum();
    (wins + prior) / (counts.iter().sum::<f64>() + 2.0 * prior)
}

#[cfg(test)]
mod tests;
