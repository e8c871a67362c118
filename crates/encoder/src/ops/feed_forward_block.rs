//! `norm(x + drop(act(x W₁ᵀ + b₁) W₂ᵀ + b₂))` in one node: [`FeedForwardBlock`].

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};
use upturn_kernels::{
    Activation, Compute, Dropout, Matrix, MatrixMut, Norm, Packed, Start, activate,
    activate_backward, column_sums, drop, layer_norm, layer_norm_backward, matmul,
};

use super::attention_block::{outer, through};
use super::kept::Kept;
use super::numbers::{Numbers, slice, tensor_like};
use super::parameters::parts;

/// Two affine maps with a non-linearity between, with residual and normalisation.
///
/// Arguments: `x: [tokens, hidden]`, and in one row `W₁: [wide, hidden]`, `b₁: [wide]`, `W₂: [hidden, wide]`, `b₂`, `w`,
/// `b: [hidden]`.
#[derive(Debug)]
pub(crate) struct FeedForwardBlock {
    pub(crate) wide: usize,
    pub(crate) activation: Activation,
    pub(crate) epsilon: f32,
    pub(crate) dropout: Option<Dropout>,
    /// Whether a backward pass may follow.
    pub(crate) keeps: bool,
    pub(crate) kept: Kept<Pass>,
}

/// What the backward pass reads again: the input of the non-linearity and that of the normalisation.
#[derive(Debug)]
pub(crate) struct Pass {
    wide: Vec<f32>,
    sum: Vec<f32>,
}

struct Parameters<'a> {
    widen: &'a [f32],
    widen_bias: &'a [f32],
    narrow: &'a [f32],
    narrow_bias: &'a [f32],
    norm: Norm<'a>,
}

impl FeedForwardBlock {
    fn parameters<'a>(&self, row: &'a [f32], hidden: usize) -> Result<Parameters<'a>> {
        let matrix = hidden * self.wide;
        let lengths = [matrix, self.wide, matrix, hidden, hidden, hidden];
        let [widen, widen_bias, narrow, narrow_bias, weight, bias] = parts(row, lengths)?;
        Ok(Parameters {
            widen,
            widen_bias,
            narrow,
            narrow_bias,
            norm: Norm {
                weight,
                bias,
                epsilon: self.epsilon,
            },
        })
    }

    fn forward(&self, x: &[f32], row: &[f32], hidden: usize) -> Result<(Vec<f32>, Pass)> {
        let compute = Compute::parallel();
        let parameters = self.parameters(row, hidden)?;
        let tokens = x.len() / hidden;
        let mut wide = vec![0f32; tokens * self.wide];
        let weight = Matrix::new(parameters.widen, self.wide, hidden).transposed();
        let (left, start) = (
            Matrix::new(x, tokens, hidden),
            Start::Bias(parameters.widen_bias),
        );
        let to = MatrixMut::new(&mut wide, tokens, self.wide);
        matmul(
            compute,
            left,
            &Packed::new(compute, weight),
            to,
            start,
            None,
        );
        let mut active = vec![0f32; wide.len()];
        activate(compute, self.activation, &wide, &mut active);
        let mut sum = vec![0f32; x.len()];
        let weight = Matrix::new(parameters.narrow, hidden, self.wide).transposed();
        let (left, start) = (
            Matrix::new(&active, tokens, self.wide),
            Start::Bias(parameters.narrow_bias),
        );
        let to = MatrixMut::new(&mut sum, tokens, hidden);
        matmul(
            compute,
            left,
            &Packed::new(compute, weight),
            to,
            start,
            None,
        );
        std::mem::drop(active);
        let mut out = vec![0f32; x.len()];
        let to = Some(out.as_mut_slice());
        layer_norm(
            compute,
            parameters.norm,
            &mut sum,
            Some(x),
            self.dropout,
            to,
        );
        Ok((out, Pass { wide, sum }))
    }

    /// `(dx, dparameters)`
    fn backward(
        &self,
        x: &[f32],
        row: &[f32],
        pass: &Pass,
        gradient: &[f32],
        hidden: usize,
    ) -> Result<(Vec<f32>, Vec<f32>)> {
        let compute = Compute::parallel();
        let parameters = self.parameters(row, hidden)?;
        let tokens = x.len() / hidden;
        let mut dx = gradient.to_vec();
        let (dweight, dbias) = layer_norm_backward(compute, parameters.norm, &pass.sum, &mut dx);
        let mut dout = dx.clone();
        if let Some(dropout) = self.dropout {
            drop(compute, dropout, &mut dout);
        }
        let mut drow = vec![0f32; row.len()];
        let matrix = hidden * self.wide;
        let (widen, rest) = drow.split_at_mut(matrix);
        let (widen_bias, rest) = rest.split_at_mut(self.wide);
        let (narrow, rest) = rest.split_at_mut(matrix);
        let (narrow_bias, rest) = rest.split_at_mut(hidden);
        let (to_weight, to_bias) = rest.split_at_mut(hidden);
        let mut active = vec![0f32; pass.wide.len()];
        activate(compute, self.activation, &pass.wide, &mut active);
        outer(compute, &dout, &active, tokens, narrow);
        let mut dwide = active;
        through(
            compute,
            &dout,
            parameters.narrow,
            self.wide,
            &mut dwide,
            Start::Zero,
        );
        activate_backward(compute, self.activation, &pass.wide, &mut dwide);
        outer(compute, &dwide, x, tokens, widen);
        through(
            compute,
            &dwide,
            parameters.widen,
            hidden,
            &mut dx,
            Start::Existing,
        );
        widen_bias.copy_from_slice(&column_sums(compute, &dwide, self.wide));
        narrow_bias.copy_from_slice(&column_sums(compute, &dout, hidden));
        to_weight.copy_from_slice(&dweight);
        to_bias.copy_from_slice(&dbias);
        Ok((dx, drow))
    }
}

impl CustomOp2 for FeedForwardBlock {
    fn name(&self) -> &'static str {
        "feed-forward-block"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        row: &CpuStorage,
        row_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, hidden) = x_layout.shape().dims2()?;
        let (out, pass) = self.forward(slice(x, x_layout)?, slice(row, row_layout)?, hidden)?;
        if self.keeps {
            self.kept.put(pass);
        }
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        row: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (_, hidden) = x.dims2()?;
        let gradient = gradient.contiguous()?;
        let (xs, rows, gradients) = (Numbers::of(x)?, Numbers::of(row)?, Numbers::of(&gradient)?);
        let again = || self.forward(&xs, &rows, hidden).map(|(_, pass)| pass);
        let pass = self.kept.take_or(again)?;
        let (dx, drow) = self.backward(&xs, &rows, &pass, &gradients, hidden)?;
        Ok((Some(tensor_like(dx, x)?), Some(tensor_like(drow, row)?)))
    }
}
