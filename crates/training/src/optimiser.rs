//! AdamW over groups of variables with their own learning rate and decay: [`AdamW`].

mod on_device;

use std::sync::{Mutex, MutexGuard, PoisonError};

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, Device, InplaceOp2, Layout, Result, Storage, Tensor, Var, bail};
use upturn_kernels::{AdamWStep, Compute, adamw, sum_of_squares};

use on_device::{DeviceMoments, squares};

/// Variables that share settings.
#[derive(Debug, Clone)]
pub struct ParameterGroup {
    /// What is trained.
    pub variables: Vec<Var>,
    /// Peak learning rate.
    pub rate: f64,
    /// Decoupled weight decay.
    pub decay: f64,
}

/// AdamW (Loshchilov & Hutter 2019, algorithm 2) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, each variable on its own device.
///
/// On the CPU a step updates variables and moments in place on all threads and allocates nothing.
#[derive(Debug)]
pub struct AdamW {
    parameters: Vec<Parameter>,
    steps: i32,
}

#[derive(Debug)]
struct Parameter {
    variable: Var,
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

/// Variables, moments and the number of steps.
#[derive(Debug, Clone)]
pub(crate) struct OptimiserState {
    pub(crate) steps: i32,
    /// In the order of the groups.
    pub(crate) values: Vec<Tensor>,
    /// First and second, in the same order and shapes.
    pub(crate) moments: Vec<(Tensor, Tensor)>,
}

impl AdamW {
    /// Moments of 0.
    pub fn new(groups: Vec<ParameterGroup>) -> Self {
        let parameter = |variable: Var, rate, decay| {
            let zeros = || vec![0f32; variable.elem_count()];
            let moments = if variable.device().is_cpu() {
                Moments::Cpu(zeros(), zeros())
            } else {
                Moments::Device(None)
            };
            Parameter {
                variable,
                rate,
                decay,
                moments: Mutex::new(moments),
            }
        };
        let group = |group: ParameterGroup| {
            let (rate, decay) = (group.rate, group.decay);
            let variables = group.variables.into_iter();
            variables.map(move |variable| parameter(variable, rate, decay))
        };
        Self {
            parameters: groups.into_iter().flat_map(group).collect(),
            steps: 0,
        }
    }

    /// One step at `share` of each group's peak learning rate, with gradients scaled together so that their norm is at
    /// most `longest` (Pascanu et al. 2013). Returns the norm before. A variable without gradient stays as it is, and so
    /// does everything where the norm is no finite number.
    ///
    /// # Errors
    ///
    /// candle's, for a gradient that is not of `f32` or not where its variable is.
    pub fn step(&mut self, gradients: &GradStore, share: f64, longest: f64) -> Result<f64> {
        let norm = self.norm(gradients)?;
        if !norm.is_finite() {
            return Ok(norm);
        }
        self.steps += 1;
        let scale = if norm > longest { longest / norm } else { 1.0 };
        for parameter in &self.parameters {
            if let Some(gradient) = gradients.get(&parameter.variable) {
                let step = parameter.step(share, scale, self.steps);
                parameter.update(step, &gradient.contiguous()?)?;
            }
        }
        Ok(norm)
    }

    /// A copy of the variables' values, in the order of the groups.
    pub(crate) fn values(&self) -> Result<Vec<Tensor>> {
        let value = |parameter: &Parameter| parameter.variable.as_detached_tensor().copy();
        self.parameters.iter().map(value).collect()
    }

    /// Puts values where [`values`](Self::values) took them from; layers built on the variables see them.
    pub(crate) fn set_values(&self, values: &[Tensor]) -> Result<()> {
        if values.len() != self.parameters.len() {
            bail!("{} values for {}", values.len(), self.parameters.len());
        }
        let mut pairs = self.parameters.iter().zip(values);
        pairs.try_for_each(|(parameter, value)| {
            let variable = &parameter.variable;
            variable.set(&value.to_device(variable.device())?)
        })
    }

    /// Everything that decides the next step, but for the gradients and the rate. The values are no copies: they are to be
    /// written down before the next step.
    pub(crate) fn state(&self) -> Result<OptimiserState> {
        let moments = |parameter: &Parameter| parameter.moments_as_tensors();
        Ok(OptimiserState {
            steps: self.steps,
            values: self
                .parameters
                .iter()
                .map(|parameter| parameter.variable.as_detached_tensor())
                .collect(),
            moments: self.parameters.iter().map(moments).collect::<Result<_>>()?,
        })
    }

    /// Goes on from a state, so that the next step is the one that would have come.
    pub(crate) fn restore(&mut self, state: &OptimiserState) -> Result<()> {
        if state.moments.len() != self.parameters.len() {
            bail!(
                "{} moments for {}",
                state.moments.len(),
                self.parameters.len()
            );
        }
        for (parameter, (first, second)) in self.parameters.iter().zip(&state.moments) {
            parameter.set_moments(first, second)?;
        }
        self.set_values(&state.values)?;
        self.steps = state.steps;
        Ok(())
    }

    /// Euclidean norm of all gradients together.
    fn norm(&self, gradients: &GradStore) -> Result<f64> {
        let (mut sum, mut elsewhere) = (0.0, Vec::new());
        for parameter in &self.parameters {
            if let Some(gradient) = gradients.get(&parameter.variable) {
                if gradient.device().is_cpu() {
                    sum += squares_of(&gradient.contiguous()?)?;
                } else {
                    elsewhere.push(squares(gradient)?);
                }
            }
        }
        if !elsewhere.is_empty() {
            let squares = Tensor::stack(&elsewhere, 0)?.to_vec1::<f32>()?;
            sum += squares.into_iter().map(f64::from).sum::<f64>();
        }
        Ok(sum.sqrt())
    }
}

impl Parameter {
    fn moments(&self) -> MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, step: AdamWStep, gradient: &Tensor) -> Result<()> {
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

    fn moments_as_tensors(&self) -> Result<(Tensor, Tensor)> {
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

    fn set_moments(&self, first: &Tensor, second: &Tensor) -> Result<()> {
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

    #[expect(clippy::cast_possible_truncation, reason = "rates are small numbers")]
    fn step(&self, share: f64, scale: f64, step: i32) -> AdamWStep {
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

fn squares_of(gradient: &Tensor) -> Result<f64> {
    let (storage, layout) = gradient.storage_and_layout();
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

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use candle_nn::Optimizer;

    use super::*;

    fn variable(values: &[f32]) -> Var {
        Var::from_tensor(&Tensor::new(values, &Device::Cpu).unwrap()).unwrap()
    }

    fn values(variable: &Var) -> Vec<f32> {
        variable.as_tensor().to_vec1().unwrap()
    }

    /// `Σ xᵢ³ / 3`, whose gradient is `xᵢ²`.
    fn gradients(variable: &Var) -> GradStore {
        let cubes = variable.as_tensor().powf(3.0).unwrap();
        (cubes / 3.0)
            .unwrap()
            .sum_all()
            .unwrap()
            .backward()
            .unwrap()
    }

    #[test]
    fn it_takes_the_steps_of_candles_adamw() {
        let start = [0.5f32, -1.0, 2.0, 1e-3];
        let (ours, theirs) = (variable(&start), variable(&start));
        let mut our_adam = AdamW::new(vec![ParameterGroup {
            variables: vec![ours.clone()],
            rate: 0.02,
            decay: 0.1,
        }]);
        let settings = candle_nn::ParamsAdamW {
            lr: 0.01,
            weight_decay: 0.1,
            ..Default::default()
        };
        let mut their_adam = candle_nn::AdamW::new(vec![theirs.clone()], settings).unwrap();
        for _ in 0..20 {
            our_adam
                .step(&gradients(&ours), 0.5, f64::INFINITY)
                .unwrap();
            their_adam.step(&gradients(&theirs)).unwrap();
            for (ours, theirs) in values(&ours).iter().zip(values(&theirs)) {
                assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs}");
            }
        }
    }

    #[test]
    fn a_long_gradient_is_shortened_to_the_limit() {
        let steps = |longest: f64| {
            let variable = variable(&[3.0, 4.0]);
            let mut adam = AdamW::new(vec![ParameterGroup {
                variables: vec![variable.clone()],
                rate: 0.1,
                decay: 0.0,
            }]);
            let norm = adam.step(&gradients(&variable), 1.0, longest).unwrap();
            assert!((norm - (81.0f64 + 256.0).sqrt()).abs() < 1e-4, "{norm}");
            let (first, _) = adam.parameters[0].moments_as_tensors().unwrap();
            first.to_vec1::<f32>().unwrap()
        };
        let (whole, short) = (steps(1e9), steps(1.0));
        let scale = (81.0f32 + 256.0).sqrt();
        for (whole, short) in whole.iter().zip(&short) {
            assert!((whole / scale - short).abs() < 1e-6, "{whole} {short}");
        }
    }

    #[test]
    fn a_restored_optimiser_takes_the_same_steps_to_the_bit() {
        let make = |variable: &Var| {
            AdamW::new(vec![ParameterGroup {
                variables: vec![variable.clone()],
                rate: 0.05,
                decay: 0.1,
            }])
        };
        let (kept, other) = (variable(&[0.5, -1.0, 2.0]), variable(&[9.0, 9.0, 9.0]));
        let (mut adam, mut again) = (make(&kept), make(&other));
        for _ in 0..3 {
            adam.step(&gradients(&kept), 1.0, 1.0).unwrap();
        }
        again.restore(&adam.state().unwrap()).unwrap();
        for _ in 0..3 {
            adam.step(&gradients(&kept), 0.5, 1.0).unwrap();
            again.step(&gradients(&other), 0.5, 1.0).unwrap();
            assert_eq!(values(&kept), values(&other));
        }
    }

    #[test]
    fn gradients_that_are_no_numbers_change_nothing() {
        let variable = variable(&[f32::MAX, 1.0]);
        let mut adam = AdamW::new(vec![ParameterGroup {
            variables: vec![variable.clone()],
            rate: 0.1,
            decay: 0.5,
        }]);
        let norm = adam.step(&gradients(&variable), 1.0, 1.0).unwrap();
        assert!(!norm.is_finite());
        assert_eq!(values(&variable), [f32::MAX, 1.0]);
        assert_eq!(adam.steps, 0);
    }

    #[test]
    fn a_variable_without_gradient_stays() {
        let (used, idle) = (variable(&[1.0]), variable(&[7.0]));
        let group = ParameterGroup {
            variables: vec![used.clone(), idle.clone()],
            rate: 0.1,
            decay: 0.5,
        };
        let mut adam = AdamW::new(vec![group]);
        adam.step(&gradients(&used), 1.0, 1.0).unwrap();
        assert_eq!(values(&idle), [7.0]);
        assert_ne!(values(&used), [1.0]);
    }
}
