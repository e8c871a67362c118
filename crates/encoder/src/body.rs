//! What computes hidden vectors: [`Body`], and on which processor, [`Processor`].

use std::sync::Arc;

use candle_core::Device;
use upturn_kernels::Compute;

use crate::bytes::Bytes;
use crate::engine::{Engine, Workspace};
#[cfg(feature = "cuda")]
use crate::gpu::gpu;
use crate::{Batch, BertConfig, EncoderError, Mode, Precision, Transformer, Weights};

/// Where inference computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Processor {
    /// All cores of the CPU.
    #[default]
    Cpu,
    /// The NVIDIA GPU of this number, in 32-bit floating point by candle's kernels.
    #[cfg(feature = "cuda")]
    Cuda(usize),
}

/// The layers, where they are computed.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Packed weights on the CPU.
    Engine(Arc<Engine>),
    /// A graph on another device.
    Graph(Arc<Transformer>),
}

impl Body {
    /// Makes a checked checkpoint ready.
    pub(crate) fn new(
        checkpoint: &Bytes,
        config: &BertConfig,
        precision: Precision,
        processor: Processor,
    ) -> Result<Self, EncoderError> {
        match processor {
            Processor::Cpu => Ok(Self::Engine(Arc::new(Engine::new(
                checkpoint, config, precision,
            )?))),
            #[cfg(feature = "cuda")]
            Processor::Cuda(number) => Self::graph(checkpoint, config, &gpu(number)?),
        }
    }

    #[cfg_attr(
        not(any(test, feature = "cuda")),
        expect(dead_code, reason = "for other devices")
    )]
    pub(crate) fn graph(
        checkpoint: &Bytes,
        config: &BertConfig,
        device: &Device,
    ) -> Result<Self, EncoderError> {
        let path = std::path::Path::new(crate::folder::WEIGHTS);
        let weights = Weights::parse(path, checkpoint, config)?.on(device)?;
        let transformer = Transformer::new(&weights, config)?.plain();
        Ok(Self::Graph(Arc::new(transformer)))
    }

    /// Where the layers lie.
    pub(crate) fn device(&self) -> &Device {
        match self {
            Self::Engine(_) => &Device::Cpu,
            Self::Graph(transformer) => transformer.device(),
        }
    }

    /// Calls `then` with the output of the first `layers` layers.
    ///
    /// # Shapes
    ///
    /// `[tokens, hidden]`, row after row
    pub(crate) fn run<T>(
        &self,
        compute: Compute,
        batch: &Batch,
        layers: usize,
        then: impl FnOnce(&[f32]) -> T,
    ) -> Result<T, EncoderError> {
        match self {
            Self::Engine(engine) => Ok(Workspace::with(|space| {
                then(engine.run(compute, batch, layers, space))
            })),
            Self::Graph(transformer) => {
                let embedded = transformer.embed(batch, Mode::Inference)?;
                let hidden = transformer.run(0..layers, embedded, batch, Mode::Inference)?;
                Ok(then(&hidden.flatten_all()?.to_vec1::<f32>()?))
            }
        }
    }
}
