//! Filling by the thousands: segments that are closed meanwhile, and what is on the disk when.

#![expect(clippy::unwrap_used, reason = "a failing set-up fails the test")]

use tempfile::TempDir;
use upturn_core::{
    ConversationId, Document, DocumentKind, DocumentMetadata, Embedding, Filter, Fingerprint,
    Point, SearchRequest, TurnRange, VectorStore,
};
use upturn_vectorstore_edge::{EdgeLayout, EdgeStore};
use upturn_vectorstore_memory::MemoryStore;

/// More than a segment.
const POINTS: usize = 6_000;
const BATCH: usize = 1_000;

fn encoder() -> Fingerprint {
    Fingerprint::new("0123456789abcdef")
}

/// A point whose direction and text depend on `number`, the text on `version` too.
fn point(number: usize, version: usize) -> Point {
    let angle = number as f32 * 0.618;
    let height = (number % 97) as f32 / 97.0;
    let vector = vec![angle.cos(), angle.sin(), height, 0.5];
    let turn = number % 8;
    Point {
        document: Document {
            page_content: format!("said {number} in version {version}"),
            metadata: DocumentMetadata {
                kind: DocumentKind::Moment,
                conversation: ConversationId::new(format!("call {}", number / 8)).unwrap(),
                turns: TurnRange {
                    start: turn,
                    end: turn + 1,
                },
                outcome: None,
                date: None,
                account: format!("account {}", number / 80),
                rep: Some(format!("rep {}", number % 100)),
                stage: None,
                industry: None,
                language: None,
                amount: None,
            },
        },
        embedding: Embedding::normalized(vector).unwrap(),
    }
}

fn of_rep(rep: usize) -> Filter {
    Filter {
        reps: vec![format!("rep {rep}")],
        ..Filter::default()
    }
}

/// Fills with batches, then changes every tenth point and removes one seller's.
fn fill(store: &dyn VectorStore, put: impl Fn(&[Point])) {
    let points: Vec<Point> = (0..POINTS).map(|number| point(number, 0)).collect();
    points.chunks(BATCH).for_each(&put);
    let changed: Vec<Point> = (0..POINTS)
        .step_by(10)
        .map(|number| point(number, 1))
        .collect();
    put(&changed);
    store.delete(&of_rep(7)).unwrap();
}

fn texts(store: &dyn VectorStore, query: &Point, filter: Filter) -> Vec<String> {
    let request = SearchRequest {
        filter,
        ..SearchRequest::new(query.embedding.clone(), 10)
    };
    let found = store.search(&request).unwrap();
    let mut texts: Vec<_> = found
        .into_iter()
        .map(|found| found.document.page_content)
        .collect();
    texts.sort_unstable();
    texts
}

fn same_answers(expected: &MemoryStore, store: &EdgeStore) {
    let everything = Filter::default();
    let count = expected.count(&everything).unwrap();
    assert_eq!(store.count(&everything).unwrap(), count);
    assert_eq!(store.count(&of_rep(7)).unwrap(), 0);
    for number in (0..POINTS).step_by(POINTS / 20) {
        let query = point(number, 0);
        for filter in [Filter::default(), of_rep(number % 100)] {
            let expected = texts(expected, &query, filter.clone());
            assert_eq!(texts(store, &query, filter), expected, "point {number}");
        }
    }
}

#[test]
fn segments_closed_while_filling_lose_and_double_nothing() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let expected = MemoryStore::new(4, encoder());
    fill(&expected, |points| expected.upsert(points).unwrap());
    let layout = EdgeLayout::default();
    let store = EdgeStore::create_or_open_with(&folder, 4, &encoder(), layout).unwrap();
    fill(&store, |points| store.stage(points).unwrap());
    same_answers(&expected, &store);
    store.flush().unwrap();
    drop(store);
    let store = EdgeStore::open(&folder, &encoder()).unwrap();
    same_answers(&expected, &store);
    store.optimize().unwrap();
    same_answers(&expected, &store);
}

/// Segments that the engine keeps.
fn segments(folder: &std::path::Path) -> usize {
    fs_err::read_dir(folder.join("segments")).unwrap().count()
}

#[test]
fn a_filling_ends_in_one_segment_and_what_comes_later_in_few() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let store = EdgeStore::create_or_open(&folder, 4, &encoder()).unwrap();
    let points: Vec<Point> = (0..3 * POINTS).map(|number| point(number, 0)).collect();
    let (filled, later) = points.split_at(16 * BATCH);
    for batch in filled.chunks(BATCH) {
        store.stage(batch).unwrap();
    }
    assert!(segments(&folder) > 3, "{}", segments(&folder));
    store.optimize().unwrap();
    // One of everything, and perhaps an empty one for what comes.
    assert!(segments(&folder) <= 2, "{}", segments(&folder));
    for batch in later.chunks(BATCH) {
        store.stage(batch).unwrap();
        store.optimize().unwrap();
        assert!(segments(&folder) <= 6, "{}", segments(&folder));
    }
    assert_eq!(store.count(&Filter::default()).unwrap(), points.len());
}

#[test]
fn what_was_staged_is_there_after_a_flush_and_a_process_that_never_closes() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let store = EdgeStore::create_or_open(&folder, 4, &encoder()).unwrap();
    let points: Vec<Point> = (0..50).map(|number| point(number, 0)).collect();
    store.stage(&points).unwrap();
    store.flush().unwrap();
    let copy = root.path().join("copy");
    copied(&folder, &copy);
    let reopened = EdgeStore::open(&copy, &encoder()).unwrap();
    assert_eq!(reopened.count(&Filter::default()).unwrap(), 50);
}

/// The files as a killed process would leave them.
fn copied(from: &std::path::Path, to: &std::path::Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs_err::copy(entry.path(), to).unwrap();
        }
    }
}
