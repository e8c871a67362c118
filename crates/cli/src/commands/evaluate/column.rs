//! What calls say in the columns of their metadata, as text: [`columns`].

use serde_json::{Map, Value};
use upturn::Conversation;

/// Every field of a call's metadata, a column of one's own included, with its value as in files.
pub(super) fn columns(call: &Conversation) -> Map<String, Value> {
    match serde_json::to_value(call.metadata()) {
        Ok(Value::Object(fields)) => fields,
        // Metadata are an object of texts and numbers whatever they hold.
        _ => Map::new(),
    }
}

/// A text without space around it, a number, true or false; none of what is empty, a list or an object.
pub(super) fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}
