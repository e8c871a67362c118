//! Our words into the engine's and back. Only this file and `engine.rs` know its types.
//!
//! Conversions destructure completely, so that a new field stops the build here.

use std::collections::BTreeMap;

use qdrant_edge::external::serde_json::{Map, Value};
use qdrant_edge::{
    Condition, CountRequest, CreateIndex, DEFAULT_VECTOR_NAME, DateTimeWrapper, Distance,
    EdgeConfig, EdgeVectorParamsBuilder, FieldCondition, FieldIndexOperations,
    Filter as EngineFilter, JsonPath, Match, NamedQuery, Payload, PayloadFieldSchema,
    PayloadSchemaType, PointId, PointInsertOperations, PointOperations, PointStructPersisted,
    QueryEnum, Range, Record, ScoredPoint, SearchRequest as EngineRequest, UpdateOperation,
    ValueVariants, VectorStructPersisted, WithPayloadInterface,
};
use serde::Serialize;
use upturn_core::{
    ConversationId, Date, Document, DocumentMetadata, Filter, Fingerprint, Outcome, Point,
    ScoredDocument, SearchRequest,
};

use crate::EngineError;

const KIND: &str = "kind";
const CONVERSATION: &str = "conversation";
const OUTCOME: &str = "outcome";
const ACCOUNT: &str = "account";
const DATE: &str = "date";
/// Fields that a [`Filter`] compares with whole words; `date` is compared as a point in time.
const KEYWORDS: [&str; 4] = [KIND, CONVERSATION, OUTCOME, ACCOUNT];

/// A document as it is stored: LangChain's two fields, and those that one may want to filter by.
#[derive(Serialize)]
struct StoredPayload<'a> {
    #[serde(flatten)]
    document: &'a Document,
    kind: &'static str,
    conversation: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    fingerprint: &'a str,
}

impl<'a> StoredPayload<'a> {
    fn new(document: &'a Document, fingerprint: &'a Fingerprint) -> Self {
        let DocumentMetadata {
            kind,
            conversation,
            turns: _,
            account,
            outcome,
            rep,
            stage,
            industry,
            date,
            language,
        } = &document.metadata;
        Self {
            document,
            kind: kind.as_str(),
            conversation: conversation.as_str(),
            account,
            outcome: outcome.map(Outcome::as_str),
            rep: rep.as_deref(),
            stage: stage.as_deref(),
            industry: industry.as_deref(),
            date: *date,
            language: language.as_deref(),
            fingerprint: fingerprint.as_str(),
        }
    }
}

/// One dense vector without a name, compared by cosine; everything else as the engine has it by default.
pub(crate) fn config(dimension: usize) -> EdgeConfig {
    let vector = EdgeVectorParamsBuilder::new(dimension, Distance::Cosine).build();
    EdgeConfig::builder()
        .vector(DEFAULT_VECTOR_NAME, vector)
        .build()
}

/// The operations that index every field a filter may name.
pub(crate) fn payload_indexes() -> Result<Vec<UpdateOperation>, EngineError> {
    let keywords = KEYWORDS.map(|field| (field, PayloadSchemaType::Keyword));
    keywords
        .into_iter()
        .chain([(DATE, PayloadSchemaType::Datetime)])
        .map(|(field, schema)| {
            let index = CreateIndex {
                field_name: path(field)?,
                field_schema: Some(PayloadFieldSchema::FieldType(schema)),
            };
            let operation = FieldIndexOperations::CreateIndex(index);
            Ok(UpdateOperation::FieldIndexOperation(operation))
        })
        .collect()
}

/// The operation that stores points, each under its document's id.
pub(crate) fn upsert(
    points: &[Point],
    fingerprint: &Fingerprint,
) -> Result<UpdateOperation, EngineError> {
    let points = points
        .iter()
        .map(|point| stored(point, fingerprint))
        .collect::<Result<_, _>>()?;
    let points = PointInsertOperations::PointsList(points);
    let operation = PointOperations::UpsertPoints(points);
    Ok(UpdateOperation::PointOperation(operation))
}

fn stored(point: &Point, fingerprint: &Fingerprint) -> Result<PointStructPersisted, EngineError> {
    let Point {
        document,
        embedding,
    } = point;
    let payload = serde_json::to_value(StoredPayload::new(document, fingerprint));
    let Ok(Value::Object(payload)) = payload else {
        let id = document.id();
        return Err(EngineError::new(format!("document {id} is no JSON object")));
    };
    Ok(PointStructPersisted {
        id: PointId::Uuid(document.id()),
        vector: VectorStructPersisted::Single(embedding.as_slice().to_vec()),
        payload: Some(Payload(payload)),
    })
}

/// The ids under which points are stored.
pub(crate) fn ids(points: &[Point]) -> Vec<PointId> {
    let ids = points
        .iter()
        .map(|point| PointId::Uuid(point.document.id()));
    ids.collect()
}

/// Whether what the engine has under the points' ids is what they hold. Of two with one id the later counts.
pub(crate) fn hold(records: Vec<Record>, points: &[Point]) -> bool {
    let mut expected: BTreeMap<_, _> = points
        .iter()
        .map(|point| (PointId::Uuid(point.document.id()), &point.document))
        .collect();
    for record in records {
        let Payload(payload) = record.payload.unwrap_or_default();
        if document(payload).is_ok_and(|stored| expected.get(&record.id) == Some(&&stored)) {
            expected.remove(&record.id);
        }
    }
    expected.is_empty()
}

/// The operation that removes what is admitted.
pub(crate) fn delete(admitted: &Filter) -> Result<UpdateOperation, EngineError> {
    let operation = PointOperations::DeletePointsByFilter(filter(admitted)?);
    Ok(UpdateOperation::PointOperation(operation))
}

/// The exact count of what is admitted.
pub(crate) fn count(admitted: &Filter) -> Result<CountRequest, EngineError> {
    Ok(CountRequest {
        filter: Some(filter(admitted)?),
        exact: true,
    })
}

/// A search for `limit` points; the limit in the request is not looked at.
pub(crate) fn search(request: &SearchRequest, limit: usize) -> Result<EngineRequest, EngineError> {
    let SearchRequest {
        query,
        limit: _,
        filter: admitted,
        score_threshold,
    } = request;
    let query = NamedQuery::default_dense(query.as_slice().to_vec());
    Ok(EngineRequest {
        query: QueryEnum::Nearest(query),
        filter: Some(filter(admitted)?),
        params: None,
        limit,
        offset: 0,
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: None,
        score_threshold: *score_threshold,
    })
}

/// A found point as a document with its score.
pub(crate) fn scored(point: ScoredPoint) -> Result<ScoredDocument, EngineError> {
    let Payload(payload) = point.payload.unwrap_or_default();
    let document = document(payload).map_err(|error| {
        let id = point.id;
        EngineError::new(format!("point {id} holds no document of upturn: {error}"))
    })?;
    let score = point.score.clamp(-1.0, 1.0);
    Ok(ScoredDocument { document, score })
}

fn document(payload: Map<String, Value>) -> Result<Document, serde_json::Error> {
    serde_json::from_value(Value::Object(payload))
}

/// [`Filter::admits`] in the engine's words.
fn filter(admitted: &Filter) -> Result<EngineFilter, EngineError> {
    let Filter {
        kind,
        outcome,
        labelled,
        without_conversations,
        without_accounts,
        before,
    } = admitted;
    let mut must = Vec::new();
    if let Some(kind) = kind {
        must.push(is(KIND, kind.as_str())?);
    }
    if let Some(outcome) = outcome {
        must.push(is(OUTCOME, outcome.as_str())?);
    }
    if *labelled {
        let outcomes = [Outcome::Won, Outcome::Lost].map(Outcome::as_str);
        must.push(is_any(OUTCOME, outcomes)?);
    }
    if let Some(day) = before {
        must.push(is_before(DATE, *day)?);
    }
    let mut must_not = Vec::new();
    if !without_conversations.is_empty() {
        let ids = without_conversations.iter().map(ConversationId::as_str);
        must_not.push(is_any(CONVERSATION, ids)?);
    }
    if !without_accounts.is_empty() {
        must_not.push(is_any(
            ACCOUNT,
            without_accounts.iter().map(String::as_str),
        )?);
    }
    Ok(EngineFilter {
        should: None,
        min_should: None,
        must: Some(must),
        must_not: Some(must_not),
    })
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
    let any = Match::new_any(qdrant_edge::AnyVariants::Strings(words));
    Ok(Condition::Field(FieldCondition::new_match(
        path(field)?,
        any,
    )))
}

/// Midnight of an earlier day than `day`'s: the engine reads a day as its midnight, UTC.
fn is_before(field: &str, day: Date) -> Result<Condition, EngineError> {
    let midnight: DateTimeWrapper = day
        .to_string()
        .parse()
        .map_err(|_| EngineError::new(format!("`{day}` is no day to the engine")))?;
    let range = Range {
        lt: Some(midnight),
        gt: None,
        gte: None,
        lte: None,
    };
    Ok(Condition::Field(FieldCondition::new_datetime_range(
        path(field)?,
        range,
    )))
}

fn path(field: &str) -> Result<JsonPath, EngineError> {
    JsonPath::try_from(field)
        .map_err(|()| EngineError::new(format!("`{field}` is no field to the engine")))
}
