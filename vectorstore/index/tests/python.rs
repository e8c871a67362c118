//! The Python packages `qdrant-edge-py` and `langchain-qdrant` read what upturn stores, and upturn reads what they store.
//!
//! `UPTURN_QDRANT_PYTHON` names a Python that has them (`tests/python/requirements.txt`); `.ci/python` makes one. Without it `python3`
//! is tried, and where that lacks them nothing is tested, which the tests say.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "the functions between the tests are tests too"
)]

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use upturn_core::{
    Bm25, Conversation, ConversationId, Document, Embedding, EncodedMoment, Filter, Fingerprint,
    Metadata, Moment, Outcome, Point, ScoredDocument, SearchQuery, SearchRequest, Speaker, Turn,
    TurnRange, VectorStore, document_of, payload,
};
use upturn_vectorstore_edge::EdgeStore;
use upturn_vectorstore_index::Index;
use upturn_vectorstore_ledger::IndexedCall;
use upturn_vectorstore_memory::MemoryStore;

const PYTHON: &str = "UPTURN_QDRANT_PYTHON";
const DIMENSION: usize = 16;
const CALLS: usize = 40;
const LIMIT: usize = 10;
/// Largest difference of two scores: both engines add up in `f32`.
const SAME: f32 = 1e-5;
const WORDS: [&str; 12] = [
    "price",
    "budget",
    "contract",
    "delivery",
    "renewal",
    "discount",
    "Größe",
    "meeting",
    "demo",
    "security",
    "signature",
    "quarter",
];

/// The Python that has both packages, if there is one.
fn python() -> Option<OsString> {
    if let Some(named) = std::env::var_os(PYTHON) {
        return Some(named);
    }
    let imports = "import qdrant_edge, langchain_qdrant";
    let tried = Command::new("python3").args(["-c", imports]).output();
    if tried.is_ok_and(|tried| tried.status.success()) {
        return Some("python3".into());
    }
    eprintln!(
        "\n**** SKIPPED: `{PYTHON}` is not set, and `python3` lacks qdrant-edge-py and langchain-qdrant ****\n"
    );
    None
}

/// What a script answers.
fn ask(python: OsString, script: &str, folder: &Path, question: &Value) -> Value {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let mut run = Command::new(python)
        .arg(scripts.join(script))
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let question = serde_json::to_vec(question).unwrap();
    run.stdin.take().unwrap().write_all(&question).unwrap();
    let said = run.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{complaint}");
    serde_json::from_slice(&said.stdout).unwrap()
}

/// A point as a script tells it.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    payload: Map<String, Value>,
    #[serde(default)]
    vector: Vec<f32>,
    #[serde(default)]
    score: f32,
}

/// Equal scores are ordered by id, as upturn does.
fn told(answer: &Value) -> Vec<Told> {
    let mut told: Vec<Told> = serde_json::from_value(answer.clone()).unwrap();
    told.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    told
}

fn encoder() -> Fingerprint {
    Fingerprint::new("0123456789abcdef")
}

fn direction(dice: &mut ChaCha8Rng) -> Embedding {
    let values = (0..DIMENSION).map(|_| dice.random::<f32>() - 0.5);
    Embedding::normalized(values.collect()).unwrap()
}

/// Every field is known in some of the calls, and unknown in others.
fn call(number: usize, dice: &mut ChaCha8Rng) -> Conversation {
    let turns = (0..2 + number % 5).map(|turn| {
        let words = [(); 6].map(|()| WORDS[dice.random_range(0..WORDS.len())]);
        let text = format!("turn {turn} of {number}: {}", words.join(" "));
        Turn::new(Speaker::Seller, text)
    });
    let known = |each: usize| number.is_multiple_of(each);
    let metadata = Metadata {
        account: Some(format!("account {}", number % 7)),
        rep: known(2).then(|| "Robin \"Rob\" Ödegård".to_owned()),
        stage: known(3).then(|| "negotiation".to_owned()),
        industry: known(4).then(|| "retail".to_owned()),
        amount: known(2).then_some(1234.5 * number as f64),
        date: known(3).then(|| "2026-11-22".parse().unwrap()),
        language: known(2).then(|| "en".to_owned()),
        ..Metadata::default()
    };
    let id = ConversationId::new(format!("call {number}")).unwrap();
    let outcome = [Some(Outcome::Won), Some(Outcome::Lost), None][number % 3];
    Conversation::new(id, turns.collect())
        .unwrap()
        .with_metadata(metadata)
        .with_outcome(outcome)
}

fn indexed(call: &Conversation, dice: &mut ChaCha8Rng) -> IndexedCall {
    let moments = call.turns().iter().enumerate().map(|(start, turn)| {
        let turns = TurnRange {
            start,
            end: start + 1,
        };
        EncodedMoment {
            moment: Moment {
                conversation: call.id().clone(),
                turns,
                text: turn.text.clone(),
            },
            embedding: direction(dice),
            turns: Vec::new(),
        }
    });
    IndexedCall::new(call, &moments.collect::<Vec<_>>())
}

fn all() -> Vec<IndexedCall> {
    let mut dice = ChaCha8Rng::seed_from_u64(6);
    let mut calls = Vec::new();
    for number in 0..CALLS {
        let call = call(number, &mut dice);
        calls.push(indexed(&call, &mut dice));
    }
    calls
}

fn points() -> Vec<Point> {
    all().into_iter().flat_map(|call| call.points).collect()
}

fn oracle(points: &[Point]) -> MemoryStore {
    let store = MemoryStore::new(DIMENSION, encoder());
    store.upsert(points).unwrap();
    store
}

fn requests() -> Vec<SearchRequest> {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let won = Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    };
    // Every document with one of the words: equal scores are common, and which of them a limit cuts off is nobody's law.
    let words = |text| SearchRequest::words(Bm25.query(text), points().len());
    let mut requests: Vec<_> = (0..5)
        .map(|_| SearchRequest::new(direction(&mut dice), LIMIT))
        .collect();
    requests.push(SearchRequest::new(direction(&mut dice), LIMIT).with_filter(won.clone()));
    requests.push(words("security of the signature"));
    requests.push(words("Größe, discount").with_filter(won));
    requests
}

fn question(request: &SearchRequest) -> Value {
    let mut question = match &request.query {
        SearchQuery::Dense(query) => json!({"dense": query.as_slice()}),
        SearchQuery::Words(words) => {
            json!({"words": {"indices": words.indices(), "values": words.values()}})
        }
    };
    question["limit"] = json!(request.limit);
    if let Some(outcome) = request.filter.outcome {
        question["outcome"] = json!(outcome.as_str());
    }
    question
}

fn assert_found(told: &[Told], expected: &[ScoredDocument]) {
    assert_eq!(told.len(), expected.len());
    for (told, expected) in told.iter().zip(expected) {
        assert_eq!(told.id, expected.document.id().to_string());
        assert_eq!(Some(&told.payload), stored(&expected.document).as_ref());
        let off = (told.score - expected.score).abs();
        assert!(off < SAME, "{} and {}", told.score, expected.score);
    }
}

fn stored(document: &Document) -> Option<Map<String, Value>> {
    payload(document, &encoder())
}

#[test]
fn the_python_engine_opens_a_filled_folder_and_finds_what_exact_search_finds() {
    let Some(python) = python() else { return };
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let mut index = Index::create_or_open(&folder, DIMENSION, &encoder()).unwrap();
    for calls in all().chunks(16) {
        index.put(calls).unwrap();
    }
    index.finish().unwrap();

    let (points, requests) = (points(), requests());
    let queries: Vec<Value> = requests.iter().map(question).collect();
    let question = json!({"queries": queries});
    let answer = ask(python, "edge.py", &folder, &question);

    let there = told(&answer["points"]);
    assert_eq!(there.len(), points.len());
    for point in &points {
        let id = point.document.id().to_string();
        let told = there.iter().find(|told| told.id == id).unwrap();
        assert_eq!(Some(&told.payload), stored(&point.document).as_ref());
        let pairs = told.vector.iter().zip(point.embedding.as_slice());
        assert!(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) < SAME);
    }
    let oracle = oracle(&points);
    for (request, found) in requests.iter().zip(answer["found"].as_array().unwrap()) {
        let expected = oracle.search(request).unwrap();
        assert!(!expected.is_empty());
        assert_found(&told(found), &expected);
    }

    // The newer engine leaves a folder that this one opens.
    let index = Index::open(&folder, &encoder()).unwrap();
    for request in &requests {
        let found = index.search(request).unwrap();
        assert_eq!(
            documents(&found),
            documents(&oracle.search(request).unwrap())
        );
    }
}

fn documents(found: &[ScoredDocument]) -> Vec<&Document> {
    found.iter().map(|found| &found.document).collect()
}

/// The same documents for LangChain to write, and the same points as upturn stores them.
fn both_ways(points: &[Point], query: &Embedding) -> Value {
    let (mut documents, mut ours) = (Vec::new(), Vec::new());
    for point in points {
        let (id, vector) = (point.document.id(), point.embedding.as_slice());
        let mut document = serde_json::to_value(&point.document).unwrap();
        document["id"] = json!(id);
        document["vector"] = json!(vector);
        documents.push(document);
        ours.push(json!({"id": id, "vector": vector, "payload": stored(&point.document)}));
    }
    json!({"documents": documents, "points": ours, "query": query.as_slice(), "limit": LIMIT})
}

#[test]
fn langchain_writes_what_upturn_indexes_and_reads_what_upturn_writes() {
    let Some(python) = python() else { return };
    let root = TempDir::new().unwrap();
    let points = points();
    let request = SearchRequest::new(direction(&mut ChaCha8Rng::seed_from_u64(8)), LIMIT);
    let SearchQuery::Dense(query) = &request.query else {
        return;
    };
    let question = both_ways(&points, query);
    let answer = ask(python, "langchain_store.py", root.path(), &question);
    let expected = oracle(&points).search(&request).unwrap();

    let written = told(&answer["written"]);
    assert_eq!(written.len(), points.len());
    let read: Vec<Point> = written.into_iter().map(read).collect();
    for point in &points {
        assert!(read.iter().any(|read| read.document == point.document));
    }
    let edge = EdgeStore::create_or_open(root.path().join("store"), DIMENSION, &encoder()).unwrap();
    edge.upsert(&read).unwrap();
    for found in [edge.search(&request), oracle(&read).search(&request)] {
        assert_scored(&found.unwrap(), &expected);
    }

    let found: Vec<ScoredDocument> = answer["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| ScoredDocument {
            document: serde_json::from_value(found.clone()).unwrap(),
            score: serde_json::from_value(found["score"].clone()).unwrap(),
        })
        .collect();
    assert_scored(&found, &expected);
}

/// A point that LangChain wrote. Its payload is LangChain's two fields as ours has them, key by key.
fn read(told: Told) -> Point {
    let mut keys: Vec<&str> = told.payload.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["metadata", "page_content"]);
    let document = document_of(told.payload.clone()).unwrap();
    assert_eq!(told.id, document.id().to_string());
    let ours = stored(&document).unwrap();
    for (key, value) in &told.payload {
        assert_eq!(ours.get(key), Some(value));
    }
    let embedding = Embedding::from_unit(told.vector).unwrap();
    Point {
        document,
        embedding,
    }
}

fn assert_scored(found: &[ScoredDocument], expected: &[ScoredDocument]) {
    assert_eq!(documents(found), documents(expected));
    for (found, expected) in found.iter().zip(expected) {
        assert!((found.score - expected.score).abs() < SAME);
    }
}
