//! Files that hold no model for us.

use std::error::Error;
use std::path::Path;

use candle_core::quantized::gguf_file::Value;
use upturn_core::{Diagnostic as _, ErrorKind};

use super::tiny::Tiny;
use crate::{LocalChat, LocalConfig, LocalError};

fn refused(path: &Path) -> LocalError {
    LocalChat::open(LocalConfig::new(path)).unwrap_err()
}

/// The error with its causes, without where the file is.
fn told(file: &Tiny) -> String {
    let file = file.written();
    let error = refused(file.path());
    assert!(error.hint().is_some(), "{error}");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    shown(&error).replace(&file.path().display().to_string(), "FILE")
}

fn shown(error: &LocalError) -> String {
    let causes = std::iter::successors(error.source(), |&it| it.source());
    let causes = causes.map(ToString::to_string);
    let said: Vec<String> = std::iter::once(error.to_string()).chain(causes).collect();
    said.join(": ")
}

#[test]
fn no_file_and_a_folder_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(&folder.path().join("none.gguf"));
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(shown(&error).contains("none.gguf"), "{}", shown(&error));
    assert_eq!(
        error.hint().as_deref(),
        Some("give the path of a GGUF file")
    );
    assert!(matches!(refused(folder.path()), LocalError::NotGguf { .. }));
}

#[test]
fn a_file_of_another_kind_is_no_gguf() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("empty", ""),
        ("short", "GG"),
        ("text", "not a model at all"),
    ] {
        let path = folder.path().join(name);
        fs_err::write(&path, content).unwrap();
        let error = refused(&path);
        assert_eq!(
            error.to_string(),
            format!("`{}` is no GGUF file", path.display())
        );
        assert!(error.hint().unwrap().contains("convert_hf_to_gguf.py"));
    }
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let whole = fs_err::read(Tiny::new().written().path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.gguf");
    for length in (4..whole.len()).step_by(whole.len() / 40) {
        fs_err::write(&path, &whole[..length]).unwrap();
        let error = refused(&path);
        assert!(
            matches!(error, LocalError::Unreadable { .. }),
            "{length}: {error}"
        );
        assert!(
            error
                .hint()
                .unwrap()
                .starts_with("if the file is cut off, fetch it again")
        );
    }
}

#[test]
fn another_family_is_named() {
    let file = Tiny::new().with_text("general.architecture", "qwen3");
    assert_eq!(
        told(&file),
        "`FILE` holds a model of the family `qwen3`, expected `llama`"
    );
}

#[test]
fn another_tokenizer_is_named() {
    let expected = "expected one of `gpt2/gpt-2`, `gpt2/llama-bpe`, `gpt2/smollm`";
    let file = Tiny::new().with_text("tokenizer.ggml.model", "llama");
    assert_eq!(
        told(&file),
        format!("`FILE` has the tokenizer `llama/smollm`, {expected}")
    );
    let file = Tiny::new().without("tokenizer.ggml.pre");
    assert_eq!(
        told(&file),
        format!("`FILE` has the tokenizer `gpt2/default`, {expected}")
    );
}

#[test]
fn what_is_not_told_is_named() {
    for key in [
        "general.architecture",
        "llama.context_length",
        "tokenizer.chat_template",
        "tokenizer.ggml.eos_token_id",
        "tokenizer.ggml.merges",
        "tokenizer.ggml.model",
        "tokenizer.ggml.token_type",
        "tokenizer.ggml.tokens",
    ] {
        let expected = format!("`FILE` does not tell `{key}` as it should");
        assert_eq!(told(&Tiny::new().without(key)), expected);
        if key != "tokenizer.ggml.tokens" {
            assert_eq!(told(&Tiny::new().with(key, Value::F32(0.5))), expected);
        }
    }
}

#[test]
fn a_broken_template_is_told_with_its_line() {
    let file = Tiny::new().with_text("tokenizer.chat_template", "\n{% for %}");
    let told = told(&file);
    assert!(
        told.starts_with("the chat template of `FILE` can't be used: "),
        "{told}"
    );
    assert!(told.ends_with("in line 2"), "{told}");
}

#[test]
fn zeros_that_candle_divides_by_are_errors() {
    for key in ["general.alignment", "llama.attention.head_count"] {
        let told = told(&Tiny::new().with(key, Value::U32(0)));
        assert_eq!(
            told, "the model in `FILE` can't be read: the work panicked",
            "{key}"
        );
    }
}
