//! What a loss is told of a training step: [`LossBatch`].

use candle_core::{Result as TensorResult, Tensor};

use super::LossError;

/// Vectors of one step, as the losses in use compare them; a step fills what its losses take.
///
/// Each loss says in its documentation which field it takes, and answers [`LossError::Missing`] without it.
#[derive(Debug, Clone, Default)]
pub struct LossBatch {
    /// Calls with a label each.
    pub labelled: Option<Labelled>,
    /// Texts that belong together, and others that do not.
    pub pairs: Option<Pairs>,
    /// Pairs with the similarity that they should have.
    pub scored: Option<ScoredPairs>,
}

/// Calls with a label each.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// `[rows, dimension]`
    pub vectors: Tensor,
    /// `[rows]`: equal numbers belong together. Of outcomes, 1 is won and 0 is lost.
    pub labels: Vec<u32>,
    /// `[rows]`: what the head says; only [`BinaryCrossEntropy`](super::BinaryCrossEntropy) reads them.
    pub logits: Option<Tensor>,
}

/// Row `i` of `anchors` belongs to row `i` of `positives`, and not to row `i` of any of `negatives`.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// `[rows, dimension]`
    pub anchors: Tensor,
    /// `[rows, dimension]`
    pub positives: Tensor,
    /// Hard negatives, any number of `[rows, dimension]`; none is common.
    pub negatives: Vec<Tensor>,
}

/// Row `i` of `left` should be as near to row `i` of `right` as the `i`th score says, more being nearer.
#[derive(Debug, Clone)]
pub struct ScoredPairs {
    /// `[rows, dimension]`
    pub left: Tensor,
    /// `[rows, dimension]`
    pub right: Tensor,
    /// `[rows]`, in any unit: only their order counts.
    pub scores: Vec<f32>,
}

impl Pairs {
    /// Cuts one tensor that holds the anchors, then the positives, then each set of negatives: what
    /// [`grad_cache`](super::grad_cache) hands to a loss.
    ///
    /// # Shapes
    ///
    /// `vectors: [columns × rows, dimension] → columns` of `[rows, dimension]`; at least two columns
    ///
    /// # Errors
    ///
    /// [`LossError::Rows`] if the columns are not equally long, or candle's.
    pub fn from_columns(vectors: &Tensor, columns: usize) -> Result<Self, LossError> {
        let columns = columns.max(2);
        let (all, rows) = (vectors.dim(0)?, vectors.dim(0)? / columns);
        same_rows("columns", rows * columns, all)?;
        let column = |at: usize| vectors.narrow(0, at * rows, rows);
        Ok(Self {
            anchors: column(0)?,
            positives: column(1)?,
            negatives: (2..columns).map(column).collect::<TensorResult<_>>()?,
        })
    }
}

impl LossBatch {
    /// The same with every matrix of vectors put through `change`; logits, labels and scores stay.
    ///
    /// # Errors
    ///
    /// Those of `change`.
    pub fn map_vectors(
        &self,
        change: impl Fn(&Tensor) -> Result<Tensor, LossError>,
    ) -> Result<Self, LossError> {
        let labelled = |labelled: &Labelled| -> Result<_, LossError> {
            Ok(Labelled {
                vectors: change(&labelled.vectors)?,
                ..labelled.clone()
            })
        };
        let pairs = |pairs: &Pairs| -> Result<_, LossError> {
            Ok(Pairs {
                anchors: change(&pairs.anchors)?,
                positives: change(&pairs.positives)?,
                negatives: pairs
                    .negatives
                    .iter()
                    .map(&change)
                    .collect::<Result<_, _>>()?,
            })
        };
        let scored = |scored: &ScoredPairs| -> Result<_, LossError> {
            Ok(ScoredPairs {
                left: change(&scored.left)?,
                right: change(&scored.right)?,
                scores: scored.scores.clone(),
            })
        };
        Ok(Self {
            labelled: self.labelled.as_ref().map(labelled).transpose()?,
            pairs: self.pairs.as_ref().map(pairs).transpose()?,
            scored: self.scored.as_ref().map(scored).transpose()?,
        })
    }

    /// The labelled rows, checked.
    pub(super) fn labelled_for(&self, loss: &'static str) -> Result<&Labelled, LossError> {
        let found = self.labelled.as_ref();
        let found = found.ok_or(missing(loss, "labelled"))?;
        let rows = rows(loss, &found.vectors)?;
        same_rows("labels", rows, found.labels.len())?;
        if let Some(logits) = &found.logits {
            same_rows("logits", rows, logits.dims1()?)?;
        }
        Ok(found)
    }

    /// The pairs, checked.
    pub(super) fn pairs_for(&self, loss: &'static str) -> Result<&Pairs, LossError> {
        let found = self.pairs.as_ref().ok_or(missing(loss, "pairs"))?;
        let rows = rows(loss, &found.anchors)?;
        same_rows("positives", rows, found.positives.dim(0)?)?;
        for negatives in &found.negatives {
            same_rows("negatives", rows, negatives.dim(0)?)?;
        }
        Ok(found)
    }

    /// The scored pairs, checked.
    pub(super) fn scored_for(&self, loss: &'static str) -> Result<&ScoredPairs, LossError> {
        let found = self.scored.as_ref().ok_or(missing(loss, "scored"))?;
        let rows = rows(loss, &found.left)?;
        same_rows("right", rows, found.right.dim(0)?)?;
        same_rows("scores", rows, found.scores.len())?;
        Ok(found)
    }
}

pub(super) const fn missing(loss: &'static str, field: &'static str) -> LossError {
    LossError::Missing { loss, field }
}

fn rows(loss: &'static str, vectors: &Tensor) -> Result<usize, LossError> {
    match vectors.dims2()?.0 {
        0 => Err(LossError::Empty { loss }),
        rows => Ok(rows),
    }
}

fn same_rows(field: &'static str, expected: usize, got: usize) -> Result<(), LossError> {
    if expected == got {
        return Ok(());
    }
    Err(LossError::Rows {
        field,
        expected,
        got,
    })
}
