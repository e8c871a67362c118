//! How many of independent trials succeed: [`at_most`], and what may be concluded from it: [`upper_bound`].

use crate::bisection::bisected;

/// Halvings after which a bound is exact.
const HALVINGS: usize = 60;

/// `P(X <= successes)` of a binomial `X` of `trials` with probability `p`.
pub(super) fn at_most(successes: usize, trials: usize, p: f64) -> f64 {
    if successes >= trials || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let odds = (p / (1.0 - p)).ln();
    // In logarithms: of many trials the first terms are less than the smallest number.
    let mut log = trials as f64 * (-p).ln_1p();
    let mut sum = log.exp();
    for done in 0..successes {
        log += ((trials - done) as f64 / (done + 1) as f64).ln() + odds;
        sum += log.exp();
    }
    sum.min(1.0)
}

/// The upper end of the one-sided interval of Clopper and Pearson, "The use of confidence or fiducial limits" (1934): the
/// largest probability under which so few successes still have the chance `error`.
pub(super) fn upper_bound(successes: usize, trials: usize, error: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    let is_likely = |p| at_most(successes, trials, p) > error;
    let (_, high) = bisected((0.0, 1.0), HALVINGS, is_likely);
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python 3.11.7, scipy 1.17.1: `binom.cdf(k, n, p)`.
    #[test]
    fn the_distribution_is_that_of_scipy() {
        for (successes, trials, p, expected) in [
            (3, 60, 0.1, 0.137_398_57),
            (45, 500, 0.1, 0.254_689_26),
            (4_900, 50_000, 0.1, 0.068_682_78),
        ] {
            let got = at_most(successes, trials, p);
            assert!((got - expected).abs() < 1e-7, "{got} {expected}");
        }
    }

    /// Python 3.11.7, scipy 1.17.1: `binomtest(k, n, alternative="less").proportion_ci(0.95, "exact").high`.
    #[test]
    fn the_bound_is_that_of_scipy() {
        for (successes, trials, expected) in [
            (0, 29, 0.098_144_63),
            (3, 60, 0.124_187_21),
            (12, 200, 0.095_401_42),
            (200, 200, 1.0),
        ] {
            let got = upper_bound(successes, trials, 0.05);
            assert!((got - expected).abs() < 1e-7, "{got} {expected}");
        }
    }
}
