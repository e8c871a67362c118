//! Drawing folds: [`grouped_folds`].

use std::borrow::Borrow;
use std::collections::HashMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use upturn_core::Conversation;

use crate::deal::{Counts, add, deal, one, size};

/// Draws a fold for each conversation, stratified by outcome. Output: one number in `0..folds` per conversation, in order.
///
/// Laws:
///
/// - **No leak.** Conversations of one [group](Conversation::group) have one fold.
/// - **Balance.** Each outcome spreads evenly: groups are dealt from the largest to the smallest, each into the fold
///   where the squared shares of the outcomes grow least, which keeps their variance over the folds small. Of groups of
///   one conversation, any two folds differ by at most one per outcome.
/// - **Repeatable.** The same conversations, folds and seed give the same answer on every machine; the seed decides in
///   which order groups of one size are dealt.
///
/// `folds` of 0 counts as 1. With fewer groups than folds some folds stay empty.
pub fn grouped_folds<C: Borrow<Conversation>>(
    conversations: &[C],
    folds: usize,
    seed: u64,
) -> Vec<usize> {
    let (group_of, mut groups) = gather(conversations);
    groups.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    groups.sort_by_key(|group| std::cmp::Reverse(group.size()));
    let counts: Vec<Counts> = groups.iter().map(|group| group.counts).collect();
    let dealt = deal(&counts, &vec![1.0; folds.max(1)]);
    let mut fold_of = vec![0; groups.len()];
    for (group, fold) in groups.iter().zip(dealt) {
        if let Some(place) = fold_of.get_mut(group.number) {
            *place = fold;
        }
    }
    group_of
        .into_iter()
        .map(|group| fold_of.get(group).copied().unwrap_or_default())
        .collect()
}

/// Conversations that must stay together.
struct Group {
    /// Place by first appearance.
    number: usize,
    counts: Counts,
}

impl Group {
    fn size(&self) -> usize {
        size(self.counts)
    }
}

/// The group of each conversation, and the groups.
fn gather<C: Borrow<Conversation>>(conversations: &[C]) -> (Vec<usize>, Vec<Group>) {
    let mut numbers = HashMap::new();
    let (mut group_of, mut groups) = (Vec::new(), Vec::<Group>::new());
    for conversation in conversations {
        let conversation: &Conversation = conversation.borrow();
        let number = *numbers.entry(conversation.group()).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Group {
                number,
                counts: Counts::default(),
            });
        }
        if let Some(group) = groups.get_mut(number) {
            group.counts = add(group.counts, one(conversation.outcome()));
        }
        group_of.push(number);
    }
    (group_of, groups)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use upturn_core::{ConversationId, Metadata, Outcome, Speaker, Turn};

    use super::*;

    /// Conversations with the given groups and outcomes (0 won, 1 lost, 2 open).
    fn of(rows: &[(usize, usize)]) -> Vec<Conversation> {
        let outcomes = [Some(Outcome::Won), Some(Outcome::Lost), None];
        let make = |(at, (group, outcome)): (usize, &(usize, usize))| {
            let id = ConversationId::new(at.to_string()).unwrap();
            let metadata = Metadata {
                account: Some(format!("group {group}")),
                ..Metadata::default()
            };
            Conversation::new(id, vec![Turn::new(Speaker::Seller, "x")])
                .unwrap()
                .with_outcome(outcomes[*outcome])
                .with_metadata(metadata)
        };
        rows.iter().enumerate().map(make).collect()
    }

    fn spread(counts: &[usize]) -> usize {
        counts.iter().max().unwrap() - counts.iter().min().unwrap()
    }

    /// How many conversations with the outcome each fold has.
    fn per_fold(
        rows: &[(usize, usize)],
        drawn: &[usize],
        folds: usize,
        outcome: usize,
    ) -> Vec<usize> {
        let has = |fold| {
            rows.iter()
                .zip(drawn)
                .filter(|(row, at)| row.1 == outcome && **at == fold)
                .count()
        };
        (0..folds).map(has).collect()
    }

    proptest! {
        #[test]
        fn no_group_stands_in_two_folds_and_the_draw_is_repeatable(
            rows in prop::collection::vec((0usize..12, 0usize..3), 0..80), folds in 0usize..7, seed: u64,
        ) {
            let conversations = of(&rows);
            let drawn = grouped_folds(&conversations, folds, seed);
            prop_assert_eq!(drawn.len(), rows.len());
            let mut seen = BTreeMap::new();
            for ((group, _), fold) in rows.iter().zip(&drawn) {
                prop_assert!(*fold < folds.max(1));
                prop_assert_eq!(seen.entry(group).or_insert(fold), &fold);
            }
            let borrowed: Vec<&Conversation> = conversations.iter().collect();
            prop_assert_eq!(grouped_folds(&borrowed, folds, seed), drawn);
        }

        #[test]
        fn groups_of_one_spread_evenly_within_each_outcome(
            outcomes in prop::collection::vec(0usize..3, 1..80), folds in 1usize..7, seed: u64,
        ) {
            let rows: Vec<_> = outcomes.into_iter().enumerate().collect();
            let drawn = grouped_folds(&of(&rows), folds, seed);
            for outcome in 0..3 {
                prop_assert!(spread(&per_fold(&rows, &drawn, folds, outcome)) <= 1);
            }
        }

        #[test]
        fn folds_of_one_outcome_differ_by_at_most_the_largest_group(
            groups in prop::collection::vec(0usize..15, 1..120), folds in 1usize..7, seed: u64,
        ) {
            let rows: Vec<_> = groups.iter().map(|group| (*group, 0)).collect();
            let drawn = grouped_folds(&of(&rows), folds, seed);
            let largest = (0..15).map(|g| groups.iter().filter(|group| **group == g).count()).max().unwrap();
            prop_assert!(spread(&per_fold(&rows, &drawn, folds, 0)) <= largest);
        }
    }

    #[test]
    fn another_seed_draws_other_folds() {
        let conversations = of(&(0..40).map(|at| (at, at % 2)).collect::<Vec<_>>());
        assert_ne!(
            grouped_folds(&conversations, 5, 1),
            grouped_folds(&conversations, 5, 2)
        );
    }
}
