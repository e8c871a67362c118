//! The end of a long text that fits into a window: [`Excerpt`].

use unicode_segmentation::UnicodeSegmentation as _;

use super::estimated_tokens;

/// What the note about what was left out takes.
const NOTE: usize = 32;

/// The latest of many passages or turns, as far as they fit.
///
/// # Laws
///
/// - **Fits.** [`text`](Self::text) has at most the tokens asked for, where those are 32 at least.
/// - **Latest.** What is kept is the end of what was given: whole passages, then the last whole sentences of the one before.
/// - **Told.** Kept and left out passages are as many as were given, and the text says in its first line what was left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// What is kept, oldest first. The first may lack its beginning.
    pub passages: Vec<String>,
    /// Passages of which nothing is kept.
    pub left_out: usize,
    /// Whether the first passage kept lacks its beginning.
    pub is_cut: bool,
}

impl Excerpt {
    /// The latest of `passages` (oldest first) within `tokens` ([`estimated_tokens`]).
    ///
    /// Where not one sentence fits, the last words of the last passage are kept, and where no word fits, its last characters.
    pub fn latest<S: AsRef<str>>(passages: &[S], tokens: usize) -> Self {
        let all = passages.iter().map(|it| cost(it.as_ref())).sum::<usize>();
        let mut left = if all <= tokens {
            tokens
        } else {
            tokens.saturating_sub(NOTE)
        };
        let mut kept = Vec::new();
        let mut rest = passages.iter().rev().map(AsRef::as_ref);
        let mut cut = None;
        for passage in rest.by_ref() {
            if cost(passage) > left {
                cut = end_of(passage, left, kept.is_empty());
                break;
            }
            left -= cost(passage);
            kept.push(passage.to_owned());
        }
        let is_cut = cut.is_some();
        kept.extend(cut);
        kept.reverse();
        Self {
            left_out: passages.len() - kept.len(),
            passages: kept,
            is_cut,
        }
    }

    /// The passages, one a line, under a line that says what was left out, if anything was.
    pub fn text(&self) -> String {
        let passages = self.passages.join("\n");
        match (self.left_out, self.is_cut) {
            (0, false) => passages,
            (0, true) => format!("[the beginning is left out]\n{passages}"),
            (n, false) => format!("[left out before this: {n}]\n{passages}"),
            (n, true) => {
                format!("[left out before this: {n}, and the beginning of the next]\n{passages}")
            }
        }
    }
}

impl std::fmt::Debug for Excerpt {
    /// Numbers only: passages may be a transcript.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Excerpt")
            .field("passages", &self.passages.len())
            .field("left_out", &self.left_out)
            .field("is_cut", &self.is_cut)
            .finish()
    }
}

/// With its line break.
fn cost(passage: &str) -> usize {
    estimated_tokens(passage) + 1
}

/// The last whole sentences within `tokens`; if `anyhow`, smaller pieces where no sentence fits.
fn end_of(passage: &str, tokens: usize, anyhow: bool) -> Option<String> {
    let all: Vec<&str> = passage.split_sentence_bounds().collect();
    let sentences = || last(passage, all.into_iter().rev(), tokens);
    let words = || last(passage, passage.split_word_bounds().rev(), tokens);
    let characters = || last(passage, passage.graphemes(true).rev(), tokens);
    let end = sentences();
    let end = end.or_else(|| anyhow.then(words).flatten());
    end.or_else(|| anyhow.then(characters).flatten())
}

/// The longest end of `passage` that its last `pieces` make up within `tokens`; none if that is blank or everything.
fn last<'a>(passage: &str, pieces: impl Iterator<Item = &'a str>, tokens: usize) -> Option<String> {
    let mut start = passage.len();
    for piece in pieces {
        let before = start.saturating_sub(piece.len());
        if cost(passage.get(before..).unwrap_or_default()) > tokens {
            break;
        }
        start = before;
    }
    let end = passage.get(start..).unwrap_or_default().trim_start();
    (!end.trim().is_empty()).then(|| end.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        let excerpt = Excerpt::latest(&["buyer: hello", "seller: hello"], 100);
        assert_eq!(excerpt.text(), "buyer: hello\nseller: hello");
        assert_eq!((excerpt.left_out, excerpt.is_cut), (0, false));
    }

    #[test]
    fn the_latest_turns_and_whole_sentences_are_kept() {
        let first =
            "We like it. We like it very much indeed. Only the price is far too high for us.";
        let long_ago = "buyer: long ago. ".repeat(9);
        let turns = [
            long_ago.as_str(),
            first,
            "seller: let us talk about the price then",
        ];
        let excerpt = Excerpt::latest(&turns, 32 + 15 + 16);
        assert_eq!(
            excerpt.text(),
            "[left out before this: 1, and the beginning of the next]\n\
             Only the price is far too high for us.\nseller: let us talk about the price then"
        );
    }

    #[test]
    fn two_hundred_pages_fit_into_a_small_window() {
        let turns: Vec<String> = (0..10_000)
            .map(|turn| format!("buyer: this is turn {turn}. It says nothing new."))
            .collect();
        let excerpt = Excerpt::latest(&turns, 1_000);
        assert!(estimated_tokens(&excerpt.text()) <= 1_000);
        assert!(
            excerpt
                .text()
                .ends_with("this is turn 9999. It says nothing new.")
        );
        assert!(excerpt.left_out > 9_900);
    }

    #[test]
    fn a_sentence_longer_than_the_window_keeps_its_last_words() {
        let turn = format!("{}the end", "and so on ".repeat(1_000));
        let text = Excerpt::latest(&[turn], 40).text();
        assert!(text.starts_with("[the beginning is left out]\n"));
        assert!(text.ends_with("the end"), "{text}");
        assert!(
            !Excerpt::latest(&["x".repeat(1_000)], 40)
                .passages
                .is_empty()
        );
    }

    proptest! {
        #[test]
        fn an_excerpt_fits_and_is_the_end(
            turns in prop::collection::vec("[a-zé日.!? ]{0,80}", 0..20),
            tokens in 32_usize..200,
        ) {
            let excerpt = Excerpt::latest(&turns, tokens);
            prop_assert!(estimated_tokens(&excerpt.text()) <= tokens);
            prop_assert_eq!(excerpt.left_out + excerpt.passages.len(), turns.len());
            prop_assert!(turns.join("\n").ends_with(&excerpt.passages.join("\n")));
        }
    }
}
