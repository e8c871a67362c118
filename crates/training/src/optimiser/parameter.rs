//! A variable, its moments and its step: [`Parameter`].

use std::sync::{Mutex, MutexGuard, PoisonError};

use candle_core::{CpuStorage, Device, InplaceOp2, Layout, Result, Storage, Tensor, Var, bail};
use upturn_kernels::{AdamWStep, Compute, adamw, sum_of_squares};

use super::on_device::DeviceMoments;

/// A variable with what the optimiser knows of it.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) variable: Var,
    rate: f64,
    decay: f64,
    moments: Mutex<Moments>,
}

#[derive(Debug)]
enum Moments {
    Cpu(Vec<f32>, Vec<f32>),
    /// Of a variable that is elsewhere; none before its first step.
    Device(Option<DeviceMoments>),
}

impl Parameter {
    /// Moments of 0.
    pub(super) fn new(variable: Var, rate: f64, decay: f64) -> Self {
        let zeros = || vec![0f32; variable.elem_count()];
        let moments = if variable.device().is_cpu() {
            Moments::Cpu(zeros(), zeros())
        } else {
            Moments::Device(None)
        };
        Self {
            variable,
            rate,
            decay,
            moments: Mutex::new(moments),
        }
    }

    fn moments(&self) -> MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the variable, where it is.
    pub(super) fn update(&self, step: AdamWStep, gradient: &Tensor) -> Result<()> {
        if let Moments::Device(moments) = &mut *self.moments() {
            let moments = match moments {
                Some(moments) => moments,
                None => moments.insert(DeviceMoments::zero(&self.variable)?),
            };
            return moments.step(step, &self.variable, gradient);
        }
        let moments = &self.moments;
        self.variable
            .inplace_op2(gradient, &Update { step, moments })
    }

    /// First and second, in the shape of the variable.
    pub(super) fn moments_as_tensors(&self) -> Result<(Tensor, Tensor)> {
        let shape = self.variable.shape();
        match &*self.moments() {
            Moments::Cpu(first, second) => {
                let tensor =
                    |numbers: &Vec<f32>| Tensor::from_vec(numbers.clone(), shape, &Device::Cpu);
                Ok((tensor(first)?, tensor(second)?))
            }
            Moments::Device(Some(moments)) => Ok((moments.first.clone(), moments.second.clone())),
            Moments::Device(None) => {
                let DeviceMoments { first, second } = DeviceMoments::zero(&self.variable)?;
                Ok((first, second))
            }
        }
    }

    /// Goes on from these.
    pub(super) fn set_moments(&self, first: &Tensor, second: &Tensor) -> Result<()> {
        if [first, second]
            .iter()
            .any(|moment| moment.shape() != self.variable.shape())
        {
            bail!("moments of another shape");
        }
        let numbers = |moment: &Tensor| moment.flatten_all()?.to_vec1();
        let device = self.variable.device();
        *self.moments() = if device.is_cpu() {
            Moments::Cpu(numbers(first)?, numbers(second)?)
        } else {
            Moments::Device(Some(DeviceMoments {
                first: first.to_device(device)?,
                second: second.to_device(device)?,
            }))
        };
        Ok(())
    }

    /// What one step does, at a share of the rate and a scale of the gradient.
    #[expect(clippy::cast_possible_truncation, reason = "rates are small numbers")]
    pub(super) fn step(&self, share: f64, scale: f64, step: i32) -> AdamWStep {
        AdamWStep {
            rate: (self.rate * share) as f32,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: self.decay as f32,
            gradient_scale: scale as f32,
            step,
        }
    }
}

/// The sum of the squares of a tensor on the CPU.
pub(super) fn squares_of(tensor: &Tensor) -> Result<f64> {
    let (storage, layout) = tensor.storage_and_layout();
    let Storage::Cpu(storage) = &*storage else {
        bail!("the optimiser works on the CPU");
    };
    Ok(sum_of_squares(
        Compute::parallel(),
        numbers(storage, layout)?,
    ))
}

fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(numbers), Some((start, end))) => {
            Ok(numbers.get(start..end).unwrap_or_default())
        }
        _ => bail!("the optimiser works on contiguous f32"),
    }
}

struct Update<'a> {
    step: AdamWStep,
    moments: &'a Mutex<Moments>,
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(
        &self,
        variable: &mut CpuStorage,
        layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<()> {
        let gradient = numbers(gradient, gradient_layout)?;
        let (CpuStorage::F32(variable), Some((start, end))) =
            (variable, layout.contiguous_offsets())
        else {
            bail!("the optimiser works on contiguous f32");
        };
        let variable = variable.get_mut(start..end).unwrap_or_default();
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let Moments::Cpu(first, second) = &mut *moments else {
            bail!("the moments of a variable on the CPU are there, too");
        };
        adamw(
            Compute::parallel(),
            self.step,
            variable,
            gradient,
            first,
            second,
        );
        Ok(())
    }
}
