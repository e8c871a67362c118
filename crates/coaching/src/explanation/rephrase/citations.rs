//! A text as sentences with what they cite: [`cited_sentences`].

use super::super::shown::{one_line, visible};
use crate::text::sentences;

/// A sentence of a text of others.
pub(super) struct Claimed {
    /// Without the marks of its citations.
    pub(super) text: String,
    /// The names in the marks, as written but in lower case; they need not exist.
    pub(super) cites: Vec<String>,
}

/// The sentences that say something; no sentence goes beyond its line.
pub(super) fn cited_sentences(text: &str) -> Vec<Claimed> {
    let text = visible(text);
    text.lines().flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<Claimed> {
    let (plain, marks) = parted(without_marker(line));
    let mut claimed = Vec::new();
    let mut start = 0;
    for sentence in sentences(&plain) {
        let end = start + sentence.len();
        claimed.push((start..end, sentence));
        start = end;
    }
    let place = |at: usize| {
        let before = plain.get(..plain.floor_char_boundary(at));
        before
            .unwrap_or_default()
            .trim_end()
            .len()
            .saturating_sub(1)
    };
    let said = claimed.into_iter().map(|(range, sentence)| Claimed {
        text: one_line(sentence),
        cites: marks
            .iter()
            .filter(|(at, _)| range.contains(&place(*at)))
            .map(|(_, name)| name.clone())
            .collect(),
    });
    said.filter(|it| it.text.contains(char::is_alphanumeric))
        .collect()
}

/// A line without what makes it an entry of a list or a heading: `1. `, `- `, `## `.
fn without_marker(line: &str) -> &str {
    let line = line.trim_start();
    let bare = line.trim_start_matches(['-', '*', '•', '#', '>']);
    if bare.len() < line.len() && bare.starts_with(' ') {
        return bare.trim_start();
    }
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = (1..=2).contains(&(line.len() - behind.len()));
    match behind.strip_prefix([')', '.']) {
        Some(rest) if is_number && rest.starts_with(' ') => rest.trim_start(),
        Some(_) | None => line,
    }
}

/// The text without marks, and each name in a mark with the place in that text where it stood.
fn parted(line: &str) -> (String, Vec<(usize, String)>) {
    let mut plain = String::with_capacity(line.len());
    let mut marks = Vec::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('[') {
        plain.push_str(before);
        let mark = behind.split_once(']');
        let Some((names, after)) = mark.and_then(|(inside, after)| Some((names(inside)?, after)))
        else {
            plain.push('[');
            rest = behind;
            continue;
        };
        // What stood on both sides of the mark does not become one word, and a stop stands where it did.
        if after.starts_with(['.', ',', ';', ':', '!', '?']) {
            plain.truncate(plain.trim_end().len());
        } else {
            plain.push(' ');
        }
        marks.extend(names.into_iter().map(|name| (plain.len(), name)));
        rest = after;
    }
    plain.push_str(rest);
    (plain, marks)
}

/// `e3, e4` as names; none if anything else stands there.
fn names(inside: &str) -> Option<Vec<String>> {
    let items = inside.split([',', ';', ' ']).filter(|it| !it.is_empty());
    let name = |item: &str| {
        let digits = item.strip_prefix(['e', 'E'])?;
        let is_name = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
        is_name.then(|| item.to_lowercase())
    };
    let names: Option<Vec<String>> = items.map(name).collect();
    names.filter(|names| !names.is_empty())
}
