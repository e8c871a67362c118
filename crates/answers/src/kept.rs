//! The last explanation, for those who ask one question after another about a call: [`Kept`].

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use upturn_core::Conversation;

use crate::ExplainResponse;

/// The last explanation that was kept, and of what. Copies share it.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Option<Last>>>);

struct Last {
    call: Arc<Conversation>,
    turns: Option<NonZeroUsize>,
    explained: ExplainResponse,
}

impl Kept {
    /// What was kept, if it is of this very call, as it is now, after as many turns.
    pub(crate) fn of(
        &self,
        call: &Conversation,
        turns: Option<NonZeroUsize>,
    ) -> Option<ExplainResponse> {
        let last = self.lock();
        let last = last.as_ref().filter(|it| it.turns == turns)?;
        (*last.call == *call).then(|| last.explained.clone())
    }

    /// Keeps this one instead.
    pub(crate) fn keep(
        &self,
        call: Arc<Conversation>,
        turns: Option<NonZeroUsize>,
        explained: ExplainResponse,
    ) {
        *self.lock() = Some(Last {
            call,
            turns,
            explained,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Last>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Kept {
    /// Without the call: transcripts are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::samples::{World, question, said};
    use crate::{Analyst, CallRequest};

    use super::*;

    /// Whether there was evidence of other calls.
    fn has_evidence(analyst: &Analyst, request: CallRequest) -> bool {
        analyst.explain(request).unwrap().evidence_missing.is_none()
    }

    #[test]
    fn a_call_is_explained_once_and_anew_when_it_or_its_turns_change_or_evidence_was_missing() {
        let world = World::new();
        let analyst = Analyst::clone(&world.analyst).with_last_kept();
        let asked = CallRequest::new(question());
        world.store.break_down();
        assert!(!has_evidence(&analyst, asked.clone()));
        world.store.mend();
        let first = analyst.explain(asked.clone()).unwrap();
        assert_eq!(first.evidence_missing, None);
        // Whatever is explained from now on has no evidence.
        world.store.break_down();
        assert!(!has_evidence(&world.analyst, asked.clone()));
        assert_eq!(analyst.explain(asked.clone()).unwrap(), first);
        let by_id = CallRequest::new(question().id().clone());
        assert_eq!(analyst.explain(by_id).unwrap(), first);
        let live = asked.with_turns(NonZeroUsize::new(3).unwrap());
        assert!(!has_evidence(&analyst, live));
        let changed = said("question", &["hello, do you need a plan?", "yes please"]);
        assert!(!has_evidence(&analyst, CallRequest::new(changed)));
    }
}
