//! `norm(x + drop(attention(x) Wₒᵀ + bₒ))` in one node: [`AttentionBlock`].

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};
use upturn_kernels::{
    Attended, Attention, Compute, Dropout, Matrix, MatrixMut, Norm, Packed, Start, attend,
    attend_backward, column_sums, drop, layer_norm, layer_norm_backward, matmul,
};

use super::kept::Kept;
use super::numbers::{Numbers, slice, tensor_like};
use super::parameters::parts;

/// Self-attention of packed sequences with its residual and normalisation.
///
/// Arguments: `x: [tokens, hidden]`, and in one row `Wq, Wk, Wv: [3 hidden, hidden]`, `bq, bk, bv: [3 hidden]`,
/// `Wₒ: [hidden, hidden]`, `bₒ`, `w`, `b: [hidden]`.
#[derive(Debug, Default)]
pub(crate) struct AttentionBlock {
    pub(crate) bounds: Vec<usize>,
    pub(crate) heads: usize,
    pub(crate) epsilon: f32,
    pub(crate) weights_dropout: Option<Dropout>,
    pub(crate) hidden_dropout: Option<Dropout>,
    /// Whether a backward pass may follow.
    pub(crate) keeps: bool,
    pub(crate) kept: Kept<Pass>,
}

/// What the backward pass reads again.
#[derive(Debug)]
pub(crate) struct Pass {
    qkv: Vec<f32>,
    mixed: Vec<f32>,
    log_sums: Vec<f32>,
    sum: Vec<f32>,
}

struct Parameters<'a> {
    qkv: &'a [f32],
    qkv_bias: &'a [f32],
    out: &'a [f32],
    out_bias: &'a [f32],
    norm: Norm<'a>,
}

impl AttentionBlock {
    fn parameters<'a>(&self, row: &'a [f32], hidden: usize) -> Result<Parameters<'a>> {
        let square = hidden * hidden;
        let lengths = [3 * square, 3 * hidden, square, hidden, hidden, hidden];
        let [qkv, qkv_bias, out, out_bias, weight, bias] = parts(row, lengths)?;
        Ok(Parameters {
            qkv,
            qkv_bias,
            out,
            out_bias,
            norm: Norm {
                weight,
                bias,
                epsilon: self.epsilon,
            },
        })
    }

    fn attention(&self, hidden: usize) -> Attention<'_> {
        Attention {
            bounds: &self.bounds,
            heads: self.heads,
            hidden,
            dropout: self.weights_dropout,
        }
    }

    fn forward(&self, x: &[f32], row: &[f32], hidden: usize) -> Result<(Vec<f32>, Pass)> {
        let compute = Compute::parallel();
        let parameters = self.parameters(row, hidden)?;
        let tokens = x.len() / hidden;
        let affine = |x: &[f32], weight: &[f32], bias: &[f32]| {
            let packed = Packed::new(
                compute,
                Matrix::new(weight, bias.len(), hidden).transposed(),
            );
            let mut out = vec![0f32; tokens * bias.len()];
            let to = MatrixMut::new(&mut out, tokens, bias.len());
            matmul(
                compute,
                Matrix::new(x, tokens, hidden),
                &packed,
                to,
                Start::Bias(bias),
                None,
            );
            out
        };
        let qkv = affine(x, parameters.qkv, parameters.qkv_bias);
        let mut mixed = vec![0f32; x.len()];
        let mut log_sums = vec![0f32; tokens * self.heads];
        let kept = self.keeps.then_some(log_sums.as_mut_slice());
        attend(compute, &self.attention(hidden), &qkv, &mut mixed, kept);
        let mut sum = affine(&mixed, parameters.out, parameters.out_bias);
        let mut out = vec![0f32; x.len()];
        let residual = Some(x);
        let to = Some(out.as_mut_slice());
        layer_norm(
            compute,
            parameters.norm,
            &mut sum,
            residual,
            self.hidden_dropout,
            to,
        );
        let pass = Pass {
            qkv,
            mixed,
            log_sums,
            sum,
        };
        Ok((out, pass))
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
        if let Some(dropout) = self.hidden_dropout {
            drop(compute, dropout, &mut dout);
        }
        let mut drow = vec![0f32; row.len()];
        let mut dmixed = vec![0f32; x.len()];
        through(
            compute,
            &dout,
            parameters.out,
            hidden,
            &mut dmixed,
            Start::Zero,
        );
        let mut dqkv = vec![0f32; 3 * x.len()];
        let attended = Attended {
            qkv: &pass.qkv,
            out: &pass.mixed,
            log_sums: &pass.log_sums,
            gradient: &dmixed,
        };
        attend_backward(compute, &self.attention(hidden), attended, &mut dqkv);
        through(
            compute,
            &dqkv,
            parameters.qkv,
            hidden,
            &mut dx,
            Start::Existing,
        );
        let square = hidden * hidden;
        let (dqkv_weight, rest) = drow.split_at_mut(3 * square);
        outer(compute, &dqkv, x, tokens, dqkv_weight);
        let (dqkv_bias, rest) = rest.split_at_mut(3 * hidden);
        dqkv_bias.copy_from_slice(&column_sums(compute, &dqkv, 3 * hidden));
        let (dout_weight, rest) = rest.split_at_mut(square);
        outer(compute, &dout, &pass.mixed, tokens, dout_weight);
        let (dout_bias, rest) = rest.split_at_mut(hidden);
        dout_bias.copy_from_slice(&column_sums(compute, &dout, hidden));
        let (to_weight, to_bias) = rest.split_at_mut(hidden);
        to_weight.copy_from_slice(&dweight);
        to_bias.copy_from_slice(&dbias);
        Ok((dx, drow))
    }
}

/// `to (+)= gradient W`: through `y = x Wᵀ` back to `x`.
pub(super) fn through(
    compute: Compute,
    gradient: &[f32],
    weight: &[f32],
    columns: usize,
    to: &mut [f32],
    start: Start<'_>,
) {
    let (out, tokens) = (weight.len() / columns, to.len() / columns);
    let packed = Packed::new(compute, Matrix::new(weight, out, columns));
    let left = Matrix::new(gradient, tokens, out);
    matmul(
        compute,
        left,
        &packed,
        MatrixMut::new(to, tokens, columns),
        start,
        None,
    );
}

/// `to = gradientᵀ x`: through `y = x Wᵀ` back to `W`.
pub(super) fn outer(compute: Compute, gradient: &[f32], x: &[f32], tokens: usize, to: &mut [f32]) {
    if tokens == 0 {
        return;
    }
    let (out, columns) = (gradient.len() / tokens, x.len() / tokens);
    let packed = Packed::new(compute, Matrix::new(x, tokens, columns));
    let left = Matrix::new(gradient, tokens, out).transposed();
    matmul(
        compute,
        left,
        &packed,
        MatrixMut::new(to, out, columns),
        Start::Zero,
        None,
    );
}

impl CustomOp2 for AttentionBlock {
    fn name(&self) -> &'static str {
        "attention-block"
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
