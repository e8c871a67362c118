//! What a folder holds beside the weights: tokenizer, projection, pooling.

use candle_core::{Device, Tensor};

use crate::folder::{Files, HEAD, TOKENIZER};
use crate::{BertConfig, EncoderError, Pooling, TextTokenizer, Weights};

/// Name of the retrieval projection in `head.safetensors`.
pub(super) const PROJECTION: &str = "retrieval.weight";

/// The tokenizer, if its words are the model's.
pub(super) fn tokenizer(files: &Files, config: &BertConfig) -> Result<TextTokenizer, EncoderError> {
    let bytes = files.get(TOKENIZER).unwrap_or_default();
    let tokenizer = TextTokenizer::parse(&files.path(TOKENIZER), bytes)?;
    if tokenizer.vocabulary() > config.vocabulary {
        return Err(EncoderError::Vocabulary {
            tokenizer: tokenizer.vocabulary(),
            config: config.vocabulary,
        });
    }
    Ok(tokenizer)
}

/// The retrieval projection, if one was trained.
pub(super) fn projection(files: &Files, hidden: usize) -> Result<Option<Tensor>, EncoderError> {
    let Some(bytes) = files.get(HEAD) else {
        return Ok(None);
    };
    let projection = Weights::parse_all(&files.path(HEAD), bytes)?
        .get(PROJECTION)?
        .to_device(&Device::Cpu)?;
    if projection.dims() != [hidden, hidden] {
        let got = projection.dims().to_vec();
        return Err(EncoderError::Shape {
            tensor: PROJECTION.to_owned(),
            expected: vec![hidden, hidden],
            got,
        });
    }
    Ok(Some(projection))
}

/// `modules.json` of a folder that has none.
pub(super) const DEFAULT_MODULES: &str = r#"[
  {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
  {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
  {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
]
"#;

/// `1_Pooling/config.json` of a folder that has none.
pub(super) fn default_pooling(pooling: Pooling, hidden: usize) -> String {
    let (cls, mean) = (pooling == Pooling::Cls, pooling == Pooling::Mean);
    let flags = serde_json::json!({
        "word_embedding_dimension": hidden,
        "pooling_mode_cls_token": cls,
        "pooling_mode_mean_tokens": mean,
        "pooling_mode_max_tokens": false,
        "pooling_mode_mean_sqrt_len_tokens": false,
    });
    format!("{flags:#}\n")
}
