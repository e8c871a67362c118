//! What was asked and answered before, and what a question without a subject is about: [`Exchange`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::AskResponse;

/// A question that was asked before in a conversation, and what was answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The question.
    pub question: String,
    /// The answer as it was shown, without its citations.
    pub answer: String,
}

impl Exchange {
    /// A question and its answer.
    pub fn new(question: impl Into<String>, response: &AskResponse) -> Self {
        let sentences = response.sentences();
        let texts: Vec<&str> = sentences.iter().map(|it| it.text.as_str()).collect();
        Self {
            question: question.into(),
            answer: texts.join(" "),
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("question_chars", &self.question.chars().count())
            .field("answer_chars", &self.answer.chars().count())
            .finish()
    }
}

/// English words that name nothing: a question of these alone is about what was spoken of.
const NAMELESS: &[&str] = &[
    "a", "about", "again", "all", "also", "an", "and", "any", "are", "be", "but", "can", "could",
    "did", "do", "does", "else", "example", "examples", "explain", "few", "for", "give", "go",
    "has", "have", "how", "i", "in", "is", "it", "its", "just", "let", "list", "many", "me",
    "mean", "more", "now", "of", "ok", "okay", "on", "one", "ones", "or", "other", "others",
    "please", "really", "same", "see", "show", "so", "some", "such", "sure", "tell", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "us", "was",
    "we", "well", "were", "what", "when", "where", "which", "who", "why", "with", "would", "yes",
    "you",
];

/// The last earlier question that names a subject, where this one names none.
pub(crate) fn referred<'a>(question: &str, earlier: &'a [Exchange]) -> Option<&'a str> {
    if names_something(question) {
        return None;
    }
    let mut earlier = earlier.iter().rev().map(|it| it.question.as_str());
    earlier.find(|it| names_something(it))
}

fn names_something(question: &str) -> bool {
    let lower = question.to_lowercase();
    let mut words = lower.unicode_words();
    // What stands behind an apostrophe names nothing: `what's`, `they're`.
    words.any(|word| !NAMELESS.contains(&word.split(['\'', '’']).next().unwrap_or(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(questions: &[&str]) -> Vec<Exchange> {
        let one = |question: &&str| Exchange {
            question: (*question).to_owned(),
            answer: "It said so.".to_owned(),
        };
        questions.iter().map(one).collect()
    }

    #[test]
    fn a_question_without_a_subject_is_about_the_last_one_that_has_one() {
        let earlier = asked(&["did we name the price?", "why might it stall?", "and why?"]);
        for question in ["And why?", "show me more of them", "what’s that?", "???"] {
            assert_eq!(referred(question, &earlier), Some("why might it stall?"));
            assert_eq!(referred(question, &[]), None);
        }
    }

    #[test]
    fn a_question_with_a_subject_is_about_that() {
        let earlier = asked(&["why might it stall?"]);
        for question in [
            "what should I ask next?",
            "show me calls like it that we won",
            "who else objected to price like this?",
            "und warum?",
        ] {
            assert_eq!(referred(question, &earlier), None, "{question}");
        }
    }

    #[test]
    fn nothing_that_was_said_is_shown_by_debug() {
        let shown = format!("{:?}", asked(&["is it expensive?"]));
        assert!(
            !shown.contains("expensive") && !shown.contains("said"),
            "{shown}"
        );
    }
}
