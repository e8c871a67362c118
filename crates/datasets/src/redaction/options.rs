//! What is redacted and how: [`RedactionOptions`] with its [`CustomPattern`]s and [`MetadataRedaction`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{PseudonymKey, RedactionError, RedactionKind};

/// What is redacted and how. As TOML all of it is optional, and the key is not part of it:
///
/// ```toml
/// kinds = ["PERSON", "EMAIL", "PHONE"]
/// metadata = "pseudonym"
/// name_fields = ["signed_by"]
///
/// [[custom]]
/// name = "POLICY_NUMBER"
/// pattern = 'HL-\d{4}-\d{7}'
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RedactionOptions {
    /// Which kinds are searched for. All of [`RedactionKind::RULES`] by default.
    pub kinds: BTreeSet<RedactionKind>,
    /// Patterns of your own; they win over all rules. None by default.
    pub custom: Vec<CustomPattern>,
    /// What becomes of the metadata. [`MetadataRedaction::Pseudonym`] by default.
    pub metadata: MetadataRedaction,
    /// More fields of the metadata that hold names of people, besides those known (`contact`, `owner`, …). None by
    /// default.
    pub name_fields: Vec<String>,
    /// The key of ids, reps and accounts. None by default, which [`Redactor::new`](super::Redactor::new) refuses.
    #[serde(skip)]
    pub key: Option<PseudonymKey>,
}

/// A kind of your own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomPattern {
    /// Its name in placeholders and counts: upper-case letters, digits and `_`, a letter first, at most 32.
    pub name: String,
    /// A regular expression of the crate `regex`. A match that begins or ends within a word is widened to the word.
    pub pattern: String,
}

/// What becomes of the metadata.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MetadataRedaction {
    /// `rep` and `account` become keyed hashes, the same in the whole data set, so that both still group; every other
    /// text is redacted like what was said. The default: a name that is taken out of the turns and stands in `rep`
    /// of the same record is not taken out at all.
    #[default]
    Pseudonym,
    /// Nothing is changed, names included.
    Keep,
}

impl Default for RedactionOptions {
    fn default() -> Self {
        Self {
            kinds: RedactionKind::RULES.into_iter().collect(),
            custom: Vec::new(),
            metadata: MetadataRedaction::default(),
            name_fields: Vec::new(),
            key: None,
        }
    }
}

impl RedactionOptions {
    /// Reads options; the key is not part of them.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Options`] with the line. Patterns are tried by [`Redactor::new`](super::Redactor::new).
    pub fn from_toml(text: &str) -> Result<Self, RedactionError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            RedactionError::Options {
                line: before.matches('\n').count() + 1,
                what: error.message().to_owned(),
            }
        })
    }

    /// The same with a key. None by default.
    #[must_use]
    pub fn with_key(mut self, key: PseudonymKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The same with other kinds. All by default.
    #[must_use]
    pub fn with_kinds(mut self, kinds: impl IntoIterator<Item = RedactionKind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// The same with one more pattern. None by default.
    #[must_use]
    pub fn with_custom(mut self, name: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.custom.push(CustomPattern {
            name: name.into(),
            pattern: pattern.into(),
        });
        self
    }

    /// The same with another treatment of the metadata. [`MetadataRedaction::Pseudonym`] by default.
    #[must_use]
    pub fn with_metadata(mut self, metadata: MetadataRedaction) -> Self {
        self.metadata = metadata;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_from_toml_and_a_fault_is_told_with_its_line() {
        let text = "kinds = [\"EMAIL\"]\nname_fields = [\"signed_by\"]\nmetadata = \"keep\"\n\
            [[custom]]\nname = \"POLICY\"\npattern = 'PL-\\d{6}'\n";
        let options = RedactionOptions::from_toml(text).unwrap();
        assert_eq!(options.kinds, BTreeSet::from([RedactionKind::Email]));
        assert_eq!(options.custom[0].pattern, r"PL-\d{6}");
        assert_eq!(options.metadata, MetadataRedaction::Keep);
        assert_eq!(options.name_fields, ["signed_by"]);
        let nothing = RedactionOptions::from_toml("").unwrap();
        assert_eq!(nothing, RedactionOptions::default());
        let error = RedactionOptions::from_toml("kinds = []\nkind = 1\n").unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("line 2 of the redaction options: "),
            "{message}"
        );
    }
}
