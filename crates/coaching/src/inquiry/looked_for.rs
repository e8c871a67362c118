//! What to look for in other calls before a question is answered: [`LookedFor`].

use upturn_acts::objections_in;
use upturn_core::Speaker;

use super::Inquiry;
use super::found::raises;
use crate::text::sentences;
use crate::{Explanation, ObjectionKind};

/// Moments that are looked for.
const MOMENTS: usize = 8;

/// The same where only those count in which the buyer objects.
const OF_WHICH_SOME_OBJECT: usize = 96;

/// A text that may have been said, and in how many moments of other calls it is looked for.
#[derive(Clone, PartialEq, Eq)]
pub struct LookedFor {
    /// What may have been said; `Debug` does not show it.
    pub text: String,
    /// The best of so many calls.
    pub moments: usize,
}

impl std::fmt::Debug for LookedFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookedFor")
            .field("moments", &self.moments)
            .finish_non_exhaustive()
    }
}

impl Explanation {
    /// What [`answer`](Self::answer) wants to have found for a question: what is like it; where it asks who else objects, what is
    /// like this buyer's own objection, if the word lists find one.
    pub fn looks_for(&self, question: &str) -> LookedFor {
        let Inquiry::WhoElseObjected { about } = Inquiry::of(question) else {
            return LookedFor {
                text: question.to_owned(),
                moments: MOMENTS,
            };
        };
        LookedFor {
            text: self.objection(about).unwrap_or_else(|| question.to_owned()),
            moments: OF_WHICH_SOME_OBJECT,
        }
    }

    /// The sentences in which this buyer objects, by the word lists; none where it does not.
    pub(super) fn objection(&self, about: Option<ObjectionKind>) -> Option<String> {
        let buyer = self.transcript.iter();
        let buyer = buyer.filter(|turn| turn.speaker == Speaker::Buyer);
        let said: Vec<&str> = buyer
            .flat_map(|turn| objecting(&turn.text, about))
            .collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

/// The sentences of a turn that object; all of it where only all of it does.
fn objecting(turn: &str, about: Option<ObjectionKind>) -> Vec<&str> {
    let raised = |text: &&str| raises(&objections_in(text), about);
    let alone: Vec<&str> = sentences(turn).map(str::trim).filter(raised).collect();
    if alone.is_empty() {
        Some(turn).into_iter().filter(raised).collect()
    } else {
        alone
    }
}
