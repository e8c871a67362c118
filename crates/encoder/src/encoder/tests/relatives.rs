//! Other families of BERT's relatives: the same laws, and files in their own words.

use std::collections::BTreeSet;

use safetensors::SafeTensors;

use super::*;

const RELATIVES: [&str; 3] = ["tiny-roberta", "tiny-xlm-roberta", "tiny-distilbert"];

fn relative(name: &str) -> Encoder {
    Encoder::open(&fixtures().join(name), &EncoderOptions::default()).unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let bytes = fs_err::read(folder.join(WEIGHTS)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let names = file.names().into_iter().map(ToOwned::to_owned);
    names.filter(|name| !name.starts_with("pooler.")).collect()
}

#[test]
fn relatives_keep_the_laws_of_embeddings() {
    for name in RELATIVES {
        conformance::embeddings::check(&relative(name));
    }
}

#[test]
fn the_graph_of_a_relative_gives_the_vectors_of_its_engine() {
    for name in RELATIVES {
        let engine = relative(name);
        let mut graph = engine.clone();
        let checkpoint = engine.files.bytes(WEIGHTS);
        graph.body = Body::graph(&checkpoint, &engine.config, &Device::Cpu).unwrap();
        let text = "my manager signs everything above 5,000. ".repeat(9);
        let (one, other) = (
            engine.embed_query(&text).unwrap(),
            graph.embed_query(&text).unwrap(),
        );
        assert!(one.cosine(&other) > 0.99999, "{name}");
    }
}

#[test]
fn a_relative_is_saved_in_its_own_words() {
    for name in RELATIVES {
        let encoder = relative(name);
        let zeros = Tensor::zeros(32, candle_core::DType::F32, &Device::Cpu).unwrap();
        let mut weights = encoder.weights().unwrap();
        weights.insert("encoder.layer.1.output.LayerNorm.bias", zeros);
        let changed = encoder.with_weights(&weights, None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        changed.save(folder.path()).unwrap();
        assert_eq!(
            names(folder.path()),
            names(&fixtures().join(name)),
            "{name}"
        );
        let again = Encoder::open(folder.path(), &EncoderOptions::default()).unwrap();
        let vector = |encoder: &Encoder| encoder.embed_query("is there a penalty?").unwrap();
        assert_eq!(vector(&again), vector(&changed), "{name}");
        assert_ne!(vector(&again), vector(&encoder), "{name}");
    }
}

#[test]
fn rows_of_padding_are_no_positions() {
    let encoder = relative("tiny-roberta");
    assert_eq!(
        (encoder.config.positions, encoder.config.first_position),
        (128, 2)
    );
    let long = "price ".repeat(400);
    let whole = |tokens| encoder.tokenizer.text(&long, tokens).unwrap();
    let sequence = |tokens| Sequence { ids: whole(tokens) };
    assert!(encoder.embed_sequences(&[sequence(128)]).is_ok());
}

#[test]
fn a_missing_tensor_has_the_name_that_the_file_would_have() {
    let folder = tempfile::tempdir().unwrap();
    relative("tiny-distilbert").save(folder.path()).unwrap();
    fs_err::remove_file(folder.path().join(FINGERPRINT)).unwrap();
    let theirs = fs_err::read(fixtures().join("tiny-bert").join(WEIGHTS)).unwrap();
    fs_err::write(folder.path().join(WEIGHTS), theirs).unwrap();
    let refusal = refusal(folder.path());
    assert!(
        refusal.contains("no tensor `transformer.layer.0."),
        "{refusal}"
    );
}

#[test]
fn a_file_is_no_folder() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refusal = refusal(file.path());
    assert!(refusal.ends_with("has no `config.json`"), "{refusal}");
}
