//! Inference or training, and the noise of training: [`Mode`] and [`DropoutStream`].

use std::sync::atomic::{AtomicU64, Ordering};

use candle_core::{DType, Device, Result, Shape, Tensor};
use upturn_kernels::Dropout;

/// Where the masks of one forward pass come from.
///
/// Law: the same seed and stream give the same masks in the same order, so a training run repeats bit for bit.
#[derive(Debug)]
pub struct DropoutStream {
    key: u64,
    next: AtomicU64,
}

/// Masks that one stream has at most; far more than a forward pass has places of dropout.
const MASKS: u64 = 1 << 12;

impl DropoutStream {
    /// The masks of `seed`; different `stream`s are independent of each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self {
            key: seed.rotate_left(32) ^ stream.wrapping_mul(MASKS),
            next: AtomicU64::new(0),
        }
    }

    fn mask(&self, share: f32) -> Option<Dropout> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Dropout::new(share, self.key.wrapping_add(number))
    }
}

/// How a forward pass is meant.
#[derive(Debug, Clone, Copy)]
pub enum Mode<'a> {
    /// No gradient, no noise.
    Inference,
    /// Gradients; dropout where a stream is given.
    Training(Option<&'a DropoutStream>),
}

impl Mode<'_> {
    pub(crate) const fn is_inference(self) -> bool {
        matches!(self, Self::Inference)
    }

    /// Sets the random numbers of a device other than the CPU to those of the stream: what is computed from here on repeats.
    /// Once a step, since each seed builds a generator anew.
    ///
    /// # Errors
    ///
    /// candle's, if the device has no room.
    pub fn seed(self, device: &Device) -> Result<()> {
        match self {
            Self::Training(Some(stream)) if !device.is_cpu() => device.set_seed(stream.key),
            Self::Training(_) | Self::Inference => Ok(()),
        }
    }

    /// The next mask of the stream; none in inference.
    pub(crate) fn mask(self, share: f32) -> Option<Dropout> {
        match self {
            Self::Training(Some(stream)) => stream.mask(share),
            Self::Training(None) | Self::Inference => None,
        }
    }
}

/// Drops some values and scales the rest (Srivastava et al. 2014), by place in row order; a device other than the CPU
/// draws a mask of its own.
pub(crate) fn dropped(input: Tensor, mask: Option<Dropout>) -> Result<Tensor> {
    let Some(mask) = mask else {
        return Ok(input);
    };
    if !input.device().is_cpu() {
        return input.mul(&drawn(mask, input.shape(), input.device())?);
    }
    let factors = mask.factors_of(input.elem_count());
    input.mul(&Tensor::from_vec(factors, input.shape(), input.device())?)
}

/// The factors of a mask in the device's own random numbers, see [`Mode::seed`]: millions of hashes on the CPU, and their
/// way to the device, would take longer than a layer.
pub(crate) fn drawn(mask: Dropout, shape: &Shape, device: &Device) -> Result<Tensor> {
    let (dropped, scale) = mask.share_and_scale();
    let kept = Tensor::rand(0f32, 1f32, shape, device)?.ge(dropped)?;
    kept.to_dtype(DType::F32)? * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(seed: u64, stream: u64) -> Vec<f32> {
        let ones = Tensor::ones(4096, DType::F32, &Device::Cpu).unwrap();
        let stream = DropoutStream::new(seed, stream);
        let mask = Mode::Training(Some(&stream)).mask(0.5);
        dropped(ones, mask).unwrap().to_vec1::<f32>().unwrap()
    }

    #[test]
    fn a_seed_repeats_and_streams_differ() {
        assert_eq!(mask(3, 0), mask(3, 0));
        assert_ne!(mask(3, 0), mask(3, 1));
        assert_ne!(mask(3, 0), mask(4, 0));
    }

    #[test]
    fn masks_of_a_stream_differ_and_inference_has_none() {
        let stream = DropoutStream::new(1, 0);
        let mode = Mode::Training(Some(&stream));
        assert_ne!(mode.mask(0.1), mode.mask(0.1));
        assert_eq!(Mode::Inference.mask(0.1), None);
        assert_eq!(Mode::Training(None).mask(0.1), None);
    }
}
