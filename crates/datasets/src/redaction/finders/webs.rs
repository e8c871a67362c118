//! Addresses of the web as they are written: with a scheme, with `www.`, or a domain in lower case.

use std::ops::Range;

use crate::redaction::boundaries::{after, before, is_word};
use crate::redaction::{RedactionKind, span::Span};

/// Top-level domains that are taken for one without a scheme. `example` and `test` are reserved for documentation.
pub(crate) const DOMAINS: &[&str] = &[
    ".com", ".org", ".net", ".de", ".io", ".co", ".uk", ".eu", ".info", ".biz", ".app", ".dev",
    ".at", ".ch", ".fr", ".nl", ".be", ".it", ".es", ".pl", ".se", ".us", ".ca", ".au", ".edu",
    ".gov", ".shop", ".online", ".example", ".test",
];

/// Longest scheme and longest domain in bytes.
const SCHEME: usize = 20;
const DOMAIN: usize = 253;

/// Skips what belongs to the address before: a long one holds many triggers.
#[derive(Default)]
pub(crate) struct Webs {
    done: usize,
}

impl Webs {
    /// What a rule makes of a trigger.
    pub(crate) fn find(
        &mut self,
        text: &str,
        found: &Range<usize>,
        rule: fn(&str, &Range<usize>) -> Option<Span>,
    ) -> Option<Span> {
        if found.start < self.done {
            return None;
        }
        let span = rule(text, found)?;
        self.done = span.end;
        Some(span)
    }
}

/// The address around `://`.
pub(crate) fn with_scheme(text: &str, found: &Range<usize>) -> Option<Span> {
    let head = text.get(..found.start)?;
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-');
    let length = head.bytes().rev().take(SCHEME).take_while(is_part).count();
    if length == 0 {
        return None;
    }
    let end = end_of(text, found.end);
    (end > found.end).then(|| Span::new(found.start - length..end, RedactionKind::Url))
}

/// The address that begins with `www.`.
pub(crate) fn with_www(text: &str, found: &Range<usize>) -> Option<Span> {
    if before(text, found.start).is_some_and(is_word) {
        return None;
    }
    let end = end_of(text, found.end);
    let is_address = text.get(found.end..end)?.contains('.');
    is_address.then(|| Span::new(found.start..end, RedactionKind::Url))
}

/// The address whose domain ends with a top-level domain that was found. Capital letters are a company's name.
pub(crate) fn bare(text: &str, found: &Range<usize>) -> Option<Span> {
    let tail = text.get(found.end..)?;
    let goes_on = tail.starts_with(|c: char| is_word(c) || c == '-' || c == '@')
        || (tail.starts_with('.') && after(tail, 1).is_some_and(is_word));
    let is_part = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let head = text.get(..found.start)?;
    let length = head.bytes().rev().take(DOMAIN).take_while(is_part).count();
    let start = found.start - length;
    let is_lower = text
        .get(found.clone())?
        .bytes()
        .all(|b| !b.is_ascii_uppercase());
    let is_domain = is_lower
        && text
            .get(start..)?
            .starts_with(|c: char| c.is_ascii_alphanumeric());
    let stands = !before(text, start).is_some_and(|c| is_word(c) || matches!(c, '@' | '_'));
    if goes_on || length == 0 || !is_domain || !stands {
        return None;
    }
    let end = if tail.starts_with('/') {
        end_of(text, found.end)
    } else {
        found.end
    };
    Some(Span::new(start..end, RedactionKind::Url))
}

/// Where an address ends that goes on at a place: before a space, a quotation mark or closing punctuation.
fn end_of(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let stops = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '[' | ']' | '“' | '”' | '»')
    };
    let length = rest.find(stops).unwrap_or(rest.len());
    let rest = rest.get(..length).unwrap_or_default();
    at + rest
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '}', '\'', '’'])
        .len()
}
