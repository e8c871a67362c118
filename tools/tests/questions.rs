//! The 50 questions of every door: `search_moments` says what the store says, each filter included.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are no tests to the lints"
)]

use serde_json::{Value, json};
use upturn_answers::samples::{Letters, World};
use upturn_chains::Tool;
use upturn_core::conformance::doors::{self, Question};
use upturn_core::retrieval::{Search, Sought, search};
use upturn_core::{Bm25, DocumentKind, Embeddings as _, Filter, ScoredDocument};
use upturn_tools::MOST_QUOTE;
use upturn_tools::conformance::{questions, world};

/// What the store says of its moments, by meaning and words.
fn expected(world: &World, question: &Question, limit: usize) -> Vec<ScoredDocument> {
    let sought = Sought::Both {
        direction: Letters::new().embed_query(&question.text).unwrap(),
        words: Bm25.query(&question.text),
    };
    let filter = Filter {
        kind: Some(DocumentKind::Moment),
        ..question.filter.clone()
    };
    let asked = Search {
        filter,
        ..Search::new(sought, limit)
    };
    search(&*world.store, &asked).unwrap()
}

fn same(place: usize, told: &Value, found: &ScoredDocument) {
    let ScoredDocument { document, score } = found;
    let metadata = &document.metadata;
    let said = [
        ("conversation", json!(metadata.conversation)),
        ("turns", json!(metadata.turns.to_string())),
        ("score", json!(score)),
        ("outcome", json!(metadata.outcome)),
    ];
    for (field, value) in said {
        assert_eq!(
            told[field], value,
            "{field} of an answer to question {place}"
        );
    }
    let quote = told["quote"].as_str().unwrap();
    let whole = document.page_content.trim();
    let start = quote.strip_suffix('…').unwrap_or(quote);
    assert!(whole.starts_with(start), "question {place}: {quote}");
    assert!(
        quote == whole || quote.chars().count() > MOST_QUOTE / 2,
        "{quote}"
    );
}

#[tokio::test]
async fn the_tool_says_what_the_store_says_to_every_question() {
    let world = world();
    let tools = upturn_tools::all(&world.analyst);
    let tool: &dyn Tool = &**tools.last().unwrap();
    assert_eq!(tool.description().name, "search_moments");
    let mut answered = 0;
    for (place, (question, arguments)) in doors::questions().iter().zip(questions()).enumerate() {
        let limit = usize::try_from(arguments["limit"].as_u64().unwrap()).unwrap();
        let told = tool.call(arguments).await;
        if question.text.trim().is_empty() {
            assert!(told.is_err(), "question {place} is blank");
            continue;
        }
        let told = told.unwrap();
        let entries = told["found"]["entries"].as_array().unwrap();
        let left_out = usize::try_from(told["found"]["left_out"].as_u64().unwrap()).unwrap();
        let expected = expected(&world, question, limit);
        assert_eq!(entries.len() + left_out, expected.len(), "question {place}");
        for (told, found) in entries.iter().zip(&expected) {
            same(place, told, found);
        }
        answered += entries.len();
    }
    assert!(answered > 100, "{answered}");
}
