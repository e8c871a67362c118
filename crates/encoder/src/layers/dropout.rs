//! Inference or training, and the noise of training: [`Mode`] and [`DropoutStream`].

use std::sync::{Mutex, PoisonError};

use candle_core::{Device, Result, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Where the masks of one forward pass come from.
///
/// Law: the same seed and stream give the same masks in the same order, so a training run repeats bit for bit.
#[derive(Debug)]
pub struct DropoutStream(Mutex<ChaCha8Rng>);

impl DropoutStream {
    /// The masks of `seed`; different `stream`s are independent of each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self(Mutex::new(random))
    }

    /// A mask of zeros and `1 / (1 − share)`, so that the expectation stays.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share from 0 to 1 of 2³² fits"
    )]
    fn mask(&self, dimensions: &[usize], share: f32) -> Result<Tensor> {
        let keep = 1.0 / (1.0 - share);
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = (f64::from(share) * 4_294_967_296.0) as u64;
        let values: Vec<f32> = (0..dimensions.iter().product())
            .map(|_| {
                if u64::from(random.next_u32()) < limit {
                    0.0
                } else {
                    keep
                }
            })
            .collect();
        Tensor::from_vec(values, dimensions, &Device::Cpu)
    }
}

/// How a forward pass is meant.
#[derive(Debug, Clone, Copy)]
pub enum Mode<'a> {
    /// No gradient, no noise, fused kernels.
    Inference,
    /// Gradients, primitive operations; dropout where a stream is given.
    Training(Option<&'a DropoutStream>),
}

impl Mode<'_> {
    pub(crate) const fn is_inference(self) -> bool {
        matches!(self, Self::Inference)
    }

    /// Drops `share` of the values and scales the rest (Srivastava et al. 2014); the identity in inference.
    pub(crate) fn dropout(self, input: Tensor, share: f32) -> Result<Tensor> {
        match self {
            Self::Training(Some(stream)) if share > 0.0 => {
                input.mul(&stream.mask(input.dims(), share)?)
            }
            Self::Training(_) | Self::Inference => Ok(input),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropout_drops_its_share_and_keeps_the_mean() {
        let ones = Tensor::ones(100_000, candle_core::DType::F32, &Device::Cpu).unwrap();
        let stream = DropoutStream::new(1, 0);
        let dropped = Mode::Training(Some(&stream))
            .dropout(ones, 0.1)
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        let zeros = dropped.iter().filter(|value| **value == 0.0).count();
        let mean = dropped.iter().sum::<f32>() / 100_000.0;
        assert!((9_500..10_500).contains(&zeros), "{zeros}");
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn a_seed_repeats_and_streams_differ() {
        let masks = |seed, stream| {
            DropoutStream::new(seed, stream)
                .mask(&[64], 0.5)
                .unwrap()
                .to_vec1::<f32>()
                .unwrap()
        };
        assert_eq!(masks(3, 0), masks(3, 0));
        assert_ne!(masks(3, 0), masks(3, 1));
        assert_ne!(masks(3, 0), masks(4, 0));
    }
}
