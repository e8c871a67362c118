//! Attention of one sequence and head as it is written in the paper, in `f64`, and packs to try it on.

use upturn_kernels::{Attended, Attention, Compute, Dropout, attend, attend_backward};

use super::{numbers, spread, wide};

#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) bounds: Vec<usize>,
    pub(crate) heads: usize,
    pub(crate) width: usize,
    pub(crate) qkv: Vec<f32>,
    /// Gradient of the result.
    pub(crate) upstream: Vec<f32>,
    pub(crate) dropout: Option<Dropout>,
}

impl Case {
    pub(crate) fn new(lengths: &[usize], heads: usize, width: usize, seed: u64) -> Self {
        let mut bounds = vec![0];
        for length in lengths {
            bounds.push(bounds.last().unwrap_or(&0) + length);
        }
        let cells = lengths.iter().sum::<usize>() * heads * width;
        Self {
            bounds,
            heads,
            width,
            qkv: spread(&numbers(seed, 3 * cells), 2.0, 0.1),
            upstream: numbers(seed ^ 1, cells),
            dropout: None,
        }
    }

    pub(crate) fn hidden(&self) -> usize {
        self.heads * self.width
    }

    pub(crate) fn tokens(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    pub(crate) fn attention(&self) -> Attention<'_> {
        Attention {
            bounds: &self.bounds,
            heads: self.heads,
            hidden: self.hidden(),
            dropout: self.dropout,
        }
    }

    pub(crate) fn forward(&self, compute: Compute) -> Pass {
        let mut pass = Pass {
            out: vec![f32::NAN; self.tokens() * self.hidden()],
            log_sums: vec![f32::NAN; self.tokens() * self.heads],
        };
        let log_sums = Some(&mut pass.log_sums[..]);
        attend(
            compute,
            &self.attention(),
            &self.qkv,
            &mut pass.out,
            log_sums,
        );
        pass
    }

    pub(crate) fn backward(&self, compute: Compute) -> Vec<f32> {
        let pass = self.forward(compute);
        let mut gradient = vec![f32::NAN; self.qkv.len()];
        let attended = Attended {
            qkv: &self.qkv,
            out: &pass.out,
            log_sums: &pass.log_sums,
            gradient: &self.upstream,
        };
        attend_backward(compute, &self.attention(), attended, &mut gradient);
        gradient
    }

    /// A sequence as a pack of its own.
    pub(crate) fn alone(&self, sequence: usize) -> Self {
        let tokens = self.bounds[sequence]..self.bounds[sequence + 1];
        let of = |numbers: &[f32], columns: usize| {
            numbers[tokens.start * columns..tokens.end * columns].to_vec()
        };
        Self {
            bounds: vec![0, tokens.len()],
            qkv: of(&self.qkv, 3 * self.hidden()),
            upstream: of(&self.upstream, self.hidden()),
            ..self.clone()
        }
    }
}

#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) out: Vec<f32>,
    pub(crate) log_sums: Vec<f32>,
}

/// One head of one sequence in `f64`.
pub(crate) struct Naive {
    pub(crate) length: usize,
    pub(crate) width: usize,
    pub(crate) query: Vec<f64>,
    pub(crate) key: Vec<f64>,
    pub(crate) value: Vec<f64>,
    /// Shape: `[length, length]`.
    pub(crate) weights: Vec<f64>,
    pub(crate) log_sums: Vec<f64>,
    /// What the weights are multiplied by.
    pub(crate) factors: Vec<f64>,
}

/// `[rows, depth] [depth, columns]`, each matrix read by a function of row and column.
pub(crate) fn product(
    (rows, depth, columns): (usize, usize, usize),
    a: impl Fn(usize, usize) -> f64,
    b: impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let term = |at: usize, inner| a(at / columns, inner) * b(inner, at % columns);
    let cell = |at: usize| (0..depth).map(|inner| term(at, inner)).sum();
    (0..rows * columns).map(cell).collect()
}

impl Naive {
    pub(crate) fn new(case: &Case, sequence: usize, head: usize, factors: Vec<f64>) -> Self {
        let (width, hidden) = (case.width, case.hidden());
        let tokens = case.bounds[sequence]..case.bounds[sequence + 1];
        let third = |third: usize| -> Vec<f64> {
            tokens
                .clone()
                .flat_map(|token| {
                    let first = (token * 3 + third) * hidden + head * width;
                    wide(&case.qkv[first..][..width])
                })
                .collect()
        };
        let mut naive = Self {
            length: tokens.len(),
            width,
            query: third(0),
            key: third(1),
            value: third(2),
            weights: Vec::new(),
            log_sums: Vec::new(),
            factors,
        };
        naive.weigh();
        naive
    }

    pub(crate) fn scale(&self) -> f64 {
        1.0 / (self.width as f64).sqrt()
    }

    pub(crate) fn weigh(&mut self) {
        let (n, d) = (self.length, self.width);
        self.weights = product(
            (n, d, n),
            |i, c| self.query[i * d + c] * self.scale(),
            |c, j| self.key[j * d + c],
        );
        for row in self.weights.chunks_exact_mut(n.max(1)) {
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = row.iter().map(|score| (score - most).exp()).sum();
            self.log_sums.push(most + sum.ln());
            for score in row {
                *score = (*score - most).exp() / sum;
            }
        }
    }

    pub(crate) fn dropped(&self, i: usize, j: usize) -> f64 {
        self.weights[i * self.length + j] * self.factors[i * self.length + j]
    }

    pub(crate) fn out(&self) -> Vec<f64> {
        let (n, d) = (self.length, self.width);
        product(
            (n, n, d),
            |i, j| self.dropped(i, j),
            |j, c| self.value[j * d + c],
        )
    }

    /// Gradients of query, key and value.
    pub(crate) fn backward(&self, upstream: &[f64]) -> [Vec<f64>; 3] {
        let (n, d) = (self.length, self.width);
        let mut slopes = product(
            (n, d, n),
            |i, c| upstream[i * d + c],
            |c, j| self.value[j * d + c],
        );
        for ((slopes, weights), factors) in slopes
            .chunks_exact_mut(n.max(1))
            .zip(self.weights.chunks_exact(n.max(1)))
            .zip(self.factors.chunks_exact(n.max(1)))
        {
            let dp = slopes.iter().zip(factors).map(|(a, b)| a * b);
            let dp: Vec<f64> = dp.collect();
            let mean: f64 = dp.iter().zip(weights).map(|(a, b)| a * b).sum();
            for ((slope, dp), weight) in slopes.iter_mut().zip(dp).zip(weights) {
                *slope = weight * (dp - mean) * self.scale();
            }
        }
        [
            product(
                (n, n, d),
                |i, j| slopes[i * n + j],
                |j, c| self.key[j * d + c],
            ),
            product(
                (n, n, d),
                |j, i| slopes[i * n + j],
                |i, c| self.query[i * d + c],
            ),
            product(
                (n, n, d),
                |j, i| self.dropped(i, j),
                |i, c| upstream[i * d + c],
            ),
        ]
    }
}

/// What each weight of a sequence is multiplied by, `[heads, length, length]`: values of one and zero let the forward
/// pass show its weights, a few keys at a time.
pub(crate) fn factors(case: &Case, sequence: usize) -> Vec<f64> {
    let tokens = case.bounds[sequence]..case.bounds[sequence + 1];
    let (n, d, hidden) = (tokens.len(), case.width, case.hidden());
    let mut factors = vec![1f64; case.heads * n * n];
    if case.dropout.is_none() {
        return factors;
    }
    let mut probe = case.clone();
    for first in (0..n).step_by(d) {
        for (token, row) in probe.qkv.chunks_exact_mut(3 * hidden).enumerate() {
            for (column, value) in row[2 * hidden..].iter_mut().enumerate() {
                let shown = token == tokens.start + first + column % d;
                *value = f32::from(u8::from(shown));
            }
        }
        let dropped = probe.forward(Compute::serial()).out;
        let plain = Case {
            dropout: None,
            ..probe.clone()
        };
        let plain = plain.forward(Compute::serial()).out;
        for (at, factor) in factors.iter_mut().enumerate() {
            let (head, i, j) = (at / (n * n), at / n % n, at % n);
            if (first..first + d).contains(&j) {
                let place = (tokens.start + i) * hidden + head * d + j - first;
                *factor = f64::from(dropped[place]) / f64::from(plain[place]);
            }
        }
    }
    factors
}

/// Asserts `check` of each head of each sequence, with the places of its rows.
pub(crate) fn each_head(case: &Case, mut check: impl FnMut(&Naive, usize, usize)) {
    for sequence in 0..case.bounds.len().saturating_sub(1) {
        let n = case.bounds[sequence + 1] - case.bounds[sequence];
        let factors = factors(case, sequence);
        for head in 0..case.heads {
            let factors = factors[head * n * n..][..n * n].to_vec();
            check(
                &Naive::new(case, sequence, head, factors),
                case.bounds[sequence],
                head,
            );
        }
    }
}

/// Rows of one head in a matrix of `columns`, from a column on.
pub(crate) fn rows_of(
    data: &[f32],
    columns: usize,
    column: usize,
    first: usize,
    naive: &Naive,
) -> Vec<f32> {
    (first..first + naive.length)
        .flat_map(|row| data[row * columns + column..][..naive.width].to_vec())
        .collect()
}
