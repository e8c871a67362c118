//! Smaller forms of vectors: [`Quantization`].

use serde::{Deserialize, Serialize};

/// A smaller form of each vector, kept in memory and looked at first; the best are then rescored with the whole vectors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantization {
    /// One byte for each number: 4 times smaller.
    Scalar {
        /// How many times as many candidates as are asked for are rescored. 2 is usual.
        oversampling: f64,
    },
    /// One bit for each number: 32 times smaller. Meant for 512 dimensions and more; measure before use with fewer.
    Binary {
        /// How many times as many candidates as are asked for are rescored. 4 is usual.
        oversampling: f64,
    },
}

impl Quantization {
    /// How many times as many candidates as are asked for are rescored.
    pub const fn oversampling(self) -> f64 {
        match self {
            Self::Scalar { oversampling } | Self::Binary { oversampling } => oversampling,
        }
    }
}
