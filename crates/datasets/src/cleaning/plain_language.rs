//! A language that is plain from its most frequent words: [`tag`].

use std::sync::LazyLock;

use super::words::push_words;

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

/// The words' numbers, each with the place of its language, in order.
static WORDS: LazyLock<Vec<(u32, usize)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (place, (_, list)) in LANGUAGES.iter().enumerate() {
        let mut numbers = Vec::new();
        push_words(list, &mut numbers);
        all.extend(numbers.into_iter().map(|number| (number, place)));
    }
    all.sort_unstable();
    all
});

/// The language of which at least every fifth word is one of its own, and of every other at most a third as many.
pub(super) fn tag(sample: &str) -> Option<&'static str> {
    let mut words = Vec::with_capacity(sample.len() / 4);
    push_words(sample, &mut words);
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let mut hits = [0_usize; LANGUAGES.len()];
    for word in &words {
        let from = WORDS.partition_point(|(number, _)| number < word);
        let same = WORDS
            .iter()
            .skip(from)
            .take_while(|(number, _)| number == word);
        for (_, place) in same {
            if let Some(hits) = hits.get_mut(*place) {
                *hits += 1;
            }
        }
    }
    let (place, most) = hits.iter().enumerate().max_by_key(|(_, hits)| **hits)?;
    let others = hits.iter().enumerate().filter(|(other, _)| *other != place);
    let next = others.map(|(_, hits)| *hits).max().unwrap_or_default();
    let is_plain = most * 5 >= words.len() && most >= &(next * 3);
    let (tag, _) = LANGUAGES.get(place).filter(|_| is_plain)?;
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

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
