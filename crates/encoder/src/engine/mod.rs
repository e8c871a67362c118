//! Inference on the CPU without a graph: weights packed once, memory used again and again. [`Engine`].

mod affine;
mod layer;
mod source;
mod workspace;

use rayon::prelude::*;
use upturn_kernels::{Compute, Tokens, layer_norm};

use crate::bytes::Bytes;
use crate::{Batch, BertConfig, EncoderError};

pub use affine::Precision;
use layer::{EngineLayer, OwnedNorm};
use source::{Source, Table};
pub(crate) use workspace::Workspace;

/// The body of the encoder, ready to compute.
#[derive(Debug)]
pub(crate) struct Engine {
    words: Table,
    positions: Table,
    segments: Table,
    norm: OwnedNorm,
    layers: Vec<EngineLayer>,
    hidden: usize,
}

impl Engine {
    /// Packs the weights of a checked checkpoint.
    pub(crate) fn new(
        checkpoint: &Bytes,
        config: &BertConfig,
        precision: Precision,
    ) -> Result<Self, EncoderError> {
        let source = Source::new(checkpoint)?;
        let table = |name: &str| source.table(&format!("embeddings.{name}_embeddings.weight"));
        let layer = |layer| EngineLayer::new(&source, layer, config, precision);
        let layers = (0..config.layers)
            .into_par_iter()
            .map(layer)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            words: table("word")?,
            positions: table("position")?,
            segments: table("token_type")?,
            norm: OwnedNorm::new(&source, "embeddings.LayerNorm", config)?,
            layers,
            hidden: config.hidden,
        })
    }

    /// The output of the first `layers` layers, in `space`.
    ///
    /// # Shapes
    ///
    /// `→ [tokens, hidden]`
    pub(crate) fn run<'a>(
        &self,
        compute: Compute,
        batch: &Batch,
        layers: usize,
        space: &'a mut Workspace,
    ) -> &'a [f32] {
        space.fit(batch.tokens() * self.hidden);
        let tokens = Tokens {
            ids: batch.ids(),
            positions: batch.positions(),
        };
        let segment = self
            .segments
            .numbers()
            .get(..self.hidden)
            .unwrap_or_default();
        let (words, positions) = (self.words.numbers(), self.positions.numbers());
        tokens.embed(compute, words, positions, segment, space.hidden());
        layer_norm(compute, self.norm.norm(), space.hidden(), None, None, None);
        for layer in self.layers.iter().take(layers) {
            layer.run(compute, batch, space);
        }
        space.hidden()
    }
}
