//! Gradients of several shards to one, and not longer than allowed.

use candle_core::backprop::GradStore;
use candle_core::{Result, Var};

/// Sums the shards' gradients in their order, so that the sum does not depend on which shard was ready first.
pub(crate) fn sum(shards: Vec<GradStore>, variables: &[Var]) -> Result<Option<GradStore>> {
    let mut shards = shards.into_iter();
    let Some(mut total) = shards.next() else {
        return Ok(None);
    };
    for shard in shards {
        for variable in variables {
            let sum = match (total.get(variable), shard.get(variable)) {
                (Some(one), Some(other)) => (one + other)?,
                (None, Some(other)) => other.clone(),
                (_, None) => continue,
            };
            total.insert(variable, sum);
        }
    }
    Ok(Some(total))
}

/// Scales all gradients together so that their norm is at most `most` (Pascanu et al. 2013); returns the norm before.
pub(crate) fn clip(gradients: &mut GradStore, variables: &[Var], most: f64) -> Result<f64> {
    let mut squared = 0.0;
    for gradient in variables
        .iter()
        .filter_map(|variable| gradients.get(variable))
    {
        squared += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
    }
    let norm = squared.sqrt();
    if norm > most {
        for variable in variables {
            if let Some(gradient) = gradients.get(variable) {
                let scaled = (gradient * (most / norm))?;
                gradients.insert(variable, scaled);
            }
        }
    }
    Ok(norm)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;

    fn gradients(variable: &Var, by: f64) -> GradStore {
        (variable.as_tensor() * by)
            .unwrap()
            .sum_all()
            .unwrap()
            .backward()
            .unwrap()
    }

    #[test]
    fn shards_add_up_and_a_long_gradient_is_shortened_to_the_limit() {
        let variable =
            Var::from_tensor(&Tensor::new(&[1f32, 2.0, 3.0, 4.0], &Device::Cpu).unwrap()).unwrap();
        let variables = [variable.clone()];
        let shards = vec![gradients(&variable, 1.0), gradients(&variable, 2.0)];
        let mut total = sum(shards, &variables).unwrap().unwrap();
        assert_eq!(
            total.get(&variable).unwrap().to_vec1::<f32>().unwrap(),
            [3.0; 4]
        );
        assert!((clip(&mut total, &variables, 1.0).unwrap() - 6.0).abs() < 1e-6);
        assert_eq!(
            total.get(&variable).unwrap().to_vec1::<f32>().unwrap(),
            [0.5; 4]
        );
        assert!((clip(&mut total, &variables, 9.0).unwrap() - 1.0).abs() < 1e-6);
        assert_eq!(
            total.get(&variable).unwrap().to_vec1::<f32>().unwrap(),
            [0.5; 4]
        );
    }
}
