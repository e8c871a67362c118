//! One sentence as words: [`Sentence`].

use unicode_segmentation::UnicodeSegmentation;

use super::money::names_money;

/// A sentence by the rules of Unicode (UAX 29, sentence boundaries).
#[derive(Debug)]
pub struct Sentence {
    /// Its words in the form of [`words`].
    pub words: Vec<String>,
    /// Whether a question mark ends it.
    pub marked: bool,
    /// Whether a sum of money stands in it.
    pub money: bool,
}

impl Sentence {
    /// The sentences of a text that hold a word.
    pub fn all(text: &str) -> Vec<Self> {
        sentences(text)
            .map(|sentence| Self {
                words: words(sentence),
                marked: is_marked(sentence),
                money: names_money(sentence),
            })
            .collect()
    }
}

/// The sentences of a text as they stand, spaces and all (UAX 29, sentence boundaries).
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_sentence_bounds()
}

/// The sentences of a text that hold a word, as they are written.
pub fn spoken_sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_sentence_bounds()
        .filter(|sentence| !words(sentence).is_empty())
}

/// The words of a text (UAX 29, word boundaries), in lower case and without apostrophes: `Don’t` and `dont` are one word.
///
/// What holds neither a letter nor a digit is no word.
pub fn words(text: &str) -> Vec<String> {
    text.unicode_words().map(plain).collect()
}

fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| !matches!(c, '\'' | '’' | '‘' | 'ʼ'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A question mark within the marks at the end, so that `Really?!` and `(Why?)` ask.
fn is_marked(sentence: &str) -> bool {
    let said = sentence
        .trim_end_matches(|c: char| c.is_whitespace() || "!?.…)\"'”’»".contains(c))
        .len();
    sentence
        .get(said..)
        .is_some_and(|marks| marks.contains('?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_word_are_one_word() {
        assert_eq!(
            words("Don’t, DON'T dont — ok?"),
            ["dont", "dont", "dont", "ok"]
        );
        assert!(words("... !? —").is_empty());
    }

    #[test]
    fn sentences_end_where_unicode_says() {
        let said = Sentence::all("It is $1.50 a seat. Is that fine?! (Why?) Yes");
        let marked: Vec<_> = said.iter().map(|s| s.marked).collect();
        assert_eq!(marked, [false, true, true, false]);
        assert!(said[0].money && !said[1].money);
    }
}
