//! Central differences against the graph's gradient, for tests of losses.

use candle_core::{Device, Result, Tensor, Var};

/// Fails unless the gradient of `loss` at `values` is that of central differences within 2 %.
pub(crate) fn agrees(
    values: &[f32],
    shape: (usize, usize),
    loss: impl Fn(&Tensor) -> Result<Tensor>,
) {
    let at = |values: &[f32]| {
        Var::from_tensor(&Tensor::from_slice(values, shape, &Device::Cpu).unwrap()).unwrap()
    };
    let var = at(values);
    let gradients = loss(var.as_tensor()).unwrap().backward().unwrap();
    let ours = gradients
        .get(&var)
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1::<f32>()
        .unwrap();
    for (place, ours) in ours.iter().enumerate() {
        let shifted = |by: f32| {
            let mut values = values.to_vec();
            values[place] += by;
            loss(at(&values).as_tensor())
                .unwrap()
                .to_scalar::<f32>()
                .unwrap()
        };
        let theirs = (shifted(1e-2) - shifted(-1e-2)) / 2e-2;
        assert!(
            (ours - theirs).abs() < 0.02 * ours.abs().max(0.05),
            "element {place}: {ours} by the graph, {theirs} by differences"
        );
    }
}
