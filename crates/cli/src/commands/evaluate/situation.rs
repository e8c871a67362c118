//! Which calls are of one situation: [`Situation`].

use std::collections::BTreeSet;

use upturn::{Conversation, Diagnostic, ErrorKind};

use super::column::{columns, plain};

/// The field unless another is named: the buyer's trade, in Craigslist Bargain the kind of thing that is sold.
pub(super) const DEFAULT: &str = "industry";

/// Fields that name one deal or its day, and no kind of call.
const OF_ONE_DEAL: [&str; 4] = ["account", "amount", "date", "outcome_date"];

/// A field of the metadata whose value names the situation of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Situation(String);

/// The field that was named stands in no call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no call has the field `{field}` that `--situation` names")]
pub(super) struct NoSituation {
    field: String,
    others: BTreeSet<String>,
}

impl Diagnostic for NoSituation {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let others = self.others.iter().map(|field| format!("`{field}`"));
        let others: Vec<String> = others.collect();
        Some(if others.is_empty() {
            "leave it out: no field of these calls names a situation".to_owned()
        } else {
            format!("name one that they have: {}", others.join(", "))
        })
    }
}

/// A field as typed, any but those of one deal.
///
/// # Errors
///
/// A sentence for the person who typed another one.
pub(super) fn field(text: &str) -> Result<Situation, String> {
    let field = text.trim();
    if field.is_empty() || OF_ONE_DEAL.contains(&field) {
        return Err(
            "expected a field that names a kind of call, such as `industry` or `stage`".to_owned(),
        );
    }
    Ok(Situation(field.to_owned()))
}

impl Situation {
    /// The one that was typed, else the default one if some call has it.
    ///
    /// # Errors
    ///
    /// [`NoSituation`] if no call has the one that was typed.
    pub(super) fn of_calls(
        typed: Option<&Self>,
        calls: &[&Conversation],
    ) -> Result<Option<Self>, NoSituation> {
        let default = Self(DEFAULT.to_owned());
        let wanted = typed.unwrap_or(&default);
        if calls.iter().any(|call| wanted.value(call).is_some()) {
            return Ok(Some(wanted.clone()));
        }
        typed.map_or(Ok(None), |Self(field)| {
            let others = calls.iter().flat_map(|call| values(call));
            Err(NoSituation {
                field: field.clone(),
                others: others.map(|(name, _)| name).collect(),
            })
        })
    }

    /// The field.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// The situation of a call, without capitals and outer space; none where the field is absent, empty or a list.
    pub(super) fn value(&self, call: &Conversation) -> Option<String> {
        plain(columns(call).get(&self.0)?).map(|value| value.to_lowercase())
    }
}

/// What names a situation: texts, numbers and yes or no.
fn values(call: &Conversation) -> impl Iterator<Item = (String, String)> {
    let fields = columns(call).into_iter();
    let of_many = fields.filter(|(field, _)| !OF_ONE_DEAL.contains(&field.as_str()));
    of_many.filter_map(|(field, value)| Some((field, plain(&value)?.to_lowercase())))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn call(metadata: &Value) -> Conversation {
        let line = json!({"id": "1", "turns": [{"speaker": "buyer", "text": "yes"}], "metadata": metadata});
        serde_json::from_value(line).unwrap()
    }

    #[test]
    fn a_situation_is_any_plain_value_of_the_metadata() {
        let call = call(
            &json!({"industry": " Bikes ", "stage": " ", "seats": 5, "pilot": true, "tags": ["a"]}),
        );
        for (name, value) in [
            ("industry", Some("bikes")),
            ("stage", None),
            ("seats", Some("5")),
            ("pilot", Some("true")),
            ("tags", None),
            ("rep", None),
        ] {
            assert_eq!(
                field(name).unwrap().value(&call).as_deref(),
                value,
                "{name}"
            );
        }
        for name in ["account", "amount", "", "date"] {
            assert!(field(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_field_that_no_call_has_is_refused_if_it_was_typed() {
        let (bike, bare) = (
            call(&json!({"industry": "bike", "seats": 5})),
            call(&json!({})),
        );
        let of = |typed: Option<&str>, calls: &[&Conversation]| {
            Situation::of_calls(typed.map(|name| field(name).unwrap()).as_ref(), calls)
        };
        assert_eq!(
            of(None, &[&bare, &bike]),
            Ok(Some(Situation(DEFAULT.to_owned())))
        );
        assert_eq!(of(None, &[&bare]), Ok(None));
        let refused = of(Some("stage"), &[&bare, &bike]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "no call has the field `stage` that `--situation` names"
        );
        assert_eq!(
            refused.hint().unwrap(),
            "name one that they have: `industry`, `seats`"
        );
        assert!(
            of(Some("stage"), &[&bare])
                .unwrap_err()
                .hint()
                .unwrap()
                .contains("leave it out")
        );
    }
}
