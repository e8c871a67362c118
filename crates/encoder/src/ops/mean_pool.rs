//! Means of groups of tokens, of length 1, in one node: [`MeanPool`].

use std::ops::Range;

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use upturn_kernels::{Compute, mean_pool, mean_pool_backward};

use super::numbers::{Numbers, slice, tensor_like};

/// `[tokens, hidden] → [groups, hidden]`
#[derive(Debug)]
pub(crate) struct MeanPool {
    pub(crate) groups: Vec<Range<usize>>,
}

impl CustomOp1 for MeanPool {
    fn name(&self) -> &'static str {
        "mean-pool"
    }

    fn cpu_fwd(&self, hidden: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, columns) = layout.shape().dims2()?;
        let mut out = vec![0f32; self.groups.len() * columns];
        let hidden = slice(hidden, layout)?;
        mean_pool(Compute::parallel(), hidden, columns, &self.groups, &mut out);
        Ok((
            CpuStorage::F32(out),
            Shape::from((self.groups.len(), columns)),
        ))
    }

    fn bwd(&self, hidden: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (_, columns) = hidden.dims2()?;
        let gradient = gradient.contiguous()?;
        let (numbers, gradients) = (Numbers::of(hidden)?, Numbers::of(&gradient)?);
        let compute = Compute::parallel();
        let out = mean_pool_backward(compute, &numbers, columns, &self.groups, &gradients);
        tensor_like(out, hidden).map(Some)
    }
}
