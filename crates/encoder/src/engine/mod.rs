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
    first_position: usize,
}

impl Engine {
    /// Packs the weights of a checked checkpoint.
    pub(crate) fn new(
        checkpoint: &Bytes,
        config: &BertConfig,
        precision: Precision,
    ) -> Result<Self, EncoderError> {
        let source = Source::new(checkpoint, config.family)?;
        let table = |name: &str| source.table(&format!("embeddings.{name}_embeddings.weight"));
        let layer = |layer| EngineLayer::new(&source, layer, config, precision);
        let layers = (0..config.layers)
            .into_par_iter()
            .map(layer)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            words: table("word")?,
            positions: table("position")?,
            segments: segments(&source, config)?,
            norm: OwnedNorm::new(&source, "embeddings.LayerNorm", config)?,
            layers,
            hidden: config.hidden,
            first_position: config.first_position,
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
        let segments = self.segments.numbers();
        let segment = segments.get(..self.hidden).unwrap_or_default();
        let words = self.words.numbers();
        let positions = self.positions.rows_from(self.first_position, self.hidden);
        tokens.embed(compute, words, positions, segment, space.hidden());
        layer_norm(compute, self.norm.norm(), space.hidden(), None, None, None);
        for layer in self.layers.iter().take(layers) {
            layer.run(compute, batch, space);
        }
        space.hidden()
    }
}

/// The table of segments: one row of zeros where the family has none.
fn segments(source: &Source<'_>, config: &BertConfig) -> Result<Table, EncoderError> {
    if config.family.has_segments() {
        source.table("embeddings.token_type_embeddings.weight")
    } else {
        Ok(Table::Converted(vec![0.0; config.hidden]))
    }
}
