//! What is learnt from when offers are: [`UsualOffers`].

use serde::{Deserialize, Serialize};

use super::Lesson;
use crate::{Offer, Offers, Share};

/// The mean row of the deals whose amount is known, which those without count as.
///
/// # Laws
///
/// - **That an amount is there, or missing, says nothing**, and an amount that deals of one outcome alone have teaches nothing.
/// - **An amount that names the outcome is none.** Where most won calls end with exactly this amount, and clearly fewer of the
///   lost ones, it was more likely written down at the close than asked before: then no offers are learnt. Clearly: the lower end
///   of one [`Share`] is above the upper end of the other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct UsualOffers([f64; Offers::WIDTH]);

impl UsualOffers {
    /// Of lessons, of which each counts so much, those of one conversation 1 together; none by the laws, or where fewer than `least`
    /// conversations have an amount.
    pub(super) fn fit(lessons: &[Lesson<'_>], counts: &[f64], least: usize) -> Option<Self> {
        let (mut sum, mut all) = ([0.0; Offers::WIDTH], 0.0);
        let (mut known, mut won) = (0_usize, 0_usize);
        for (lesson, count) in lessons.iter().zip(counts) {
            let Some(offers) = Offers::of(lesson.prefix) else {
                continue;
            };
            known += 1;
            won += usize::from(lesson.outcome.is_won());
            all += count;
            for (sum, value) in sum.iter_mut().zip(offers.row()) {
                *sum += count * value;
            }
        }
        let both = won > 0 && won < known;
        // A conversation's counts may sum to a little less than 1.
        let enough = all.round() >= least as f64;
        let learnt = enough && both && !names_the_outcome(lessons);
        learnt.then(|| Self(sum.map(|sum| sum / all)))
    }

    /// The row of a call.
    pub(super) fn row(self, offers: Option<Offers>) -> [f64; Offers::WIDTH] {
        offers.map_or(self.0, Offers::row)
    }
}

fn names_the_outcome(lessons: &[Lesson<'_>]) -> bool {
    let ended = |won: bool| {
        let calls = lessons
            .iter()
            .filter(|lesson| lesson.outcome.is_won() == won);
        let ended: Vec<(&str, bool)> = calls.filter_map(ends_with_the_amount).collect();
        Share::of(ended.into_iter())
    };
    let (won, lost) = (ended(true), ended(false));
    let apart = won.zip(lost);
    apart.is_some_and(|(won, lost)| won.low > 0.5 && won.low > lost.high)
}

/// Whether the last offer of the whole call is the amount itself, beside its group; none without offers.
fn ends_with_the_amount<'a>(lesson: &Lesson<'a>) -> Option<(&'a str, bool)> {
    let call = lesson.prefix.conversation();
    let last = Offer::all(call.whole())?.pop()?;
    Some((call.group(), (last.share - 1.0).abs() < 1e-9))
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, ConversationId, Metadata, Outcome, Prefix, Speaker, Turn};

    use super::*;

    /// A call of a deal, if its amount is known, whose buyer offers so much last.
    fn call(at: usize, amount: Option<f64>, offered: usize, won: bool) -> Conversation {
        let turns = vec![
            Turn::new(Speaker::Seller, "What would you give?"),
            Turn::new(Speaker::Buyer, format!("{offered}")),
        ];
        let known = Metadata {
            amount,
            ..Metadata::default()
        };
        let id = ConversationId::new(format!("c{at}")).unwrap();
        let call = Conversation::new(id, turns).unwrap().with_metadata(known);
        call.with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
    }

    fn fit(calls: &[Conversation], least: usize) -> Option<UsualOffers> {
        let lessons: Vec<Lesson<'_>> = calls
            .iter()
            .map(|call| Lesson {
                prefix: call.whole(),
                outcome: call.outcome().unwrap(),
            })
            .collect();
        UsualOffers::fit(&lessons, &vec![1.0; calls.len()], least)
    }

    #[test]
    fn deals_without_an_amount_count_as_the_mean_of_the_others() {
        let calls = [
            call(0, Some(1e3), 900, true),
            call(1, Some(1e3), 600, false),
            call(2, None, 900, false),
        ];
        let usual = fit(&calls, 2).unwrap();
        let row = usual.row(None);
        assert!((row[5] - 0.25).abs() < 1e-12, "{row:?}");
        let known = Offers::of(calls[0].whole()).unwrap();
        let bits = |row: [f64; Offers::WIDTH]| row.map(f64::to_bits);
        assert_eq!(bits(usual.row(Some(known))), bits(known.row()));
        assert_eq!(fit(&calls, 3), None, "too few");
        assert_eq!(
            fit(&[call(0, Some(1e3), 900, true), calls[2].clone()], 1),
            None,
            "of won deals alone"
        );
    }

    /// Lessons of two conversations, three each.
    #[test]
    fn prefixes_of_one_conversation_are_one_for_the_threshold() {
        let calls = [
            call(0, Some(1e3), 900, true),
            call(1, Some(1e3), 600, false),
        ];
        let lessons: Vec<Lesson<'_>> = calls
            .iter()
            .flat_map(|call| {
                [1, 2, 2].map(|turns| Lesson {
                    prefix: Prefix::first(call, turns),
                    outcome: call.outcome().unwrap(),
                })
            })
            .collect();
        let counts = vec![1.0 / 3.0; lessons.len()];
        assert!(UsualOffers::fit(&lessons, &counts, 2).is_some());
        assert_eq!(UsualOffers::fit(&lessons, &counts, 3), None);
    }

    /// The price agreed on, written over the price asked: of 20 won deals with which every call ends.
    #[test]
    fn an_amount_that_was_written_at_the_close_teaches_nothing() {
        let calls = |written: bool| -> Vec<Conversation> {
            let call = |at: usize| {
                let (won, offered) = (at.is_multiple_of(2), 700 + at);
                let amount = if won && written { offered } else { 1_000 };
                call(at, Some(amount as f64), offered, won)
            };
            (0..40).map(call).collect()
        };
        assert!(fit(&calls(false), 3).is_some());
        assert_eq!(fit(&calls(true), 3), None);
    }
}
