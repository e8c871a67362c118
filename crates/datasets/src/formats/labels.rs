//! What may stand before a colon as the name of a voice: [`split`] and [`is_label`].
//!
//! A form, not a meaning: whether `Note` is a person is decided over the whole file, by [`Speech`](super::speech::Speech).

/// Longest name in bytes.
const LONGEST: usize = 96;

/// Most words of a name.
const MOST_WORDS: usize = 6;

/// Words of names that are written small.
const PARTICLES: [&str; 19] = [
    "al", "bin", "bint", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la",
    "le", "of", "van", "von", "y",
];

/// A line that begins with something that may be a name and a colon: the name, and what follows.
///
/// White space or the end must follow the colon, so neither a time nor an address of the web is split.
pub(crate) fn split(line: &str) -> Option<(&str, &str)> {
    let (label, rest) = line.split_once([':', '：'])?;
    let is_split = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let label = label.trim();
    (is_split && is_label(label)).then(|| (label, rest.trim()))
}

/// Whether a text has the form of a name: a few words, each with a capital (or in a script without them), in brackets, or
/// a particle; or one or two words of any kind (`agent`, `sales rep`, `jane@acme.example`).
pub(crate) fn is_label(text: &str) -> bool {
    const NEVER: [char; 16] = [
        '?', '!', ';', '"', '“', '”', '„', '…', '<', '>', '{', '}', '[', ']', '=', '\\',
    ];
    if text.len() > LONGEST || text.contains(NEVER) || !text.contains(char::is_alphanumeric) {
        return false;
    }
    if text.starts_with(['-', '#', '*', '•']) || text.contains('\t') {
        return false;
    }
    let words = text.split_whitespace().count();
    words <= 2 || (words <= MOST_WORDS && is_titled(text))
}

/// Whether a name is more than two words written small, which speech often has before a colon (`and then: no`).
pub(crate) fn is_strong(label: &str) -> bool {
    !label.contains(char::is_whitespace)
        || is_titled(label)
        || label.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether no word outside brackets is written small.
fn is_titled(text: &str) -> bool {
    let mut depth = 0_usize;
    text.split_whitespace().all(|word| {
        let is_inside = depth > 0 || word.starts_with('(');
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
        let is_small = word.contains(char::is_lowercase) && !word.contains(char::is_uppercase);
        is_inside || !is_small || PARTICLES.contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_from_what_is_said() {
        for (line, expected) in [
            ("Jane Doe: Hi: there", Some(("Jane Doe", "Hi: there"))),
            (
                "Doe, Jane (Acme, external) : Hi",
                Some(("Doe, Jane (Acme, external)", "Hi")),
            ),
            (
                "Ana (she/her) de la Cruz: Hi",
                Some(("Ana (she/her) de la Cruz", "Hi")),
            ),
            ("agent: Hi", Some(("agent", "Hi"))),
            ("speaker 1:\tHi", Some(("speaker 1", "Hi"))),
            ("jane@acme.example: Hi", Some(("jane@acme.example", "Hi"))),
            ("+1 555 0100: Hi", Some(("+1 555 0100", "Hi"))),
            (
                "Dr. Ö. Müller-Lüdenscheidt:",
                Some(("Dr. Ö. Müller-Lüdenscheidt", "")),
            ),
            ("山田 太郎：こんにちは", None),
            ("山田 太郎： こんにちは", Some(("山田 太郎", "こんにちは"))),
            ("So here is the thing: no", None),
            ("Really? Yes: no", None),
            ("https://acme.example", None),
            ("at 10:30 we met", None),
            (": x", None),
            ("--: x", None),
            ("no colon", None),
        ] {
            assert_eq!(split(line), expected, "{line}");
        }
        assert!(!is_label(&"Ab ".repeat(40)));
    }
}
