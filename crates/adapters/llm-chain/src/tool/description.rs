//! A JSON Schema in llm-chain's words: [`of`].

use llm_chain::tools::{Format, FormatPart, ToolDescription as ForeignDescription};
use serde_json::Value;
use upturn_chains::ToolDescription;

/// What llm-chain tells a model of a tool: a line for each field.
pub(super) fn of(tool: &ToolDescription) -> ForeignDescription {
    let context = "when its answer is what you need";
    ForeignDescription::new(
        &tool.name,
        &tool.description,
        context,
        format(tool.input.as_value()),
        format(tool.output.as_value()),
    )
}

fn format(schema: &Value) -> Format {
    let fields = schema.get("properties").and_then(Value::as_object);
    let parts = fields.into_iter().flatten().map(|(key, field)| {
        let purpose = purpose(field, is_required(schema, key));
        FormatPart::new(key, &purpose)
    });
    Format::new(parts.collect())
}

fn is_required(schema: &Value, key: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|name| name == key))
}

/// What the field means, of which type it is, and whether it can be left out.
fn purpose(field: &Value, is_required: bool) -> String {
    let meaning = field.get("description").and_then(Value::as_str);
    let kind = match field.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => String::new(),
    };
    let optional = if is_required { "" } else { "optional" };
    let notes = [kind.as_str(), optional]
        .into_iter()
        .filter(|note| !note.is_empty());
    let notes: Vec<_> = notes.collect();
    match (meaning.unwrap_or_default(), notes.join(", ")) {
        (meaning, notes) if notes.is_empty() => meaning.to_owned(),
        ("", notes) => format!("({notes})"),
        (meaning, notes) => format!("{meaning} ({notes})"),
    }
}
