//! What is known of a conversation at a moment: [`Prefix`].

use crate::{Conversation, ConversationId, Turn};

/// The first *n* turns of a conversation. Every prediction is of a prefix; a finished call is the longest one.
///
/// Law: only [`whole`](Self::whole) and the fraction 1 are [finished](Self::is_finished). That nothing more will be said
/// is knowledge, which a live call does not have, even when its last turn so far is the last one ever.
#[derive(Debug, Clone, Copy)]
pub struct Prefix<'a> {
    conversation: &'a Conversation,
    turns: &'a [Turn],
    finished: bool,
}

impl<'a> Prefix<'a> {
    /// All turns of a call that is over.
    pub fn whole(conversation: &'a Conversation) -> Self {
        Self {
            conversation,
            turns: conversation.turns(),
            finished: true,
        }
    }

    /// The first `turns` turns of a call that goes on, as far as is known: at least one, at most all.
    pub fn first(conversation: &'a Conversation, turns: usize) -> Self {
        let keep = turns.clamp(1, conversation.turns().len());
        Self {
            conversation,
            turns: conversation.turns().get(..keep).unwrap_or_default(),
            finished: false,
        }
    }

    /// The first `max(1, round(turns × fraction))` turns; halves round to even, as in the baselines' Python.
    ///
    /// `fraction` is clamped to `0.0..=1.0`; 1 is the [`whole`](Self::whole).
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a length"
    )]
    pub fn fraction(conversation: &'a Conversation, fraction: f64) -> Self {
        if fraction >= 1.0 {
            return Self::whole(conversation);
        }
        let turns = conversation.turns().len() as f64 * fraction.clamp(0.0, 1.0);
        Self::first(conversation, turns.round_ties_even() as usize)
    }

    /// Whether it is known that nothing more will be said.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Name of the conversation.
    pub fn id(&self) -> &'a ConversationId {
        self.conversation.id()
    }

    /// The conversation it is a prefix of. Its later turns and its outcome are not known at this moment.
    pub fn conversation(&self) -> &'a Conversation {
        self.conversation
    }

    /// The turns known at this moment; never empty.
    pub fn turns(&self) -> &'a [Turn] {
        self.turns
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Speaker;

    fn of(turns: usize) -> Conversation {
        let turns = (0..turns)
            .map(|i| Turn::new(Speaker::Seller, format!("turn {i}")))
            .collect();
        Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap()
    }

    #[test]
    fn halves_round_as_the_baselines_do() {
        // Python: max(1, round(n * f)) for n = 1, 3, 5, 7 and f = 0.5
        let kept: Vec<_> = [1, 3, 5, 7]
            .iter()
            .map(|n| Prefix::fraction(&of(*n), 0.5).turns().len())
            .collect();
        assert_eq!(kept, [1, 2, 2, 4]);
    }

    #[test]
    fn only_a_whole_call_is_finished() {
        let call = of(2);
        assert!(call.whole().is_finished() && Prefix::fraction(&call, 1.0).is_finished());
        let near = Prefix::fraction(&call, 0.9);
        assert_eq!(near.turns().len(), 2);
        assert!(!near.is_finished() && !Prefix::first(&call, 2).is_finished());
    }

    proptest! {
        #[test]
        fn a_prefix_is_never_empty_and_never_too_long(turns in 1usize..50, fraction in -1.0f64..2.0, first in 0usize..99) {
            let conversation = of(turns);
            for prefix in [Prefix::fraction(&conversation, fraction), Prefix::first(&conversation, first)] {
                prop_assert!((1..=turns).contains(&prefix.turns().len()));
                prop_assert_eq!(&conversation.turns()[..prefix.turns().len()], prefix.turns());
            }
        }
    }
}
