//! What is known of a call, as one value: [`measured`] and [`known`].

use serde_json::Value;
use upturn_core::Metadata;

use super::CitedValue;
use crate::{MeasureKind, MeasureName, Measures};

/// A measure, as what it is.
pub(crate) fn measured(measures: &Measures, name: MeasureName) -> Option<CitedValue> {
    let value = measures.value(name)?;
    Some(match name.kind() {
        MeasureKind::Number => CitedValue::Number(value),
        MeasureKind::YesNo => CitedValue::YesNo(value > 0.0),
    })
}

/// A field of the metadata. Numbers, flags and texts of an export may stand in quotes.
pub(crate) fn known(metadata: &Metadata, field: &str) -> Option<CitedValue> {
    let text = |text: Option<&String>| text.map(|text| CitedValue::Text(text.clone()));
    match field {
        "account" => text(metadata.account.as_ref()),
        "rep" => text(metadata.rep.as_ref()),
        "stage" => text(metadata.stage.as_ref()),
        "industry" => text(metadata.industry.as_ref()),
        "source" => text(metadata.source.as_ref()),
        "language" => text(metadata.language.as_ref()),
        "amount" => metadata.amount.map(CitedValue::Number),
        _ => {
            let number = metadata.number(field).map(CitedValue::Number);
            number.or_else(|| worded(metadata.extra.get(field)?))
        }
    }
}

/// What is no number.
fn worded(value: &Value) -> Option<CitedValue> {
    match value {
        Value::Bool(flag) => Some(CitedValue::YesNo(*flag)),
        Value::String(text) => Some(written(text)),
        Value::Number(_) | Value::Array(_) | Value::Null | Value::Object(_) => None,
    }
}

fn written(text: &str) -> CitedValue {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" => CitedValue::YesNo(true),
        "false" | "no" => CitedValue::YesNo(false),
        _ => CitedValue::Text(text.to_owned()),
    }
}
