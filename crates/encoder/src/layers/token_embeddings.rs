//! Word + position + segment vectors, normalised: the input of the first layer.

use candle_core::{Device, Result, Tensor};
use upturn_kernels::Dropout;

use super::Form;
use super::dropout::{Mode, dropped};
use super::layer_norm::LayerNorm;
use crate::ops::{Embed, Lookup, flat};
use crate::{Batch, BertConfig, EncoderError, Weights};

/// The table of words with its companions.
#[derive(Debug, Clone)]
pub(crate) struct TokenEmbeddings {
    words: Tensor,
    positions: Tensor,
    segments: Tensor,
    norm: LayerNorm,
    dropout: f32,
}

impl TokenEmbeddings {
    pub(crate) fn new(
        weights: &Weights,
        config: &BertConfig,
    ) -> std::result::Result<Self, EncoderError> {
        let table = |name: &str| weights.get(&format!("embeddings.{name}_embeddings.weight"));
        let (words, positions) = (table("word")?, table("position")?);
        let segments = if config.family.has_segments() {
            table("token_type")?
        } else {
            words.narrow(0, 0, 1)?.zeros_like()?
        };
        Ok(Self {
            words,
            positions: positions.narrow(0, config.first_position, config.positions)?,
            segments,
            norm: LayerNorm::new(weights, "embeddings.LayerNorm", config.layer_norm_eps)?,
            dropout: config.hidden_dropout,
        })
    }

    /// # Shapes
    ///
    /// `→ [tokens, hidden]`
    pub(crate) fn forward(&self, batch: &Batch, mode: Mode<'_>, form: Form) -> Result<Tensor> {
        self.check(batch)?;
        let dropout = mode.mask(self.dropout);
        match form {
            Form::Fused => self.fused(batch, dropout),
            Form::Plain => dropped(self.plain(batch)?, dropout),
        }
    }

    pub(crate) fn device(&self) -> &Device {
        self.words.device()
    }

    fn check(&self, batch: &Batch) -> Result<()> {
        let least = |rows: &[u32]| rows.iter().map(|row| *row as usize + 1).max().unwrap_or(0);
        for (rows, table) in [
            (batch.ids(), &self.words),
            (batch.positions(), &self.positions),
        ] {
            let (needed, there) = (least(rows), table.dim(0)?);
            if needed > there {
                candle_core::bail!("row {} of a table of {there} rows", needed - 1);
            }
        }
        Ok(())
    }

    fn fused(&self, batch: &Batch, dropout: Option<Dropout>) -> Result<Tensor> {
        let embed = Embed {
            ids: batch.ids().to_vec(),
            positions: batch.positions().to_vec(),
            epsilon: self.norm.epsilon(),
            dropout,
        };
        let row = flat(&[&self.segments, &self.norm.weight, &self.norm.bias])?;
        self.words.apply_op3(&self.positions, &row, embed)
    }

    fn plain(&self, batch: &Batch) -> Result<Tensor> {
        let device = self.words.device();
        let rows = |table: &Tensor, rows: &[u32]| Lookup::new(rows, device)?.of(table);
        let words = rows(&self.words, batch.ids())?; // [N, H]
        let positions = rows(&self.positions, batch.positions())?; // [N, H]
        let segment = self.segments.narrow(0, 0, 1)?; // [1, H]
        self.norm
            .plain(&(words + positions.broadcast_add(&segment)?)?)
    }
}
