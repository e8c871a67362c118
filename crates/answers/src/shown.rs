//! Answers as people read them: [`sentence_line`], [`citation_line`], and answers as text.

use std::fmt;

use upturn_coaching::{Citation, CitedSentence, Source};

use crate::{AskResponse, PredictResponse};

/// Characters of a quote in a line.
const QUOTE: usize = 120;

/// `The buyer … [e3, e4]`.
pub fn sentence_line(CitedSentence { text, evidence }: &CitedSentence) -> String {
    let ids: Vec<String> = evidence.iter().map(ToString::to_string).collect();
    format!("{text} [{}]", ids.join(", "))
}

/// `  e3  call-7, turns 3-4 (won): …`, on one line that can't move a cursor.
pub fn citation_line(Citation { id, source, quote }: &Citation) -> String {
    let place = match source {
        Source::Said {
            conversation,
            turns,
            outcome,
        } => {
            let ended = outcome.map(|ended| format!(" ({})", ended.as_str()));
            let ended = ended.unwrap_or_default();
            format!("{conversation}, {turns}{ended}")
        }
        Source::Metadata { field } => format!("metadata, {field}"),
        Source::Model { .. } => "the model".to_owned(),
        _ => String::new(),
    };
    let quote = quote.as_deref();
    let quote = quote.map_or_else(String::new, |quote| format!(": {}", shortened(quote)));
    format!("  {id:>4}  {place}{quote}", id = id.to_string())
}

/// The beginning on one line, without control characters; an ellipsis stands for the rest.
fn shortened(quote: &str) -> String {
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = line.chars().filter(|c| !c.is_control());
    let mut begin: String = shown.by_ref().take(QUOTE).collect();
    if shown.next().is_some() {
        begin.push('…');
    }
    begin
}

impl fmt::Display for PredictResponse {
    /// `won 0.62 [0.54, 0.70], 11 of 15 nearest`: the chance to win, its interval, and how many of the nearest calls were won.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prediction = &self.prediction;
        write!(f, "won {}", prediction.probability)?;
        if let Some(interval) = prediction.interval {
            write!(f, " [{}, {}]", interval.low, interval.high)?;
        }
        let support = prediction.support;
        write!(f, ", {} of {} nearest", support.won, support.calls)
    }
}

impl fmt::Display for AskResponse {
    /// A line for each sentence, then one for each piece of evidence that they cite.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentences = self.sentences();
        if sentences.is_empty() {
            return f.write_str("nothing that was computed or found answers this");
        }
        let cites = |it: &&Citation| sentences.iter().any(|s| s.evidence.contains(&it.id));
        let evidence = self.answer.evidence.iter().filter(cites);
        let lines = sentences.iter().map(|it| sentence_line(it));
        let lines: Vec<String> = lines.chain(evidence.map(citation_line)).collect();
        f.write_str(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{World, question};
    use crate::{AskRequest, CallRequest};

    #[test]
    fn an_answer_is_its_sentences_and_then_what_they_cite_and_a_prediction_one_line() {
        let World { analyst, .. } = World::new();
        let request = AskRequest::new("why might this deal stall?", question());
        let answer = analyst.ask(request).unwrap();
        let text = answer.to_string();
        let lines: Vec<&str> = text.lines().collect();
        let (told, cited) = lines.split_at(answer.sentences().len());
        assert!(!told.is_empty() && !cited.is_empty(), "{text}");
        for line in told {
            assert!(line.contains(" [e") && line.ends_with(']'), "{line}");
        }
        for line in cited {
            let id = line.split_whitespace().next().unwrap();
            assert!(told.iter().any(|it| it.contains(id)), "{line}");
        }
        let predicted = analyst.predict(CallRequest::new(question()));
        let text = predicted.unwrap().to_string();
        assert!(text.starts_with("won 0."), "{text}");
        assert!(
            text.ends_with(" nearest") && text.contains(" of "),
            "{text}"
        );
    }

    #[test]
    fn what_was_said_cannot_move_the_cursor_or_break_the_line() {
        assert_eq!(shortened("hi\n\u{1b}[2J  yes"), "hi [2J yes");
        assert_eq!(shortened(&"ä".repeat(QUOTE)), "ä".repeat(QUOTE));
        assert!(shortened(&"ä".repeat(QUOTE + 1)).ends_with("ä…"));
    }
}
