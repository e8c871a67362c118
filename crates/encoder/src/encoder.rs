//! A folder opened and ready to embed: [`Encoder`].

mod about;
mod beside;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use candle_core::{Device, Tensor};
use rayon::prelude::*;
use upturn_core::{Embedding, Embeddings, EmbeddingsError, Fingerprint};
use upturn_kernels::{Compute, mean_pool};

use crate::body::{Body, Processor};
use crate::folder::{CONFIG, FINGERPRINT, Files, HEAD, MODULES, POOLING, WEIGHTS};
use crate::plan::Plan;
use crate::{
    Batch, BertConfig, EncoderError, Family, Pooling, Precision, Sequence, TextTokenizer, Weights,
    unit,
};

use beside::{DEFAULT_MODULES, PROJECTION, default_pooling, projection, tokenizer};

/// Smallest window: a special token, a mark of two tokens, one word and a special token.
const LEAST_WINDOW: usize = 8;

/// What the folder does not say.
#[derive(Debug, Clone, Default)]
pub struct EncoderOptions {
    /// Tokens of a moment, special ones included. What the folder records, else 128 or the window if that is smaller.
    pub moment_tokens: Option<usize>,
    /// How exactly inference computes.
    pub precision: Precision,
    /// Where inference and training compute.
    pub processor: Processor,
}

/// Text → vectors: tokenizer, transformer, [`Pooling`], normalisation, and a projection for retrieval if trained.
///
/// Its copies share their weights.
#[derive(Debug, Clone)]
pub struct Encoder {
    files: Files,
    config: BertConfig,
    tokenizer: TextTokenizer,
    body: Body,
    precision: Precision,
    processor: Processor,
    pooling: Pooling,
    window: usize,
    moment_tokens: usize,
    projection: Option<Tensor>,
    fingerprint: Fingerprint,
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
        Self::of(files, moment_tokens, options.precision, options.processor)
    }

    fn of(
        files: Files,
        moment_tokens: Option<usize>,
        precision: Precision,
        processor: Processor,
    ) -> Result<Self, EncoderError> {
        let read = |file| files.get(file).unwrap_or_default();
        let config = BertConfig::parse(&files.path(CONFIG), read(CONFIG))?;
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
        let ready = || {
            Weights::check(&files.path(WEIGHTS), read(WEIGHTS), &config)?;
            Body::new(&files.bytes(WEIGHTS), &config, precision, processor)
        };
        let (tokenizer, (body, digests)) = rayon::join(
            || tokenizer(&files, &config),
            || rayon::join(ready, || files.digests(moment_tokens)),
        );
        let (tokenizer, body) = (tokenizer?, body?);
        let projection = projection(&files, config.hidden)?;
        Ok(Self {
            files,
            tokenizer,
            body,
            precision,
            processor,
            pooling,
            window,
            moment_tokens,
            projection,
            fingerprint: digests.encoder,
            config,
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
        files.insert(
            WEIGHTS,
            weights.to_safetensors(&files.path(WEIGHTS), self.config.family)?,
        );
        if let Some(projection) = projection {
            let mut head = Weights::default();
            head.insert(PROJECTION, projection.detach());
            files.insert(
                HEAD,
                head.to_safetensors(&files.path(HEAD), Family::default())?,
            );
        }
        let moment_tokens = Some(self.moment_tokens);
        Self::of(files, moment_tokens, self.precision, self.processor)
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

    /// A copy of the named tensors, none of them trainable.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tensor`] if a copy can't be allocated.
    pub fn weights(&self) -> Result<Weights, EncoderError> {
        let bytes = self.files.get(WEIGHTS).unwrap_or_default();
        Weights::parse(&self.files.path(WEIGHTS), bytes, &self.config)
    }

    /// Where the layers are computed, in inference and in training.
    pub fn device(&self) -> &Device {
        self.body.device()
    }

    /// How exactly inference computes.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// How a text's tokens become its vector.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// The retrieval projection, if one was trained. Shape: `[hidden, hidden]`, applied as `x Wᵀ`.
    pub fn projection(&self) -> Option<&Tensor> {
        self.projection.as_ref()
    }

    /// Tokens of a text or a turn at most, special ones included.
    pub fn window(&self) -> usize {
        self.window
    }

    /// Tokens of a moment at most, special ones included.
    pub fn moment_tokens(&self) -> usize {
        self.moment_tokens
    }

    /// What the first `layers` layers make of each sequence, one after another.
    ///
    /// # Shapes
    ///
    /// `→ [tokens of the sequence, hidden]` each
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tensor`] if a copy can't be allocated.
    pub fn hidden(
        &self,
        sequences: &[&Sequence],
        layers: usize,
    ) -> Result<Vec<Tensor>, EncoderError> {
        let batch = Batch::new(sequences);
        let columns = self.config.hidden;
        let cut = |hidden: &[f32]| -> Result<Vec<Tensor>, EncoderError> {
            let one = |range: Range<usize>| {
                let numbers = hidden.get(range.start * columns..range.end * columns);
                let shape = (range.len(), columns);
                Ok(Tensor::from_slice(
                    numbers.unwrap_or_default(),
                    shape,
                    &Device::Cpu,
                )?)
            };
            batch.ranges().into_iter().map(one).collect()
        };
        rayon::scope(|_| self.body.run(Compute::parallel(), &batch, layers, cut))?
    }

    /// The vectors of texts that are token ids already, in the order given.
    ///
    /// # Errors
    ///
    /// As [`embed_documents`](Embeddings::embed_documents).
    pub fn embed_sequences(&self, sequences: &[Sequence]) -> Result<Vec<Embedding>, EncoderError> {
        self.projected(&self.texts(sequences)?)
    }

    /// What each sequence is pooled and normalised to, in the order given; not projected. Equal sequences, such as the shared
    /// turns of two prefixes, are computed once.
    pub(crate) fn texts(&self, sequences: &[Sequence]) -> Result<Vec<Vec<f32>>, EncoderError> {
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
        let texts = self.different_texts(&different)?;
        Ok(places
            .into_iter()
            .filter_map(|place| texts.get(place).cloned())
            .collect())
    }

    fn different_texts(&self, sequences: &[&Sequence]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let lengths: Vec<usize> = sequences
            .iter()
            .map(|sequence| sequence.ids.len())
            .collect();
        let plan = if self.device().is_cpu() {
            Plan::new(&lengths, rayon::current_num_threads())
        } else {
            Plan::on_device(&lengths)
        };
        let encode = |members: &Vec<usize>| {
            let members: Vec<&Sequence> = members
                .iter()
                .filter_map(|at| sequences.get(*at).copied())
                .collect();
            self.texts_of_batch(plan.compute, &members)
        };
        let encoded: Vec<Vec<Vec<f32>>> = if plan.side_by_side {
            let batches = plan.batches.par_iter().with_max_len(1);
            batches.map(encode).collect::<Result<_, _>>()?
        } else {
            // Inside the pool, so that each operation need not be handed over to it.
            rayon::scope(|_| plan.batches.iter().map(encode).collect::<Result<_, _>>())?
        };
        let order = plan.batches.iter().flatten().copied();
        let mut placed: Vec<(usize, Vec<f32>)> = order.zip(encoded.into_iter().flatten()).collect();
        placed.sort_by_key(|(at, _)| *at);
        Ok(placed.into_iter().map(|(_, text)| text).collect())
    }

    fn texts_of_batch(
        &self,
        compute: Compute,
        members: &[&Sequence],
    ) -> Result<Vec<Vec<f32>>, EncoderError> {
        let batch = Batch::new(members);
        let columns = self.config.hidden;
        let mut texts = vec![0f32; batch.sequences() * columns];
        self.body
            .run(compute, &batch, self.config.layers, |hidden| {
                let groups = self.pooling.groups(&batch);
                mean_pool(compute, hidden, columns, &groups, &mut texts);
            })?;
        Ok(texts.chunks(columns).map(<[f32]>::to_vec).collect())
    }

    /// Vectors of the encoder, of any length but zero, through the retrieval projection: where they lie among others.
    pub(crate) fn projected(&self, vectors: &[Vec<f32>]) -> Result<Vec<Embedding>, EncoderError> {
        let columns = self.config.hidden;
        let rows = match &self.projection {
            Some(projection) if !vectors.is_empty() => {
                let through = projection.t()?;
                // One by one: a product of several rows may add in another order than that of each.
                let one = |vector: &Vec<f32>| -> Result<Vec<f32>, EncoderError> {
                    let row = Tensor::from_slice(vector, (1, columns), &Device::Cpu)?;
                    Ok(unit(&row.matmul(&through)?)?.flatten_all()?.to_vec1()?)
                };
                vectors
                    .iter()
                    .map(one)
                    .collect::<Result<Vec<_>, _>>()?
                    .concat()
            }
            _ => vectors.concat(),
        };
        let embedding = |row: &[f32]| Ok(Embedding::normalized(row.to_vec())?);
        rows.chunks(columns).map(embedding).collect()
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
            })
        };
        let sequences = texts
            .par_iter()
            .map(sequence)
            .collect::<Result<Vec<_>, EncoderError>>()?;
        Ok(self.embed_sequences(&sequences)?)
    }
}

#[cfg(test)]
mod tests;
