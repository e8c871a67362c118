//! The fused means agree with the plain ones in value and gradient.

use candle_core::{Device, Var};
use proptest::prelude::*;

use super::*;

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

proptest! {
    #[test]
    fn fused_means_agree_with_plain_ones_in_value_and_gradient(
        columns in 2usize..40,
        lengths in proptest::collection::vec(1usize..9, 1..7),
        seed in 0usize..1000,
    ) {
        let tokens: usize = lengths.iter().sum();
        let number = |at: usize| ((at * 7919 + seed * 31) % 211) as f32 / 100.0 - 1.0;
        let cells: Vec<f32> = (0..tokens * columns).map(number).collect();
        let hidden = Tensor::from_vec(cells, (tokens, columns), &Device::Cpu).unwrap();
        let hidden = Var::from_tensor(&hidden).unwrap();
        let mut groups = Vec::new();
        for length in lengths {
            let start = groups.last().map_or(0, |group: &Range<usize>| group.end);
            groups.push(start..start + length);
        }
        groups.push(0..tokens); // overlaps all the others
        let run = |pooled: Tensor| {
            let weights: Vec<f32> = (0..pooled.elem_count()).map(|at| number(at + 5)).collect();
            let weights = Tensor::from_vec(weights, pooled.shape(), &Device::Cpu).unwrap();
            let loss = (&pooled * weights).unwrap().sum_all().unwrap();
            let gradients = loss.backward().unwrap();
            (numbers(&pooled), numbers(gradients.get(&hidden).unwrap()))
        };
        let plain = run(plain_means(&hidden, &groups).unwrap());
        let fused = run(means(&hidden, groups).unwrap());
        for (plain, fused) in [(plain.0, fused.0), (plain.1, fused.1)] {
            let largest = plain.iter().fold(0.1f32, |most, x| most.max(x.abs()));
            for (plain, fused) in plain.iter().zip(fused) {
                prop_assert!((plain - fused).abs() < 1e-4 * largest, "{} {}", plain, fused);
            }
        }
    }
}
