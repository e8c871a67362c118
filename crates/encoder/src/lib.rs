//! Text to vectors on candle: tokenizer → transformer → pooling → normalise, in inference and in training.
//!
//! [`Encoder`] opens a sentence-transformers folder and keeps two contracts of the core:
//! [`Embeddings`](upturn_core::Embeddings) for any text, and [`MomentEncoder`](upturn_core::MomentEncoder) for
//! conversations. Inference packs the weights once and computes without a graph; [`Transformer`] is the same body as a
//! graph that carries gradients to every tensor. [`pull`] brings the pre-trained weights to this machine.
//!
//! It is *not* a training loop: losses, optimiser and schedule live in `upturn-training`.

mod batch;
mod body;
mod budget;
mod bytes;
mod config;
mod encoder;
mod engine;
mod error;
mod family;
mod fingerprint;
mod folder;
#[cfg(feature = "cuda")]
mod gpu;
mod layers;
mod moments;
mod ops;
mod origin;
mod packing;
mod plan;
mod pooling;
pub mod pull;
mod tokenizer;
mod transformer;
mod weights;

pub use batch::{Batch, Sequence};
pub use body::Processor;
pub use budget::within_budget;
pub use config::BertConfig;
pub use encoder::{Encoder, EncoderOptions};
pub use engine::Precision;
pub use error::EncoderError;
pub use family::Family;
pub use layers::dropout::{DropoutStream, Mode};
pub use origin::Origin;
pub use packing::{PackedMoment, alone, pack};
pub use pooling::{Pooling, unit};
pub use tokenizer::{TextTokenizer, TokenizedTurn};
pub use transformer::Transformer;
pub use upturn_kernels::Activation;
pub use weights::Weights;
