//! `drop(norm(words[id] + positions[position] + segments[0]))` in one node: [`Embed`].

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use upturn_kernels::{
    Compute, Dropout, Norm, Tokens, drop, layer_norm, layer_norm_backward, scatter_add,
};

use super::numbers::{Numbers, slice, tensor_like};
use super::parameters::parts;

/// The input of the first layer.
///
/// Arguments: `words: [vocabulary, hidden]`, `positions: [positions, hidden]`, and in one row `segments: [segments,
/// hidden]`, `w`, `b: [hidden]`. Nothing is kept: the sum is three rows of tables and cheap to add again.
#[derive(Debug)]
pub(crate) struct Embed {
    pub(crate) ids: Vec<u32>,
    pub(crate) positions: Vec<u32>,
    pub(crate) epsilon: f32,
    pub(crate) dropout: Option<Dropout>,
}

impl Embed {
    fn tokens(&self) -> Tokens<'_> {
        Tokens {
            ids: &self.ids,
            positions: &self.positions,
        }
    }

    /// `[segment 0, the other segments, w, b]`
    fn parameters(row: &[f32], hidden: usize) -> Result<[&[f32]; 4]> {
        parts(
            row,
            [hidden, row.len().saturating_sub(3 * hidden), hidden, hidden],
        )
    }

    fn norm<'a>(&self, weight: &'a [f32], bias: &'a [f32]) -> Norm<'a> {
        Norm {
            weight,
            bias,
            epsilon: self.epsilon,
        }
    }
}

impl CustomOp3 for Embed {
    fn name(&self) -> &'static str {
        "embed"
    }

    fn cpu_fwd(
        &self,
        words: &CpuStorage,
        words_layout: &Layout,
        positions: &CpuStorage,
        positions_layout: &Layout,
        row: &CpuStorage,
        row_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, hidden) = words_layout.shape().dims2()?;
        let compute = Compute::parallel();
        let (words, positions) = (
            slice(words, words_layout)?,
            slice(positions, positions_layout)?,
        );
        let [segment, _, weight, bias] = Self::parameters(slice(row, row_layout)?, hidden)?;
        let mut out = vec![0f32; self.ids.len() * hidden];
        self.tokens()
            .embed(compute, words, positions, segment, &mut out);
        layer_norm(compute, self.norm(weight, bias), &mut out, None, None, None);
        if let Some(dropout) = self.dropout {
            drop(compute, dropout, &mut out);
        }
        Ok((CpuStorage::F32(out), Shape::from((self.ids.len(), hidden))))
    }

    fn bwd(
        &self,
        words: &Tensor,
        positions: &Tensor,
        row: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (_, hidden) = words.dims2()?;
        let compute = Compute::parallel();
        let gradient = gradient.contiguous()?;
        let rows = Numbers::of(row)?;
        let [segment, others, weight, bias] = Self::parameters(&rows, hidden)?;
        let mut sum = vec![0f32; self.ids.len() * hidden];
        let tables = (Numbers::of(words)?, Numbers::of(positions)?);
        self.tokens()
            .embed(compute, &tables.0, &tables.1, segment, &mut sum);
        let mut dsum = Numbers::of(&gradient)?.to_vec();
        if let Some(dropout) = self.dropout {
            drop(compute, dropout, &mut dsum);
        }
        let (dweight, dbias) =
            layer_norm_backward(compute, self.norm(weight, bias), &sum, &mut dsum);
        let table = |rows: &[u32], table: &Tensor| {
            if !table.track_op() {
                return Ok(None);
            }
            let mut cells = vec![0f32; table.elem_count()];
            scatter_add(rows, &dsum, hidden, &mut cells);
            tensor_like(cells, table).map(Some)
        };
        let mut drow = upturn_kernels::column_sums(compute, &dsum, hidden);
        drow.resize(hidden + others.len(), 0.0);
        drow.extend(dweight.into_iter().chain(dbias));
        Ok((
            table(&self.ids, words)?,
            table(&self.positions, positions)?,
            Some(tensor_like(drow, row)?),
        ))
    }
}
