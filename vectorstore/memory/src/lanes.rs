//! Vectors side by side: [`Lanes`].

/// Vectors of a group: so many products are summed at once.
pub(crate) const LANES: usize = 8;

/// Vectors of one length in groups of [`LANES`], the first numbers of all of a group before the second ones.
///
/// Shape of the cells: `[groups, dimension, LANES]`; the last group is filled up with zeros. A processor sums the products of a whole
/// group at once, each in the order of its numbers, so that a cosine has the bits of [`upturn_core::Embedding::cosine`].
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    dimension: usize,
    rows: usize,
    cells: Vec<f32>,
}

impl Lanes {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            dimension,
            ..Self::default()
        }
    }

    /// Length of a vector.
    pub(crate) const fn dimension(&self) -> usize {
        self.dimension
    }

    /// Adds a vector behind the others.
    pub(crate) fn push(&mut self, vector: &[f32]) {
        if self.rows.is_multiple_of(LANES) {
            let cells = self.cells.len() + self.dimension * LANES;
            self.cells.resize(cells, 0.0);
        }
        self.rows += 1;
        self.set(self.rows - 1, vector);
    }

    /// Puts a vector in the place of another.
    pub(crate) fn set(&mut self, row: usize, vector: &[f32]) {
        let from = self.first_cell(row);
        let cells = self.cells.iter_mut().skip(from).step_by(LANES);
        for (cell, &number) in cells.zip(vector) {
            *cell = number;
        }
    }

    /// The vector of a row.
    pub(crate) fn get(&self, row: usize) -> Vec<f32> {
        let cells = self.cells.iter().skip(self.first_cell(row));
        cells.step_by(LANES).take(self.dimension).copied().collect()
    }

    fn first_cell(&self, row: usize) -> usize {
        row / LANES * LANES * self.dimension + row % LANES
    }

    /// The groups, one after another.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[f32]> {
        self.cells.chunks_exact((self.dimension * LANES).max(1))
    }
}

/// The cosines of a group of vectors of unit norm to one.
pub(crate) fn cosines(group: &[f32], query: &[f32]) -> [f32; LANES] {
    // What `Iterator::sum` starts with, so that zeros have its sign too.
    let mut sums = [std::iter::empty::<f32>().sum(); LANES];
    let (numbers, _) = group.as_chunks::<LANES>();
    for (x, side_by_side) in query.iter().zip(numbers) {
        for (sum, y) in sums.iter_mut().zip(side_by_side) {
            *sum += y * x;
        }
    }
    sums.map(|sum: f32| sum.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use upturn_core::Embedding;

    use super::*;

    proptest! {
        #[test]
        fn cosines_have_the_bits_of_those_one_by_one(rows in vec(vec(0.1f32..1.0, 5), 1..20), query in vec(0.1f32..1.0, 5)) {
            let unit = |values: &Vec<f32>| Embedding::normalized(values.clone()).unwrap();
            let query = unit(&query);
            let rows: Vec<Embedding> = rows.iter().map(unit).collect();
            let mut lanes = Lanes::new(5);
            for row in &rows {
                lanes.push(row.as_slice());
            }
            let found: Vec<f32> = lanes.groups().flat_map(|group| cosines(group, query.as_slice())).collect();
            for (at, row) in rows.iter().enumerate() {
                prop_assert_eq!(lanes.get(at), row.as_slice());
                prop_assert_eq!(found[at].to_bits(), row.cosine(&query).clamp(-1.0, 1.0).to_bits());
            }
        }
    }
}
