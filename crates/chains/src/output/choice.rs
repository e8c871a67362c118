//! Exactly one of given choices: [`EnumParser`].

use std::fmt;

use super::{OutputError, OutputParser};

/// Exactly one of given choices and nothing else: `not won` is not `won`. Case, quotes, emphasis and full stops do not matter.
///
/// ```
/// use upturn_chains::{EnumParser, OutputParser};
///
/// let parser = EnumParser::new([("won", true), ("lost", false)]);
/// assert!(parser.parse("**Won.**")?);
/// assert!(parser.parse("won or lost").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EnumParser<T> {
    choices: Vec<(String, T)>,
}

impl<T> EnumParser<T> {
    /// What each choice is called and what it means.
    pub fn new<Name: Into<String>>(choices: impl IntoIterator<Item = (Name, T)>) -> Self {
        let choices = choices.into_iter();
        Self {
            choices: choices.map(|(name, it)| (name.into(), it)).collect(),
        }
    }

    fn names(&self) -> Vec<String> {
        let names = self.choices.iter().map(|(name, _)| format!("`{name}`"));
        names.collect()
    }
}

impl<T> fmt::Debug for EnumParser<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EnumParser").field(&self.names()).finish()
    }
}

impl<T: Clone + Send + Sync> OutputParser<T> for EnumParser<T> {
    fn instructions(&self) -> String {
        format!(
            "Answer with one of {}, and with nothing else.",
            self.names().join(", ")
        )
    }

    fn parse(&self, text: &str) -> Result<T, OutputError> {
        let said = bare(text);
        let mut named = self.choices.iter().filter(|(name, _)| bare(name) == said);
        match (named.next(), named.next()) {
            (Some((_, choice)), None) => Ok(choice.clone()),
            _ => Err(OutputError::NoChoice {
                choices: self.names(),
            }),
        }
    }
}

/// The same in lower case without what may stand around it.
fn bare(text: &str) -> String {
    let around = |c: char| c.is_whitespace() || "\"'`*_.,:;!()[]“”‘’".contains(c);
    text.trim_matches(around).to_lowercase()
}
