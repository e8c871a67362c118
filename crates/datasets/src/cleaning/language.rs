//! The language of a conversation, where nobody names it: [`identify`].
//!
//! By the crate `whatlang`, for three reasons: it is small (profiles of 300 trigrams for each of 69 languages, where
//! `lingua` carries models of many megabytes), it says when it is not sure, and the vector store already brings it, so that
//! nothing is added to the program. Over many sentences trigrams are enough; what `lingua` does better is single words.
//!
//! Comparing 2,000 characters with all profiles takes longer than all the rest of cleaning, so the words that a language
//! cannot do without (`plain_language`) are counted first, and decide where they leave no doubt.

use whatlang::Lang;

use super::plain_language::Tally;
use super::turns::SaidWords;
use crate::Utterance;

/// How much is looked at, in characters.
const SAMPLE: usize = 2_000;
/// Fewest characters on which a language is named.
const FEWEST: usize = 40;

/// The language as a BCP 47 tag of two letters (`fil` has none: Tagalog is `tl`), if the text makes it plain.
///
/// `said` holds the words of the utterances.
pub(super) fn identify(utterances: &[Utterance], said: &SaidWords) -> Option<&'static str> {
    let mut tally = Tally::default();
    let mut bytes = 0;
    for (place, part) in sample(utterances).enumerate() {
        bytes += part.len();
        let whole = utterances
            .get(place)
            .filter(|said| said.text.len() == part.len());
        match whole.and_then(|_| said.of(place)) {
            Some(words) => tally.add(words),
            None => tally.add_cut(part),
        }
    }
    // No character is longer than four bytes.
    let is_long = bytes >= 4 * FEWEST;
    if !is_long && sample(utterances).flat_map(str::chars).count() < FEWEST {
        return None;
    }
    tally.tag().or_else(|| {
        let text: String = sample(utterances).flat_map(|part| [part, " "]).collect();
        whatlang::detect(&text)
            .filter(whatlang::Info::is_reliable)
            .map(|info| tag(info.lang()))
    })
}

/// What is looked at of each utterance; those after the sample have no part.
fn sample(utterances: &[Utterance]) -> impl Iterator<Item = &str> {
    utterances.iter().scan(SAMPLE, |left, said| {
        let part = start_of(&said.text, *left);
        let is_over = *left == 0;
        *left -= part.chars().count();
        (!is_over).then_some(part)
    })
}

/// The first so many characters of a text.
fn start_of(text: &str, characters: usize) -> &str {
    if text.len() <= characters {
        return text; // No character is shorter than a byte.
    }
    let end = text.char_indices().nth(characters).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The tag of two letters by ISO 639-1.
#[rustfmt::skip]
const fn tag(language: Lang) -> &'static str {
    match language {
        Lang::Epo => "eo", Lang::Eng => "en", Lang::Rus => "ru", Lang::Cmn => "zh", Lang::Spa => "es", Lang::Por => "pt",
        Lang::Ita => "it", Lang::Ben => "bn", Lang::Fra => "fr", Lang::Deu => "de", Lang::Ukr => "uk", Lang::Kat => "ka",
        Lang::Ara => "ar", Lang::Hin => "hi", Lang::Jpn => "ja", Lang::Heb => "he", Lang::Yid => "yi", Lang::Pol => "pl",
        Lang::Amh => "am", Lang::Jav => "jv", Lang::Kor => "ko", Lang::Nob => "nb", Lang::Dan => "da", Lang::Swe => "sv",
        Lang::Fin => "fi", Lang::Tur => "tr", Lang::Nld => "nl", Lang::Hun => "hu", Lang::Ces => "cs", Lang::Ell => "el",
        Lang::Bul => "bg", Lang::Bel => "be", Lang::Mar => "mr", Lang::Kan => "kn", Lang::Ron => "ro", Lang::Slv => "sl",
        Lang::Hrv => "hr", Lang::Srp => "sr", Lang::Mkd => "mk", Lang::Lit => "lt", Lang::Lav => "lv", Lang::Est => "et",
        Lang::Tam => "ta", Lang::Vie => "vi", Lang::Urd => "ur", Lang::Tha => "th", Lang::Guj => "gu", Lang::Uzb => "uz",
        Lang::Pan => "pa", Lang::Aze => "az", Lang::Ind => "id", Lang::Tel => "te", Lang::Pes => "fa", Lang::Mal => "ml",
        Lang::Ori => "or", Lang::Mya => "my", Lang::Nep => "ne", Lang::Sin => "si", Lang::Khm => "km", Lang::Tuk => "tk",
        Lang::Aka => "ak", Lang::Zul => "zu", Lang::Sna => "sn", Lang::Afr => "af", Lang::Lat => "la", Lang::Slk => "sk",
        Lang::Cat => "ca", Lang::Tgl => "tl", Lang::Hye => "hy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<&'static str> {
        let said = |text: &str| Utterance {
            text: text.to_owned(),
            ..Utterance::default()
        };
        let utterances: Vec<_> = text.split('|').map(said).collect();
        identify(&utterances, &SaidWords::default())
    }

    #[test]
    fn plain_languages_are_named() {
        for (tag, text) in [
            (
                "en",
                "Thanks for taking my call.|Sure, what is it about?|We help shops to answer their customers faster.",
            ),
            (
                "de",
                "Danke, dass Sie sich die Zeit nehmen.|Gern, worum geht es denn?|Wir helfen Läden, schneller zu antworten.",
            ),
            (
                "fr",
                "Merci de prendre mon appel.|De quoi s'agit-il ?|Nous aidons les magasins à répondre plus vite à leurs clients.",
            ),
            (
                "es",
                "Gracias por atender mi llamada.|¿De qué se trata?|Ayudamos a las tiendas a responder más rápido a sus clientes.",
            ),
            (
                "ja",
                "お電話ありがとうございます。本日はどのようなご用件でしょうか。弊社のサービスについてご説明させていただきたいのですが、よろしいでしょうか。",
            ),
        ] {
            assert_eq!(of(text), Some(tag), "{text}");
        }
    }

    #[test]
    fn too_little_text_names_no_language() {
        for text in [
            "",
            "Hello?",
            "ok|ok|ok",
            "12 345 678 910 11 12 13 14 15 16 17 18 19 20 21 22 23",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_beginning_counts() {
        let english = "we can talk about the price of this as long as you like. ".repeat(60);
        assert_eq!(
            of(&format!(
                "{english}|{}",
                "das ist aber wirklich sehr freundlich von Ihnen. ".repeat(500)
            )),
            Some("en")
        );
    }
}
