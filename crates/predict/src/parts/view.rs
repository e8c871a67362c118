//! What the part `shape` sees of a call: [`View`].

use std::sync::Arc;

use upturn_acts::{CallActs, TurnActs, is_english};
use upturn_core::Prefix;

use super::Lesson;
use super::usual_offers::UsualOffers;
use crate::said::SaidTurn;
use crate::{Amounts, Offers, Shape};

/// How long the call is and who speaks how much; and, where it says so, which amounts are named, what was proposed, agreed
/// and objected, and what was offered for the deal's amount.
///
/// Whether amounts meet decides at the end; half-way it misled. Acts and offers tell something throughout (see LOG.md of the
/// crate `training`). Of a call in a language that the lists of acts are not for, none is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) amounts: bool,
    pub(super) acts: bool,
    pub(super) offers: Option<UsualOffers>,
}

impl View {
    /// What is learnt from lessons, of which each counts so much: amounts where all are finished, offers by the laws of
    /// [`UsualOffers`].
    pub(super) fn of(lessons: &[Lesson<'_>], counts: &[f64], least: usize) -> Self {
        Self {
            amounts: lessons.iter().all(|lesson| lesson.prefix.is_finished()),
            acts: true,
            offers: UsualOffers::fit(lessons, counts, least),
        }
    }

    /// Reads a prefix.
    pub(super) fn row(self, prefix: Prefix<'_>) -> Vec<f64> {
        let mut row = Shape::of(prefix).row().to_vec();
        if self.amounts {
            row.extend(Amounts::of(prefix).row());
        }
        if self.acts {
            let read = || prefix.turns().iter().map(TurnActs::of).collect::<Vec<_>>();
            row.extend(acts(prefix, || CallActs::of(read().iter())));
        }
        if let Some(usual) = self.offers {
            row.extend(usual.row(Offers::of(prefix)));
        }
        row
    }

    /// The same of what was found in each turn of the prefix.
    pub(super) fn said_row(self, prefix: Prefix<'_>, said: &[Arc<SaidTurn>]) -> Vec<f64> {
        let words = said.iter().map(|turn| (turn.speaker(), turn.words()));
        let named = || said.iter().map(|turn| (turn.speaker(), turn.amounts()));
        let mut row = Shape::of_counts(words).row().to_vec();
        if self.amounts {
            row.extend(Amounts::of_named(named()).row());
        }
        if self.acts {
            row.extend(acts(prefix, || {
                CallActs::of(said.iter().map(|turn| turn.acts()))
            }));
        }
        if let Some(usual) = self.offers {
            row.extend(usual.row(Offers::of_named(prefix, named())));
        }
        row
    }
}

fn acts(prefix: Prefix<'_>, count: impl FnOnce() -> CallActs) -> [f64; CallActs::WIDTH] {
    let language = prefix.conversation().metadata().language.as_deref();
    if is_english(language) {
        count().row()
    } else {
        CallActs::default().row()
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, ConversationError, ConversationId, Metadata, Speaker, Turn};

    use super::*;

    fn call(language: Option<&str>) -> Result<Conversation, ConversationError> {
        let turns = vec![
            Turn::new(Speaker::Seller, "Shall we schedule a demo?"),
            Turn::new(Speaker::Buyer, "That is too expensive."),
            Turn::new(Speaker::Seller, "Would you like to start a free trial?"),
            Turn::new(Speaker::Buyer, "Sure, that works."),
        ];
        let metadata = Metadata {
            language: language.map(str::to_owned),
            ..Metadata::default()
        };
        Ok(Conversation::new(ConversationId::new("c")?, turns)?.with_metadata(metadata))
    }

    /// What follows the lengths, which any view begins with.
    fn seen(view: View, prefix: Prefix<'_>) -> Vec<u64> {
        let row = view.row(prefix);
        let bits = |row: &[f64]| row.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&row[..Shape::WIDTH]), bits(&Shape::of(prefix).row()));
        bits(&row[Shape::WIDTH..])
    }

    #[test]
    fn acts_are_counted_of_known_turns_in_a_language_they_are_known_in()
    -> Result<(), ConversationError> {
        let view = View {
            amounts: false,
            acts: true,
            offers: None,
        };
        let bits = |counts: [f64; CallActs::WIDTH]| counts.map(f64::to_bits).to_vec();
        let english = call(Some("en-GB"))?;
        assert_eq!(seen(view, english.whole()), bits([2.0, 1.0, 1.0]));
        assert_eq!(
            seen(view, Prefix::first(&english, 2)),
            bits([1.0, 0.0, 1.0])
        );
        assert_eq!(seen(view, call(Some("fr"))?.whole()), bits([0.0; 3]));
        let before = View {
            amounts: false,
            acts: false,
            offers: None,
        };
        assert!(seen(before, english.whole()).is_empty());
        Ok(())
    }
}
