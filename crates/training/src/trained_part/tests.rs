//! Turns computed in groups of like length are the turns computed together, in value and gradient.

use std::collections::HashMap;

use super::*;
use crate::MemoryBudget;
use crate::conversation::PreparedCall;
use crate::examples::{calls, quick, tiny_encoder};
use crate::frozen::FrozenOutputs;
use crate::trained_weights::TrainedWeights;

/// What a path makes of some calls, and the gradient of each variable of a fixed, uneven sum of it.
struct Way {
    turns: Vec<f32>,
    gradients: HashMap<String, Vec<f32>>,
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Both paths over the layers from `first` on.
fn ways(first: usize, cells: usize) -> [Way; 2] {
    let encoder = tiny_encoder();
    let memory = MemoryBudget::unlimited();
    let outputs = FrozenOutputs::new(&memory);
    let prepared: Vec<PreparedCall> = calls(4)
        .iter()
        .map(|call| PreparedCall::new(&encoder, call, true, first, &outputs).unwrap())
        .collect();
    let seen: Vec<SeenCall<'_>> = prepared.iter().map(PreparedCall::whole).collect();
    let weights = TrainedWeights::new(&encoder, first, &quick()).unwrap();
    let transformer = weights.transformer(&encoder).unwrap();
    let part = TrainedPart {
        encoder: &encoder,
        transformer: &transformer,
        head: &OutcomeHead::zero(encoder.config().hidden, None).unwrap(),
        first,
    };
    let turns: Vec<&Sequence> = seen.iter().flat_map(|call| call.turns()).collect();
    let (mode, frozen) = (Mode::Training(None), || super::frozen(&seen).unwrap());
    let way = |turns: Tensor| {
        let cells = (0..turns.elem_count()).map(|at| ((at * 31 + 7) % 17) as f32 / 8.0 - 1.0);
        let uneven = Tensor::from_vec(cells.collect::<Vec<_>>(), turns.shape(), &Device::Cpu);
        let sum = (&turns * uneven.unwrap()).unwrap().sum_all().unwrap();
        let gradients = sum.backward().unwrap();
        let gradient =
            |(name, var): (String, candle_core::Var)| (name, numbers(gradients.get(&var).unwrap()));
        let (matrices, rest) = weights.variables();
        let variables = (0..)
            .map(|at: usize| at.to_string())
            .zip(matrices.into_iter().chain(rest));
        Way {
            turns: numbers(&turns),
            gradients: variables.map(gradient).collect(),
        }
    };
    [
        way(part.together(&turns, frozen(), mode).unwrap()),
        way(part
            .by_length(&turns, frozen().as_ref(), mode, cells)
            .unwrap()),
    ]
}

#[test]
fn groups_of_like_length_give_the_same_turns_and_gradients() {
    for first in [0, 1] {
        for cells in [1, 400, 1 << 20] {
            let [together, grouped] = ways(first, cells);
            assert_eq!(together.turns, grouped.turns, "from layer {first}, {cells}");
            for (name, gradient) in &together.gradients {
                let largest = gradient.iter().fold(1e-3f32, |most, x| most.max(x.abs()));
                for (one, other) in gradient.iter().zip(&grouped.gradients[name]) {
                    assert!((one - other).abs() < 1e-4 * largest, "{one} {other}");
                }
            }
        }
    }
}
