//! AdamW over groups of variables with their own learning rate and decay (Loshchilov & Hutter 2019).

use candle_core::backprop::GradStore;
use candle_core::{Result, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

/// candle's AdamW once a group.
#[derive(Debug)]
pub(crate) struct GroupedAdamW {
    groups: Vec<(AdamW, f64)>,
}

/// Variables that share settings.
pub(crate) struct Group {
    pub(crate) variables: Vec<Var>,
    /// Peak learning rate.
    pub(crate) rate: f64,
    /// Decoupled weight decay.
    pub(crate) decay: f64,
}

impl GroupedAdamW {
    pub(crate) fn new(groups: Vec<Group>) -> Result<Self> {
        let build = |Group {
                         variables,
                         rate,
                         decay,
                     }| {
            let params = ParamsAdamW {
                lr: rate,
                weight_decay: decay,
                ..ParamsAdamW::default()
            };
            Ok((AdamW::new(variables, params)?, rate))
        };
        Ok(Self {
            groups: groups.into_iter().map(build).collect::<Result<_>>()?,
        })
    }

    /// One step at `share` of each group's peak learning rate.
    pub(crate) fn step(&mut self, gradients: &GradStore, share: f64) -> Result<()> {
        for (adam, rate) in &mut self.groups {
            adam.set_learning_rate(*rate * share);
            adam.step(gradients)?;
        }
        Ok(())
    }
}
