//! The layers of the transformer, one file each, in two forms that compute the same: fused for the CPU, and in
//! primitive operations for every other device and as the oracle of the first.

pub(crate) mod attention;
pub(crate) mod dropout;
pub(crate) mod feed_forward;
pub(crate) mod layer_norm;
pub(crate) mod linear;
pub(crate) mod padding;
pub(crate) mod token_embeddings;

/// Which form of the layers runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One operation of `upturn-kernels` a half layer. CPU only.
    Fused,
    /// candle's own operations.
    Plain,
}
