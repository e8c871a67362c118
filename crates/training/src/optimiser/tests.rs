//! Steps are those of candle, of the state they came from, and of the limit.

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
