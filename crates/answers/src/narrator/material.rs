//! What a model is told, as much of it as its window takes: [`Material`].

use serde::Serialize;
use serde_json::{Value, json};
use upturn_chains::{Excerpt, PromptTemplate};
use upturn_coaching::CitedSentence;
use upturn_core::Turn;

use crate::error::line;

/// Bytes of a token, at least: of English text it is about 4, of other scripts about 3.
const BYTES: usize = 3;
/// Turns that a model is told of the end of a call.
const TURNS: usize = 6;
/// Tokens of such a turn.
const TURN: usize = 160;

/// What a model is told: pieces, the most important ones first.
pub(crate) struct Material<'a> {
    /// Which prompt.
    pub(crate) prompt: &'static str,
    /// How many pieces there are.
    pub(crate) pieces: usize,
    /// The inputs of the prompt with so many of them.
    pub(crate) inputs: Box<dyn Fn(usize) -> Value + Send + Sync + 'a>,
}

impl<'a> Material<'a> {
    /// Sentences of ours alone.
    pub(crate) fn of_sentences(prompt: &'static str, sentences: Vec<&'a CitedSentence>) -> Self {
        Self {
            prompt,
            pieces: sentences.len(),
            inputs: Box::new(move |pieces| {
                let told: Vec<_> = sentences.iter().take(pieces).collect();
                json!({ "sentences": told })
            }),
        }
    }
}

impl Material<'_> {
    /// The prompt with as many pieces as so many tokens hold, and how many those are; none if there is no room for one.
    ///
    /// # Errors
    ///
    /// Why the prompt can't be rendered, in a line.
    pub(crate) fn fitting(
        &self,
        prompt: &PromptTemplate,
        tokens: usize,
    ) -> Result<Option<(String, usize)>, String> {
        let (mut fits, mut fewest) = (None, self.pieces + 1);
        let mut pieces = self.pieces;
        // The more pieces, the longer: halving finds the most that fit.
        while pieces > 0 {
            let text = prompt.render(&(self.inputs)(pieces));
            let text = text.map_err(|error| line(&error))?;
            let most = if text.len().div_ceil(BYTES) <= tokens {
                fits = Some((text, pieces));
                pieces
            } else {
                fewest = pieces;
                fits.as_ref().map_or(0, |(_, pieces)| *pieces)
            };
            let next = usize::midpoint(most, fewest);
            if next == most {
                break;
            }
            pieces = next;
        }
        Ok(fits)
    }
}

/// A turn as a prompt takes it.
#[derive(Serialize)]
pub(crate) struct Told {
    speaker: &'static str,
    text: String,
}

/// The last turns of a call, oldest first; of long ones the last sentences.
pub(crate) fn last_turns(turns: &[Turn]) -> Vec<Told> {
    let last = turns.iter().skip(turns.len().saturating_sub(TURNS));
    last.map(|turn| Told {
        speaker: turn.speaker.as_str(),
        text: end_of(&turn.text),
    })
    .collect()
}

/// Behind an ellipsis where the beginning is left out.
fn end_of(text: &str) -> String {
    let end = Excerpt::latest(&[text], TURN);
    let mark = if end.is_cut { "…" } else { "" };
    format!("{mark}{}", end.passages.concat())
}

#[cfg(test)]
mod tests {
    use upturn_core::Speaker;

    use super::*;

    #[test]
    fn of_a_long_turn_the_last_sentences_are_told() {
        let long = format!(
            "{}No. What would it cost in a year?",
            "We think. ".repeat(99)
        );
        let turns = [long.as_str(), "in euros"].map(|text| Turn::new(Speaker::Buyer, text));
        let told = last_turns(&turns);
        let [first, last] = told.as_slice() else {
            panic!("two turns were said");
        };
        assert!(
            first.text.starts_with("…We think. We think."),
            "{}",
            first.text
        );
        assert!(first.text.ends_with("No. What would it cost in a year?"));
        assert!(upturn_chains::estimated_tokens(&first.text) <= TURN);
        assert_eq!(last.text, "in euros");
    }
}
