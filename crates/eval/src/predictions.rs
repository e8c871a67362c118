//! What one method said and what came out: [`Predictions`].

use std::collections::HashSet;

use upturn_core::{ConversationId, Probability};

use crate::EvalError;
use crate::metric::ties::Ranking;

/// One conversation with what was predicted and what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name of the conversation.
    pub id: ConversationId,
    /// Account, person or listing: rows of one group are not independent and are resampled together.
    pub group: String,
    /// Whether it was won.
    pub won: bool,
    /// The predicted chance that it is won.
    pub probability: Probability,
}

/// One method's predictions: at least one row, and no conversation twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    rows: Vec<Row>,
}

impl Predictions {
    /// Checks rows and keeps their order.
    ///
    /// # Errors
    ///
    /// [`EvalError::NoPredictions`] without rows, [`EvalError::RepeatedId`] if a conversation stands there twice.
    pub fn new(rows: Vec<Row>) -> Result<Self, EvalError> {
        if rows.is_empty() {
            return Err(EvalError::NoPredictions);
        }
        let mut seen = HashSet::new();
        for row in &rows {
            if !seen.insert(&row.id) {
                return Err(EvalError::RepeatedId { id: row.id.clone() });
            }
        }
        Ok(Self { rows })
    }

    /// The rows, in the order given; never empty.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The same rows, of which none is put before another.
    pub(crate) fn unranked(&self) -> Self {
        let unranked = |row: &Row| Row {
            probability: Probability::from_logit(0.0),
            ..row.clone()
        };
        Self {
            rows: self.rows.iter().map(unranked).collect(),
        }
    }

    /// What was said and what came out, in the order of rows.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (f64, bool)> {
        self.rows
            .iter()
            .map(|row| (row.probability.value(), row.won))
    }

    /// The rows in their order of probability.
    pub(crate) fn ranking(&self) -> Ranking {
        Ranking::new(self.outcomes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::row;

    #[test]
    fn predictions_are_never_empty_and_name_no_conversation_twice() {
        assert!(matches!(
            Predictions::new(Vec::new()),
            Err(EvalError::NoPredictions)
        ));
        let twice = Predictions::new(vec![row(1, 1, 0.5, true), row(1, 2, 0.4, true)]);
        assert!(matches!(twice, Err(EvalError::RepeatedId { id }) if id.as_str() == "call-1"));
    }
}
