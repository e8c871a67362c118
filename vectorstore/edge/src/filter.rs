//! [`Filter::admits`] in the engine's words.

use qdrant_edge::{
    AnyVariants, Condition, CreateIndex, DateTimeWrapper, FieldCondition, FieldIndexOperations,
    Filter as EngineFilter, JsonPath, Match, PayloadFieldSchema, PayloadSchemaType, Range,
    RangeInterface, UpdateOperation, ValueVariants,
};
use upturn_core::{ConversationId, Date, Filter, Outcome};

use crate::EngineError;

const KIND: &str = "kind";
const CONVERSATION: &str = "conversation";
const OUTCOME: &str = "outcome";
const ACCOUNT: &str = "account";
const REP: &str = "rep";
const STAGE: &str = "stage";
const INDUSTRY: &str = "industry";
const LANGUAGE: &str = "language";
const DATE: &str = "date";
const AMOUNT: &str = "amount";
const FINGERPRINT: &str = "fingerprint";

/// Every field that a [`Filter`] may name, and how it is compared: whole words, points in time, numbers.
const FIELDS: [(&str, PayloadSchemaType); 11] = [
    (KIND, PayloadSchemaType::Keyword),
    (CONVERSATION, PayloadSchemaType::Keyword),
    (OUTCOME, PayloadSchemaType::Keyword),
    (ACCOUNT, PayloadSchemaType::Keyword),
    (REP, PayloadSchemaType::Keyword),
    (STAGE, PayloadSchemaType::Keyword),
    (INDUSTRY, PayloadSchemaType::Keyword),
    (LANGUAGE, PayloadSchemaType::Keyword),
    (FINGERPRINT, PayloadSchemaType::Keyword),
    (DATE, PayloadSchemaType::Datetime),
    (AMOUNT, PayloadSchemaType::Float),
];

/// The operations that index these fields.
pub(crate) fn payload_indexes() -> Result<Vec<UpdateOperation>, EngineError> {
    let create = |(field, schema)| {
        let index = CreateIndex {
            field_name: path(field)?,
            field_schema: Some(PayloadFieldSchema::FieldType(schema)),
        };
        let operation = FieldIndexOperations::CreateIndex(index);
        Ok(UpdateOperation::FieldIndexOperation(operation))
    };
    FIELDS.into_iter().map(create).collect()
}

/// The engine's filter that admits the same documents.
pub(crate) fn filter(admitted: &Filter) -> Result<EngineFilter, EngineError> {
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
        kind.map(|kind| is(KIND, kind.as_str())),
        outcome.map(|outcome| is(OUTCOME, outcome.as_str())),
        labelled.then(|| is_any(OUTCOME, outcomes)),
        listed(CONVERSATION, ids(conversations)),
        listed(ACCOUNT, words(accounts)),
        listed(REP, words(reps)),
        listed(STAGE, words(stages)),
        listed(INDUSTRY, words(industries)),
        listed(LANGUAGE, words(languages)),
        days(*since, *before).transpose(),
        amounts(*amount_from, *amount_to),
    ];
    let must_not = [
        listed(CONVERSATION, ids(without_conversations)),
        listed(ACCOUNT, words(without_accounts)),
    ];
    Ok(EngineFilter {
        should: None,
        min_should: None,
        must: Some(must.into_iter().flatten().collect::<Result<_, _>>()?),
        must_not: Some(must_not.into_iter().flatten().collect::<Result<_, _>>()?),
    })
}

fn ids(conversations: &[ConversationId]) -> impl Iterator<Item = &str> {
    conversations.iter().map(ConversationId::as_str)
}

fn words(words: &[String]) -> impl Iterator<Item = &str> {
    words.iter().map(String::as_str)
}

/// No condition where nothing is listed.
fn listed<'a>(
    field: &str,
    words: impl Iterator<Item = &'a str>,
) -> Option<Result<Condition, EngineError>> {
    let mut words = words.peekable();
    words.peek()?;
    Some(is_any(field, words))
}

fn is(field: &str, word: &str) -> Result<Condition, EngineError> {
    let value = ValueVariants::String(word.to_owned());
    let condition = FieldCondition::new_match(path(field)?, Match::new_value(value));
    Ok(Condition::Field(condition))
}

fn is_any<'a>(
    field: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Result<Condition, EngineError> {
    let words = words.into_iter().map(str::to_owned).collect();
    let any = Match::new_any(AnyVariants::Strings(words));
    let condition = FieldCondition::new_match(path(field)?, any);
    Ok(Condition::Field(condition))
}

/// The engine reads a day as its midnight, UTC.
fn days(since: Option<Date>, before: Option<Date>) -> Result<Option<Condition>, EngineError> {
    if since.is_none() && before.is_none() {
        return Ok(None);
    }
    let range = Range {
        lt: before.map(midnight).transpose()?,
        gte: since.map(midnight).transpose()?,
        gt: None,
        lte: None,
    };
    let condition = FieldCondition::new_datetime_range(path(DATE)?, range);
    Ok(Some(Condition::Field(condition)))
}

fn midnight(day: Date) -> Result<DateTimeWrapper, EngineError> {
    day.to_string()
        .parse()
        .map_err(|_| EngineError::new(format!("`{day}` is no day to the engine")))
}

fn amounts(from: Option<f64>, to: Option<f64>) -> Option<Result<Condition, EngineError>> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let range = Range {
        gte: from.map(Into::into),
        lte: to.map(Into::into),
        gt: None,
        lt: None,
    };
    Some(path(AMOUNT).map(|field| {
        let mut condition = FieldCondition::new_range(field, Range::default());
        condition.range = Some(RangeInterface::Float(range));
        Condition::Field(condition)
    }))
}

fn path(field: &str) -> Result<JsonPath, EngineError> {
    JsonPath::try_from(field)
        .map_err(|()| EngineError::new(format!("`{field}` is no field to the engine")))
}
