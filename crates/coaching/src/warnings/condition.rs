//! One condition of a rule: [`Condition`].

use serde_json::Value;
use upturn_core::{Metadata, TurnRange};

use super::comparison::Comparison;
use super::truth::Truth;
use super::{Cite, CitedValue};
use crate::{MeasureKind, MeasureName, Measures};

/// What is looked at, and what must hold of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) subject: Subject,
    pub(super) comparison: Comparison,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    Measure(MeasureName),
    /// A field of the metadata by its name in files; those of `extra` included.
    Metadata(String),
}

impl Subject {
    /// The word used in files.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Measure(name) => name.as_str(),
            Self::Metadata(field) => field,
        }
    }

    fn value(&self, measures: &Measures, metadata: &Metadata) -> Option<CitedValue> {
        match self {
            Self::Measure(name) => {
                let value = measures.value(*name)?;
                Some(match name.kind() {
                    MeasureKind::Number => CitedValue::Number(value),
                    MeasureKind::YesNo => CitedValue::YesNo(value > 0.0),
                })
            }
            Self::Metadata(field) => known(metadata, field),
        }
    }

    fn turns(&self, measures: &Measures) -> Vec<TurnRange> {
        match self {
            Self::Measure(name) => measures.evidence(*name),
            Self::Metadata(_) => Vec::new(),
        }
    }
}

impl Condition {
    /// Whether it holds; unknown if the value is not known or of another kind.
    pub(super) fn truth(&self, measures: &Measures, metadata: &Metadata) -> Truth {
        let value = self.subject.value(measures, metadata);
        value.and_then(|value| self.comparison.holds(&value)).into()
    }

    /// What it rests on, if it holds.
    pub(super) fn cite(&self, measures: &Measures, metadata: &Metadata) -> Option<Cite> {
        let value = self.subject.value(measures, metadata)?;
        self.comparison.holds(&value)?.then(|| Cite {
            about: self.subject.name().to_owned(),
            value,
            turns: self.subject.turns(measures),
        })
    }
}

/// A field of the metadata. Numbers, flags and texts of an export may stand in quotes.
fn known(metadata: &Metadata, field: &str) -> Option<CitedValue> {
    let text = |text: Option<&String>| text.map(|text| CitedValue::Text(text.clone()));
    match field {
        "account" => text(metadata.account.as_ref()),
        "rep" => text(metadata.rep.as_ref()),
        "stage" => text(metadata.stage.as_ref()),
        "industry" => text(metadata.industry.as_ref()),
        "source" => text(metadata.source.as_ref()),
        "language" => text(metadata.language.as_ref()),
        "amount" => metadata.amount.map(CitedValue::Number),
        _ => extra(metadata.extra.get(field)?),
    }
}

fn extra(value: &Value) -> Option<CitedValue> {
    match value {
        Value::Bool(flag) => Some(CitedValue::YesNo(*flag)),
        Value::Number(number) => number.as_f64().map(CitedValue::Number),
        Value::String(text) => Some(written(text)),
        // Of a list, its length: `contacts` may be the contacts or their number.
        Value::Array(list) => Some(CitedValue::Number(list.len() as f64)),
        Value::Null | Value::Object(_) => None,
    }
}

fn written(text: &str) -> CitedValue {
    let number = text.trim().parse::<f64>().ok().filter(|it| it.is_finite());
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" => CitedValue::YesNo(true),
        "false" | "no" => CitedValue::YesNo(false),
        _ => number.map_or_else(|| CitedValue::Text(text.to_owned()), CitedValue::Number),
    }
}
