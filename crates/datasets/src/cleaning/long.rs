//! Turns that are too long: [`cut`].
//!
//! A recogniser that knows no speakers, or a call that stands in one cell, gives one turn for everything. It is cut at the
//! ends of sentences into the fewest pieces that are short enough; a sentence that is too long itself is cut within. All
//! words stay, in their order.

/// Cuts a text with clean white space into pieces of at most `most` words; `None` if it is short enough.
pub(super) fn cut(text: &str, most: usize) -> Option<Vec<String>> {
    let most = most.max(1);
    // A word and its space are two bytes at least.
    if text.len() / 2 < most || memchr::memchr_iter(b' ', text.as_bytes()).count() < most {
        return None;
    }
    let mut pieces = Vec::new();
    let (mut start, mut words) = (0, 0);
    // Where the last sentence of the piece ends, and how many words follow it.
    let mut sentence: Option<(usize, usize)> = None;
    for (end, word) in ends(text) {
        words += 1;
        if let Some((_, after)) = &mut sentence {
            *after += 1;
        }
        if words > most {
            // The word before this one was the last that fits.
            let (at, after) = sentence.take().unwrap_or((end - word.len(), 1));
            pieces.push(text.get(start..at).unwrap_or_default().trim().to_owned());
            (start, words) = (at, after);
        }
        if ends_sentence(word) {
            sentence = Some((end, 0));
        }
    }
    pieces.push(text.get(start..).unwrap_or_default().trim().to_owned());
    Some(pieces)
}

/// The words with the places at which they end.
fn ends(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(' ').scan(0, |place, word| {
        let end = *place + word.len();
        *place = end + 1;
        Some((end, word))
    })
}

fn ends_sentence(word: &str) -> bool {
    word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_turn_is_cut_at_the_ends_of_sentences() {
        let pieces = cut("One two. Three four five. Six \"seven?\" eight", 5);
        assert_eq!(
            pieces.unwrap(),
            ["One two. Three four five.", "Six \"seven?\" eight"]
        );
        assert_eq!(cut("a b c d e f g", 3).unwrap(), ["a b c", "d e f", "g"]);
        assert_eq!(cut("a. b c d e", 3).unwrap(), ["a.", "b c d", "e"]);
        assert_eq!(cut("a b c", 3), None);
        assert_eq!(cut("", 0), None);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_every_piece_is_short_enough(text in "([a-c]{1,3}[.]? ){0,30}", most in 1usize..9) {
            let text = text.trim();
            let pieces = cut(text, most).unwrap_or_else(|| vec![text.to_owned()]);
            prop_assert_eq!(pieces.join(" "), text);
            for piece in &pieces {
                prop_assert!(piece.split(' ').count() <= most);
            }
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].split(' ').count() == most || pair[0].ends_with('.'));
            }
        }
    }
}
