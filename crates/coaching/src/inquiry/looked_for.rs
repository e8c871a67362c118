//! What to look for in other calls before a question is answered: [`LookedFor`].

use upturn_core::{Speaker, Turn};

use super::Inquiry;
use super::found::raises;
use crate::{Explanation, ObjectionDetector, ObjectionKind, WordObjections};

/// Moments that are looked for.
const MOMENTS: usize = 8;

/// The same where only those count in which the buyer objects.
const OF_WHICH_SOME_OBJECT: usize = 32;

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
        let objection = if let Inquiry::WhoElseObjected { about } = Inquiry::of(question) {
            self.objection(about)
        } else {
            None
        };
        match objection {
            Some(text) => LookedFor {
                text,
                moments: OF_WHICH_SOME_OBJECT,
            },
            None => LookedFor {
                text: question.to_owned(),
                moments: MOMENTS,
            },
        }
    }

    fn objection(&self, about: Option<ObjectionKind>) -> Option<String> {
        let buyer = self.transcript.iter();
        let buyer = buyer.filter(|turn| turn.speaker == Speaker::Buyer);
        let turns: Vec<&Turn> = buyer.collect();
        let raised = turns.iter().zip(WordObjections.objections(&turns));
        let such = raised.filter(|(_, kinds)| raises(kinds, about));
        let said: Vec<&str> = such.map(|(turn, _)| turn.text.as_str()).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}
