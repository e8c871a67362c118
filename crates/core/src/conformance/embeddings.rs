//! The laws of [`Embeddings`]: [`check`].

use crate::{Embedding, Embeddings};

/// How far a norm may lie from 1: rounding of `f32`.
const TOLERANCE: f32 = 1e-4;
/// What counts as the same vector.
const SAME: f32 = 0.99999;

/// Runs every law on `embeddings`, with texts from empty to far longer than any window.
pub fn check(embeddings: &dyn Embeddings) {
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let alone: Vec<_> = texts
        .iter()
        .map(|text| totality(embeddings, text))
        .collect();
    order(embeddings, &texts, &alone);
    batch_invariance(embeddings, &texts, &alone);
    queries(embeddings, &texts);
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " \n\t",
        "x",
        "What does it cost?",
        "We signed with your competitor last week.",
        "Grüße aus Köln – ½ Preis? 👩‍💻 日本語",
        "seller: hello\nbuyer: hello",
        "seller: hello\nbuyer: goodbye",
        "\u{0}\u{200b}\u{fffd}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("one more feature and a lower price, ".repeat(2_000));
    texts.push("unbroken".repeat(2_000));
    texts
}

fn totality(embeddings: &dyn Embeddings, text: &str) -> Embedding {
    let chars = text.chars().count();
    let vectors = embeddings.embed_documents(&[text]).unwrap_or_else(|error| {
        panic!("totality: a text of {chars} characters has no vector: {error}")
    });
    let [vector] = vectors.as_slice() else {
        panic!("count: one text gave {} vectors", vectors.len())
    };
    assert_eq!(
        vector.dimension(),
        embeddings.dimension(),
        "dimension: a text of {chars} characters has a vector of another length"
    );
    assert!(
        (vector.cosine(vector) - 1.0).abs() < TOLERANCE,
        "unit norm: a text of {chars} characters has a vector of another norm"
    );
    vector.clone()
}

fn embed(embeddings: &dyn Embeddings, texts: &[&str]) -> Vec<Embedding> {
    let vectors = embeddings
        .embed_documents(texts)
        .unwrap_or_else(|error| panic!("totality: {} texts gave no vectors: {error}", texts.len()));
    assert_eq!(
        vectors.len(),
        texts.len(),
        "count: there is not one vector for each text"
    );
    vectors
}

/// In a batch, no text's vector may be nearer to another text's own vector than to that of the text itself.
fn order(embeddings: &dyn Embeddings, texts: &[&str], alone: &[Embedding]) {
    for (place, vector) in embed(embeddings, texts).iter().enumerate() {
        let own = alone.get(place).unwrap().cosine(vector);
        let nearest = alone
            .iter()
            .map(|other| other.cosine(vector))
            .fold(own, f32::max);
        assert!(
            nearest - own < TOLERANCE,
            "order: vector {place} belongs to another text"
        );
    }
}

fn batch_invariance(embeddings: &dyn Embeddings, texts: &[&str], alone: &[Embedding]) {
    assert!(
        embed(embeddings, &[]).is_empty(),
        "count: no text gave a vector"
    );
    let last = texts.len() - 1;
    let backwards: Vec<usize> = (0..=last).rev().collect();
    let twice: Vec<usize> = (0..=last).flat_map(|place| [place, last - place]).collect();
    let short: Vec<usize> = vec![0, 2, 0];
    for places in [(0..=last).collect(), backwards, twice, short] {
        let batch: Vec<&str> = places
            .iter()
            .map(|&place| *texts.get(place).unwrap())
            .collect();
        for (&place, vector) in places.iter().zip(embed(embeddings, &batch)) {
            let cosine = alone.get(place).unwrap().cosine(&vector);
            assert!(
                cosine > SAME,
                "batch invariance: text {place} has cosine {cosine} to itself among {} texts",
                batch.len()
            );
        }
    }
}

fn queries(embeddings: &dyn Embeddings, texts: &[&str]) {
    for text in texts {
        let query = embeddings
            .embed_query(text)
            .unwrap_or_else(|error| panic!("totality: a query has no vector: {error}"));
        assert_eq!(
            query.dimension(),
            embeddings.dimension(),
            "dimension: a query has a vector of another length"
        );
        assert!(
            (query.cosine(&query) - 1.0).abs() < TOLERANCE,
            "unit norm: a query has a vector of another norm"
        );
    }
}

#[cfg(test)]
mod tests;
