//! An explanation as Markdown: [`Explanation::to_markdown`].

use upturn_core::Outcome;

use super::shown::markdown as escape;
use super::wording::{logit, part};
use super::{CitedSentence, EvidenceId, Explanation};
use crate::ComparableCall;

impl Explanation {
    /// As Markdown with all sentences, the parts, the comparable calls and the register of evidence, but without the
    /// transcript. Nothing in what was said is markup.
    pub fn to_markdown(&self) -> String {
        let mut lines = vec![
            format!("# Call {}", escape(self.conversation.as_str())),
            String::new(),
            escape(&self.headline()),
            String::new(),
            sentence(&self.summary),
            String::new(),
        ];
        let reasons = self.reasons.iter().map(|reason| {
            let share = reason
                .logit
                .map_or_else(String::new, |it| format!("**{}** ", logit(it)));
            format!("{share}{}", sentence(&reason.sentence))
        });
        list("Why, most first", reasons, &mut lines);
        list("Do next", self.actions.iter().map(sentence), &mut lines);
        list("Ask", self.questions.iter().map(sentence), &mut lines);
        list("Mind", self.caveats.iter().map(sentence), &mut lines);
        lines.extend(self.parts_table());
        lines.extend(self.neighbours_table());
        lines.extend(self.comparables_table());
        lines.extend(self.evidence_table());
        lines.join("\n")
    }

    fn parts_table(&self) -> Vec<String> {
        let prediction = &self.prediction;
        let parts = prediction.parts.iter();
        let rows = parts.map(|it| [part(it.name).to_owned(), logit(it.logit)]);
        let sum = ["**sum**".to_owned(), logit(prediction.logit)];
        table("What adds up", ["part", "logit"], rows.chain([sum]))
    }

    fn comparables_table(&self) -> Vec<String> {
        let calls = self.comparables.won.iter().chain(&self.comparables.lost);
        let rows = calls.map(|call| {
            let parted = call.parted.as_ref();
            let parted = parted.map_or_else(String::new, |it| {
                let id = self.cited(call, it.there, &it.text);
                format!("{} against {} {}", it.here, it.there, named(id))
            });
            let next = call.said_next.as_ref();
            let next = next.map_or_else(String::new, |it| {
                let id = self.cited(call, it.turns, &it.text);
                format!("“{}” {}", escape(&it.text), named(id))
            });
            [
                self.named_call(call),
                format!("{:.2}", call.score),
                parted,
                next,
            ]
        });
        let head = ["call", "cosine", "parted at", "its seller said next"];
        table("Calls like it", head, rows)
    }

    fn named_call(&self, call: &ComparableCall) -> String {
        let outcome = match call.outcome {
            Outcome::Won => "won",
            Outcome::Lost => "lost",
        };
        let id = self.cited(call, call.there, &call.text);
        format!(
            "{} ({outcome}): {} like {} {}",
            escape(call.id.as_str()),
            call.there,
            call.here,
            named(id)
        )
    }

    fn evidence_table(&self) -> Vec<String> {
        let rows = self.evidence.iter().map(|citation| {
            let quote = citation.quote.as_deref().map(escape);
            [
                citation.id.to_string(),
                escape(&self.place(citation)),
                quote.unwrap_or_else(|| "*all of them*".to_owned()),
            ]
        });
        table("Evidence", ["id", "where", "what stands there"], rows)
    }
}

fn named(id: Option<EvidenceId>) -> String {
    id.map_or_else(String::new, |id| format!("\\[{id}\\]"))
}

fn sentence(sentence: &CitedSentence) -> String {
    escape(&sentence.to_string())
}

fn list(title: &str, items: impl Iterator<Item = String>, lines: &mut Vec<String>) {
    let mut items = items.enumerate().peekable();
    if items.peek().is_none() {
        return;
    }
    lines.extend([format!("## {title}"), String::new()]);
    lines.extend(items.map(|(at, item)| format!("{}. {item}", at + 1)));
    lines.push(String::new());
}

/// A table, or nothing without rows.
pub(super) fn table<const N: usize>(
    title: &str,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Vec<String> {
    let rows: Vec<String> = rows
        .map(|cells| format!("| {} |", cells.join(" | ")))
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        format!("## {title}"),
        String::new(),
        format!("| {} |", head.join(" | ")),
        "|---".repeat(N) + "|",
    ];
    lines.extend(rows);
    lines.push(String::new());
    lines
}
