//! Encoders that are none: [`Asking`] prints what it is asked for, [`Given`] gives what another one has answered.

use std::collections::HashMap;
use std::error::Error;
use std::io::BufRead as _;

use serde::Deserialize;
use upturn_core::{
    Cause, Diagnostic, Embedding, Embeddings, EmbeddingsError, ErrorKind, Fingerprint,
};

/// An encoder that tells what it is asked for.
#[derive(Debug)]
pub(crate) struct Asking(Fingerprint);

impl Default for Asking {
    fn default() -> Self {
        Self(Fingerprint::new("asking"))
    }
}

impl Embeddings for Asking {
    fn dimension(&self) -> usize {
        1
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        for text in texts {
            println!("{}", serde_json::Value::from(*text));
        }
        let vector = Embedding::normalized(vec![1.0]);
        let vector = vector.map_err(|error| EmbeddingsError::Backend(Cause::new(error)))?;
        Ok(vec![vector; texts.len()])
    }
}

/// An encoder that gives what another one has given.
#[derive(Debug)]
pub(crate) struct Given {
    fingerprint: Fingerprint,
    vectors: HashMap<String, Embedding>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    vector: Embedding,
}

/// A text without a vector.
#[derive(Debug, thiserror::Error)]
#[error("a text of {chars} characters has no vector")]
struct Unknown {
    chars: usize,
}

impl Diagnostic for Unknown {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}

impl Given {
    pub(crate) fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut vectors = HashMap::new();
        for line in std::io::BufReader::new(fs_err::File::open(path)?).lines() {
            let Line { text, vector } = serde_json::from_str(&line?)?;
            vectors.insert(text, vector);
        }
        Ok(Self {
            fingerprint: Fingerprint::new("given"),
            vectors,
        })
    }

    fn vector(&self, text: &str) -> Result<Embedding, EmbeddingsError> {
        let chars = text.chars().count();
        let unknown = || {
            // A detector goes on without its encoder, so it has to be said here.
            eprintln!("warning: {}", Unknown { chars });
            EmbeddingsError::Backend(Cause::new(Unknown { chars }))
        };
        self.vectors.get(text).cloned().ok_or_else(unknown)
    }
}

impl Embeddings for Given {
    fn dimension(&self) -> usize {
        self.vectors.values().next().map_or(0, Embedding::dimension)
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        texts.iter().map(|text| self.vector(text)).collect()
    }
}
