//! JSON inside an answer: [`values`].

use serde_json::{Deserializer, Value};

use super::OutputError;

/// The JSON values of a text, in order: the whole of it, or what begins with a bracket in prose or in a code fence.
///
/// Takes at most about 128 times as long as reading the text once: deeper nesting is no JSON to `serde_json`.
///
/// # Errors
///
/// [`OutputError::NoJson`], or [`OutputError::BrokenJson`] where a bracket begins something.
pub(super) fn values(text: &str) -> Result<Vec<Value>, OutputError> {
    if let Ok(value) = serde_json::from_str(text.trim()) {
        return Ok(vec![value]);
    }
    let (mut found, mut broken, mut rest) = (Vec::new(), None, text);
    while let Some(at) = rest.find(['{', '[']) {
        let here = rest.get(at..).unwrap_or_default();
        let mut stream = Deserializer::from_str(here).into_iter::<Value>();
        let read = stream.next();
        let behind = stream.byte_offset().max(1);
        match read {
            Some(Ok(value)) => {
                found.push(value);
                rest = here.get(behind..).unwrap_or_default();
            }
            Some(Err(error)) => {
                broken.get_or_insert(error);
                rest = here.get(1..).unwrap_or_default();
            }
            None => break,
        }
    }
    match (found.is_empty(), broken) {
        (false, _) => Ok(found),
        (true, None) => Err(OutputError::NoJson),
        (true, Some(error)) => Err(OutputError::BrokenJson {
            reason: reason(&error),
        }),
    }
}

/// What is wrong, without the place: it is counted from the bracket, which nobody sees.
fn reason(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let what = told
        .rsplit_once(" at line")
        .map_or(&*told, |(what, _)| what);
    what.to_owned()
}
