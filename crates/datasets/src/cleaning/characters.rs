//! The characters of a text: Unicode form, invisible characters, white space: [`Survey`] and [`rewrite`].

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

const CONTROL: u8 = 1;
const SPACE: u8 = 2;
const BRACKET: u8 = 4;
const HIGH: u8 = 8;

/// The first bytes of every note of music.
const NOTES: &[u8] = b"\xE2\x99";

/// The class of every byte: most have none.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            classes[byte as usize] = match byte {
                b' ' => SPACE,
                b'[' | b']' | b'(' | b')' | b'<' | b'>' | b'*' => BRACKET,
                0..=0x1f | 0x7f => CONTROL,
                0x80.. => HIGH,
                _ => 0,
            };
        }
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// What one look at the bytes of a text shows: classes of bytes, of spaces only if one has to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survey(u8);

impl Survey {
    pub(super) fn of(text: &str) -> Self {
        let (mut seen, mut doubled, mut previous) = (0, 0, SPACE);
        for byte in text.bytes() {
            let class = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
            seen |= class;
            doubled |= class & previous;
            previous = class;
        }
        doubled |= previous;
        let spaces = if text.is_empty() { 0 } else { doubled & SPACE };
        Self(seen & !SPACE | spaces)
    }

    const fn has(self, classes: u8) -> bool {
        self.0 & classes != 0
    }

    /// Whether there are brackets or asterisks.
    pub(super) const fn brackets(self) -> bool {
        self.has(BRACKET)
    }

    /// Whether a text holds signs of artefacts: brackets, or notes of music.
    pub(super) fn has_signs(self, text: &str) -> bool {
        self.brackets()
            || (self.has(HIGH) && memchr::memmem::find(text.as_bytes(), NOTES).is_some())
    }
}

/// Makes the characters of a text clean; `false` if they were.
pub(super) fn rewrite(text: &mut String, survey: Survey) -> bool {
    if !survey.has(CONTROL | SPACE) && (!survey.has(HIGH) || is_tidy(text)) {
        return false;
    }
    if !survey.has(CONTROL | HIGH) {
        single_spaces(text);
        return true;
    }
    let mut clean = tidied(text);
    if survey.has(HIGH) {
        // What is composed may be ASCII, and a joiner next to ASCII goes: at most two rounds more.
        loop {
            let composed: String = clean.nfc().collect();
            let again = tidied(&composed);
            let is_done = again == composed;
            clean = again;
            if is_done {
                break;
            }
        }
    }
    let is_new = clean != *text;
    *text = clean;
    is_new
}

/// One space between words, none at the ends, in a text whose white space is nothing but spaces.
fn single_spaces(text: &mut String) {
    let mut clean = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    *text = clean;
}

/// How a character is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Space,
    Invisible,
    Joiner,
}

fn kind(character: char) -> Kind {
    match character {
        ' '..='~' if character != ' ' => Kind::Plain,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => Kind::Invisible,
        _ if character.is_whitespace() => Kind::Space,
        _ if character.is_control() => Kind::Invisible,
        _ => Kind::Plain,
    }
}

/// A note of music is removed later, so that it joins nothing.
pub(super) const fn is_note(character: char) -> bool {
    matches!(character, '♩' | '♪' | '♫' | '♬')
}

/// Whether a joiner next to it means something: within words of some scripts, and within emoji.
fn joins(character: char) -> bool {
    !character.is_ascii() && !is_note(character)
}

/// Whether a text without a fault in its ASCII characters has none in the others.
fn is_tidy(text: &str) -> bool {
    let mut may_compose = false;
    for character in text.chars() {
        match character {
            // Composed or alone: nothing below U+0300 is a combining mark, and the usual quotes and dashes are none.
            ' '..='~'
            | '\u{a1}'..='\u{ac}'
            | '\u{ae}'..='\u{2ff}'
            | '\u{2010}'..='\u{2027}'
            | '€' => {}
            _ if kind(character) != Kind::Plain => return false,
            _ => may_compose = true,
        }
    }
    !may_compose || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// One space for each run of white space, none at the ends, no invisible characters.
///
/// A joiner stays between two characters beyond ASCII, as in Persian words and in emoji.
fn tidied(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut space, mut joiner) = (false, None);
    for character in text.chars() {
        match kind(character) {
            Kind::Invisible => {}
            Kind::Space => (space, joiner) = (true, None),
            Kind::Joiner => joiner = Some(character),
            Kind::Plain => {
                if space && !clean.is_empty() {
                    clean.push(' ');
                }
                let joiner = joiner.take();
                if let Some(joiner) = joiner.filter(|_| {
                    !space && joins(character) && clean.chars().next_back().is_some_and(joins)
                }) {
                    clean.push(joiner);
                }
                clean.push(character);
                space = false;
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let mut cleaned = text.to_owned();
        let survey = Survey::of(text);
        let said = rewrite(&mut cleaned, survey);
        assert_eq!(said, cleaned != text, "{text:?}");
        let again = Survey::of(&cleaned);
        assert!(!rewrite(&mut cleaned.clone(), again), "{text:?}");
        cleaned
    }

    #[test]
    fn white_space_of_every_kind_becomes_one_space() {
        assert_eq!(
            clean(" a \t\r\n b\u{a0}c\u{2028}\u{3000}d\u{85}"),
            "a b c d"
        );
        assert_eq!(clean("a b"), "a b");
        assert_eq!(clean("  "), "");
        assert_eq!(clean(""), "");
    }

    #[test]
    fn invisible_characters_go_and_what_they_parted_stands_together() {
        assert_eq!(
            clean("Ver\u{ad}trag\u{200b}\u{feff} \u{0}\u{1b}ok\u{202e}"),
            "Vertrag ok"
        );
    }

    #[test]
    fn joiners_stay_where_they_mean_something() {
        let (family, persian) = ("👨\u{200d}👩\u{200d}👧", "می\u{200c}خواهم");
        assert_eq!(clean(family), family);
        assert_eq!(clean(persian), persian);
        assert_eq!(clean("a\u{200d}b é\u{200d} \u{200c}é\u{200d}"), "ab é é");
        // The note is no letter, and goes later.
        assert_eq!(clean("é\u{200d}♪"), "é♪");
        // The Greek question mark is composed to a semicolon, next to which a joiner means nothing.
        assert_eq!(clean("é\u{200d}\u{37e}"), "é;");
    }

    #[test]
    fn text_is_composed_also_where_an_invisible_character_parted_a_mark_from_its_letter() {
        assert_eq!(clean("Cafe\u{301}"), "Café");
        assert_eq!(clean("Cafe\u{200b}\u{301}"), "Café");
    }

    #[test]
    fn mojibake_is_left_alone() {
        assert_eq!(clean("thatâ€™s it"), "thatâ€™s it");
    }
}
