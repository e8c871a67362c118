//! Groups of digits that stand together, and what they are: [`Run`].

use std::ops::Range;

use crate::redaction::boundaries::{after, before};
use crate::redaction::finders::{cards, ibans, national_ids, networks, phones};
use crate::redaction::{RedactionKind, span::Span};

/// Most characters between two groups of one run.
const LONGEST_GAP: usize = 3;

/// Groups of ASCII digits with nothing but separators between them.
pub(crate) struct Run<'t> {
    pub(crate) text: &'t str,
    groups: Vec<Range<usize>>,
}

/// What a rule says about the groups from some place on.
pub(crate) struct Finding {
    /// How many groups it takes; never 0.
    pub(crate) groups: usize,
    /// What is personal of it; none for a date, a version.
    pub(crate) span: Option<Span>,
}

impl Finding {
    pub(crate) fn new(groups: usize, range: Range<usize>, kind: RedactionKind) -> Self {
        Self {
            groups,
            span: Some(Span::new(range, kind)),
        }
    }

    fn nothing(groups: usize) -> Self {
        Self { groups, span: None }
    }
}

/// All numbers of a text that identify somebody.
pub(crate) fn find(text: &str, spans: &mut Vec<Span>) {
    let mut at = 0;
    while let Some(start) = next_digit(text, at) {
        let run = Run::at(text, start);
        at = run.groups.last().map_or(text.len(), |last| last.end);
        let mut place = 0;
        while place < run.groups.len() {
            let finding = run.classify(place);
            place += finding.groups;
            spans.extend(finding.span);
        }
    }
}

fn next_digit(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    rest.iter().position(u8::is_ascii_digit).map(|at| from + at)
}

impl<'t> Run<'t> {
    /// The run whose first digit stands at a place.
    fn at(text: &'t str, start: usize) -> Self {
        let mut groups = vec![group_at(text, start)];
        let mut end = groups.first().map_or(start, |group| group.end);
        while let Some(next) = next_group(text, end) {
            end = next.end;
            groups.push(next);
        }
        Self { text, groups }
    }

    pub(crate) fn group(&self, place: usize) -> Option<&Range<usize>> {
        self.groups.get(place)
    }

    /// The digits of a group; empty beyond the last.
    pub(crate) fn digits(&self, place: usize) -> &'t str {
        self.group(place)
            .and_then(|group| self.text.get(group.clone()))
            .unwrap_or_default()
    }

    /// What stands before a group and after the one before it; empty for the first.
    pub(crate) fn gap(&self, place: usize) -> &'t str {
        let start = place
            .checked_sub(1)
            .and_then(|before| self.group(before))
            .map(|group| group.end);
        let end = self.group(place).map(|group| group.start);
        start
            .zip(end)
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or_default()
    }

    /// From the first digit of one group to the last of another.
    pub(crate) fn range(&self, first: usize, groups: usize) -> Range<usize> {
        let start = self.group(first).map_or(0, |group| group.start);
        let end = self
            .group(first + groups - 1)
            .map_or(start, |group| group.end);
        start..end
    }

    /// Whether the groups from `first` on have these lengths and one of the gaps between them, the same each time.
    pub(crate) fn has_form(&self, first: usize, lengths: &[usize], gaps: &[&str]) -> bool {
        let gap = self.gap(first + 1);
        (lengths.len() < 2 || gaps.contains(&gap))
            && lengths.iter().enumerate().all(|(place, length)| {
                self.digits(first + place).len() == *length
                    && (place == 0 || self.gap(first + place) == gap)
            })
    }

    /// Whether a letter touches the groups, so that they are part of a word.
    pub(crate) fn is_glued(&self, first: usize, groups: usize) -> bool {
        let range = self.range(first, groups);
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        letter(before(self.text, range.start)) || letter(after(self.text, range.end))
    }

    /// What the groups from a place on are; always takes one at least.
    fn classify(&self, place: usize) -> Finding {
        ibans::at(self, place)
            .or_else(|| national_ids::with_letters(self, place))
            .or_else(|| networks::version_4(self, place))
            .or_else(|| self.date(place))
            .or_else(|| cards::at(self, place))
            .or_else(|| national_ids::of_digits(self, place))
            .or_else(|| phones::at(self, place))
            .unwrap_or(Finding::nothing(1))
    }

    /// A day in figures is no telephone. Days of birth have a rule of their own.
    fn date(&self, place: usize) -> Option<Finding> {
        let lengths = [0, 1, 2].map(|group| self.digits(place + group).len());
        let is_order = matches!(lengths, [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4]);
        let gap = self.gap(place + 1);
        let is_date = is_order && matches!(gap, "." | "-" | "/") && self.gap(place + 2) == gap;
        (is_date && !self.is_glued(place, 3) && self.gap(place + 3) != gap)
            .then(|| Finding::nothing(3))
    }
}

fn group_at(text: &str, start: usize) -> Range<usize> {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let length = rest.iter().position(|b| !b.is_ascii_digit());
    start..start + length.unwrap_or(rest.len())
}

/// The group after one that ends at a place, if only separators are between them.
fn next_group(text: &str, end: usize) -> Option<Range<usize>> {
    let mut at = end;
    for c in text.get(end..)?.chars().take(LONGEST_GAP + 1) {
        if c.is_ascii_digit() {
            return (at > end).then(|| group_at(text, at));
        }
        if !is_separator(c) {
            return None;
        }
        at += c.len_utf8();
    }
    None
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2011}' | '\u{2013}'
    )
}
