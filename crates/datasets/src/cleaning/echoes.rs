//! Crosstalk: what one party says, heard in another's channel: [`is_echo`].

use super::words::is_same;

/// Fewest words of an echo: shorter ones (`nice to meet you`) are said in answer to the same words.
pub(super) const FEWEST_WORDS: usize = 5;
/// One word in so many may differ.
const WORDS_PER_EDIT: usize = 10;
/// Most words that may differ, which bounds the time.
const MOST_EDITS: usize = 16;

/// Whether all of a turn's words are, nearly, the last words of another.
///
/// Nearly: one edit (a word more, less or other) for every ten words, hence none for fewer than ten.
pub(super) fn is_echo(words: &[u32], earlier: &[u32]) -> bool {
    let edits = (words.len() / WORDS_PER_EDIT).min(MOST_EDITS);
    if words.len() < FEWEST_WORDS || earlier.len() + edits < words.len() {
        return false;
    }
    let reach = earlier.len().min(words.len() + edits);
    let tail = earlier.get(earlier.len() - reach..).unwrap_or(earlier);
    let ends_so = |tail: &[u32]| {
        let pairs = words.iter().rev().zip(tail.iter().rev());
        tail.len() >= words.len() && pairs.into_iter().all(|(a, b)| is_same(*a, *b))
    };
    ends_so(tail)
        || (edits > 0 && shares_a_block(words, tail, edits) && differ_by(words, tail, edits))
}

/// Whether one of `edits + 1` equal blocks of the words stands in the other at about the same distance from the end.
///
/// So many blocks cannot all be touched by so few edits.
fn shares_a_block(words: &[u32], tail: &[u32], edits: usize) -> bool {
    let size = words.len() / (edits + 1);
    words.rchunks_exact(size).enumerate().any(|(place, block)| {
        (0..=2 * edits).any(|shift| {
            let end = (tail.len() + edits)
                .checked_sub(place * size + shift)
                .filter(|end| *end <= tail.len());
            let start = end.and_then(|end| end.checked_sub(size));
            let (Some(start), Some(end)) = (start, end) else {
                return false;
            };
            let other = tail.get(start..end).unwrap_or_default();
            block.iter().zip(other).all(|(a, b)| is_same(*a, *b))
        })
    })
}

/// Whether at most so many edits turn the words into an end of `tail`: Levenshtein's distance within a band.
fn differ_by(words: &[u32], tail: &[u32], edits: usize) -> bool {
    let far = edits + 1;
    // Distance of the last `row` words to the last `column` words; both are read from their ends.
    let mut above: Vec<usize> = (0..=tail.len()).map(|column| column.min(far)).collect();
    for (row, word) in words.iter().rev().enumerate() {
        let mut here = vec![far; tail.len() + 1];
        let (from, to) = (
            (row + 1).saturating_sub(edits),
            (row + 1 + edits).min(tail.len()),
        );
        let mut left = far;
        for column in from..=to {
            let at = |cells: &[usize], place: usize| cells.get(place).copied().unwrap_or(far);
            let other = column
                .checked_sub(1)
                .and_then(|c| tail.get(tail.len() - 1 - c));
            let diagonal = match (column.checked_sub(1), other) {
                (Some(before), Some(other)) => {
                    at(&above, before) + usize::from(!is_same(*word, *other))
                }
                _ => far,
            };
            left = diagonal.min(at(&above, column) + 1).min(left + 1).min(far);
            if let Some(cell) = here.get_mut(column) {
                *cell = left;
            }
        }
        above = here;
    }
    above.iter().any(|distance| *distance <= edits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<u32> {
        let mut words = Vec::new();
        super::super::words::push_words(text, &mut words);
        words
    }

    fn echoes(later: &str, earlier: &str) -> bool {
        is_echo(&words(later), &words(earlier))
    }

    #[test]
    fn the_same_words_are_an_echo_and_short_answers_are_not() {
        let said = "So the price is four hundred a month.";
        assert!(echoes("so the price is four hundred a month", said));
        assert!(echoes(
            "four hundred a month so",
            "the price: four hundred a month, so"
        ));
        assert!(!echoes("Nice to meet you.", "Nice to meet you."));
        assert!(!echoes("so the price is five hundred a month", said));
        assert!(!echoes(said, "month"));
    }

    #[test]
    fn one_word_in_ten_may_differ() {
        let said = "well we could start with a small team in may and then see how it goes";
        assert!(echoes(
            "well we could start with the small team in may and then see how it goes",
            said
        ));
        assert!(echoes(
            "we could start with a small team in may and then see how it goes",
            said
        ));
        assert!(echoes(
            "well we could start with a small small team in may and then see how it goes",
            said
        ));
        assert!(!echoes(
            "well we can start with the small group in may and then see how it goes",
            said
        ));
    }

    /// The fewest edits by which all words become some end of `earlier`, by the definition.
    fn distance(words: &[u32], earlier: &[u32]) -> usize {
        (0..=earlier.len())
            .map(|start| levenshtein(words, &earlier[start..]))
            .min()
            .unwrap()
    }

    fn levenshtein(a: &[u32], b: &[u32]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut next = vec![i + 1];
            for (j, y) in b.iter().enumerate() {
                next.push(
                    (row[j] + usize::from(x != y))
                        .min(row[j + 1] + 1)
                        .min(next[j] + 1),
                );
            }
            row = next;
        }
        row[b.len()]
    }

    proptest! {
        #[test]
        fn the_band_finds_what_the_definition_finds(
            original in prop::collection::vec(0u32..40, 10..14), changes in prop::collection::vec((0usize..14, 0u32..40, 0..3), 0..3),
            before in prop::collection::vec(0u32..40, 0..3),
        ) {
            let even = |words: Vec<u32>| words.into_iter().map(|word| word * 2).collect::<Vec<_>>();
            let mut changed = original.clone();
            for (place, word, kind) in changes {
                let place = place.min(changed.len() - 1);
                match kind { 0 => { changed.remove(place); }, 1 => changed.insert(place, word), _ => changed[place] = word }
            }
            let (changed, earlier) = (even(changed), even([before, original].concat()));
            let is_near = distance(&changed, &earlier) <= changed.len() / WORDS_PER_EDIT;
            prop_assert_eq!(is_echo(&changed, &earlier), is_near);
        }
    }
}
