//! The two loops over `f64` slices that the fits spend their time in: [`dot`] and [`add_scaled`].

const LANES: usize = 8;

/// `Σ aᵢbᵢ` over two slices of equal length, always added in the same order.
///
/// Eight running sums instead of one: a single one would wait for each addition and could not use vector instructions.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a_block, b_block) in a_blocks.iter().zip(b_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(a_block).zip(b_block) {
            *sum += x * y;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}

/// `into += factor × of`, over two slices of equal length.
pub(crate) fn add_scaled(into: &mut [f64], factor: f64, of: &[f64]) {
    for (target, value) in into.iter_mut().zip(of) {
        *target += factor * value;
    }
}

/// Largest absolute entry; 0 for an empty slice.
pub(crate) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn dot_agrees_with_the_plain_sum(pairs in prop::collection::vec((-9.0f64..9.0, -9.0f64..9.0), 0..40)) {
            let (a, b): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            let plain: f64 = pairs.iter().map(|(x, y)| x * y).sum();
            prop_assert!((dot(&a, &b) - plain).abs() < 1e-9);
        }
    }
}
