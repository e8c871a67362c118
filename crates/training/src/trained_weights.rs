//! The encoder's weights while some of them learn: [`TrainedWeights`].

use candle_core::{Device, Var};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use upturn_encoder::{Encoder, Transformer, Weights};

use crate::lora::{Adapter, Lora};
use crate::{TrainingConfig, TrainingError};

/// Sets the random numbers of adapters apart from those of cuts.
const ADAPTERS: u64 = 1 << 62;

/// Whole tensors that learn, or low-rank updates of some.
#[derive(Debug)]
pub(crate) struct TrainedWeights {
    /// All of them, where the encoder computes.
    weights: Weights,
    adapters: Vec<Adapter>,
}

impl TrainedWeights {
    /// All tensors of the layers from `first` on, and the word vectors where that is 0; with [`TrainingConfig::lora`]
    /// updates of their matrices instead.
    pub(crate) fn new(
        encoder: &Encoder,
        first: usize,
        config: &TrainingConfig,
    ) -> Result<Self, TrainingError> {
        let weights = encoder.weights()?.on(encoder.device())?;
        let (weights, adapters) = match &config.lora {
            Some(lora) => {
                let adapters = adapters(lora, &weights, encoder, first, config.seed)?;
                (weights, adapters)
            }
            None => (
                weights.with_trainable(|name| is_trained(name, first))?,
                Vec::new(),
            ),
        };
        Ok(Self { weights, adapters })
    }

    /// The body as it is now. One that has adapters must be built anew for each step, since their product is part of the
    /// graph; it costs little beside the step.
    pub(crate) fn transformer(&self, encoder: &Encoder) -> Result<Transformer, TrainingError> {
        let mut weights = self.weights.clone();
        for adapter in &self.adapters {
            weights.insert(adapter.name.clone(), adapter.merged()?);
        }
        encoder.device().synchronize()?; // Other threads may use it at once.
        Ok(Transformer::new(&weights, encoder.config())?)
    }

    /// The tensors as they are now, updates added, cut off from any graph, on the CPU.
    pub(crate) fn frozen(&self) -> Result<Weights, TrainingError> {
        let mut weights = self.weights.frozen()?;
        for adapter in &self.adapters {
            weights.insert(adapter.name.clone(), adapter.merged()?.detach());
        }
        Ok(weights.on(&Device::Cpu)?)
    }

    /// The names of the encoder's tensors that change.
    pub(crate) fn names(&self) -> Vec<String> {
        let whole = self.weights.variables().map(|(name, _)| name.to_owned());
        let updated = self.adapters.iter().map(|adapter| adapter.name.clone());
        whole.chain(updated).collect()
    }

    /// What learns: matrices, then biases and norms.
    pub(crate) fn variables(&self) -> (Vec<Var>, Vec<Var>) {
        let whole = self.weights.variables().map(|(_, var)| var.clone());
        let (mut matrices, rest): (Vec<Var>, Vec<Var>) = whole.partition(|var| var.rank() > 1);
        for adapter in &self.adapters {
            matrices.extend([adapter.down.clone(), adapter.up.clone()]);
        }
        (matrices, rest)
    }
}

fn adapters(
    lora: &Lora,
    weights: &Weights,
    encoder: &Encoder,
    first: usize,
    seed: u64,
) -> Result<Vec<Adapter>, TrainingError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(ADAPTERS);
    Adapter::all(lora, weights, first..encoder.config().layers, &mut random)
}

fn is_trained(name: &str, first: usize) -> bool {
    let layer = name
        .strip_prefix("encoder.layer.")
        .and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    layer.map_or(first == 0, |layer| layer >= first)
}

#[cfg(test)]
mod tests;
