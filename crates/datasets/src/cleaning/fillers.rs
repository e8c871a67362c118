//! Sounds of hesitation: [`Fillers`].
//!
//! What is a filler in one language is a word in another (`um` is German for *around*, `er` for *he*), so a list is used
//! only for a known language. Agreement (`mhm`, `uh-huh`) is an answer and stays, as do words (`like`, `also`, `genre`).

use super::words::shield;

/// The fillers of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fillers(&'static [&'static str]);

impl Fillers {
    /// Those of a BCP 47 tag; `None` if there is no list for its language.
    pub(super) fn of(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let list: &[&str] = match language.to_ascii_lowercase().as_str() {
            "en" => &[
                "um", "umm", "uh", "uhh", "uhm", "er", "err", "erm", "hm", "hmm",
            ],
            "de" => &["äh", "ähm", "ähh", "öh", "öhm", "hm", "hmm", "ehm"],
            "fr" => &["euh", "euhm", "heu", "hum"],
            "es" => &["eh", "ehm", "em", "mmm"],
            "it" => &["ehm", "eh", "mmm"],
            "nl" => &["eh", "ehm", "uh", "uhm", "euh"],
            "pt" => &["hum", "hã", "ahn", "éh"],
            "sv" | "da" | "no" | "nb" => &["öh", "öhm", "eh", "ehm", "øh", "øhm"],
            _ => return None,
        };
        Some(Self(list))
    }

    /// Takes the fillers out of a text with clean white space, with their punctuation; returns how many there were.
    ///
    /// What stands in brackets stays, so that no brackets become non-speech by it.
    pub(super) fn remove(self, text: &mut String) -> u64 {
        if !text.split(' ').any(|word| self.has(word)) {
            return 0;
        }
        let mut count = 0;
        let mut left = String::with_capacity(text.len());
        let mut marks = vec![0; memchr::memchr_iter(b' ', text.as_bytes()).count() + 1];
        shield(text, &mut marks);
        for (word, mark) in text.split(' ').zip(marks) {
            if mark == 0 && self.has(word) {
                count += 1;
                continue;
            }
            if !left.is_empty() {
                left.push(' ');
            }
            left.push_str(word);
        }
        *text = left;
        count
    }

    /// Whether a word is a filler. Brackets make it something else.
    fn has(self, word: &str) -> bool {
        let bare = word.trim_matches(['.', ',', ';', ':', '!', '?', '-', '–', '—', '…']);
        let is = |filler: &&str| {
            filler.len() == bare.len()
                && filler
                    .chars()
                    .zip(bare.chars())
                    .all(|(a, b)| b.to_lowercase().eq([a]))
        };
        !bare.is_empty() && self.0.iter().any(is)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(tag: &str, text: &str) -> (String, u64) {
        let mut text = text.to_owned();
        let count = Fillers::of(tag).map_or(0, |fillers| fillers.remove(&mut text));
        (text, count)
    }

    #[test]
    fn fillers_go_by_language() {
        assert_eq!(
            left("en", "Um, I, uh, think - erm... so"),
            ("I, think - so".into(), 3)
        );
        assert_eq!(
            left("de-AT", "Äh, er geht um acht"),
            ("er geht um acht".into(), 1)
        );
        assert_eq!(
            left("en", "uh-huh, mhm, (um)"),
            ("uh-huh, mhm, (um)".into(), 0)
        );
        assert_eq!(left("en", "um [soft um music] um").0, "[soft um music]");
        assert_eq!(left("xx", "um"), ("um".into(), 0));
        assert_eq!(left("en_US", "Um."), (String::new(), 1));
    }
}
