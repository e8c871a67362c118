//! A card as Markdown: [`Card::to_markdown`].

use std::collections::BTreeMap;

use super::escape::markdown as escape;
use super::numbers::{count, length, rate};
use super::{Card, Group, Segment, Tally};

impl Card {
    /// As Markdown with tables, for a README or a terminal.
    pub fn to_markdown(&self) -> String {
        let mut lines = vec![format!("# {}", escape(self.title())), String::new()];
        lines.extend(self.overview());
        lines.extend(self.leaks());
        lines.extend(self.doings());
        lines.push("## Base rate over time".to_owned());
        lines.push(String::new());
        lines.extend(table(
            "Period",
            self.periods.iter().chain(&undated(self.undated)),
        ));
        for segment in &self.segments {
            lines.extend(section(segment));
        }
        lines.extend(self.measures());
        lines.push(format!(
            "Fingerprint (SHA-256 of the canonical lines in their order): `{}`",
            self.fingerprint
        ));
        lines.push(String::new());
        lines.join("\n")
    }

    fn overview(&self) -> Vec<String> {
        let Tally { won, lost, open } = self.calls;
        let mut lines = vec![
            format!(
                "{} calls: {} won, {} lost, {} open. Base rate {} (95 % interval after Wilson).",
                count(self.calls.total()),
                count(won),
                count(lost),
                count(open),
                rate(self.base_rate)
            ),
            String::new(),
        ];
        if let (Some(first), Some(last)) = (self.first_date, self.last_date) {
            lines.push(format!(
                "From {first} to {last}; {} without a day.",
                count(self.undated.total())
            ));
            lines.push(String::new());
        }
        if let Some(made_on) = &self.about.made_on {
            lines.push(format!("Made on {}.", escape(made_on)));
            lines.push(String::new());
        }
        lines
    }

    fn leaks(&self) -> Vec<String> {
        let mut lines = vec![
            "## Leaks".to_owned(),
            String::new(),
            self.leak_summary(),
            String::new(),
        ];
        let findings = self.about.leaks.iter().flat_map(|report| &report.findings);
        lines.extend(
            findings
                .map(|finding| format!("- {}; {}", escape(&finding.to_string()), finding.hint())),
        );
        if lines.len() > 4 {
            lines.push(String::new());
        }
        lines
    }

    fn doings(&self) -> Vec<String> {
        let mut lines = vec![
            "## Records".to_owned(),
            String::new(),
            self.balance(),
            String::new(),
        ];
        for (name, counts) in self.counters() {
            if !counts.is_empty() {
                lines.extend([format!("| {name} | count |"), "|---|---:|".to_owned()]);
                lines.extend(
                    counts
                        .iter()
                        .map(|(key, number)| format!("| {} | {} |", escape(key), count(*number))),
                );
                lines.push(String::new());
            }
        }
        if let Some(unknown) = self.unknown() {
            lines.extend([unknown.to_owned(), String::new()]);
        }
        lines
    }

    /// The lists of the pipeline, each with its title.
    pub(crate) fn counters(&self) -> [(&'static str, &BTreeMap<String, u64>); 5] {
        let about = &self.about;
        [
            ("Source", &about.sources),
            ("Set aside", &about.set_aside),
            ("Duplicates", &about.duplicates),
            ("Redacted", &about.redactions),
            ("Cleaned", &about.cleaning),
        ]
    }

    fn measures(&self) -> Vec<String> {
        let mut lines = vec![
            "## Lengths".to_owned(),
            String::new(),
            "| Unit | calls | mean | least | 5 % | 25 % | median | 75 % | 95 % | most |".to_owned(),
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
        ];
        lines.extend(self.lengths.iter().filter(|of| of.calls > 0).map(|of| {
            let numbers = [
                of.mean, of.least, of.p5, of.p25, of.median, of.p75, of.p95, of.most,
            ]
            .map(length);
            format!(
                "| {} | {} | {} |",
                escape(&of.unit),
                count(of.calls),
                numbers.join(" | ")
            )
        }));
        lines.extend([
            String::new(),
            "## Who speaks".to_owned(),
            String::new(),
            self.speech(),
            String::new(),
        ]);
        lines
    }
}

/// The calls without a day, if there are any.
pub(crate) fn undated(calls: Tally) -> Option<Group> {
    (calls.total() > 0).then(|| Group::new("(without a day)".to_owned(), calls))
}

/// All rows of a segment: its values, and what they leave out.
pub(crate) fn rows(segment: &Segment) -> Vec<Group> {
    let mut rows = segment.values.clone();
    for (label, calls) in [("(others)", segment.others), ("(without)", segment.absent)] {
        if calls.total() > 0 {
            rows.push(Group::new(label.to_owned(), calls));
        }
    }
    rows
}

/// A segment with its heading; nothing if no call has a value.
fn section(segment: &Segment) -> Vec<String> {
    if segment.values.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("## By {}", escape(&segment.name)), String::new()];
    lines.extend(table(&segment.name, &rows(segment)));
    lines
}

fn table<'g>(name: &str, groups: impl IntoIterator<Item = &'g Group>) -> Vec<String> {
    let mut lines = vec![
        format!(
            "| {} | calls | won | lost | open | base rate |",
            escape(name)
        ),
        "|---|---:|---:|---:|---:|---:|".to_owned(),
    ];
    lines.extend(groups.into_iter().map(
        |Group {
             label,
             calls,
             rate: won,
         }| {
            let numbers = [calls.total(), calls.won, calls.lost, calls.open].map(count);
            format!(
                "| {} | {} | {} |",
                escape(label),
                numbers.join(" | "),
                rate(*won)
            )
        },
    ));
    lines.push(String::new());
    lines
}
