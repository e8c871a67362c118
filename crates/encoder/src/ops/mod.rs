//! The layers as fused operations on a CPU, for candle's graph: forward and backward, each one node. [`Rows`] is for every
//! device.
//!
//! candle calls the backward pass of a custom operation with its arguments and the gradient of its result. What the
//! forward pass computed on the way is kept in the operation until then.

mod attention_block;
mod embed;
mod feed_forward_block;
mod kept;
mod lookup;
mod mean_pool;
mod numbers;
mod parameters;
mod rows;

pub(crate) use attention_block::AttentionBlock;
pub(crate) use embed::Embed;
pub(crate) use feed_forward_block::FeedForwardBlock;
pub(crate) use kept::Kept;
pub(crate) use lookup::Lookup;
pub(crate) use mean_pool::MeanPool;
pub(crate) use parameters::flat;
pub(crate) use rows::{NOWHERE, Rows};
