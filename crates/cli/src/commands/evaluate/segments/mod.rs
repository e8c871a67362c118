//! Whether probabilities hold in each part of the calls, and persons in an order: [`SegmentReport`].

mod field;
mod pages;
mod text;

use std::collections::HashMap;

use serde::Serialize;
use upturn::eval::{Predictions, Row};
use upturn::predict::{
    LEAST_CALLS, PersonCall, RankedPerson, SegmentCall, SegmentCheck, TooFewCalls, ranked, segments,
};
use upturn::{Conversation, ConversationId};

pub(super) use field::Field;

/// What was found where calls are cut by one field.
#[derive(Debug, Serialize)]
pub(super) struct SegmentReport {
    field: String,
    /// Share of the turns that was known.
    prefix: f64,
    /// Calls that say nothing there.
    without: usize,
    segments: Vec<CheckedSegment>,
    /// Of a field that names persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    persons: Option<Persons>,
}

/// A segment, and whether it is off by more than chance.
#[derive(Debug, Serialize)]
struct CheckedSegment {
    #[serde(flatten)]
    check: SegmentCheck,
    beyond_chance: bool,
}

/// Persons with enough calls in an order, and the others.
#[derive(Debug, Serialize)]
struct Persons {
    /// Share of the turns that was known where the chance was predicted that a person's calls are compared with: the
    /// shortest, where the person has changed least.
    prefix: f64,
    /// Nobody with fewer calls is ranked.
    least_calls: usize,
    ranked: Vec<RankedPerson>,
    not_ranked: Vec<TooFewCalls>,
}

/// Predictions where a share of the turns was known.
type AtPrefix<'a> = (f64, &'a Predictions);

impl SegmentReport {
    /// One for each field, of the longest of the prefixes; persons are compared with what the shortest promised.
    pub(super) fn all(
        fields: &[Field],
        calls: &[&Conversation],
        prefixes: &[f64],
        ours: &[Predictions],
    ) -> Vec<Self> {
        let mut at: Vec<AtPrefix<'_>> = prefixes.iter().copied().zip(ours).collect();
        at.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some(shortest), Some(longest)) = (at.first(), at.last()) else {
            return Vec::new();
        };
        let calls = calls.iter().map(|call| (call.id(), *call)).collect();
        let of = |field| Self::of(field, &calls, *shortest, *longest);
        fields.iter().map(of).collect()
    }

    fn of(
        field: &Field,
        calls: &HashMap<&ConversationId, &Conversation>,
        shortest: AtPrefix<'_>,
        (prefix, said): AtPrefix<'_>,
    ) -> Self {
        let named: Vec<SegmentCall> = named(field, calls, said)
            .map(|(segment, row)| SegmentCall {
                segment,
                group: row.group.clone(),
                probability: row.probability.value(),
                won: row.won,
            })
            .collect();
        let checked = segments(&named).into_iter().map(|check| CheckedSegment {
            beyond_chance: check.beyond_chance(),
            check,
        });
        Self {
            field: field.0.clone(),
            prefix,
            without: said.rows().len() - named.len(),
            segments: checked.collect(),
            persons: field
                .is_person()
                .then(|| Persons::of(field, calls, shortest)),
        }
    }
}

impl Persons {
    fn of(
        field: &Field,
        calls: &HashMap<&ConversationId, &Conversation>,
        (prefix, said): AtPrefix<'_>,
    ) -> Self {
        let led: Vec<PersonCall> = named(field, calls, said)
            .map(|(person, row)| PersonCall {
                person,
                group: row.group.clone(),
                probability: row.probability.value(),
                won: row.won,
            })
            .collect();
        let (ranked, not_ranked) = ranked(&led, LEAST_CALLS);
        Self {
            prefix,
            least_calls: LEAST_CALLS,
            ranked,
            not_ranked,
        }
    }
}

/// Every prediction whose call says something there, with what it says.
fn named<'a>(
    field: &'a Field,
    calls: &'a HashMap<&ConversationId, &Conversation>,
    said: &'a Predictions,
) -> impl Iterator<Item = (String, &'a Row)> {
    said.rows()
        .iter()
        .filter_map(|row| Some((field.value(calls.get(&row.id)?)?, row)))
}

#[cfg(test)]
mod tests;
