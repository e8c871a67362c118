//! Lists of phrases and what each stands for: [`Phrases`].

use std::collections::HashMap;

use super::words;

/// Most words that `..` may stand for.
const GAP: usize = 3;

/// Phrases to look for in the words of a sentence.
///
/// A phrase is written as words; `budget*` is any word that begins so (as in the dictionaries of LIWC, Pennebaker et al.
/// 2015), `#` any number in digits, and ` .. ` none to three words. Case and apostrophes make no difference.
///
/// Law: whether a phrase is found depends on the words alone, never on the other phrases.
#[derive(Debug)]
pub struct Phrases<T> {
    by_first: HashMap<String, Vec<Phrase<T>>>,
    by_stem: Vec<Phrase<T>>,
}

#[derive(Debug)]
struct Phrase<T> {
    pieces: Vec<Piece>,
    means: T,
}

#[derive(Debug)]
enum Piece {
    Word(String),
    Stem(String),
    Number,
    Gap,
}

impl<T: Copy> Phrases<T> {
    /// Phrases with what they mean; those without a word are left out.
    pub fn new<'a>(phrases: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut made = Self {
            by_first: HashMap::new(),
            by_stem: Vec::new(),
        };
        for (written, means) in phrases {
            let pieces = pieces(written);
            match pieces.first() {
                Some(Piece::Word(first)) => {
                    let first = first.clone();
                    let phrase = Phrase { pieces, means };
                    made.by_first.entry(first).or_default().push(phrase);
                }
                Some(Piece::Stem(_) | Piece::Number) => made.by_stem.push(Phrase { pieces, means }),
                Some(Piece::Gap) | None => {}
            }
        }
        made
    }

    /// What is meant by the phrases found, in the order of their first words; a phrase found twice is told twice.
    pub fn found(&self, words: &[String]) -> impl Iterator<Item = T> {
        (0..words.len()).flat_map(move |at| self.found_at(words.get(at..).unwrap_or_default()))
    }

    /// The same for phrases that begin with the first word.
    pub fn found_at(&self, words: &[String]) -> impl Iterator<Item = T> {
        let first = words.first().and_then(|word| self.by_first.get(word));
        first
            .into_iter()
            .flatten()
            .chain(&self.by_stem)
            .filter(move |phrase| begins(words, &phrase.pieces))
            .map(|phrase| phrase.means)
    }

    /// Whether any phrase is found.
    pub fn are_in(&self, words: &[String]) -> bool {
        self.found(words).next().is_some()
    }
}

fn pieces(written: &str) -> Vec<Piece> {
    written
        .split_whitespace()
        .flat_map(|piece| match (piece, piece.strip_suffix('*')) {
            ("..", _) => vec![Piece::Gap],
            ("#", _) => vec![Piece::Number],
            (_, Some(stem)) => words(stem).into_iter().map(Piece::Stem).collect(),
            (word, None) => words(word).into_iter().map(Piece::Word).collect(),
        })
        .collect()
}

fn begins(words: &[String], pieces: &[Piece]) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return true;
    };
    let next = || words.get(1..).is_some_and(|words| begins(words, rest));
    match (piece, words.first()) {
        (Piece::Gap, _) => {
            (0..=GAP).any(|gap| words.get(gap..).is_some_and(|words| begins(words, rest)))
        }
        (Piece::Word(word), Some(said)) => said == word && next(),
        (Piece::Stem(stem), Some(said)) => said.starts_with(stem.as_str()) && next(),
        (Piece::Number, Some(said)) => said.starts_with(|c: char| c.is_numeric()) && next(),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(phrase: &str, text: &str) -> bool {
        Phrases::new([(phrase, ())]).are_in(&words(text))
    }

    #[test]
    fn stems_and_gaps_are_what_they_say() {
        assert!(has("can't afford", "We really cannot. Can’t AFFORD it"));
        assert!(!has("can't afford", "afford"));
        assert!(has("sched*", "Scheduling a call") && !has("sched*", "reschedule"));
        assert!(has("set up .. call", "set up a very short call"));
        assert!(!has("set up .. call", "set up a very very short call"));
        assert!(has("set up .. call", "set up call"));
        assert!(has("# off", "20% off") && !has("# off", "twenty off"));
        assert!(!has("", "anything") && !has("..", "anything") && !has("*", "anything"));
    }

    proptest! {
        #[test]
        fn a_phrase_is_found_wherever_its_words_stand(
            before in prop::collection::vec("[a-z]{1,5}", 0..5),
            phrase in prop::collection::vec("[a-z]{1,5}", 1..4),
            after in prop::collection::vec("[a-z]{1,5}", 0..5),
        ) {
            let text = [before, phrase.clone(), after].concat().join(" ");
            prop_assert!(has(&phrase.join(" "), &text));
            let stem = format!("{}*", phrase.join(" "));
            prop_assert!(has(&stem, &text));
        }

        #[test]
        fn nothing_written_or_said_makes_it_fail(phrase in ".{0,30}", text in ".{0,60}") {
            has(&phrase, &text);
        }
    }
}
