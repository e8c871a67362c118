//! JSON of a type: [`JsonParser`].

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::values::values;
use super::{OutputError, OutputParser};
use crate::schema::schema_of;

/// JSON of the type `T`, alone, in prose or in a code fence. The first value that fits is taken.
///
/// ```
/// use upturn_chains::{JsonParser, OutputParser};
///
/// #[derive(schemars::JsonSchema, serde::Deserialize)]
/// struct Next {
///     question: String,
/// }
///
/// let parser = JsonParser::<Next>::new();
/// let next = parser.parse("Sure! ```json\n{\"question\": \"Who signs?\"}\n```")?;
/// assert_eq!(next.question, "Who signs?");
/// let error = parser.parse("{\"question\": 3}").err().map(|it| it.to_string());
/// assert_eq!(
///     error.as_deref(),
///     Some("field `question` of the answer does not fit: invalid type: integer, expected a string")
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonParser<T>(PhantomData<fn() -> T>);

impl<T> JsonParser<T> {
    /// A parser of the type.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for JsonParser<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for JsonParser<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonParser<{}>", std::any::type_name::<T>())
    }
}

impl<T: DeserializeOwned + JsonSchema> OutputParser<T> for JsonParser<T> {
    fn instructions(&self) -> String {
        let schema = schema_of::<T>();
        format!(
            "Answer with JSON by this schema, and with nothing else:\n{}",
            schema.as_value()
        )
    }

    fn schema(&self) -> Option<Schema> {
        Some(schema_of::<T>())
    }

    /// Where nothing fits, the error is that of the first value that has fields, else of the first.
    fn parse(&self, text: &str) -> Result<T, OutputError> {
        let mut unfit = None;
        for value in values(text)? {
            let has_fields = value.is_object();
            match read(value) {
                Ok(read) => return Ok(read),
                Err(error) => match &unfit {
                    Some((true, _)) => {}
                    Some((false, _)) if !has_fields => {}
                    _ => unfit = Some((has_fields, error)),
                },
            }
        }
        Err(unfit.map_or(OutputError::NoJson, |(_, error)| error))
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, OutputError> {
    serde_path_to_error::deserialize(value).map_err(|error| OutputError::Field {
        reason: reason(&error.inner().to_string()),
        path: path(&error),
    })
}

/// Where a value does not fit. A field that there is not is called by the model's word: its place is where it stands.
fn path(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let unknown = error.inner().to_string().starts_with("unknown field");
    match error.path().iter().next_back() {
        Some(Segment::Map { key }) if unknown => {
            let parent = path.strip_suffix(key.as_str()).unwrap_or_default();
            let parent = parent.strip_suffix('.').unwrap_or(parent);
            if parent.is_empty() { "." } else { parent }.to_owned()
        }
        _ => path,
    }
}

/// What was expected, without what was got: up to the first quote, and behind the last `, expected`.
fn reason(told: &str) -> String {
    if told.starts_with("missing field") {
        return told.to_owned();
    }
    let what = told.split(['"', '`']).next().unwrap_or_default();
    let what = what.split(", expected ").next().unwrap_or_default().trim();
    match told.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{what}, expected {expected}"),
        None => what.to_owned(),
    }
}
