//! Precision and recall on the labelled turns of `fixtures/redaction`.
//!
//! The test compares the table in the folder's README with a fresh one; the failure prints the fresh one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::names::People;
use super::{PseudonymKey, RedactionOptions, Redactor};

const TRADES: [&str; 3] = ["software", "insurance", "estate"];

#[derive(Deserialize)]
struct Labelled {
    text: String,
    people: Vec<String>,
    spans: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    start: usize,
    end: usize,
    kind: String,
    #[serde(default = "yes")]
    given: bool,
}

fn yes() -> bool {
    true
}

impl Label {
    /// The row it is counted in.
    fn row(&self) -> String {
        match (self.kind.as_str(), self.given) {
            ("PERSON", true) => "PERSON, name given".to_owned(),
            ("PERSON", false) => "PERSON, name not given".to_owned(),
            (kind, _) => kind.to_owned(),
        }
    }
}

/// Counts of one kind. A hit has the kind and both ends right; covered is what is replaced whole, however it is called.
#[derive(Default, Clone, Copy)]
struct Score {
    labelled: usize,
    hits: usize,
    covered: usize,
    found: usize,
}

impl Score {
    fn percent(part: usize, whole: usize) -> String {
        if whole == 0 {
            return "–".to_owned();
        }
        format!("{:.1}", 100.0 * part as f64 / whole as f64)
    }

    fn cells(self) -> String {
        format!(
            "{} | {} | {} | {}",
            self.labelled,
            Self::percent(self.hits, self.found),
            Self::percent(self.hits, self.labelled),
            Self::percent(self.covered, self.labelled)
        )
    }
}

type Scores = BTreeMap<String, Score>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/redaction")
}

/// Scores of the turns that rules were tuned on, and of those held out.
fn scores() -> [Scores; 2] {
    let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
    let redactor = Redactor::new(RedactionOptions::default().with_key(key)).unwrap();
    let mut scores = [Scores::new(), Scores::new()];
    for trade in TRADES {
        let lines = fs_err::read_to_string(folder().join(trade).with_extension("jsonl")).unwrap();
        for (place, line) in lines.lines().enumerate() {
            let is_held_out = (place + 1) % 3 == 0;
            let labelled: Labelled = serde_json::from_str(line).unwrap();
            let place = format!("{trade}:{}", place + 1);
            score(
                &redactor,
                &labelled,
                &mut scores[usize::from(is_held_out)],
                (!is_held_out).then_some(&place),
            );
        }
    }
    scores
}

fn score(redactor: &Redactor, labelled: &Labelled, scores: &mut Scores, shown: Option<&String>) {
    let mut people = People::default();
    labelled.people.iter().for_each(|name| people.add(name));
    let found = redactor.spans(&labelled.text, &mut people).unwrap();
    let is_hit = |label: &Label| {
        found
            .iter()
            .any(|s| (s.start, s.end, s.kind.as_str()) == (label.start, label.end, &label.kind))
    };
    for label in &labelled.spans {
        for row in [label.row(), ALL.to_owned()] {
            let score = scores.entry(row).or_default();
            score.labelled += 1;
            score.hits += usize::from(is_hit(label));
            // A false alarm is no better known to be somebody given or not: it is counted with those given.
            score.found += usize::from(is_hit(label));
            let covered = (label.start..label.end)
                .all(|at| found.iter().any(|s| (s.start..s.end).contains(&at)));
            score.covered += usize::from(covered);
        }
        if let Some(place) = shown.filter(|_| !is_hit(label)) {
            eprintln!(
                "{place} missed {} `{}`",
                label.row(),
                &labelled.text[label.start..label.end]
            );
        }
    }
    for span in &found {
        let is_hit = labelled.spans.iter().any(|label| {
            (span.start, span.end, span.kind.as_str()) == (label.start, label.end, &label.kind)
        });
        if !is_hit {
            let row = if span.kind.as_str() == "PERSON" {
                "PERSON, name given"
            } else {
                span.kind.as_str()
            };
            for row in [row, ALL] {
                scores.entry(row.to_owned()).or_default().found += 1;
            }
            if let Some(place) = shown {
                eprintln!(
                    "{place} wrong {} `{}`",
                    span.kind,
                    &labelled.text[span.start..span.end]
                );
            }
        }
    }
}

const ALL: &str = "all";

fn table(scores: &[Scores; 2]) -> String {
    let mut table = String::from(
        "| kind | tuned on: spans | precision | recall | covered | held out: spans | precision | recall | covered |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let rows: Vec<_> = scores[0]
        .keys()
        .filter(|row| *row != ALL)
        .cloned()
        .chain([ALL.to_owned()])
        .collect();
    for row in rows {
        let cells = scores
            .each_ref()
            .map(|part| part.get(&row).copied().unwrap_or_default().cells());
        writeln!(table, "| {row} | {} | {} |", cells[0], cells[1]).unwrap();
    }
    table
}

#[test]
fn the_set_has_three_hundred_spans_at_character_boundaries() {
    let mut spans = 0;
    for trade in TRADES {
        for line in fs_err::read_to_string(folder().join(trade).with_extension("jsonl"))
            .unwrap()
            .lines()
        {
            let labelled: Labelled = serde_json::from_str(line).unwrap();
            spans += labelled.spans.len();
            assert!(
                labelled
                    .spans
                    .iter()
                    .all(|s| !labelled.text[s.start..s.end].is_empty())
            );
            assert!(
                labelled
                    .spans
                    .windows(2)
                    .all(|pair| pair[0].end <= pair[1].start)
            );
        }
    }
    assert!(spans >= 360, "{spans}");
}

#[test]
fn precision_and_recall_are_those_of_the_readme_and_not_below_their_floors() {
    let scores = scores();
    for part in &scores {
        let all = part[ALL];
        let given = part["PERSON, name given"];
        assert!(all.hits * 100 >= all.found * 97 && all.hits * 100 >= all.labelled * 93);
        assert!(given.hits * 100 >= given.found * 95 && given.hits * 100 >= given.labelled * 97);
        for (row, score) in part.iter().filter(|(row, _)| !row.ends_with("not given")) {
            assert!(
                score.hits * 10 >= score.found * 9 && score.hits * 10 >= score.labelled * 7,
                "{row}"
            );
        }
    }
    let table = table(&scores);
    let readme = fs_err::read_to_string(folder().join("README.md")).unwrap();
    assert!(
        readme.contains(&table),
        "fixtures/redaction/README.md lacks this table:\n\n{table}"
    );
}
