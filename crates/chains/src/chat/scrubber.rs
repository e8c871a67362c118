//! What must not stand in a file: [`Scrubber`].

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What looks like a secret or like personal data, and what stands in its place. In this order: a key may hold what looks like a number.
const PATTERNS: [(&str, &str); 6] = [
    (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        KEY,
    ),
    (r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}", "$1 [key]"),
    (
        r"\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|hf|xox[abprs]|gsk|xai|pplx|AKIA|ASIA|AIza|ya29\.|eyJ)[A-Za-z0-9_.-]{12,}",
        KEY,
    ),
    (
        r#"(?i)\b(api[_-]?key|access[_-]?token|token|secret|password|passwd|authorization)("?\s*[:=]\s*"?)[^\s"',;\[\]]{6,}"#,
        "$1$2[key]",
    ),
    (
        r"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
        "[e-mail]",
    ),
    (
        r"(?:\+|\b00|\(|\b)\d(?:[ ().\u{a0}/-]{0,2}\d){8,14}\b",
        "[phone]",
    ),
];

const KEY: &str = "[key]";
/// In place of what the user named.
const SECRET: &str = "[secret]";

static COMPILED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let compiled = PATTERNS.iter().map(|(pattern, marker)| {
        let pattern = Regex::new(pattern).ok();
        pattern.map(|it| (it, *marker))
    });
    compiled.flatten().collect()
});

/// Takes out of text what looks like a key, a bearer, an e-mail address or a telephone number (9 to 15 digits), and the secrets it
/// was told. Rather too much than too little: it is for recordings of tests, not for redacting calls (`upturn-datasets` does that).
///
/// # Laws
///
/// - **Once.** Scrubbing what is scrubbed changes nothing.
/// - **Told.** No secret that it was told of stands in what it returns.
#[derive(Clone, Default)]
pub struct Scrubber {
    secrets: Vec<String>,
}

impl Scrubber {
    /// Only what looks like a secret.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes this out as well: a key, a name. Blank ones are none.
    #[must_use]
    pub fn with_secret(mut self, secret: impl Into<String>) -> Self {
        let secret = secret.into();
        if !secret.trim().is_empty() {
            self.secrets.push(secret);
            // A secret may be part of another one.
            self.secrets.sort_by_key(|it| std::cmp::Reverse(it.len()));
        }
        self
    }

    /// The text without.
    pub fn scrub(&self, text: &str) -> String {
        let told = self.without_told(text);
        let scrubbed = COMPILED.iter().fold(told, |text, (pattern, marker)| {
            match pattern.replace_all(&text, *marker) {
                Cow::Borrowed(_) => text,
                Cow::Owned(scrubbed) => scrubbed,
            }
        });
        // What two patterns left may stand together as a secret.
        if self.secrets.iter().any(|it| scrubbed.contains(it.as_str())) {
            return self.without_told(&scrubbed);
        }
        scrubbed
    }

    fn without_told(&self, text: &str) -> String {
        let secrets = self.secrets.iter();
        secrets.fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), SECRET)
        })
    }

    /// Each text within a value; the names of fields stay.
    pub(super) fn scrub_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.scrub(text),
            Value::Array(values) => values.iter_mut().for_each(|it| self.scrub_value(it)),
            Value::Object(fields) => fields.values_mut().for_each(|it| self.scrub_value(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Each text within what can be written as JSON.
    pub(super) fn scrubbed<T: Serialize + DeserializeOwned>(
        &self,
        it: &T,
    ) -> serde_json::Result<T> {
        let mut value = serde_json::to_value(it)?;
        self.scrub_value(&mut value);
        serde_json::from_value(value)
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrubber")
            .field("secrets", &self.secrets.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
    }

    #[test]
    fn secrets_and_personal_data_are_taken_out() {
        let table = [
            (
                "Authorization: Bearer abc.def-123456",
                "Authorization: [key] [key]",
            ),
            ("use sk-proj-abcdefghijkl1234 now", "use [key] now"),
            (
                r#"{"api_key": "hunter2hunter2"}"#,
                r#"{"api_key": "[key]"}"#,
            ),
            ("password=correcthorse", "password=[key]"),
            ("mail jane.doe+x@mail.example.org!", "mail [e-mail]!"),
            ("call +49 (0)30 1234-5678 today", "call [phone] today"),
            ("call 030/12345678", "call [phone]"),
            (
                "42 of 1,000 at 2.5 % in 2026",
                "42 of 1,000 at 2.5 % in 2026",
            ),
            ("-----BEGIN RSA PRIVATE KEY-----\nabc", "[key]"),
        ];
        for (text, scrubbed) in table {
            assert_eq!(Scrubber::new().scrub(text), scrubbed);
        }
    }

    #[test]
    fn a_secret_that_is_part_of_another_does_not_save_it() {
        let scrubber = Scrubber::new().with_secret("acme").with_secret("acme-7");
        assert_eq!(scrubber.scrub("acme-7 and acme"), "[secret] and [secret]");
        assert!(!format!("{scrubber:?}").contains("acme"));
    }

    proptest! {
        #[test]
        fn scrubbing_twice_is_scrubbing_once(text in r#"([a-z]{1,6}|[0-9+() -]{1,12}|@|\.|token[=:]|bearer |sk-|[ \n"]){0,16}"#) {
            let scrubber = Scrubber::new().with_secret("abc");
            let once = scrubber.scrub(&text);
            prop_assert!(!once.contains("abc"));
            prop_assert_eq!(scrubber.scrub(&once), once);
        }
    }
}
