//! The interface's messages into the engine's words and back.

use std::collections::HashMap;

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::vector_input::Variant as Input;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    self, CreateCollection, DenseVector, FieldCondition, FieldType, NamedVectorsOutput,
    PointStruct, QueryPoints, RetrievedPoint, VectorOutput, VectorsOutput, query, vector,
    vector_output, vectors_output,
};
use qdrant_edge::{
    CreateIndex, Distance, EdgeConfig, EdgeSparseVectorParamsBuilder, EdgeVectorParamsBuilder,
    FieldIndexOperations, Filter, JsonPath, Modifier, NamedQuery, Payload, PayloadFieldSchema,
    PayloadSchemaType, PointId, PointStructPersisted, QueryEnum, Record, ScoredPoint, SearchParams,
    SearchRequest, SparseVector, UpdateOperation, VectorInternal, VectorPersisted,
    VectorStructInternal, VectorStructPersisted, WithPayloadInterface,
};
use serde_json::{Value, json};
use tonic::Status;

fn unknown(what: &str) -> Status {
    Status::unimplemented(format!("the test's server has no {what}"))
}

pub(crate) fn config(request: &CreateCollection) -> Result<EdgeConfig, Status> {
    let config = request.vectors_config.clone().unwrap_or_default().config;
    let Some(Config::ParamsMap(vectors)) = config else {
        return Err(unknown("vector without a name"));
    };
    let mut builder = EdgeConfig::builder();
    for (name, params) in &vectors.map {
        let distance = match params.distance() {
            qdrant::Distance::Cosine => Distance::Cosine,
            qdrant::Distance::Dot => Distance::Dot,
            qdrant::Distance::UnknownDistance
            | qdrant::Distance::Euclid
            | qdrant::Distance::Manhattan => return Err(unknown("such distance")),
        };
        let size = usize::try_from(params.size).unwrap();
        builder = builder.vector(name, EdgeVectorParamsBuilder::new(size, distance).build());
    }
    for name in request
        .sparse_vectors_config
        .clone()
        .unwrap_or_default()
        .map
        .keys()
    {
        let sparse = EdgeSparseVectorParamsBuilder::new().modifier(Modifier::Idf);
        builder = builder.sparse_vector(name, sparse.build());
    }
    Ok(builder.build())
}

pub(crate) fn index(field: &str, kind: FieldType) -> Result<UpdateOperation, Status> {
    let schema = match kind {
        FieldType::Keyword => PayloadSchemaType::Keyword,
        FieldType::Datetime => PayloadSchemaType::Datetime,
        FieldType::Float => PayloadSchemaType::Float,
        FieldType::Integer
        | FieldType::Geo
        | FieldType::Text
        | FieldType::Bool
        | FieldType::Uuid => return Err(unknown("such field")),
    };
    let index = CreateIndex {
        field_name: JsonPath::try_from(field).map_err(|()| unknown("such name"))?,
        field_schema: Some(PayloadFieldSchema::FieldType(schema)),
    };
    let operation = FieldIndexOperations::CreateIndex(index);
    Ok(UpdateOperation::FieldIndexOperation(operation))
}

pub(crate) fn id(id: qdrant::PointId) -> Result<PointId, Status> {
    match id.point_id_options {
        Some(PointIdOptions::Uuid(id)) => {
            let id = id.parse().map_err(|_| unknown("such id"))?;
            Ok(PointId::Uuid(id))
        }
        Some(PointIdOptions::Num(number)) => Ok(PointId::NumId(number)),
        None => Err(unknown("point without an id")),
    }
}

pub(crate) fn server_id(id: PointId) -> qdrant::PointId {
    let id = match id {
        PointId::Uuid(id) => PointIdOptions::Uuid(id.to_string()),
        PointId::NumId(number) => PointIdOptions::Num(number),
    };
    qdrant::PointId {
        point_id_options: Some(id),
    }
}

pub(crate) fn stored(point: PointStruct) -> Result<PointStructPersisted, Status> {
    let vectors = point.vectors.unwrap_or_default().vectors_options;
    let Some(VectorsOptions::Vectors(named)) = vectors else {
        return Err(unknown("vector without a name"));
    };
    let mut vectors = HashMap::new();
    for (name, vector) in named.vectors {
        let vector = match vector.vector {
            Some(vector::Vector::Dense(dense)) => VectorPersisted::Dense(dense.data),
            Some(vector::Vector::Sparse(words)) => VectorPersisted::Sparse(sparse(words)?),
            _ => return Err(unknown("such vector")),
        };
        vectors.insert(name, vector);
    }
    let payload = qdrant_client::Payload::from(point.payload);
    Ok(PointStructPersisted {
        id: id(point.id.unwrap_or_default())?,
        vector: VectorStructPersisted::Named(vectors),
        payload: Some(Payload(payload.into())),
    })
}

fn sparse(words: qdrant::SparseVector) -> Result<SparseVector, Status> {
    SparseVector::new(words.indices, words.values)
        .map_err(|error| Status::invalid_argument(error.to_string()))
}

pub(crate) fn search(request: QueryPoints) -> Result<SearchRequest, Status> {
    let Some(query::Variant::Nearest(near)) = request.query.unwrap_or_default().variant else {
        return Err(unknown("such query"));
    };
    let vector = match near.variant {
        Some(Input::Dense(dense)) => VectorInternal::Dense(dense.data),
        Some(Input::Sparse(words)) => VectorInternal::Sparse(sparse(words)?),
        _ => return Err(unknown("such query")),
    };
    let query = NamedQuery::new(vector, request.using.unwrap_or_default());
    let candidates = request.params.and_then(|params| params.hnsw_ef);
    Ok(SearchRequest {
        query: QueryEnum::Nearest(query),
        filter: Some(filter(&request.filter.unwrap_or_default())?),
        params: candidates.map(|candidates| SearchParams {
            hnsw_ef: Some(usize::try_from(candidates).unwrap()),
            ..SearchParams::default()
        }),
        limit: usize::try_from(request.limit.unwrap_or(10)).unwrap(),
        offset: usize::try_from(request.offset.unwrap_or(0)).unwrap(),
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: None,
        score_threshold: request.score_threshold,
    })
}

pub(crate) fn scored(point: ScoredPoint) -> qdrant::ScoredPoint {
    qdrant::ScoredPoint {
        id: Some(server_id(point.id)),
        payload: payload(point.payload),
        score: point.score,
        ..qdrant::ScoredPoint::default()
    }
}

pub(crate) fn retrieved(record: Record) -> RetrievedPoint {
    let mut vectors = HashMap::new();
    if let Some(VectorStructInternal::Named(named)) = record.vector {
        for (name, vector) in named {
            if let VectorInternal::Dense(data) = vector {
                let vector = Some(vector_output::Vector::Dense(DenseVector { data }));
                let vector = VectorOutput {
                    vector,
                    ..VectorOutput::default()
                };
                vectors.insert(name, vector);
            }
        }
    }
    RetrievedPoint {
        id: Some(server_id(record.id)),
        payload: payload(record.payload),
        vectors: Some(VectorsOutput {
            vectors_options: Some(vectors_output::VectorsOptions::Vectors(
                NamedVectorsOutput { vectors },
            )),
        }),
        ..RetrievedPoint::default()
    }
}

fn payload(payload: Option<Payload>) -> HashMap<String, qdrant::Value> {
    let Payload(payload) = payload.unwrap_or_default();
    qdrant_client::Payload::from(payload).into()
}

/// By way of the engine's JSON.
pub(crate) fn filter(filter: &qdrant::Filter) -> Result<Filter, Status> {
    let all = |conditions: &[qdrant::Condition]| {
        let conditions = conditions.iter().map(condition);
        conditions.collect::<Result<Vec<Value>, Status>>()
    };
    if !filter.should.is_empty() || filter.min_should.is_some() {
        return Err(unknown("such filter"));
    }
    let json = json!({"must": all(&filter.must)?, "must_not": all(&filter.must_not)?});
    serde_json::from_value(json).map_err(|error| Status::invalid_argument(error.to_string()))
}

fn condition(condition: &qdrant::Condition) -> Result<Value, Status> {
    let Some(ConditionOneOf::Field(field)) = &condition.condition_one_of else {
        return Err(unknown("such condition"));
    };
    let FieldCondition {
        key,
        r#match,
        range,
        datetime_range,
        ..
    } = field;
    if let Some(MatchValue::Keywords(words)) = r#match.clone().and_then(|any| any.match_value) {
        return Ok(json!({"key": key, "match": {"any": words.strings}}));
    }
    if let Some(range) = range {
        return Ok(json!({"key": key, "range": {"gte": range.gte, "lte": range.lte}}));
    }
    if let Some(days) = datetime_range {
        let text = |day: &Option<prost_types::Timestamp>| day.as_ref().map(ToString::to_string);
        let range = json!({"gte": text(&days.gte), "lt": text(&days.lt)});
        return Ok(json!({"key": key, "range": range}));
    }
    Err(unknown("such condition"))
}
