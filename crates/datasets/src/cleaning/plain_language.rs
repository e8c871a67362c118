//! A language that is plain from its most frequent words: [`Tally`].

use std::sync::LazyLock;

use super::words::{NEVER_LOOPS, push_words};

/// Words that a language cannot do without and that others do not have, as far as that goes.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str)] = &[
    ("en", "the and you to of that it is we for have with this but not what so can are do they would be at my your i'm it's"),
    ("de", "und der die das ich nicht ist wir sie es ein eine mit für auf auch aber haben dass wie noch schon bei dann sind"),
    ("fr", "et les des est vous que nous pas pour une dans c'est avec mais sur qui je ça du au sont avez oui très"),
    ("es", "que los las una por con para pero está y es muy usted el lo como más qué sí tengo nosotros eso del"),
    ("it", "che di non il è per una sono con ma della anche più questo gli come abbiamo perché si del ho nel cosa"),
    ("nl", "het een niet ik dat van voor je zijn maar wij we met ook op deze heeft hebben naar wat kan aan dus"),
    ("pt", "que não uma com para você os por mas está mais isso muito um eu nós tem são da do em na no ele"),
];
/// Fewest words on which this decides.
const FEWEST_WORDS: usize = 40;

/// How many places there are for words, a power of two: so many that most stand where they are looked for.
const PLACES: usize = 1024;

/// The words' numbers, each with a bit for every language that has it.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words([(0, 0); PLACES]);
    for (language, (_, list)) in LANGUAGES.iter().enumerate() {
        let mut numbers = Vec::new();
        push_words(list, &mut numbers);
        for number in numbers {
            let place = words.place(number);
            if let Some((word, languages)) = words.0.get_mut(place) {
                *word = number;
                *languages |= 1 << language;
            }
        }
    }
    words
});

/// Words at the place that their number gives, or the next one that is free; 0 is none.
struct Words([(u32, u8); PLACES]);

impl Words {
    /// Where a word stands, or might.
    fn place(&self, word: u32) -> usize {
        // The lowest bit of a number says nothing of the word.
        let mut place = word as usize / 2 % PLACES;
        while let Some((other, _)) = self.0.get(place) {
            if *other == word || *other == 0 {
                break;
            }
            place = (place + 1) % PLACES;
        }
        place
    }

    /// The bits of all languages that have a word.
    fn languages(&self, word: u32) -> u8 {
        let found = self.0.get(self.place(word));
        found.map_or(0, |(_, languages)| *languages)
    }
}

/// Words counted by the languages that cannot do without them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    words: usize,
    hits: [usize; LANGUAGES.len()],
}

impl Tally {
    /// Counts words by their numbers, whether or not they take part in loops.
    pub(super) fn add(&mut self, words: &[u32]) {
        let all = &*WORDS;
        self.words += words.len();
        for word in words {
            let mut languages = all.languages(word & !NEVER_LOOPS);
            while let Some(hits) = self.hits.get_mut(languages.trailing_zeros() as usize) {
                *hits += 1;
                languages &= languages - 1;
            }
        }
    }

    /// Counts the words of the beginning of a text, the last of which may be cut short.
    pub(super) fn add_cut(&mut self, text: &str) {
        let mut words = Vec::with_capacity(text.len() / 4);
        push_words(text, &mut words);
        self.add(&words);
        self.words += usize::from(text.ends_with(' ')); // The last is cut to nothing.
    }

    /// The language of which at least every fifth word is one of its own, and of every other at most a third as many.
    pub(super) fn tag(&self) -> Option<&'static str> {
        if self.words < FEWEST_WORDS {
            return None;
        }
        let hits = self.hits.iter().enumerate();
        let (place, most) = hits.clone().max_by_key(|(_, hits)| **hits)?;
        let others = hits.filter(|(other, _)| *other != place);
        let next = others.map(|(_, hits)| *hits).max().unwrap_or_default();
        let is_plain = most * 5 >= self.words && *most >= next * 3;
        let (tag, _) = LANGUAGES.get(place).filter(|_| is_plain)?;
        Some(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Option<&'static str> {
        let mut tally = Tally::default();
        tally.add_cut(text);
        tally.tag()
    }

    #[test]
    fn only_enough_plain_text_decides() {
        let english =
            "so what we do is that you can look at the calls and see what is in it for you ";
        assert_eq!(tag(&english.repeat(3)), Some("en"));
        assert_eq!(tag(english), None);
        let german = "und dann haben wir das auch noch für die Kunden, aber nicht mit der Technik ";
        assert_eq!(tag(&german.repeat(4)), Some("de"));
        assert_eq!(tag(&(english.repeat(3) + &german.repeat(3))), None);
        assert_eq!(tag(&"seven eight blue green tables ".repeat(20)), None);
    }
}
