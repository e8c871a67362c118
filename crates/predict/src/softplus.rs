//! Sums of logarithmic losses, many terms to a logarithm: [`SoftplusSum`].

/// Factors between 1 and 2 of which the product is still a number: 2⁵¹² is.
const FACTORS: u32 = 512;

/// `Σ n ln(1 + e)` over terms with a count `n` and `e = exp(-|margin|)`, which is between 0 and 1.
///
/// The terms of one count that follow each other are multiplied, `ln a + ln b = ln ab`, since a logarithm takes longer than
/// all else that a row of a few columns costs.
///
/// Law: the sum of the logarithms, to a relative error of 1e-13 a term.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SoftplusSum {
    sum: f64,
    count: f64,
    product: f64,
    factors: u32,
}

impl SoftplusSum {
    /// Without any term.
    pub(crate) const fn new() -> Self {
        Self {
            sum: 0.0,
            count: 0.0,
            product: 1.0,
            factors: 0,
        }
    }

    /// Adds a term.
    pub(crate) fn add(&mut self, count: f64, e: f64) {
        if count.to_bits() != self.count.to_bits() || self.factors == FACTORS {
            *self = Self {
                sum: self.sum(),
                count,
                ..Self::new()
            };
        }
        self.product *= 1.0 + e;
        self.factors += 1;
    }

    /// All terms.
    pub(crate) fn sum(&self) -> f64 {
        self.sum + self.count * self.product.ln()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_sum_of_the_logarithms(
            terms in prop::collection::vec((prop::sample::select(vec![1.0, 0.5, 3.0]), 0.0..=1.0), 0..2_000),
        ) {
            let mut sum = SoftplusSum::new();
            for (count, e) in &terms {
                sum.add(*count, *e);
            }
            let exact: f64 = terms.iter().map(|(count, e)| count * f64::ln_1p(*e)).sum();
            prop_assert!((sum.sum() - exact).abs() <= 1e-12 * (1.0 + exact));
        }

        #[test]
        fn as_many_terms_of_one_count_as_one_likes_stay_a_number(terms in 0_usize..5_000) {
            let mut sum = SoftplusSum::new();
            for _ in 0..terms {
                sum.add(1.0, 1.0);
            }
            let exact = terms as f64 * std::f64::consts::LN_2;
            prop_assert!((sum.sum() - exact).abs() <= 1e-12 * (1.0 + exact));
        }
    }
}
