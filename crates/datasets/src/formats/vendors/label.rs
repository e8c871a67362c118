//! What a source calls something: [`Label`].

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

pub(crate) const EXPECTED: &str = "a text or a whole number";

/// An id or a label, which some write as a text and others as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label(String);

impl Label {
    /// Its text; none if it is blank.
    pub(crate) fn given(&self) -> Option<&str> {
        Some(self.0.trim()).filter(|text| !text.is_empty())
    }
}

/// The text of an optional label; none if it is absent or blank.
pub(crate) fn given(label: Option<&Label>) -> Option<&str> {
    label.and_then(Label::given)
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LabelVisitor)
    }
}

struct LabelVisitor;

impl Visitor<'_> for LabelVisitor {
    type Value = Label;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Label, E> {
        Ok(Label(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Label, E> {
        Ok(Label(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Label, E> {
        Ok(Label(number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_whole_numbers_are_labels() {
        let labels: Vec<Option<Label>> =
            serde_json::from_str(r#"["A", 0, -1, 7782342274025937895, " ", null]"#).unwrap();
        let labels: Vec<_> = labels.iter().map(|label| given(label.as_ref())).collect();
        let big = Some("7782342274025937895");
        assert_eq!(labels, [Some("A"), Some("0"), Some("-1"), big, None, None]);
        for other in ["1.5", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<Label>(other).is_err());
        }
    }
}
