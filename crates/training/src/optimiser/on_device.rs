//! AdamW in the operations of a device other than the CPU: [`DeviceMoments`].

use candle_core::{Result, Tensor, Var};
use upturn_kernels::AdamWStep;

/// Both moments of a variable, where it is.
#[derive(Debug)]
pub(super) struct DeviceMoments {
    pub(super) first: Tensor,
    pub(super) second: Tensor,
}

impl DeviceMoments {
    /// Moments of 0.
    pub(super) fn zero(variable: &Var) -> Result<Self> {
        Ok(Self {
            first: variable.zeros_like()?,
            second: variable.zeros_like()?,
        })
    }

    /// What `upturn_kernels::adamw` does, with new tensors for the moments.
    pub(super) fn step(
        &mut self,
        step: AdamWStep,
        variable: &Var,
        gradient: &Tensor,
    ) -> Result<()> {
        let [rate, beta1, beta2, epsilon, decay, scale] = [
            step.rate,
            step.beta1,
            step.beta2,
            step.epsilon,
            step.decay,
            step.gradient_scale,
        ]
        .map(f64::from);
        let gradient = (gradient * scale)?;
        self.first = ((&self.first * beta1)? + (&gradient * (1.0 - beta1))?)?;
        self.second = ((&self.second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
        let first = (&self.first / (1.0 - beta1.powi(step.step)))?;
        let second = (&self.second / (1.0 - beta2.powi(step.step)))?;
        let moved = (first / (second.sqrt()? + epsilon)?)?;
        let shrunk = (variable.as_detached_tensor() * (1.0 - rate * decay))?;
        variable.set(&(shrunk - (moved * rate)?)?)
    }
}

/// The sum of a tensor's squares, row by row first, so that many processors have something to add. Shape: `[]`.
pub(super) fn squares(tensor: &Tensor) -> Result<Tensor> {
    let squares = tensor.sqr()?;
    if squares.rank() > 1 {
        squares.sum(1)?.sum_all()
    } else {
        squares.sum_all()
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::*;
    use upturn_kernels::{Compute, adamw, sum_of_squares};

    use super::*;

    fn numbers(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    proptest! {
        #[test]
        fn it_steps_as_the_kernel_of_the_cpu(
            gradients in proptest::collection::vec(proptest::collection::vec(-2.0f32..2.0, 6), 1..5),
            rate in 1e-4f32..0.1,
            decay in 0.0f32..0.2,
            gradient_scale in 0.1f32..1.0,
        ) {
            let mut cells = vec![0.5f32, -1.0, 2.0, 1e-3, 0.0, 3.0];
            let (mut first, mut second) = (vec![0f32; 6], vec![0f32; 6]);
            let variable = Var::from_vec(cells.clone(), (2, 3), &Device::Cpu).unwrap();
            let mut moments = DeviceMoments::zero(&variable).unwrap();
            for (at, gradient) in (1..).zip(gradients) {
                let step = AdamWStep {
                    rate,
                    beta1: 0.9,
                    beta2: 0.999,
                    epsilon: 1e-8,
                    decay,
                    gradient_scale,
                    step: at,
                };
                let there = Tensor::from_vec(gradient.clone(), (2, 3), &Device::Cpu).unwrap();
                let sum = squares(&there).unwrap().to_scalar::<f32>().unwrap();
                prop_assert!((f64::from(sum) - sum_of_squares(Compute::serial(), &gradient)).abs() < 1e-4);
                moments.step(step, &variable, &there).unwrap();
                adamw(Compute::serial(), step, &mut cells, &gradient, &mut first, &mut second);
                for (one, other) in cells.iter().zip(numbers(variable.as_tensor())) {
                    prop_assert!((one - other).abs() < 1e-5 * one.abs().max(1.0), "{one} {other}");
                }
            }
        }
    }
}
