//! An explanation for a terminal: [`Explanation::to_text`].

use super::shown::one_line;
use super::wording::{capital, logit, support, within};
use super::{Citation, CitedSentence, Explanation, Source, shortened};

/// Most sentences under one heading.
const MOST: usize = 5;
/// Longest quote in characters.
const QUOTE: usize = 100;

impl Explanation {
    /// Short, for a terminal: five sentences under each heading at most, what the nearest calls add, and what
    /// is cited. Control characters in what was said
    /// are blanks.
    pub fn to_text(&self) -> String {
        let mut told = vec![self.headline()];
        let mut cited: Vec<&CitedSentence> = Vec::new();
        let reasons = self.reasons.iter().take(MOST).map(|reason| {
            let share = reason.logit.map_or_else(|| "     ".to_owned(), logit);
            (share, &reason.sentence)
        });
        section("Why", reasons, &mut told, &mut cited);
        told.extend(self.neighbours_told());
        for (name, sentences) in [
            ("Do next", &self.actions),
            ("Ask", &self.questions),
            ("Mind", &self.caveats),
        ] {
            let sentences = sentences.iter().take(MOST).map(|it| ("-".to_owned(), it));
            section(name, sentences, &mut told, &mut cited);
        }
        self.cite(&cited, &mut told);
        told.join("\n") + "\n"
    }

    /// `won: chance to win 0.62 [0.54, 0.70], 11 of 15 nearest won · c1 after turn 24, live · model 0123456789ab`.
    pub(super) fn headline(&self) -> String {
        let prediction = &self.prediction;
        let chance = within(prediction.probability.value(), prediction.interval);
        let state = if self.finished { "finished" } else { "live" };
        format!(
            "{}: chance to win {chance}, {} · {} after turn {}, {state} · model {}",
            prediction.verdict,
            support(prediction),
            one_line(self.conversation.as_str()),
            self.transcript.len(),
            one_line(prediction.fingerprint.short()),
        )
    }

    fn cite(&self, cited: &[&CitedSentence], told: &mut Vec<String>) {
        let mut ids: Vec<_> = cited.iter().flat_map(|it| &it.evidence).collect();
        ids.sort_unstable();
        ids.dedup();
        told.extend([String::new(), "Evidence".to_owned()]);
        for citation in ids.into_iter().filter_map(|id| self.citation(*id)) {
            let quote = citation.quote.as_deref().unwrap_or("all of them");
            told.push(format!(
                "  {:>4}  {}: {}",
                citation.id.to_string(),
                self.place(citation),
                shortened(&one_line(quote), QUOTE)
            ));
        }
    }

    /// Where a citation stands, in words: `turns 5-8`, `c7 (won), turns 3-6`, `metadata contacts`, `model, words`.
    pub(super) fn place(&self, citation: &Citation) -> String {
        match &citation.source {
            Source::Said {
                conversation,
                turns,
                ..
            } if *conversation == self.conversation => turns.to_string(),
            Source::Said {
                conversation,
                turns,
                outcome,
            } => {
                let outcome =
                    outcome.map_or_else(String::new, |end| format!(" ({})", end.as_str()));
                format!("{}{outcome}, {turns}", one_line(conversation.as_str()))
            }
            Source::Metadata { field } => format!("metadata {}", one_line(field)),
            Source::Model { part: None } => "model".to_owned(),
            Source::Model { part: Some(part) } => format!("model, {}", super::wording::part(*part)),
        }
    }
}

fn section<'a>(
    name: &str,
    sentences: impl Iterator<Item = (String, &'a CitedSentence)>,
    told: &mut Vec<String>,
    cited: &mut Vec<&'a CitedSentence>,
) {
    let mut lines = sentences.peekable();
    if lines.peek().is_some() {
        told.extend([String::new(), capital(name)]);
    }
    for (mark, sentence) in lines {
        told.push(format!("  {mark} {}", one_line(&sentence.to_string())));
        cited.push(sentence);
    }
}
