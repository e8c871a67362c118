//! How inference computes: [`InferenceArgs`].

use clap::{Args, ValueEnum};
use upturn::encoder::Precision;

/// Options of every command that embeds.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct InferenceArgs {
    /// How exactly vectors are computed. `int8` is about twice as fast and close enough to share a collection with `f32`.
    #[arg(long, value_enum, default_value_t)]
    precision: PrecisionArg,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum PrecisionArg {
    #[default]
    F32,
    Int8,
}

impl InferenceArgs {
    /// What was typed.
    pub(crate) const fn precision(self) -> Precision {
        match self.precision {
            PrecisionArg::F32 => Precision::F32,
            PrecisionArg::Int8 => Precision::Int8,
        }
    }
}
