//! The parameters of a block in one row, because a custom operation has three arguments at most: [`flat`].

use candle_core::{Result, Tensor, bail};

/// All numbers of some tensors in one row; gradients flow back to each.
pub(crate) fn flat(parameters: &[&Tensor]) -> Result<Tensor> {
    let rows: Vec<Tensor> = parameters
        .iter()
        .map(|parameter| parameter.flatten_all())
        .collect::<Result<_>>()?;
    Tensor::cat(&rows, 0)
}

/// Cuts a row into parts of the given lengths.
pub(super) fn parts<const N: usize>(row: &[f32], lengths: [usize; N]) -> Result<[&[f32]; N]> {
    if lengths.iter().sum::<usize>() != row.len() {
        bail!("{} parameters where {lengths:?} were expected", row.len());
    }
    let mut rest = row;
    Ok(lengths.map(|length| {
        let (part, behind) = rest.split_at(length);
        rest = behind;
        part
    }))
}
