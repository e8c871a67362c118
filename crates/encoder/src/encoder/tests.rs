mod moments;
mod relatives;

use std::path::PathBuf;

use upturn_core::{
    Conversation, ConversationId, MomentEncoder, Prefix, Speaker, Turn, conformance,
};

use super::*;
use crate::folder::TOKENIZER;
use crate::{Mode, Transformer};

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
}

fn tiny() -> Encoder {
    Encoder::open(&fixtures().join("tiny-bert"), &EncoderOptions::default()).unwrap()
}

fn copy_of_tiny() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    tiny().save(folder.path()).unwrap();
    folder
}

fn refusal(folder: &Path) -> String {
    Encoder::open(folder, &EncoderOptions::default())
        .map(|_| ())
        .unwrap_err()
        .to_string()
}

#[test]
fn the_encoder_keeps_the_laws_of_embeddings() {
    conformance::embeddings::check(&tiny());
}

#[test]
fn inference_and_training_compute_the_same() {
    let encoder = tiny();
    let sequence = |text| Sequence {
        ids: encoder.tokenizer.text(text, 64).unwrap(),
    };
    let (long, short) = (
        sequence("we need a price before friday, can you send one?"),
        sequence("no"),
    );
    let batch = Batch::new(&[&long, &short]);
    let transformer = Transformer::new(&encoder.weights().unwrap(), &encoder.config).unwrap();
    let graph = |transformer: &Transformer, mode| {
        let hidden = transformer.forward(&batch, mode).unwrap();
        hidden.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    let ours: Vec<f32> = encoder
        .hidden(&[&long, &short], encoder.config.layers)
        .unwrap()
        .iter()
        .flat_map(|hidden| hidden.flatten_all().unwrap().to_vec1::<f32>().unwrap())
        .collect();
    let others = [
        graph(&transformer, Mode::Inference),
        graph(&transformer, Mode::Training(None)),
        graph(&transformer.clone().plain(), Mode::Training(None)),
    ];
    for other in others {
        let gap = ours.iter().zip(&other).map(|(a, b)| (a - b).abs());
        assert!(gap.fold(0.0, f32::max) < 1e-4);
    }
}

#[test]
fn a_graph_gives_the_vectors_of_the_engine() {
    let engine = tiny();
    let mut graph = engine.clone();
    let checkpoint = engine.files.bytes(WEIGHTS);
    graph.body = Body::graph(&checkpoint, &engine.config, &Device::Cpu).unwrap();
    for text in ["what does it cost?", "no", ""] {
        let (one, other) = (
            engine.embed_query(text).unwrap(),
            graph.embed_query(text).unwrap(),
        );
        assert!(one.cosine(&other) > 0.99999, "{text}");
    }
    conformance::embeddings::check(&graph);
}

#[test]
fn the_first_layers_alone_are_those_of_the_graph() {
    let encoder = tiny();
    let ids = encoder.tokenizer.text("send me the offer", 64).unwrap();
    let sequence = Sequence { ids };
    let transformer = Transformer::new(&encoder.weights().unwrap(), &encoder.config).unwrap();
    let batch = Batch::new(&[&sequence, &sequence]);
    let embedded = transformer.embed(&batch, Mode::Inference).unwrap();
    let graph = transformer
        .run(0..1, embedded, &batch, Mode::Inference)
        .unwrap();
    for (at, ours) in encoder
        .hidden(&[&sequence, &sequence], 1)
        .unwrap()
        .iter()
        .enumerate()
    {
        let theirs = graph
            .narrow(0, at * sequence.ids.len(), sequence.ids.len())
            .unwrap();
        let gap = (ours - theirs).unwrap().abs().unwrap().max_all().unwrap();
        assert!(gap.to_scalar::<f32>().unwrap() < 1e-4);
    }
}

#[test]
fn a_vector_does_not_depend_on_its_neighbours() {
    let encoder = tiny();
    let text = |at: usize| "what does it cost and who signs ".repeat(1 + at % 5);
    let texts: Vec<String> = (0..60).map(|at| format!("{at} {}", text(at))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.embed_documents(&texts).unwrap();
    for (text, together) in texts.iter().zip(&together) {
        assert_eq!(encoder.embed_query(text).unwrap(), *together);
    }
}

#[test]
fn eight_bits_are_close_to_thirty_two() {
    let options = EncoderOptions {
        precision: Precision::Int8,
        ..EncoderOptions::default()
    };
    let int8 = Encoder::open(&fixtures().join("tiny-bert"), &options).unwrap();
    assert_eq!(int8.precision(), Precision::Int8);
    for text in ["how much is it?", "no", "my boss decides about the price"] {
        let (exact, rounded) = (
            tiny().embed_query(text).unwrap(),
            int8.embed_query(text).unwrap(),
        );
        assert!(exact.cosine(&rounded) > 0.98);
        assert_ne!(exact, rounded);
    }
    conformance::embeddings::check(&int8);
}

#[test]
fn a_saved_folder_opens_with_the_same_vectors_and_fingerprint() {
    let (folder, tiny) = (copy_of_tiny(), tiny());
    let again = Encoder::open(folder.path(), &EncoderOptions::default()).unwrap();
    assert_eq!(
        Embeddings::fingerprint(&again),
        Embeddings::fingerprint(&tiny)
    );
    assert_eq!(
        again.embed_query("a price").unwrap(),
        tiny.embed_query("a price").unwrap()
    );
}

#[test]
fn other_weights_or_another_projection_are_another_encoder() {
    let tiny = tiny();
    let hidden = tiny.config.hidden;
    let flip = Tensor::eye(hidden, candle_core::DType::F32, &Device::Cpu)
        .unwrap()
        .neg()
        .unwrap();
    let flipped = tiny
        .with_weights(&tiny.weights().unwrap(), Some(&flip))
        .unwrap();
    assert_ne!(
        Embeddings::fingerprint(&flipped),
        Embeddings::fingerprint(&tiny)
    );
    let cosine = flipped
        .embed_query("a price")
        .unwrap()
        .cosine(&tiny.embed_query("a price").unwrap());
    assert!((cosine + 1.0).abs() < 1e-5, "{cosine}");
}

#[test]
fn a_missing_file_is_named() {
    for file in [CONFIG, TOKENIZER, WEIGHTS] {
        let folder = copy_of_tiny();
        fs_err::remove_file(folder.path().join(file)).unwrap();
        assert!(
            refusal(folder.path()).contains(&format!("has no `{file}`")),
            "{file}"
        );
    }
}

#[test]
fn a_truncated_or_foreign_file_is_named() {
    let folder = copy_of_tiny();
    fs_err::remove_file(folder.path().join(FINGERPRINT)).unwrap();
    let weights = fs_err::read(folder.path().join(WEIGHTS)).unwrap();
    fs_err::write(folder.path().join(WEIGHTS), &weights[..weights.len() / 2]).unwrap();
    assert!(
        refusal(folder.path()).contains("model.safetensors` is truncated"),
        "{}",
        refusal(folder.path())
    );

    fs_err::write(folder.path().join(WEIGHTS), &weights).unwrap();
    let config = fs_err::read_to_string(folder.path().join(CONFIG)).unwrap();
    let wider = config.replace("\"intermediate_size\": 64", "\"intermediate_size\": 96");
    fs_err::write(folder.path().join(CONFIG), wider).unwrap();
    assert!(
        refusal(folder.path()).contains("`config.json` expects [96, 32]"),
        "{}",
        refusal(folder.path())
    );

    fs_err::write(
        folder.path().join(CONFIG),
        config.replace("\"bert\"", "\"gpt2\""),
    )
    .unwrap();
    assert!(
        refusal(folder.path()).contains("`model_type` = `gpt2`"),
        "{}",
        refusal(folder.path())
    );

    fs_err::write(folder.path().join(CONFIG), "{").unwrap();
    assert!(
        refusal(folder.path()).contains("config.json` is not the JSON"),
        "{}",
        refusal(folder.path())
    );
}

#[test]
fn a_file_changed_after_saving_is_named() {
    let folder = copy_of_tiny();
    let path = folder.path().join(TOKENIZER);
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, format!("{text} ")).unwrap();
    assert_eq!(
        refusal(folder.path()),
        "`tokenizer.json` is not the file that `fingerprint.json` was made for"
    );
}

#[test]
fn a_folder_of_an_upturn_with_other_moments_is_named() {
    let folder = copy_of_tiny();
    tiny().save(folder.path()).unwrap();
    let path = folder.path().join(FINGERPRINT);
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, text.replace("\"moments\": 2,", "")).unwrap();
    let refusal = refusal(folder.path());
    assert!(refusal.contains("otherwise"), "{refusal}");
}

#[test]
fn a_window_without_room_is_refused() {
    for got in [0, 7, 4096] {
        let options = EncoderOptions {
            moment_tokens: Some(got),
            ..EncoderOptions::default()
        };
        let error = Encoder::open(&fixtures().join("tiny-bert"), &options).unwrap_err();
        assert!(matches!(error, EncoderError::Window { .. }), "{error}");
    }
}

/// Python 3.11.7, transformers 5.24.0: `sum(p.numel() for n, p in AutoModel.from_pretrained("tiny-bert").named_parameters()
/// if "pooler" not in n)`.
#[test]
fn an_encoder_knows_its_size() {
    let encoder = Encoder::open(&fixtures().join("tiny-bert"), &EncoderOptions::default()).unwrap();
    assert_eq!(encoder.parameters(), 40_512);
    let weights = fs_err::metadata(fixtures().join("tiny-bert/model.safetensors")).unwrap();
    assert!(encoder.bytes() > weights.len());
    assert_eq!(encoder.origin().name, "tiny-bert");
}
