//! The layers of the transformer, one file each, in primitive operations that carry gradients.

pub(crate) mod attention;
pub(crate) mod dropout;
pub(crate) mod feed_forward;
pub(crate) mod layer_norm;
pub(crate) mod linear;
pub(crate) mod token_embeddings;
