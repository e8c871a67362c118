//! The encoder's arithmetic on a CPU: each operation forward and backward, on plain slices of `f32`.
//!
//! Every function takes a [`Compute`]: which instructions to use ([`Level`], found at run time) and whether to use the
//! other cores. Laws: the number of threads never changes a bit of a result; a row of a product and a sequence of an
//! attention do not depend on their neighbours; levels differ from each other by rounding only.
//!
//! It knows no tensors, no weights and no model: those live in `upturn-encoder`. Unsafe code is confined to
//! `level`, `shared` and the tiles of the two matrix products.
#![warn(clippy::undocumented_unsafe_blocks)]
#![allow(
    clippy::indexing_slicing,
    reason = "inner loops over shapes that are asserted at the door; a wrong index is a bug here, never a user's input"
)]
#![allow(
    clippy::inline_always,
    reason = "what is not inlined into a level's function is compiled for the lowest level"
)]

mod activation;
mod adamw;
mod attention;
mod compute;
mod dropout;
mod embedding;
mod int8;
mod layer_norm;
mod level;
mod linear;
mod math;
mod matmul;
mod parallel;
mod pooling;
mod shared;

pub use activation::{Activation, activate, activate_backward};
pub use adamw::{AdamWStep, adamw, sum_of_squares};
pub use attention::{Attended, Attention, attend, attend_backward};
pub use compute::Compute;
pub use dropout::{Dropout, drop};
pub use embedding::{Tokens, scatter_add};
pub use int8::{PackedInt8, Quantized, matmul_int8};
pub use layer_norm::{Norm, layer_norm, layer_norm_backward};
pub use level::Level;
pub use linear::column_sums;
pub use matmul::{Matrix, MatrixMut, Packed, Start, matmul};
pub use pooling::{mean_pool, mean_pool_backward};
