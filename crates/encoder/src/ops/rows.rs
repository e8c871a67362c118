//! Rows of a matrix put in other places, in one node on every device: [`Rows`].

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CudaStorage, CustomOp1, Device, Layout, Result, Shape, Storage, Tensor, bail,
};

/// Where nothing is put: candle makes such a row 0.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Which row of a matrix comes to each place.
///
/// # Laws
///
/// - **One to one.** A row comes to one place at most, and the other list says to which. So the gradient is the same
///   operation with both lists exchanged: no sums, in the same bits on every run. candle's own backward pass of
///   `index_select` adds row after row, which takes a GPU as long as the rest of a layer.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    from: Tensor,
    back: Tensor,
}

impl Rows {
    /// Place `p` gets row `from[p]`, and row `r` goes to place `back[r]`.
    pub(crate) fn new(from: Vec<u32>, back: Vec<u32>, device: &Device) -> Result<Self> {
        Ok(Self {
            from: Tensor::new(from, device)?,
            back: Tensor::new(back, device)?,
        })
    }

    /// What takes the rows back.
    pub(crate) fn inverse(&self) -> Self {
        Self {
            from: self.back.clone(),
            back: self.from.clone(),
        }
    }

    /// # Shapes
    ///
    /// `[rows, columns] → [places, columns]`
    pub(crate) fn of(&self, matrix: &Tensor) -> Result<Tensor> {
        matrix.contiguous()?.apply_op1(self.clone())
    }

    fn shape(&self, layout: &Layout) -> Result<Shape> {
        let (_, columns) = layout.shape().dims2()?;
        Ok(Shape::from((self.from.dim(0)?, columns)))
    }
}

impl CustomOp1 for Rows {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn cpu_fwd(&self, matrix: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (places, of_places) = self.from.storage_and_layout();
        let Storage::Cpu(places) = &*places else {
            bail!("rows and their places are on different devices");
        };
        let rows = matrix.index_select(places, layout, of_places, 0)?;
        Ok((rows, self.shape(layout)?))
    }

    fn cuda_fwd(&self, matrix: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        let (places, of_places) = self.from.storage_and_layout();
        let Storage::Cuda(places) = &*places else {
            bail!("rows and their places are on different devices");
        };
        let rows = matrix.index_select(places, layout, of_places, 0)?;
        Ok((rows, self.shape(layout)?))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        self.inverse().of(gradient).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Var;
    use proptest::prelude::*;

    use super::*;

    fn numbers(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    proptest! {
        #[test]
        fn a_gap_is_zero_and_value_and_gradient_are_those_of_a_product_with_zeros_and_ones(
            gaps in proptest::collection::vec(0u32..3, 1..9),
            columns in 1usize..5,
        ) {
            let rows = gaps.len();
            let (mut from, mut back, mut place) = (Vec::new(), Vec::new(), 0);
            for (row, gap) in (0u32..).zip(gaps) {
                from.extend((0..gap).map(|_| NOWHERE));
                back.push(place + gap);
                from.push(row);
                place += gap + 1;
            }
            let places = from.len();
            let chosen: Vec<f32> = from
                .iter()
                .flat_map(|from| (0u32..).take(rows).map(move |row| f32::from(row == *from)))
                .collect();
            let chosen = Tensor::from_vec(chosen, (places, rows), &Device::Cpu).unwrap();
            let moves = Rows::new(from, back, &Device::Cpu).unwrap();
            let number = |at: usize| ((at * 7919 + 13) % 101) as f32;
            let cells: Vec<f32> = (0..rows * columns).map(number).collect();
            let matrix = Tensor::from_vec(cells, (rows, columns), &Device::Cpu).unwrap();
            let matrix = Var::from_tensor(&matrix).unwrap();
            let run = |moved: Tensor| {
                let weights: Vec<f32> = (0..places * columns).map(|at| number(at + 5)).collect();
                let weights = Tensor::from_vec(weights, moved.shape(), &Device::Cpu).unwrap();
                let gradients = (&moved * weights).unwrap().sum_all().unwrap().backward().unwrap();
                (numbers(&moved), numbers(gradients.get(&matrix).unwrap()))
            };
            let moved = moves.of(&matrix).unwrap();
            prop_assert_eq!(numbers(&moves.inverse().of(&moved).unwrap()), numbers(&matrix));
            prop_assert_eq!(run(moved), run(chosen.matmul(&matrix).unwrap()));
        }
    }
}
