//! Input in an error, quoted only where it is one short word: [`Quoted`].

use std::fmt;

/// A single word of the input, shown in backticks; anything longer or with spaces is shown as its length only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(Shown);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Word(String),
    Characters(usize),
}

impl Quoted {
    /// Longest word shown, in characters.
    const LONGEST: usize = 32;

    pub(crate) fn new(text: &str) -> Self {
        let characters = text.chars().count();
        let is_word = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if is_word && characters <= Self::LONGEST {
            Self(Shown::Word(text.to_owned()))
        } else {
            Self(Shown::Characters(characters))
        }
    }

    /// Leaves only its length.
    pub(crate) fn hide(&mut self) {
        if let Shown::Word(word) = &self.0 {
            self.0 = Shown::Characters(word.chars().count());
        }
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shown::Word(word) => write!(f, "`{word}`"),
            Shown::Characters(count) => write!(f, "of {count} characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_word_is_quoted_and_a_sentence_is_not() {
        assert_eq!(Quoted::new("maybe").to_string(), "`maybe`");
        assert_eq!(Quoted::new("call me").to_string(), "of 7 characters");
        assert_eq!(
            Quoted::new("x".repeat(33).as_str()).to_string(),
            "of 33 characters"
        );
    }
}
