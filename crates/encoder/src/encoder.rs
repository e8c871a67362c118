//! A folder opened and ready to embed: [`Encoder`].

use std::collections::HashMap;
use std::path::Path;

use candle_core::{Device, Tensor};
use rayon::prelude::*;
use upturn_core::{Embedding, Embeddings, EmbeddingsError, Fingerprint};

use crate::folder::{CONFIG, FINGERPRINT, Files, HEAD, MODULES, POOLING, TOKENIZER, WEIGHTS};
use crate::{
    Batch, BertConfig, EncoderError, Mode, Pooling, Sequence, TextTokenizer, Transformer, Weights,
    pool_by_speaker, unit,
};

/// Padded tokens that one forward pass takes at most; more would leave the cache, fewer would starve the second core.
const BATCH_TOKENS: usize = 2048;

/// Smallest window: a special token, a mark of two tokens, one word and a special token.
const LEAST_WINDOW: usize = 8;

/// Name of the retrieval projection in `head.safetensors`.
const PROJECTION: &str = "retrieval.weight";

/// What the folder does not say.
#[derive(Debug, Clone, Default)]
pub struct EncoderOptions {
    /// Tokens of a moment, special ones included. What the folder records, else 128 or the window if that is smaller.
    pub moment_tokens: Option<usize>,
}

/// Text → vectors: tokenizer, [`Transformer`], [`Pooling`], normalisation, and a projection for retrieval if trained.
#[derive(Debug, Clone)]
pub struct Encoder {
    files: Files,
    config: BertConfig,
    tokenizer: TextTokenizer,
    weights: Weights,
    transformer: Transformer,
    pooling: Pooling,
    window: usize,
    moment_tokens: usize,
    projection: Option<Tensor>,
    fingerprint: Fingerprint,
}

/// Vectors of one sequence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Encoded {
    pub(crate) embedding: Embedding,
    pub(crate) seller: Vec<f32>,
    pub(crate) buyer: Vec<f32>,
}

impl Encoder {
    /// Opens a folder of the BERT family: `config.json`, `tokenizer.json`, `model.safetensors`, and `modules.json`,
    /// `1_Pooling/config.json`, `head.safetensors`, `fingerprint.json` where present.
    ///
    /// # Errors
    ///
    /// [`EncoderError`] that names the file which is missing, truncated, foreign or does not agree with the others;
    /// nothing is allocated for tensors before these checks.
    pub fn open(folder: &Path, options: &EncoderOptions) -> Result<Self, EncoderError> {
        let (files, recorded) = Files::read(folder)?;
        let moment_tokens = options
            .moment_tokens
            .or(recorded.map(|digests| digests.moment_tokens));
        Self::of(files, moment_tokens)
    }

    fn of(files: Files, moment_tokens: Option<usize>) -> Result<Self, EncoderError> {
        let read = |file| files.get(file).unwrap_or_default();
        let config = BertConfig::parse(&files.path(CONFIG), read(CONFIG))?;
        let tokenizer = TextTokenizer::parse(&files.path(TOKENIZER), read(TOKENIZER))?;
        if tokenizer.vocabulary() > config.vocabulary {
            return Err(EncoderError::Vocabulary {
                tokenizer: tokenizer.vocabulary(),
                config: config.vocabulary,
            });
        }
        let pooling = files.pooling()?;
        let window = files.window(config.positions)?;
        let moment_tokens = moment_tokens.unwrap_or(128.min(window));
        if !(LEAST_WINDOW..=config.positions).contains(&moment_tokens) {
            return Err(EncoderError::Window {
                least: LEAST_WINDOW,
                most: config.positions,
                got: moment_tokens,
            });
        }
        let weights = Weights::parse(&files.path(WEIGHTS), read(WEIGHTS), &config)?;
        let projection = projection(&files, config.hidden)?;
        let transformer = Transformer::new(&weights, &config)?;
        let fingerprint = files.digests(moment_tokens).encoder;
        Ok(Self {
            files,
            config,
            tokenizer,
            weights,
            transformer,
            pooling,
            window,
            moment_tokens,
            projection,
            fingerprint,
        })
    }

    /// The same encoder with other weights and another projection, as training leaves them.
    ///
    /// # Errors
    ///
    /// [`EncoderError`] if the weights do not fit the configuration.
    pub fn with_weights(
        &self,
        weights: &Weights,
        projection: Option<&Tensor>,
    ) -> Result<Self, EncoderError> {
        let mut files = self.files.clone();
        files.insert(WEIGHTS, weights.to_safetensors(&files.path(WEIGHTS))?);
        if let Some(projection) = projection {
            let mut head = Weights::default();
            head.insert(PROJECTION, projection.detach());
            files.insert(HEAD, head.to_safetensors(&files.path(HEAD))?);
        }
        Self::of(files, Some(self.moment_tokens))
    }

    /// Writes the folder's files, `fingerprint.json` among them, into an existing `folder`.
    ///
    /// sentence-transformers opens the result unchanged; it leaves out the projection. Who publishes a model writes
    /// into a sibling folder and renames it.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Io`] names the file that could not be written.
    pub fn save(&self, folder: &Path) -> Result<(), EncoderError> {
        let mut files = self.files.clone();
        if files.get(MODULES).is_none() {
            files.insert(MODULES, DEFAULT_MODULES.as_bytes().to_vec());
            files.insert(
                POOLING,
                default_pooling(self.pooling, self.config.hidden).into_bytes(),
            );
        }
        files.write(folder)?;
        let digests = files.digests(self.moment_tokens);
        let path = folder.join(FINGERPRINT);
        let text = serde_json::to_vec_pretty(&digests).map_err(|source| EncoderError::Json {
            path: path.clone(),
            source,
        })?;
        Ok(fs_err::write(path, text)?)
    }

    /// The shape of the transformer.
    pub fn config(&self) -> &BertConfig {
        &self.config
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &TextTokenizer {
        &self.tokenizer
    }

    /// The named tensors, none of them trainable.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// How a text's tokens become its vector.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// The retrieval projection, if one was trained. Shape: `[hidden, hidden]`, applied as `x Wᵀ`.
    pub fn projection(&self) -> Option<&Tensor> {
        self.projection.as_ref()
    }

    /// Tokens of a moment at most, special ones included.
    pub fn moment_tokens(&self) -> usize {
        self.moment_tokens
    }

    /// Encodes sequences in batches of about equal length, in parallel; results in the order given. Equal sequences,
    /// such as the shared moments of two prefixes, are computed once.
    pub(crate) fn encode_sequences(
        &self,
        sequences: &[Sequence],
    ) -> Result<Vec<Encoded>, EncoderError> {
        let mut place_of: HashMap<&Sequence, usize> = HashMap::new();
        let mut different: Vec<&Sequence> = Vec::new();
        let mut places = Vec::with_capacity(sequences.len());
        for sequence in sequences {
            let place = *place_of.entry(sequence).or_insert(different.len());
            if place == different.len() {
                different.push(sequence);
            }
            places.push(place);
        }
        let encoded = self.encode_different(&different)?;
        Ok(places
            .into_iter()
            .filter_map(|place| encoded.get(place).cloned())
            .collect())
    }

    fn encode_different(&self, sequences: &[&Sequence]) -> Result<Vec<Encoded>, EncoderError> {
        let mut order: Vec<usize> = (0..sequences.len()).collect();
        order.sort_by_key(|&at| {
            std::cmp::Reverse(sequences.get(at).map_or(0, |sequence| sequence.ids.len()))
        });
        let chunks = chunks(&order, sequences);
        let encoded: Vec<Vec<Encoded>> = chunks
            .par_iter()
            .map(|chunk| self.encode_batch(chunk, sequences))
            .collect::<Result<_, _>>()?;
        let mut placed: Vec<(usize, Encoded)> = order
            .into_iter()
            .zip(encoded.into_iter().flatten())
            .collect();
        placed.sort_by_key(|(at, _)| *at);
        Ok(placed.into_iter().map(|(_, encoded)| encoded).collect())
    }

    fn encode_batch(
        &self,
        chunk: &[usize],
        sequences: &[&Sequence],
    ) -> Result<Vec<Encoded>, EncoderError> {
        let members: Vec<&Sequence> = chunk
            .iter()
            .filter_map(|&at| sequences.get(at).copied())
            .collect();
        let batch = Batch::new(&members, self.config.pad)?;
        let hidden = self
            .transformer
            .forward(&batch.ids, &batch.mask, Mode::Inference)?;
        let texts = self
            .project(&self.pooling.pool(&hidden, &batch.mask)?)?
            .to_vec2::<f32>()?;
        let speakers = pool_by_speaker(&hidden, &batch)?.to_vec3::<f32>()?;
        texts
            .into_iter()
            .zip(speakers)
            .map(|(text, sides)| {
                let mut sides = sides.into_iter();
                let (seller, buyer) = (
                    sides.next().unwrap_or_default(),
                    sides.next().unwrap_or_default(),
                );
                Ok(Encoded {
                    embedding: Embedding::normalized(text)?,
                    seller,
                    buyer,
                })
            })
            .collect()
    }

    fn project(&self, vectors: &Tensor) -> Result<Tensor, EncoderError> {
        match &self.projection {
            Some(projection) => Ok(unit(&vectors.matmul(&projection.t()?)?)?),
            None => Ok(vectors.clone()),
        }
    }
}

impl Embeddings for Encoder {
    fn dimension(&self) -> usize {
        self.config.hidden
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        let sequence = |text: &&str| {
            Ok(Sequence {
                ids: self.tokenizer.text(text, self.window)?,
                spans: Vec::new(),
            })
        };
        let sequences = texts
            .par_iter()
            .map(sequence)
            .collect::<Result<Vec<_>, EncoderError>>()?;
        Ok(self
            .encode_sequences(&sequences)?
            .into_iter()
            .map(|encoded| encoded.embedding)
            .collect())
    }
}

/// Cuts an order, longest first, into batches of at most [`BATCH_TOKENS`] padded tokens.
fn chunks(order: &[usize], sequences: &[&Sequence]) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut width = 0;
    for &at in order {
        let length = sequences.get(at).map_or(0, |sequence| sequence.ids.len());
        match chunks.last_mut() {
            Some(chunk) if (chunk.len() + 1) * width <= BATCH_TOKENS => chunk.push(at),
            _ => {
                width = length;
                chunks.push(vec![at]);
            }
        }
    }
    chunks
}

fn projection(files: &Files, hidden: usize) -> Result<Option<Tensor>, EncoderError> {
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

const DEFAULT_MODULES: &str = r#"[
  {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
  {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
  {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
]
"#;

fn default_pooling(pooling: Pooling, hidden: usize) -> String {
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

#[cfg(test)]
mod tests;
