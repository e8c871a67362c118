//! Bracketed non-speech, as recognisers write it: [`remove`].
//!
//! What stands in brackets goes only if it is on a list, or, in square brackets, if it ends like `soft music playing`.
//! Everything else stays: a vendor's own redaction (`[PHONE_NUMBER_1]`), an aside in a chat.
//!
//! Sources: the output of whisper.cpp (`[BLANK_AUDIO]`, `(music)`, `♪`), tokens of Kaldi (`<noise>`, `<unk>`),
//! and the conventions of transcribers (`[inaudible 00:12:33]`, `[crosstalk]`).

use super::characters::is_note;

/// Longest content of brackets that is looked up, in bytes.
const LONGEST: usize = 64;

/// What is removed with its brackets, in lower case.
#[rustfmt::skip]
const NON_SPEECH: &[&str] = &[
    "applause", "audio", "background chatter", "background music", "background noise", "background noises", "beep",
    "beeping", "beeps", "bell", "bell ringing", "blank", "blank audio", "breath", "breathing", "breathes", "chuckle",
    "chuckles", "chuckling", "clapping", "clears throat", "click", "clicking", "cough", "coughing", "coughs",
    "crosstalk", "cross talk", "dial tone", "foreign", "foreign language", "gasp", "gasps", "hold music", "inaudible",
    "indiscernible", "indistinct", "keyboard clicking", "laugh", "laughing", "laughs", "laughter", "music",
    "music playing", "no audio", "no speech", "noise", "noises", "overlapping", "overlapping speech", "pause", "phone",
    "phone ringing", "phone rings", "ringing", "ringtone", "sigh", "sighing", "sighs", "silence", "silent", "sil",
    "sneeze", "sneezes", "sniff", "sniffs", "sound", "speaking foreign language", "speaking in foreign language",
    "spn", "spoken noise", "static", "throat clearing", "typing", "unintelligible", "unk", "vocalized noise",
    "whispering",
    "applaus", "gelächter", "geräusch", "geräusche", "husten", "hustet", "lachen", "lacht", "lachend", "musik",
    "räuspern", "räuspert sich", "seufzt", "stille", "unverständlich", "wartemusik",
    "applaudissements", "bruit", "musique", "rire", "rires", "silence prolongé", "toux",
    "aplausos", "música", "risa", "risas", "ruido", "silencio", "tos", "inaudível", "risos", "silêncio",
    "applausi", "musica", "risate", "applaus publiek", "gelach", "muziek", "onverstaanbaar",
    "müzik", "музыка", "смех", "аплодисменты", "音楽", "拍手", "笑", "笑い", "音乐", "掌声", "笑声", "음악", "박수", "웃음",
];

/// Last words of longer notes in square brackets.
const ENDINGS: &[&str] = &[
    "applause", "audio", "chatter", "laughter", "music", "noise", "noises", "playing", "ringing",
];

/// A text after its artefacts were taken out.
#[derive(Debug)]
pub(super) struct Removed {
    /// What is left.
    pub(super) text: String,
    /// How many artefacts there were.
    pub(super) count: u64,
    /// Whether a bracket is open at its end, so that a later one might close it.
    pub(super) unclosed: bool,
}

/// Takes bracketed non-speech and notes of music out of a text with clean white space.
///
/// Inner brackets first, each once; what is left holds none that would go.
pub(super) fn remove(text: &str) -> Removed {
    let mut count = 0;
    let text = without_notes(text, &mut count);
    let mut scan = Scan::default();
    for character in text.chars() {
        scan.step(character);
    }
    scan.text.truncate(scan.text.trim_end().len());
    let count = count + scan.count;
    let is_mark = |c: char| c == ' ' || c == '…' || c.is_ascii_punctuation();
    if count > 0 && scan.text.chars().all(is_mark) {
        // Only the punctuation around an artefact is left.
        scan.text.clear();
        scan.open.clear();
    }
    Removed {
        unclosed: !scan.open.is_empty(),
        text: scan.text,
        count,
    }
}

/// Takes out notes of music, and what stands between two of them if it is on the list.
fn without_notes(text: &str, count: &mut u64) -> String {
    if !text.contains(is_note) {
        return text.to_owned();
    }
    let mut left = String::with_capacity(text.len());
    for (place, part) in text.split(is_note).enumerate() {
        *count += u64::from(place > 0);
        let part = part.trim();
        if part.is_empty() || (place % 2 == 1 && is_non_speech(part, false)) {
            continue;
        }
        if !left.is_empty() {
            left.push(' ');
        }
        left.push_str(part);
    }
    left
}

/// Copies a text and cuts the copy back where a bracket closes around non-speech.
#[derive(Default)]
struct Scan {
    text: String,
    /// Brackets that are open, with their places in `text`; between them and the end stands no other bracket.
    open: Vec<(char, usize)>,
    /// Something was just removed.
    gap: bool,
    count: u64,
}

impl Scan {
    fn step(&mut self, character: char) {
        let closed = match character {
            ']' => Some('['),
            ')' => Some('('),
            '>' => Some('<'),
            '*' => Some('*'),
            _ => None,
        };
        let open = self.open.last().copied();
        let pair = open.filter(|(open, _)| Some(*open) == closed);
        if let Some((open, place)) = pair
            && self.close(open, place)
        {
            return;
        }
        self.push(character);
        match character {
            '[' | '(' | '<' => self.open.push((character, self.text.len() - 1)),
            '*' if pair.is_none() => self.open.push((character, self.text.len() - 1)),
            ']' | ')' | '>' | '*' => self.open.clear(),
            _ => {}
        }
    }

    /// Removes from the open bracket on, if what it holds is non-speech.
    fn close(&mut self, open: char, place: usize) -> bool {
        let content = self.text.get(place + 1..).unwrap_or_default();
        if !is_non_speech(content, open == '[') {
            return false;
        }
        self.text.truncate(place);
        self.text.truncate(self.text.trim_end().len());
        self.open.pop();
        self.gap = true;
        self.count += 1;
        true
    }

    /// Adds a character, with the space that a removed artefact leaves.
    fn push(&mut self, character: char) {
        if self.gap {
            if character == ' ' {
                return;
            }
            let is_mark = matches!(character, ',' | '.' | ';' | ':' | '!' | '?');
            if !is_mark && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.gap = false;
        }
        self.text.push(character);
    }
}

/// Whether the content of brackets is on the list.
fn is_non_speech(content: &str, is_square: bool) -> bool {
    if content.len() > LONGEST {
        return false;
    }
    let words = content.replace(['_', '-'], " ").to_lowercase();
    let words = words.trim_matches(|c: char| {
        c.is_whitespace() || c.is_ascii_digit() || c.is_ascii_punctuation() || c == '…'
    });
    if words.is_empty() {
        return false;
    }
    if NON_SPEECH.contains(&words) {
        return true;
    }
    let last = words.rsplit(' ').next().unwrap_or_default();
    is_square && words.split(' ').count() <= 4 && ENDINGS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> String {
        let removed = remove(text);
        let again = remove(&removed.text);
        assert_eq!((&again.text, again.count), (&removed.text, 0), "{text}");
        removed.text
    }

    #[test]
    fn what_is_not_speech_goes_with_its_brackets() {
        for text in [
            "[BLANK_AUDIO]",
            "[Music]",
            "(inaudible)",
            "♪",
            "♪♪",
            "♪ Music ♪",
            "*laughs*",
            "<noise>",
            "[Music].",
            "[soft music playing]",
            "[inaudible 00:12:33]",
            "(Gelächter)",
            "[ [music] ]",
            "[background [music] noise]",
            "[音楽]",
        ] {
            assert_eq!(left(text), "", "{text}");
        }
    }

    #[test]
    fn what_surrounds_an_artefact_is_joined_like_words() {
        assert_eq!(left("Hello [Music], yes"), "Hello, yes");
        assert_eq!(left("so [laughs] [coughs] we (laughs)"), "so we");
        assert_eq!(left("foo[music]bar"), "foo bar");
        assert_eq!(left("♪ la la ♪ hi"), "la la hi");
        assert_eq!(left("👍 [laughs]"), "👍");
        assert_eq!(left("[mu[music]sic]"), "[mu sic]");
    }

    #[test]
    fn other_brackets_stay() {
        for text in [
            "[PHONE_NUMBER_1]",
            "call [NAME] (the owner)",
            "I <3 it",
            "5 * 3 * 2",
            "(I love music)",
            "[]",
            "[ ]",
            "[12:30]",
            "the music (loud",
            "a) music [b",
            "[I really do love all kinds of music]",
        ] {
            assert_eq!(left(text), text);
        }
    }

    #[test]
    fn an_open_bracket_is_told() {
        assert!(remove("so [back").unclosed);
        assert!(remove("so *back").unclosed);
        assert!(!remove("so [NAME] a) b").unclosed);
    }

    #[test]
    fn deeply_nested_brackets_are_removed_in_one_pass() {
        let text = "[music ".repeat(5_000) + &"]".repeat(5_000);
        assert_eq!(left(&text), "");
    }
}
