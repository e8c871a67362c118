//! A report as Markdown: [`Report::to_markdown`].

use super::Report;
use super::escape::markdown as escape;
use super::tables::{Section, headlines, protocol, sections};

impl Report {
    /// As Markdown with tables, for a README or a terminal. The curves are on the page only.
    pub fn to_markdown(&self) -> String {
        let mut lines = vec![format!("# {}", escape(&self.title)), String::new()];
        let verdicts = headlines(self);
        lines.extend(
            verdicts
                .iter()
                .map(|(_, sentence)| format!("- {}", escape(sentence))),
        );
        lines.extend(
            [
                "",
                "## How it was measured",
                "",
                "| what | value |",
                "|---|---|",
            ]
            .map(str::to_owned),
        );
        lines.extend(
            protocol(self)
                .iter()
                .map(|(name, value)| format!("| {name} | {} |", escape(value))),
        );
        lines.push(String::new());
        lines.extend(sections(self).iter().flat_map(section));
        lines.join("\n")
    }
}

fn section(section: &Section) -> Vec<String> {
    let mut lines = vec![format!("## {}", escape(&section.title)), String::new()];
    for sentence in &section.sentences {
        lines.extend([escape(sentence), String::new()]);
    }
    if !section.rows.is_empty() {
        lines.push(row(&section.head));
        lines.push("|---".repeat(section.head.len()) + "|");
        lines.extend(section.rows.iter().map(|cells| row(cells)));
        lines.push(String::new());
    }
    lines
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
    format!("| {} |", cells.join(" | "))
}
