//! AdamW over groups of variables with their own learning rate and decay: [`AdamW`].

mod on_device;
mod parameter;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var, bail};

use on_device::squares;
use parameter::{Parameter, squares_of};

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
        let group = |group: ParameterGroup| {
            let (rate, decay) = (group.rate, group.decay);
            let variables = group.variables.into_iter();
            variables.map(move |variable| Parameter::new(variable, rate, decay))
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

    /// Before the first step, with these values.
    pub(crate) fn begin_at(&mut self, values: &[Tensor]) -> Result<()> {
        let zeros = |value: &Tensor| Ok((value.zeros_like()?, value.zeros_like()?));
        self.restore(&OptimiserState {
            steps: 0,
            values: values.to_vec(),
            moments: values.iter().map(zeros).collect::<Result<_>>()?,
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
        let all = self.parameters.iter();
        norm(all.filter_map(|parameter| gradients.get(&parameter.variable)))
    }
}

/// Euclidean norm of tensors together, each computed where it is; no finite number if one of them holds none.
pub(crate) fn norm<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Result<f64> {
    let (mut sum, mut elsewhere) = (0.0, Vec::new());
    for tensor in tensors {
        if tensor.device().is_cpu() {
            sum += squares_of(&tensor.contiguous()?)?;
        } else {
            elsewhere.push(squares(tensor)?);
        }
    }
    if !elsewhere.is_empty() {
        let squares = Tensor::stack(&elsewhere, 0)?.to_vec1::<f32>()?;
        sum += squares.into_iter().map(f64::from).sum::<f64>();
    }
    Ok(sum.sqrt())
}

#[cfg(test)]
mod tests;
