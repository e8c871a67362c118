//! E-mail addresses as they are written; spoken ones are [`spoken_webs`](super::spoken_webs).

use crate::redaction::{RedactionKind, span::Span};

/// Most bytes looked at before and after the `@` (RFC 5321 allows 64 and 255).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// All written addresses of a text.
pub(crate) fn find(text: &str, spans: &mut Vec<Span>) {
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let head = text.get(..at).unwrap_or_default();
        let tail = text.get(at + 1..).unwrap_or_default();
        let (local, domain) = (local_part(head), domain(tail));
        if local > 0 && domain > 0 {
            spans.push(Span::new(at - local..at + 1 + domain, RedactionKind::Email));
        }
    }
}

/// Bytes before the `@` that belong to the address.
fn local_part(head: &str) -> usize {
    let is_part = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '~' | '=')
    };
    let mut length = 0;
    for c in head.chars().rev().take_while(|c| is_part(*c)) {
        if length + c.len_utf8() > LOCAL {
            break;
        }
        length += c.len_utf8();
    }
    let start = head.len() - length;
    let local = head.get(start..).unwrap_or_default();
    local.trim_start_matches(['.', '\'', '-', '=', '&']).len()
}

/// Bytes after the `@` that belong to the address: labels with dots between them, the last of which begins
/// with two letters.
fn domain(tail: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut length = 0;
    for c in tail.chars().take_while(|c| is_part(*c)) {
        if length + c.len_utf8() > DOMAIN {
            break;
        }
        length += c.len_utf8();
    }
    let mut domain = tail
        .get(..length)
        .unwrap_or_default()
        .trim_end_matches(['.', '-']);
    // What follows a full stop without a space may be the next sentence: its label is cut off.
    while let Some((head, last)) = domain.rsplit_once('.') {
        // `com5`: digits glued to the end leave it an address.
        if last.chars().take_while(|c| c.is_alphabetic()).count() >= 2 && !head.is_empty() {
            return domain.len();
        }
        domain = head;
    }
    0
}
