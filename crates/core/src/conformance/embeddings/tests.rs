//! The suite fails for each way to break a law, and only then.

use super::check;
use crate::{Cause, Diagnostic, Embedding, Embeddings, EmbeddingsError, ErrorKind, Fingerprint};

/// What an encoder does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    Backwards,
    SeesNeighbours,
    RefusesTheEmptyText,
    RefusesLongText,
    DropsRepetitions,
    AnotherDimension,
}

#[derive(Debug, thiserror::Error)]
#[error("no vector")]
struct NoVector;

impl Diagnostic for NoVector {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}

/// Counts bytes by value: a text's vector depends on the text alone.
#[derive(Debug)]
struct Faulty {
    fault: Fault,
    fingerprint: Fingerprint,
}

impl Faulty {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn embed(&self, text: &str, neighbours: usize) -> Result<Embedding, EmbeddingsError> {
        let refused = (text.is_empty() && self.has(Fault::RefusesTheEmptyText))
            || (text.len() > 512 && self.has(Fault::RefusesLongText));
        let mut counts = vec![1.0; 256];
        for byte in text.bytes() {
            counts[usize::from(byte)] += 1.0;
        }
        if self.has(Fault::SeesNeighbours) {
            counts[0] += 0.05 * neighbours as f32;
        }
        let vector = Embedding::normalized(counts);
        match vector {
            Ok(vector) if !refused => Ok(vector),
            _ => Err(EmbeddingsError::Backend(Cause::new(NoVector))),
        }
    }
}

impl Embeddings for Faulty {
    fn dimension(&self) -> usize {
        if self.has(Fault::AnotherDimension) {
            255
        } else {
            256
        }
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        let mut texts = texts.to_vec();
        if self.has(Fault::Backwards) {
            texts.reverse();
        }
        if self.has(Fault::DropsRepetitions) {
            texts.dedup();
        }
        texts
            .iter()
            .map(|text| self.embed(text, texts.len()))
            .collect()
    }
}

fn run(fault: Fault) {
    let fingerprint = Fingerprint::new("test");
    check(&Faulty { fault, fingerprint });
}

#[test]
fn a_correct_encoder_passes() {
    run(Fault::None);
}

#[test]
#[should_panic(expected = "order: vector 0 belongs to another text")]
fn an_encoder_that_answers_backwards_is_found() {
    run(Fault::Backwards);
}

#[test]
#[should_panic(expected = "batch invariance: text")]
fn an_encoder_that_sees_neighbours_is_found() {
    run(Fault::SeesNeighbours);
}

#[test]
#[should_panic(expected = "totality: a text of 0 characters has no vector")]
fn an_encoder_that_refuses_the_empty_text_is_found() {
    run(Fault::RefusesTheEmptyText);
}

#[test]
#[should_panic(expected = "totality: a text of 72000 characters has no vector")]
fn an_encoder_that_refuses_long_text_is_found() {
    run(Fault::RefusesLongText);
}

#[test]
#[should_panic(expected = "count: there is not one vector for each text")]
fn an_encoder_that_drops_repetitions_is_found() {
    run(Fault::DropsRepetitions);
}

#[test]
#[should_panic(expected = "dimension: a text of 0 characters has a vector of another length")]
fn an_encoder_of_another_dimension_is_found() {
    run(Fault::AnotherDimension);
}
