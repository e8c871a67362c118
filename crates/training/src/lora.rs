//! Low-rank updates instead of whole matrices: [`Lora`].

use candle_core::{Tensor, Var};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use upturn_encoder::Weights;

use crate::TrainingError;
use crate::config::positive;

/// `W + (alpha / rank) · B A` in place of each chosen matrix `W` of the layers that learn; `W` and everything else of the
/// encoder stay as they are (Hu et al. 2021, "`LoRA`", section 4.1, equation 3).
///
/// # Laws
///
/// - **Start.** `B` is 0 at first, so before the first step the encoder's output is its output without adapters, bit for
///   bit. `A` is uniform in `±1 / √in`, as `loralib` draws it.
/// - **Merged.** The result is an encoder like any other: what is saved is `W` with its update added.
/// - **Little to keep.** The optimiser holds two moments for each number of `A` and `B`, none for `W`.
///
/// Each phase of a fine-tuning (adaptation, pairs, outcomes) begins with adapters of its own on what the one before left.
/// They take a larger [`learning_rate`](crate::TrainingConfig::learning_rate) than whole matrices, by some ten times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lora {
    /// Rows of `A`, columns of `B`. 8 by default.
    pub rank: usize,
    /// Scale of the update, divided by the rank. 16 by default.
    pub alpha: f64,
    /// Which matrices.
    pub targets: LoraTargets,
}

/// Which matrices of a layer have an update.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoraTargets {
    /// Those of queries and values, as in the paper. The default.
    #[default]
    QueryValue,
    /// All six.
    All,
}

impl Default for Lora {
    fn default() -> Self {
        Self {
            rank: 8,
            alpha: 16.0,
            targets: LoraTargets::default(),
        }
    }
}

impl Lora {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is outside its range.
    pub fn check(&self) -> Result<(), TrainingError> {
        positive("lora.rank", self.rank as f64)?;
        positive("lora.alpha", self.alpha)
    }
}

impl LoraTargets {
    /// The matrices of a layer, by the checkpoint's names.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::QueryValue => &["attention.self.query", "attention.self.value"],
            Self::All => &[
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
                "intermediate.dense",
                "output.dense",
            ],
        }
    }
}

/// The update of one matrix.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// The matrix's name.
    pub(crate) name: String,
    /// `W`. Shape: `[out, in]`.
    matrix: Tensor,
    /// `A`. Shape: `[rank, in]`.
    pub(crate) down: Var,
    /// `B`. Shape: `[out, rank]`.
    pub(crate) up: Var,
    scale: f64,
}

impl Adapter {
    /// One for each chosen matrix of some layers.
    pub(crate) fn all(
        lora: &Lora,
        weights: &Weights,
        layers: std::ops::Range<usize>,
        random: &mut ChaCha8Rng,
    ) -> Result<Vec<Self>, TrainingError> {
        let name = |layer| {
            let names = lora.targets.names().iter();
            names.map(move |name| format!("encoder.layer.{layer}.{name}.weight"))
        };
        let one = |name: String| {
            let matrix = weights.get(&name)?;
            Self::new(lora, name, matrix, random)
        };
        layers.flat_map(name).map(one).collect()
    }

    fn new(
        lora: &Lora,
        name: String,
        matrix: Tensor,
        random: &mut ChaCha8Rng,
    ) -> Result<Self, TrainingError> {
        let (out, input) = matrix.dims2()?;
        let bound = 1.0 / (input.max(1) as f32).sqrt();
        let down: Vec<f32> = (0..lora.rank * input)
            .map(|_| random.random_range(-bound..=bound))
            .collect();
        let up = vec![0f32; out * lora.rank];
        Ok(Self {
            name,
            down: Var::from_vec(down, (lora.rank, input), matrix.device())?,
            up: Var::from_vec(up, (out, lora.rank), matrix.device())?,
            matrix,
            scale: lora.alpha / lora.rank.max(1) as f64,
        })
    }

    /// `W + (alpha / rank) · B A`, as a graph that carries gradients to both. Shape: `[out, in]`.
    pub(crate) fn merged(&self) -> Result<Tensor, TrainingError> {
        let update = self.up.as_tensor().matmul(self.down.as_tensor())?;
        Ok((&self.matrix + (update * self.scale)?)?)
    }
}
