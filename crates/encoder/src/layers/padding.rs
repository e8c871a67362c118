//! Packed rows to a rectangle and back: [`Padding`].

use candle_core::{Device, Result, Tensor};

use crate::Batch;
use crate::ops::{NOWHERE, Rows};

/// What is added to the attention score of a padding token; its weight then underflows to exactly 0.
const MASKED: f32 = -1e9;

/// The rectangle that the sequences of a batch fill when each has a row of its own.
#[derive(Debug)]
pub(crate) struct Padding {
    pub(crate) sequences: usize,
    /// Tokens of the longest sequence.
    pub(crate) width: usize,
    /// From packed rows to cells; a cell of padding is 0.
    cells: Rows,
    /// 0 at a token, very negative at padding. Shape: `[sequences, 1, 1, width]`.
    pub(crate) bias: Tensor,
}

impl Padding {
    pub(crate) fn new(batch: &Batch, device: &Device) -> Result<Self> {
        let ranges = batch.ranges();
        let width = ranges.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        let mut cells = Vec::with_capacity(ranges.len() * width);
        let mut bias = Vec::with_capacity(ranges.len() * width);
        let mut rows = Vec::with_capacity(batch.tokens());
        for (sequence, range) in ranges.iter().enumerate() {
            let missing = width - range.len();
            cells.extend(range.clone().map(index));
            cells.extend(std::iter::repeat_n(NOWHERE, missing));
            bias.extend(std::iter::repeat_n(0f32, range.len()));
            bias.extend(std::iter::repeat_n(MASKED, missing));
            rows.extend((sequence * width..).take(range.len()).map(index));
        }
        Ok(Self {
            sequences: ranges.len(),
            width,
            cells: Rows::new(cells, rows, device)?,
            bias: Tensor::from_vec(bias, (ranges.len(), 1, 1, width), device)?,
        })
    }

    /// `[tokens, columns] → [sequences, width, columns]`
    pub(crate) fn pad(&self, packed: &Tensor) -> Result<Tensor> {
        self.cells
            .of(packed)?
            .reshape((self.sequences, self.width, ()))
    }

    /// `[sequences, width, columns] → [tokens, columns]`
    pub(crate) fn unpad(&self, padded: &Tensor) -> Result<Tensor> {
        self.cells.inverse().of(&padded.flatten_to(1)?)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a batch has fewer than 2³² tokens"
)]
fn index(at: usize) -> u32 {
    at as u32
}
