//! Least squares with a penalty: [`Normal`].

/// At most so many steps for each unknown; conjugate gradients end after one each but for rounding.
const STEPS: usize = 2;

/// Where the squared residual is so small a share of what it was, the solution is exact for `f32`.
const ENOUGH: f64 = 1e-20;

/// The sums that a ridge regression with an intercept needs, row by row.
#[derive(Debug, Clone)]
pub(super) struct Normal {
    count: f64,
    /// `Σ x xᵀ`, the lower triangle; `[width × width]`.
    gram: Vec<f64>,
    /// `Σ x y`
    moment: Vec<f64>,
    /// `Σ x`
    sum: Vec<f64>,
    /// `Σ y`
    target: f64,
}

impl Normal {
    pub(super) fn new(width: usize) -> Self {
        Self {
            count: 0.0,
            gram: vec![0.0; width * width],
            moment: vec![0.0; width],
            sum: vec![0.0; width],
            target: 0.0,
        }
    }

    pub(super) fn add(&mut self, row: &[f32], target: f64) {
        self.count += 1.0;
        self.target += target;
        let width = self.sum.len().max(1);
        let places = self.sum.iter_mut().zip(&mut self.moment);
        for ((sum, moment), &x) in places.zip(row) {
            *sum += f64::from(x);
            *moment += f64::from(x) * target;
        }
        for (at, (line, &x)) in self.gram.chunks_mut(width).zip(row).enumerate() {
            for (cell, &y) in line.iter_mut().zip(row).take(at + 1) {
                *cell += f64::from(x) * f64::from(y);
            }
        }
    }

    /// The weights and the intercept that make `Σ (a + w·x − y)² + penalty × |w|²` smallest, as scikit-learn's `Ridge`;
    /// zeros without rows.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the encoder computes in f32"
    )]
    pub(super) fn solve(self, penalty: f64) -> (Vec<f32>, f32) {
        let n = self.count.max(1.0);
        let mean: Vec<f64> = self.sum.iter().map(|sum| sum / n).collect();
        let target = self.target / n;
        let goal: Vec<f64> = self
            .moment
            .iter()
            .zip(&mean)
            .map(|(moment, mean)| moment - n * mean * target)
            .collect();
        let matrix = self.centred(&mean, n, penalty);
        let weights = conjugate_gradients(&matrix, goal);
        let intercept = target - dot(&weights, &mean);
        let weights = weights.into_iter().map(|weight| weight as f32).collect();
        (weights, intercept as f32)
    }

    /// `Σ (x − x̄)(x − x̄)ᵀ + penalty × I`, both triangles.
    fn centred(&self, mean: &[f64], n: f64, penalty: f64) -> Vec<Vec<f64>> {
        let width = mean.len();
        let lower = |row: usize, column: usize| {
            let (row, column) = (row.max(column), row.min(column));
            self.gram.get(row * width + column).copied().unwrap_or(0.0)
        };
        let line = |(row, a): (usize, &f64)| -> Vec<f64> {
            let cells = mean.iter().enumerate();
            cells
                .map(|(column, b)| {
                    let diagonal = if row == column { penalty } else { 0.0 };
                    lower(row, column) - n * a * b + diagonal
                })
                .collect()
        };
        mean.iter().enumerate().map(line).collect()
    }
}

/// `A x = b` for a symmetric positive definite `A` (Hestenes and Stiefel 1952).
fn conjugate_gradients(matrix: &[Vec<f64>], goal: Vec<f64>) -> Vec<f64> {
    let mut solution = vec![0.0; goal.len()];
    let mut direction = goal.clone();
    let mut residual = goal;
    let mut squared = dot(&residual, &residual);
    let enough = squared * ENOUGH;
    for _ in 0..STEPS * solution.len() {
        if squared <= enough {
            break;
        }
        let ahead: Vec<f64> = matrix.iter().map(|row| dot(row, &direction)).collect();
        let step = squared / dot(&direction, &ahead);
        add(&mut solution, step, &direction);
        add(&mut residual, -step, &ahead);
        let now = dot(&residual, &residual);
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + now / squared * *direction;
        }
        squared = now;
    }
    solution
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn 1.9.1:
    /// `X = [[(3*i + 5*j*j + 1) % 7 - 3 + 0.25*i for j in range(3)] for i in range(6)]`,
    /// `m = Ridge(alpha=3.0).fit(X, [1, -1, .5, 2, 0, -.5])`, then `m.coef_, m.intercept_`
    #[test]
    fn it_is_that_of_scikit_learn() {
        let mut sums = Normal::new(3);
        for (i, target) in [1.0, -1.0, 0.5, 2.0, 0.0, -0.5].into_iter().enumerate() {
            let cell = |j: usize| ((3 * i + 5 * j * j + 1) % 7) as f32 - 3.0 + 0.25 * i as f32;
            sums.add(&[cell(0), cell(1), cell(2)], target);
        }
        let (weights, intercept) = sums.solve(3.0);
        for (got, expected) in weights
            .iter()
            .zip([-0.082_759_5, 0.074_470_98, -0.069_007_29])
        {
            assert!((got - expected).abs() < 1e-6, "{weights:?}");
        }
        assert!((intercept - 0.342_555_5).abs() < 1e-6, "{intercept}");
    }

    #[test]
    fn without_rows_or_with_equal_ones_it_says_the_mean() {
        assert_eq!(Normal::new(2).solve(1.0), (vec![0.0; 2], 0.0));
        let mut sums = Normal::new(2);
        sums.add(&[0.5, 0.25], 3.0);
        sums.add(&[0.5, 0.25], 1.0);
        assert_eq!(sums.solve(1.0), (vec![0.0; 2], 2.0));
    }
}
