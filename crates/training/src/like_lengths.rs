//! Sequences of like length together: [`like_lengths`].

/// Cuts sequences into groups of like length, longest first, so that each group fills a rectangle, `sequences × longest`,
/// with little padding. Its scores of attention, `sequences × longest²` for each head, are at most `cells`, unless its only
/// sequence alone has more. Gives the places of each group's sequences.
///
/// # Laws
///
/// - **Once.** Every sequence is in one group.
pub(crate) fn like_lengths(lengths: &[usize], cells: usize) -> Vec<Vec<usize>> {
    let mut places: Vec<usize> = (0..lengths.len()).collect();
    let length = |place: &usize| lengths.get(*place).copied().unwrap_or_default();
    places.sort_by_key(|place| std::cmp::Reverse(length(place)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in places {
        match groups.last_mut() {
            Some(open) if fits(open, length, cells) => open.push(place),
            _ => groups.push(vec![place]),
        }
    }
    groups
}

/// Whether one more sequence, none longer than the first, keeps to the bound.
fn fits(open: &[usize], length: impl Fn(&usize) -> usize, cells: usize) -> bool {
    let longest = open.first().map_or(0, length);
    (open.len() + 1) * longest * longest <= cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_sequence_is_in_one_group_and_groups_keep_their_bound(
            lengths in proptest::collection::vec(1usize..300, 0..60),
            cells in 1usize..100_000,
        ) {
            let groups = like_lengths(&lengths, cells);
            let mut all: Vec<usize> = groups.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for group in &groups {
                let longest = group.iter().map(|place| lengths[*place]).max().unwrap();
                prop_assert!(group.len() == 1 || group.len() * longest * longest <= cells);
            }
            let length = |place: &usize| lengths[*place];
            for pair in groups.windows(2) {
                let shortest = pair[0].iter().map(length).min().unwrap();
                prop_assert!(length(&pair[1][0]) <= shortest);
            }
        }
    }
}
