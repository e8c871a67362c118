//! Where what a tool says stands: [`Cited`] and [`Told`].

use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::Learnt;
use upturn_chains::{ChainError, ToolError};
use upturn_coaching::{Citation, CitedSentence, EvidenceId, Explanation, Source};
use upturn_core::{ConversationId, Outcome};

use crate::{Listed, MOST_QUOTE};

/// A sentence and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Told {
    /// What it says.
    pub text: String,
    /// What it rests on; never empty.
    pub evidence: Vec<Cited>,
}

/// Where something stands: turns of a call, a field of its metadata, or a number of the model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cited {
    /// Name of this evidence within the answer: `e1`, `e2`, …
    pub id: EvidenceId,
    /// In which call it was said; absent where it was not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// In which of its turns, counted from 1: `turns 3-4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turns: Option<String>,
    /// How that call ended; absent of the call that is explained, and where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Which field of the metadata, or which part of the model; absent where it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What stands there, words of other people; long ones end in `…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

impl From<&Citation> for Cited {
    fn from(Citation { id, source, quote }: &Citation) -> Self {
        let mut cited = Self {
            id: *id,
            conversation: None,
            turns: None,
            outcome: None,
            about: None,
            quote: quote.as_deref().map(quoted),
        };
        match source {
            Source::Said {
                conversation,
                turns,
                outcome,
            } => {
                cited.conversation = Some(conversation.clone());
                cited.turns = Some(turns.to_string());
                cited.outcome = *outcome;
            }
            Source::Metadata { field } => cited.about = Some(quoted(field)),
            Source::Model { part } => {
                let part = part.map(|part| format!("model, {}", part.as_str()));
                cited.about = Some(part.unwrap_or_else(|| "model".to_owned()));
            }
            _ => {}
        }
        cited
    }
}

/// A sentence with its part of the evidence.
pub(crate) fn told(sentence: &CitedSentence, evidence: &[Citation]) -> Told {
    let find = |id: &EvidenceId| evidence.iter().find(|it| it.id == *id);
    Told {
        text: sentence.text.clone(),
        evidence: sentence
            .evidence
            .iter()
            .filter_map(find)
            .map(Cited::from)
            .collect(),
    }
}

/// Sentences with their part of the evidence.
pub(crate) fn all_told<'a>(
    sentences: impl IntoIterator<Item = &'a CitedSentence>,
    evidence: &[Citation],
) -> Listed<Told> {
    sentences.into_iter().map(|it| told(it, evidence)).collect()
}

/// The reasons of an explanation.
pub(crate) fn reasons(explanation: &Explanation) -> Listed<Told> {
    let sentences = explanation.reasons.iter().map(|reason| &reason.sentence);
    all_told(sentences, &explanation.evidence)
}

/// The start of a text, at most [`MOST_QUOTE`] characters; what is left out is marked by `…`.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= MOST_QUOTE {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST_QUOTE - 1).collect();
    format!("{}…", start.trim_end())
}

/// Why it can't be told whether the model learnt from a call is no longer than a quote.
pub(crate) fn learnt(it: &Learnt) -> Learnt {
    Learnt {
        learnt_from: it.learnt_from,
        learnt_from_unknown: it.learnt_from_unknown.as_deref().map(quoted),
    }
}

/// Why a chain has no answer, in the words of its step.
pub(crate) fn failed(tool: &'static str) -> impl Fn(ChainError) -> ToolError {
    move |error| {
        if let ChainError::Step { source, .. } = error {
            let tool = tool.to_owned();
            ToolError::Failed { tool, source }
        } else {
            ToolError::failed(tool, error)
        }
    }
}
