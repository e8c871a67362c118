//! Texts to tokens and back.

use std::path::Path;

use candle_core::quantized::gguf_file::Value;

use super::tiny::Tiny;
use crate::gguf::Gguf;
use crate::pieces::Pieces;
use crate::vocabulary::Vocabulary;

pub(super) fn vocabulary(path: &Path) -> Vocabulary {
    Vocabulary::new(&Gguf::open(path).unwrap()).unwrap()
}

#[test]
fn texts_come_back_whole_and_piece_by_piece() {
    let vocabulary = vocabulary(Tiny::new().written().path());
    for text in ["", "the price", "Grüße 日本 👋🏽", "  two\n\n\ttabs \u{0}"] {
        let tokens = vocabulary.encode(text).unwrap();
        assert_eq!(vocabulary.decode(&tokens), text);
        let mut pieces = Pieces::new(&vocabulary);
        let told: Vec<String> = tokens.iter().map(|it| pieces.push(*it)).collect();
        assert_eq!(told.concat(), text);
        assert_eq!(pieces.rest(), "");
        assert!(!told.iter().any(|it| it.contains('\u{FFFD}')), "{told:?}");
    }
}

#[test]
fn half_a_character_at_the_end_is_told_as_broken() {
    let vocabulary = vocabulary(Tiny::new().written().path());
    let tokens = vocabulary.encode("日").unwrap();
    let mut pieces = Pieces::new(&vocabulary);
    assert_eq!(pieces.push(tokens[0]), "");
    assert_eq!(pieces.rest(), "\u{FFFD}");
}

#[test]
fn pairs_are_merged() {
    let vocabulary = vocabulary(Tiny::new().written().path());
    assert_eq!(vocabulary.encode("the").unwrap().len(), 2);
    assert_eq!(vocabulary.encode("hte").unwrap().len(), 3);
}

#[test]
fn the_first_token_is_set_once_where_the_file_wants_it() {
    let key = "tokenizer.ggml.add_bos_token";
    let vocabulary = vocabulary(Tiny::new().with(key, Value::Bool(true)).written().path());
    assert_eq!(vocabulary.encode("a").unwrap().len(), 2);
    assert_eq!(vocabulary.encode("<|im_start|>a").unwrap().len(), 2);
}

#[test]
fn the_last_token_and_its_kind_end_an_answer() {
    let vocabulary = vocabulary(Tiny::new().written().path());
    let ends: Vec<bool> = (0..4).map(|token| vocabulary.ends(token)).collect();
    assert_eq!(ends, [true, false, true, false]);
}
