//! E-mail and web addresses as they are spoken: `jane dot doe at example dot com`.

use std::ops::Range;

use regex::Regex;

use crate::redaction::boundaries::stands_alone;
use crate::redaction::{RedactionError, RedactionKind, span::Span};

/// Words before `at` that are no name of a mailbox: `look at example dot com`.
const NO_MAILBOX: &[&str] = &[
    "look",
    "us",
    "me",
    "him",
    "her",
    "them",
    "it",
    "is",
    "are",
    "was",
    "be",
    "go",
    "up",
    "out",
    "here",
    "there",
    "more",
    "online",
    "website",
    "site",
    "page",
    "visit",
    "found",
    "find",
    "available",
    "live",
    "work",
    "works",
    "working",
    "over",
    "and",
    "or",
    "address",
    "in",
    "on",
];

/// Rules for spoken addresses.
#[derive(Debug)]
pub(crate) struct SpokenWebs {
    email: Regex,
    web: Regex,
}

impl SpokenWebs {
    pub(crate) fn new() -> Result<Self, RedactionError> {
        let email = r"(?i)\b([a-z0-9]+(?:(?:\s+(?:dot|point|underscore|dash|hyphen|minus|plus|punkt|unterstrich|bindestrich)\s+|[._+-])[a-z0-9]+)*)(?:\s+(?:at|ät)\s+|\s*[(\[{]\s*at\s*[)\]}]\s*)([a-z0-9]+(?:(?:\s+(?:dot|punkt|dash|hyphen|minus|bindestrich)\s+|[.-])[a-z0-9]+)*)";
        let web = r"(?i)\b(?:[a-z0-9]+\s+(?:dot|punkt|dash|minus|bindestrich)\s+){1,8}(?:com|org|net|de|io|co|uk|eu|info|at|ch|fr|nl|example)(?:\s+slash\s+[a-z0-9]+)*";
        Ok(Self {
            email: super::compiled("EMAIL", email)?,
            web: super::compiled("URL", web)?,
        })
    }

    /// All spoken addresses of a text.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        for found in self.email.captures_iter(text) {
            let groups = (found.get(0), found.get(1), found.get(2));
            if let (Some(whole), Some(local), Some(domain)) = groups
                && is_email(local.as_str(), domain.as_str())
                && stands_alone(text, &whole.range())
            {
                spans.push(Span::new(whole.range(), RedactionKind::Email));
            }
        }
        let webs = self.web.find_iter(text).map(|found| found.range());
        let webs = webs.filter(|range: &Range<usize>| stands_alone(text, range));
        spans.extend(webs.map(|range| Span::new(range, RedactionKind::Url)));
    }
}

/// Whether it was an address, rather than a talk about somebody at some place.
fn is_email(local: &str, domain: &str) -> bool {
    let local = local.to_lowercase();
    let domain = domain.to_lowercase();
    let is_spoken = [" dot ", " punkt "].iter().any(|dot| domain.contains(dot));
    let is_single = local.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_mailbox = !NO_MAILBOX.contains(&local.as_str());
    is_mailbox && (is_spoken || (domain.contains('.') && !is_single))
}
