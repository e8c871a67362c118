//! Functions of sixteen numbers at once, in plain Rust that compiles to vectors: [`exp`], [`erf`].

use crate::level::Fma;

/// Numbers of a step: one AVX-512 vector, two of AVX2, four of NEON.
pub(crate) const LANES: usize = 16;

/// Sixteen numbers.
pub(crate) type Lanes = [f32; LANES];

/// `eˣ`, within 2 units in the last place from −87 to 88; below it is tiny, above it stays at `e⁸⁸`.
///
/// `eˣ = 2ⁿ eʳ` with `|r| ≤ ln 2 / 2`, the second factor a polynomial (Cephes, `expf`).
#[inline(always)]
pub(crate) fn exp<M: Fma>(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves the nearest integer in the low bits
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = M::fma(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = M::fma(n, -LN2_LOW, M::fma(n, -LN2_HIGH, x));
    let mut p = 1.987_569_1e-4_f32;
    p = M::fma(p, r, 1.398_199_9e-3);
    p = M::fma(p, r, 8.333_452e-3);
    p = M::fma(p, r, 4.166_579_6e-2);
    p = M::fma(p, r, 1.666_666_5e-1);
    p = M::fma(p, r, 0.5);
    p = M::fma(p, r, 1.0);
    let fraction = M::fma(p, r, 1.0);
    f32::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// `(Φ(x), φ(x))`: the standard normal distribution and its density, within 1e-7 (Abramowitz & Stegun 1964, 7.1.26).
#[inline(always)]
pub(crate) fn normal<M: Fma>(x: f32) -> (f32, f32) {
    const INV_SQRT_TAU: f32 = 0.398_942_3;
    const FAR: f32 = 8.5; // beyond it the tail is below 1e-32, and soon too small for fast arithmetic
    let z = (x.abs() * std::f32::consts::FRAC_1_SQRT_2).min(FAR);
    let bell = exp::<M>(-(z * z));
    let t = 1.0 / M::fma(z, 0.327_591_1, 1.0);
    let mut p = 1.061_405_4_f32;
    p = M::fma(p, t, -1.453_152);
    p = M::fma(p, t, 1.421_413_7);
    p = M::fma(p, t, -0.284_496_74);
    p = M::fma(p, t, 0.254_829_6);
    let tail = 0.5 * p * t * bell;
    let below = if x < 0.0 { tail } else { 1.0 - tail };
    (below, bell * INV_SQRT_TAU)
}

/// `tanh x`, within 1e-6.
#[inline(always)]
pub(crate) fn tanh<M: Fma>(x: f32) -> f32 {
    1.0 - 2.0 / (exp::<M>(2.0 * x.min(40.0)) + 1.0)
}

/// The sum of `f` over `x` and `y`, in sixteen partial sums: the order is the same at every level.
#[inline(always)]
pub(crate) fn sum_of(x: &[f32], y: &[f32], f: impl Fn(f32, f32, f32) -> f32) -> f32 {
    let mut sums = [0f32; LANES];
    let (xs, x_rest) = x.as_chunks::<LANES>();
    let (ys, y_rest) = y.as_chunks::<LANES>();
    for (x, y) in xs.iter().zip(ys) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum = f(*x, *y, *sum);
        }
    }
    for ((sum, x), y) in sums.iter_mut().zip(x_rest).zip(y_rest) {
        *sum = f(*x, *y, *sum);
    }
    halve(sums, |x, y| x + y)
}

/// Sixteen numbers joined to one, by halves.
#[inline(always)]
pub(crate) fn halve(numbers: Lanes, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut numbers = numbers;
    let mut width = LANES / 2;
    while width > 0 {
        for at in 0..width {
            numbers[at] = join(numbers[at], numbers[at + width]);
        }
        width /= 2;
    }
    numbers[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::{Fused, Separate};

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        for step in -870..=880 {
            let x = step as f32 / 10.0 + 0.03;
            let truth = f64::from(x.clamp(-87.0, 88.0)).exp();
            for ours in [exp::<Fused>(x), exp::<Separate>(x)] {
                let error = (f64::from(ours) - truth).abs() / truth;
                assert!(error < 2.4e-7, "exp({x}): {ours} for {truth}");
            }
        }
        assert!(exp::<Fused>(-1e9) < 1e-37);
    }

    #[test]
    fn the_normal_distribution_is_its_densitys_integral() {
        let (steps, mut integral) = (160_000, 0.0f64);
        for step in 0..steps {
            let at = |step: f64| step * 16.0 / f64::from(steps) - 8.0;
            let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let (left, right) = (at(f64::from(step)), at(f64::from(step) + 1.0));
            integral +=
                (density(left) + 4.0 * density(f64::midpoint(left, right)) + density(right))
                    * (right - left)
                    / 6.0;
            if step % 1000 == 0 {
                #[expect(clippy::cast_possible_truncation, reason = "test points")]
                let (below, bell) = normal::<Fused>(right as f32);
                assert!(
                    (f64::from(below) - integral).abs() < 2e-7,
                    "{right}: {below}"
                );
                assert!((f64::from(bell) - density(right)).abs() < 2e-7);
            }
        }
    }

    #[test]
    fn tanh_agrees_with_the_standard_library() {
        for step in -200..=200 {
            let x = step as f32 / 10.0;
            assert!((tanh::<Fused>(x) - x.tanh()).abs() < 1e-6, "{x}");
        }
        assert!((tanh::<Fused>(1e30) - 1.0).abs() < 1e-6);
    }
}
