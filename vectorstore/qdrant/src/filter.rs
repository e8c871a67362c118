//! [`Filter::admits`] in the server's words.

use prost_types::Timestamp;
use qdrant_client::qdrant::{Condition, DatetimeRange, FieldType, Filter as ServerFilter, Range};
use upturn_core::{ConversationId, Date, Filter, Outcome};

pub(crate) const ACCOUNT: &str = "account";
pub(crate) const REP: &str = "rep";
const KIND: &str = "kind";
const CONVERSATION: &str = "conversation";
const OUTCOME: &str = "outcome";
const STAGE: &str = "stage";
const INDUSTRY: &str = "industry";
const LANGUAGE: &str = "language";
const DATE: &str = "date";
const AMOUNT: &str = "amount";
const FINGERPRINT: &str = "fingerprint";

/// Every field that a [`Filter`] may name, and how it is compared: whole words, points in time, numbers.
pub(crate) const FIELDS: [(&str, FieldType); 11] = [
    (KIND, FieldType::Keyword),
    (CONVERSATION, FieldType::Keyword),
    (OUTCOME, FieldType::Keyword),
    (ACCOUNT, FieldType::Keyword),
    (REP, FieldType::Keyword),
    (STAGE, FieldType::Keyword),
    (INDUSTRY, FieldType::Keyword),
    (LANGUAGE, FieldType::Keyword),
    (FINGERPRINT, FieldType::Keyword),
    (DATE, FieldType::Datetime),
    (AMOUNT, FieldType::Float),
];

/// The server's filter that admits the same documents.
pub(crate) fn filter(admitted: &Filter) -> ServerFilter {
    let Filter {
        kind,
        outcome,
        labelled,
        conversations,
        accounts,
        reps,
        stages,
        industries,
        languages,
        without_conversations,
        without_accounts,
        since,
        before,
        amount_from,
        amount_to,
    } = admitted;
    let outcomes = [Outcome::Won, Outcome::Lost].map(Outcome::as_str);
    let must = [
        kind.and_then(|kind| listed(KIND, [kind.as_str()])),
        outcome.and_then(|outcome| listed(OUTCOME, [outcome.as_str()])),
        labelled.then(|| listed(OUTCOME, outcomes)).flatten(),
        listed(CONVERSATION, ids(conversations)),
        listed(ACCOUNT, words(accounts)),
        listed(REP, words(reps)),
        listed(STAGE, words(stages)),
        listed(INDUSTRY, words(industries)),
        listed(LANGUAGE, words(languages)),
        days(*since, *before),
        amounts(*amount_from, *amount_to),
    ];
    let must_not = [
        listed(CONVERSATION, ids(without_conversations)),
        listed(ACCOUNT, words(without_accounts)),
    ];
    ServerFilter {
        should: Vec::new(),
        must: must.into_iter().flatten().collect(),
        must_not: must_not.into_iter().flatten().collect(),
        min_should: None,
    }
}

fn ids(conversations: &[ConversationId]) -> impl Iterator<Item = &str> {
    conversations.iter().map(ConversationId::as_str)
}

fn words(words: &[String]) -> impl Iterator<Item = &str> {
    words.iter().map(String::as_str)
}

/// Any of the words; no condition where nothing is listed.
fn listed<'a>(field: &str, words: impl IntoIterator<Item = &'a str>) -> Option<Condition> {
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    (!words.is_empty()).then(|| Condition::matches(field, words))
}

/// The server reads a stored day as its midnight, UTC.
fn days(since: Option<Date>, before: Option<Date>) -> Option<Condition> {
    if since.is_none() && before.is_none() {
        return None;
    }
    let range = DatetimeRange {
        lt: before.map(midnight),
        gte: since.map(midnight),
        gt: None,
        lte: None,
    };
    Some(Condition::datetime_range(DATE, range))
}

fn midnight(day: Date) -> Timestamp {
    let epoch = Date::constant(1970, 1, 1);
    Timestamp {
        seconds: epoch.duration_until(day).as_secs(),
        nanos: 0,
    }
}

fn amounts(from: Option<f64>, to: Option<f64>) -> Option<Condition> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let range = Range {
        gte: from,
        lte: to,
        gt: None,
        lt: None,
    };
    Some(Condition::range(AMOUNT, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_midnight_on_both_sides_of_1970() {
        let seconds = |day: &str| midnight(day.parse().unwrap()).seconds;
        assert_eq!(seconds("1970-01-01"), 0);
        assert_eq!(seconds("1969-12-31"), -86_400);
        assert_eq!(seconds("2026-03-01"), 1_772_323_200);
        assert_eq!(seconds("9999-12-31"), 253_402_214_400);
    }

    #[test]
    fn nothing_asked_is_no_condition() {
        let everything = filter(&Filter::default());
        assert!(everything.must.is_empty() && everything.must_not.is_empty());
    }
}
