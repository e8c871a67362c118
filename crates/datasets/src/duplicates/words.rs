//! The words of a text as duplicates are compared: lower case, punctuation away.

/// Marks the end of a word; no word holds it.
const END: u8 = b' ';

/// Appends the words of the text to `held`, each followed by a space, and calls `each` with every one.
///
/// A word is a run of letters and digits, in lower case. An apostrophe inside is dropped (`Don't` is `dont`); all else
/// separates. In scripts without spaces (Chinese, Japanese, Thai and their like) each character is a word: a whole
/// sentence would otherwise be one.
pub(crate) fn words(text: &str, held: &mut Vec<u8>, mut each: impl FnMut(&[u8])) {
    let mut start = held.len();
    let mut end = |held: &mut Vec<u8>| {
        if let Some(word @ [_, ..]) = held.get(start..) {
            each(word);
            held.push(END);
        }
        start = held.len();
    };
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            let mut byte = [0];
            letter.to_ascii_lowercase().encode_utf8(&mut byte);
            held.extend_from_slice(&byte);
        } else if is_word(letter) {
            end(held);
            push(letter, held);
            end(held);
        } else if letter.is_alphanumeric() {
            letter.to_lowercase().for_each(|lower| push(lower, held));
        } else if !matches!(letter, '\'' | '\u{2019}') {
            end(held);
        }
    }
    end(held);
}

fn push(letter: char, held: &mut Vec<u8>) {
    held.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Whether a character of a script without spaces.
fn is_word(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' // Han
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let (mut held, mut found) = (Vec::new(), Vec::new());
        words(text, &mut held, |word| {
            found.push(String::from_utf8(word.to_vec()).unwrap());
        });
        let joined: String = found.iter().flat_map(|word| [word.as_str(), " "]).collect();
        assert_eq!(held, joined.as_bytes());
        found
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(
            of("  Don't — PAY $1,200!  O’Brien's "),
            ["dont", "pay", "1", "200", "obriens"]
        );
        assert_eq!(of("ÄRGER, Straße"), ["ärger", "straße"]);
        assert_eq!(of("?! … '"), Vec::<String>::new());
    }

    #[test]
    fn each_character_of_a_script_without_spaces_is_a_word() {
        assert_eq!(of("ok价格。太高"), ["ok", "价", "格", "太", "高"]);
    }
}
