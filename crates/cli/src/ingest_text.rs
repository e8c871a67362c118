//! What became of the records, for people: [`ingest_text`].

use std::collections::BTreeMap;
use std::path::Path;

use upturn::datasets::{IngestSummary, Ingested};

/// Lines that begin with what they are about.
pub(crate) fn ingest_text(done: &Ingested, out: &Path) -> String {
    let (summary, resumed) = (&done.summary, done.resumed);
    let mut lines = vec![line("forms", &list(&summary.formats))];
    lines.push(line("who sells", &list(&summary.roles)));
    if !summary.joined.is_empty() {
        lines.push(line("deals", &list(&summary.joined)));
    }
    if !summary.unmatched.is_empty() {
        lines.push(line("unmatched", &list(&summary.unmatched)));
    }
    lines.push(line("outcomes", &list(&summary.outcomes)));
    if !summary.redactions.is_empty() {
        lines.push(line("redacted", &list(&summary.redactions)));
    }
    if summary.turns_cut > 0 {
        let cut = format!("{} turns that came after the outcome", summary.turns_cut);
        lines.push(line("cut", &cut));
    }
    if !summary.left_out.is_empty() {
        lines.push(line("not read", &list(&summary.left_out)));
    }
    if resumed > 0 {
        let resumed = format!("after {resumed} records, as of {}", done.as_of);
        lines.push(line("resumed", &resumed));
    }
    lines.push(line("records", &balance(summary)));
    lines.push(line(
        "written",
        &out.join("calls.jsonl").display().to_string(),
    ));
    lines.join("\n")
}

/// `44 read = 31 written + 13 set aside (8 broken, 5 roles-undecided)`.
fn balance(summary: &IngestSummary) -> String {
    let aside = summary.all_set_aside();
    let reasons = if aside > 0 {
        format!(" ({})", list(&summary.set_aside))
    } else {
        String::new()
    };
    let (read, written) = (summary.read, summary.written);
    format!("{read} read = {written} written + {aside} set aside{reasons}")
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<12} {text}")
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    parts.join(", ")
}
