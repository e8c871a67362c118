//! What can be learnt from: the labelled calls, or why they are refused.

use std::collections::HashSet;

use upturn_core::Conversation;

use super::{Labelled, Trainer};
use crate::TrainingError;
use crate::recipe::{LEAST_GROUPS, LEAST_LABELS};

/// Least number of calls of each outcome, but for [`Recipe::FewLabels`](crate::Recipe::FewLabels).
pub(crate) const LEAST_OF_EACH: usize = 10;

impl Trainer<'_> {
    /// The labelled calls.
    pub(super) fn check<'a>(
        &self,
        conversations: &[&'a Conversation],
    ) -> Result<Vec<Labelled<'a>>, TrainingError> {
        self.config.check()?;
        self.config.check_encoder(self.encoder.encoder())?;
        let calls: Vec<Labelled<'a>> = conversations
            .iter()
            .filter_map(|call| Some((*call, call.outcome()?)))
            .collect();
        let won = calls.iter().filter(|(_, outcome)| outcome.is_won()).count();
        let lost = calls.len() - won;
        let (least, least_groups) = self.least();
        if won.min(lost) < least {
            return Err(TrainingError::TooFew {
                expected: least,
                won,
                lost,
            });
        }
        let mut ids = HashSet::new();
        if let Some((double, _)) = calls.iter().find(|(call, _)| !ids.insert(call.id())) {
            return Err(TrainingError::DuplicateId {
                id: double.id().to_string(),
            });
        }
        let groups: HashSet<&str> = calls.iter().map(|(call, _)| call.group()).collect();
        if groups.len() < least_groups {
            return Err(TrainingError::TooFewGroups {
                expected: least_groups,
                got: groups.len(),
            });
        }
        Ok(calls)
    }

    /// Calls of each outcome, and accounts, that it takes at least.
    const fn least(&self) -> (usize, usize) {
        if self.config.is_for_few_labels() {
            (LEAST_LABELS, LEAST_GROUPS)
        } else {
            (LEAST_OF_EACH, 2 * self.config.folds)
        }
    }
}
