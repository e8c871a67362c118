//! What is left of a model's words: [`Retold`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChatResponse, Finish};
use upturn_coaching::{CitedSentence, Explanation, Rephrased};

use super::sieve;

/// What a language model made of evidence, less what it added.
///
/// # Laws
///
/// - **Only rephrased.** Every kept sentence passed both sieves: it cites what the answer cites, its numbers are those of the
///   evidence, and its words are those of the sentences that cite the same.
/// - **Note.** There is one if and only if no sentence is kept; the evidence is the answer then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Retold {
    /// Which model.
    pub model: String,
    /// The sentences that may be shown, and how many were dropped for their citations or numbers.
    #[serde(flatten)]
    pub rephrased: Rephrased,
    /// Sentences that say something else than the sentences that cite the same.
    pub dropped_other_words: usize,
    /// Findings, passages and earlier exchanges that the model was not told, for want of room in its window; the least important ones.
    pub left_out: usize,
    /// Why the answer is the evidence itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Retold {
    /// The sentences that may be shown.
    pub fn kept(&self) -> &[CitedSentence] {
        &self.rephrased.kept
    }

    /// That what is kept is a model's, and what was dropped of it and why: `in the words of `m`; 3 of its sentences were dropped: 1
    /// without evidence, 2 with another number than the evidence`.
    pub fn heading(&self) -> String {
        let dropped = self.dropped();
        if dropped == 0 {
            return format!("in the words of `{}`", self.model);
        }
        format!(
            "in the words of `{}`; {dropped} of its sentences {} dropped: {}",
            self.model,
            if dropped == 1 { "was" } else { "were" },
            self.why_dropped()
        )
    }

    /// `1 without evidence, 2 with another number than the evidence`; empty where nothing was dropped.
    fn why_dropped(&self) -> String {
        let Rephrased {
            dropped_without_citation,
            dropped_unknown_citation,
            dropped_number,
            ..
        } = self.rephrased;
        let named = [
            (dropped_without_citation, "without evidence"),
            (
                dropped_unknown_citation,
                "with evidence that does not exist",
            ),
            (dropped_number, "with another number than the evidence"),
            (
                self.dropped_other_words,
                "that says something else than the evidence",
            ),
        ];
        let named = named.iter().filter(|(number, _)| *number > 0);
        let named: Vec<String> = named
            .map(|(number, why)| format!("{number} {why}"))
            .collect();
        named.join(", ")
    }

    /// How many sentences were dropped.
    pub const fn dropped(&self) -> usize {
        self.rephrased.dropped() + self.dropped_other_words
    }

    /// What may be shown of an answer.
    pub(super) fn of(
        model: &str,
        explanation: &Explanation,
        response: &ChatResponse,
        left_out: usize,
    ) -> Self {
        let mut rephrased = explanation.rephrased(&response.content);
        let before = rephrased.kept.len();
        rephrased.kept.retain(|it| sieve::passes(explanation, it));
        let mut retold = Self {
            model: model.to_owned(),
            dropped_other_words: before - rephrased.kept.len(),
            rephrased,
            left_out,
            note: None,
        };
        retold.note = retold.why_nothing(response.finish);
        retold
    }

    /// Nothing, and why.
    pub(super) fn without(model: &str, note: String) -> Self {
        Self {
            model: model.to_owned(),
            rephrased: Rephrased::default(),
            dropped_other_words: 0,
            left_out: 0,
            note: Some(note),
        }
    }

    fn why_nothing(&self, finish: Finish) -> Option<String> {
        if !self.kept().is_empty() {
            return None;
        }
        let model = &self.model;
        Some(match (self.dropped(), finish) {
            (0, _) => format!("the answer of `{model}` says nothing"),
            (_, Finish::Length) => {
                format!("the answer of `{model}` was cut off before a sentence that cites evidence")
            }
            (dropped, Finish::Stop | Finish::ToolCalls) => format!(
                "nothing of the answer of `{model}` is in the evidence: {dropped} of its sentences {} dropped: {}",
                if dropped == 1 { "was" } else { "were" },
                self.why_dropped()
            ),
        })
    }
}
