//! Addresses of the Internet protocol, versions 4 and 6.

use std::net::Ipv6Addr;

use super::context::Context;
use super::digits::{Finding, Run};
use crate::redaction::boundaries::{is_word, stands_alone, window_before};
use crate::redaction::{RedactionKind, span::Span};

/// Longest address of version 6 in characters, with a version 4 at its end.
const LONGEST: usize = 45;

/// Four numbers up to 255 with full stops between them; after `version` and the like they are no address.
pub(super) fn version_4(run: &Run<'_>, place: usize) -> Option<Finding> {
    let is_dotted = (1..4).all(|next| run.gap(place + next) == ".") && run.gap(place + 4) != ".";
    let is_byte = |group: usize| {
        run.digits(group)
            .parse::<u32>()
            .is_ok_and(|number| number < 256)
    };
    if !is_dotted
        || run.gap(place) == "."
        || !(place..place + 4).all(is_byte)
        || run.is_glued(place, 4)
    {
        return None;
    }
    let range = run.range(place, 4);
    let finding = Finding::new(4, range.clone(), RedactionKind::Ip);
    Some(if is_version(run.text, range.start) {
        Finding {
            span: None,
            ..finding
        }
    } else {
        finding
    })
}

fn is_version(text: &str, at: usize) -> bool {
    let window = window_before(text, at, 12).to_lowercase();
    let word = window
        .trim_end()
        .rsplit(|c| !is_word(c))
        .next()
        .unwrap_or_default();
    matches!(
        word,
        "version" | "v" | "release" | "firmware" | "build" | "fassung" | "update"
    ) && Context::before(text, at) != Context::Phone
}

/// Addresses of version 6: whatever the standard library takes for one, unless it could be a time or a path.
pub(crate) fn find_version_6(text: &str, spans: &mut Vec<Span>) {
    let is_part = |b: u8| b.is_ascii_hexdigit() || b == b':' || b == b'.';
    let bytes = text.as_bytes();
    let mut done = 0;
    for colon in memchr::memchr_iter(b':', bytes) {
        if colon < done {
            continue;
        }
        let head = bytes.get(done..colon).unwrap_or_default();
        let start = colon - head.iter().rev().take_while(|b| is_part(**b)).count();
        let tail = bytes.get(colon..).unwrap_or_default();
        done = colon + tail.iter().take_while(|b| is_part(**b)).count();
        let token = text.get(start..done).unwrap_or_default();
        let token = token.trim_end_matches(['.', ':']);
        let range = start..start + token.len();
        let is_long =
            token.len() > 3 && token.len() <= LONGEST && token.bytes().any(|b| b.is_ascii_digit());
        if is_long && token.parse::<Ipv6Addr>().is_ok() && stands_alone(text, &range) {
            spans.push(Span::new(range, RedactionKind::Ip));
        }
    }
}
