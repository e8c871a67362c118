//! What a language model made of an explanation, less what it added: [`Explanation::rephrased`].
//!
//! The model may only rephrase. A sentence is kept if it cites the register and names no number but those that the
//! explanation gives for what it cites; everything else is dropped and counted.
//!
//! What this does **not** see: a sentence without numbers that cites what exists and says something else of it, quantities
//! without a number (`most`, `few`), and number words of other languages than English. Kept text is plain text: whoever
//! shows it escapes it.

mod citations;
mod number;
mod number_words;
mod source;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CitedSentence, EvidenceId, Explanation};

use citations::cited_sentences;
use number::named_numbers;

/// What is left of a text, and why the rest is not.
///
/// Law: of every kept sentence each citation exists, and each number stands in what the explanation says of its citations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rephrased {
    /// The sentences that may be shown, in their order, without the marks of their citations.
    pub kept: Vec<CitedSentence>,
    /// Sentences that cite nothing.
    pub dropped_without_citation: usize,
    /// Sentences of which a citation does not exist.
    pub dropped_unknown_citation: usize,
    /// Sentences with a number that the explanation does not give for what they cite.
    pub dropped_number: usize,
}

impl Rephrased {
    /// How many sentences were dropped.
    pub const fn dropped(&self) -> usize {
        self.dropped_without_citation + self.dropped_unknown_citation + self.dropped_number
    }
}

impl Explanation {
    /// Keeps the sentences of a text that only rephrase this explanation.
    ///
    /// - **Citations** stand in brackets in their sentence or right behind its stop: `[e3]`, `[e3, e4]`. Every one must exist.
    /// - **Numbers** are digits, English number words (`eleven`, `twenty-two`, `two hundred and five`), ordinals and fractions
    ///   (`third`, `half`, `twice`), and anything with a digit in it (`Q3`, `12k`). `first` and `once` are none. Each must stand in
    ///   the quote or the place of what is cited, or in a sentence or the logit of this explanation that cites the same.
    /// - **Rounding.** A number may be written with fewer decimals if it is the rounded one and keeps two digits that count:
    ///   0.3829 as 0.383 or 0.38, not as 0.4. A share may be written in per cent: 0.3829 as 38 %. Thousands may be parted
    ///   by commas. A sign that is written must be the right one; a unit (`%`, `$`, `€`, `£`, …) must be the same.
    /// - **Anything else with a digit** (and digits of other scripts) must stand there letter for letter.
    ///
    /// Characters that hide are blanks before anything is read, and stay so in what is kept.
    pub fn rephrased(&self, text: &str) -> Rephrased {
        let mut rephrased = Rephrased::default();
        for sentence in cited_sentences(text) {
            if sentence.cites.is_empty() {
                rephrased.dropped_without_citation += 1;
                continue;
            }
            let Some(ids) = self.existing(&sentence.cites) else {
                rephrased.dropped_unknown_citation += 1;
                continue;
            };
            let given = self.given_numbers(&ids);
            let numbers = named_numbers(&sentence.text);
            if numbers
                .iter()
                .all(|it| given.iter().any(|given| it.restates(given)))
            {
                rephrased
                    .kept
                    .extend(CitedSentence::new(sentence.text, ids));
            } else {
                rephrased.dropped_number += 1;
            }
        }
        rephrased
    }

    /// All of them as ids of this register; none if one does not exist.
    fn existing(&self, cites: &[String]) -> Option<Vec<EvidenceId>> {
        let known = |name: &String| {
            let id = EvidenceId::try_from(name.clone()).ok()?;
            self.citation(id).map(|it| it.id)
        };
        cites.iter().map(known).collect()
    }
}
