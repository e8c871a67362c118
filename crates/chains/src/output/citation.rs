//! Sentences that say where they have it from: [`CitationParser`].

use std::collections::BTreeMap;

use serde::Serialize;

use super::said::said;
use super::{OutputError, OutputParser};

/// A sentence and its evidence.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CitedText {
    /// The sentence, without ids.
    pub text: String,
    /// Which evidence, as given to the parser, in the order of the answer, at least one.
    pub evidence: Vec<String>,
}

impl std::fmt::Debug for CitedText {
    /// The length only: a model may quote a transcript.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CitedText")
            .field("bytes", &self.text.len())
            .field("evidence", &self.evidence)
            .finish()
    }
}

/// What an answer says with evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// In the order of the answer.
    pub sentences: Vec<CitedText>,
    /// How many more sentences there were, which cited nothing or something that is not there.
    pub dropped: usize,
}

/// Sentences that end in ids of evidence, before or after the full stop: `They asked twice. [e1, e4]`.
///
/// Never fails; an answer that cites nothing has no sentence.
///
/// # Laws
///
/// - **Grounded.** Every sentence has at least one id, and all of them are among those given.
/// - **Counted.** A sentence without an id at its end, or with an id that is not there, is dropped and counted; so is each of a
///   line that begins with ids, since it is not known which sentence they belong to.
///
/// ```
/// use upturn_chains::{CitationParser, OutputParser};
///
/// let parser = CitationParser::new(["e1", "e2"]);
/// let cited = parser.parse("The price was late. [E1] Nobody signs [e7]. They will buy.")?;
/// assert_eq!(cited.sentences[0].text, "The price was late.");
/// assert_eq!(cited.sentences[0].evidence, ["e1"]);
/// assert_eq!(cited.dropped, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CitationParser {
    /// From lower case to as given.
    ids: BTreeMap<String, String>,
}

impl CitationParser {
    /// What may be cited. The case of ids does not matter.
    pub fn new<Id: Into<String>>(ids: impl IntoIterator<Item = Id>) -> Self {
        let ids = ids.into_iter().map(Into::into);
        Self {
            ids: ids.map(|id: String| (id.to_lowercase(), id)).collect(),
        }
    }

    /// The ids as given, each once; none where one of them is not there.
    fn known(&self, said: &[&str]) -> Option<Vec<String>> {
        let mut known: Vec<String> = Vec::new();
        for id in said {
            let id = self.ids.get(&id.to_lowercase())?;
            if !known.contains(id) {
                known.push(id.clone());
            }
        }
        (!known.is_empty()).then_some(known)
    }
}

impl OutputParser<Cited> for CitationParser {
    fn instructions(&self) -> String {
        let ids: Vec<&str> = self.ids.values().map(String::as_str).collect();
        format!(
            "End each sentence with the ids of its evidence in brackets, separated by commas. Use only these ids: {}.",
            ids.join(", ")
        )
    }

    fn parse(&self, text: &str) -> Result<Cited, OutputError> {
        let mut cited = Cited::default();
        for said in said(text) {
            let evidence = said.at_end.then(|| self.known(&said.ids)).flatten();
            match evidence {
                Some(evidence) => cited.sentences.push(CitedText {
                    text: said.text,
                    evidence,
                }),
                None => cited.dropped += 1,
            }
        }
        Ok(cited)
    }
}
