//! One JSON document as a type: [`parse`]. A fault is named with its path, and nothing of the document is quoted.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::record::not_json;
use crate::{Quoted, RejectReason};

/// A JSON object as `T`. Arrays, which derived parsers would take for the fields in their order, are refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// What a parser expects, and how a refusal says it.
const EXPECTED: &[(&str, &str)] = &[
    ("a string", "a text"),
    ("f64", "a number"),
    ("a boolean", "true or false"),
    ("a sequence", "an array"),
    ("a map", "an object"),
    ("an object", "an object"),
    (super::label::EXPECTED, super::label::EXPECTED),
    (super::day::EXPECTED, super::day::EXPECTED),
    (super::chat::CONTENT, super::chat::CONTENT),
    (super::chat::PART, super::chat::PART),
];

/// Parses an object.
///
/// # Errors
///
/// A reason that quotes nothing but names of fields of `T`.
pub(crate) fn parse<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, RejectReason> {
    parse_any::<Object<T>>(text).map(|object| object.0)
}

/// Parses a value of any kind; otherwise as [`parse`].
pub(crate) fn parse_any<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, RejectReason> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            traced::<T>(text).unwrap_or_else(|| unnamed(&error))
        } else {
            not_json(&error)
        }
    })
}

/// The same refusal with its path inside `place`.
pub(crate) fn within(place: &str, mut reason: RejectReason) -> RejectReason {
    if let RejectReason::Missing { field } | RejectReason::WrongType { field, .. } = &mut reason {
        *field = joined(place, field);
    }
    reason
}

/// The fault again, with its path.
fn traced<'de, T: Deserialize<'de>>(text: &'de str) -> Option<RejectReason> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let fault = serde_path_to_error::deserialize::<_, T>(&mut parser).err()?;
    let path = fault.path().to_string();
    let path = if path == "." { "" } else { path.as_str() };
    named(path, &fault.inner().to_string())
}

/// The reason in the parser's message, of which only its own words are used.
fn named(path: &str, message: &str) -> Option<RejectReason> {
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field `") {
        let field = joined(path, quoted());
        return Some(RejectReason::Missing { field });
    }
    if message.starts_with("duplicate field `") {
        let field = Quoted::new(quoted());
        return Some(RejectReason::DuplicateField { field });
    }
    let (_, expected) = message.rsplit_once(", expected ")?;
    let expected = expected.split(" at line ").next()?;
    let (_, expected) = EXPECTED.iter().find(|(theirs, _)| *theirs == expected)?;
    let field = if path.is_empty() { "record" } else { path };
    Some(RejectReason::WrongType {
        field: field.to_owned(),
        expected,
    })
}

fn unnamed(error: &serde_json::Error) -> RejectReason {
    RejectReason::WrongForm {
        line: error.line(),
        column: error.column(),
    }
}

fn joined(path: &str, field: &str) -> String {
    match path {
        "" => field.to_owned(),
        path => format!("{path}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Call {
        #[expect(dead_code, reason = "only parsed")]
        said: Vec<Object<Said>>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only parsed")]
    struct Said {
        text: String,
        start: Option<f64>,
    }

    #[test]
    fn each_fault_is_named_with_its_path_and_nothing_is_quoted() {
        for (document, message) in [
            (r#"["PIN"]"#, "`record` is not an object"),
            (r#""PIN""#, "`record` is not an object"),
            ("{}", "`said` is missing"),
            (r#"{"said":"PIN"}"#, "`said` is not an array"),
            (r#"{"said":[["PIN",1]]}"#, "`said[0]` is not an object"),
            (
                r#"{"said":[{"text":"a"},{"PIN":1}]}"#,
                "`said[1].text` is missing",
            ),
            (
                r#"{"said":[{"text":4711}]}"#,
                "`said[0].text` is not a text",
            ),
            (
                r#"{"said":[{"text":"x","start":"PIN, expected a string"}]}"#,
                "`said[0].start` is not a number",
            ),
            (
                r#"{"said":[{"text":"x","text":"PIN"}]}"#,
                "field `text` is given twice",
            ),
            (
                r#"{"said":[{"text":"PIN"}"#,
                "not JSON at column 21: EOF while parsing a list",
            ),
            (
                r#"{"PIN":{"PIN":PIN}}"#,
                "not JSON at column 15: expected value",
            ),
            (
                r#"{"said":[]} "PIN""#,
                "something follows the conversation, exactly one is expected",
            ),
        ] {
            let document = document.replace("PIN", "4711 is my pin");
            let reason = parse::<Call>(&document).unwrap_err();
            assert!(!format!("{reason:?} {reason}").contains("4711"), "{reason}");
            if !message.starts_with("not JSON") {
                assert_eq!(reason.to_string(), message, "{document}");
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused_or_stepped_over_but_never_followed() {
        let deep = "[".repeat(200_000);
        assert!(parse::<Call>(&deep).is_err());
        assert!(parse::<Call>(&format!("{{\"other\":{deep}")).is_err());
        let closed = format!("{{\"said\":[],\"other\":{deep}{}}}", "]".repeat(200_000));
        assert!(parse::<Call>(&closed).is_ok());
    }
}
