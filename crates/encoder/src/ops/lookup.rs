//! Rows of a table by number, with a gradient of one product: [`Lookup`].

use std::collections::BTreeMap;

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CudaStorage, CustomOp1, DType, Device, Layout, Result, Shape, Storage, Tensor, bail,
};

use super::{NOWHERE, Rows};

/// Row `ids[n]` of a table at place `n`; a row may be looked up many times.
///
/// The gradient of a row is the sum of those of its places: the product of a matrix of zeros and ones, one line for each
/// different row, with the places' gradients; its lines are then put where the rows lie. candle's own backward pass of
/// `index_select` adds place after place, one at a time, which takes a GPU as long as some layers.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    ids: Vec<u32>,
    on_device: Tensor,
}

impl Lookup {
    pub(crate) fn new(ids: &[u32], device: &Device) -> Result<Self> {
        Ok(Self {
            ids: ids.to_vec(),
            on_device: Tensor::new(ids, device)?,
        })
    }

    /// # Shapes
    ///
    /// `[rows, columns] → [places, columns]`
    pub(crate) fn of(&self, table: &Tensor) -> Result<Tensor> {
        table.apply_op1(self.clone())
    }

    fn shape(&self, layout: &Layout) -> Result<Shape> {
        let (_, columns) = layout.shape().dims2()?;
        Ok(Shape::from((self.ids.len(), columns)))
    }

    /// Which of the different rows, in rising order, each place looks up, and those rows.
    fn different(&self) -> (Vec<u32>, Vec<u32>) {
        let mut numbers: BTreeMap<u32, u32> = self.ids.iter().map(|id| (*id, 0)).collect();
        for (number, counted) in numbers.values_mut().zip(0..) {
            *number = counted;
        }
        let places = self.ids.iter().filter_map(|id| numbers.get(id).copied());
        (places.collect(), numbers.into_keys().collect())
    }

    /// `sums[d] = Σ gradient[n]` over the places `n` of the `d`-th different row.
    fn sums(places: Vec<u32>, different: usize, gradient: &Tensor) -> Result<Tensor> {
        let device = gradient.device();
        let lines = Tensor::arange(0, number(different), device)?.unsqueeze(1)?; // [D, 1]
        let places = Tensor::from_vec(places, (1, gradient.dim(0)?), device)?; // [1, N]
        let ones = lines.broadcast_eq(&places)?.to_dtype(DType::F32)?; // [D, N]
        ones.matmul(gradient)
    }
}

impl CustomOp1 for Lookup {
    fn name(&self) -> &'static str {
        "lookup"
    }

    fn cpu_fwd(&self, table: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (ids, of_ids) = self.on_device.storage_and_layout();
        let Storage::Cpu(ids) = &*ids else {
            bail!("a table and the numbers of its rows are on different devices");
        };
        let rows = table.index_select(ids, layout, of_ids, 0)?;
        Ok((rows, self.shape(layout)?))
    }

    fn cuda_fwd(&self, table: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        let (ids, of_ids) = self.on_device.storage_and_layout();
        let Storage::Cuda(ids) = &*ids else {
            bail!("a table and the numbers of its rows are on different devices");
        };
        let rows = table.index_select(ids, layout, of_ids, 0)?;
        Ok((rows, self.shape(layout)?))
    }

    fn bwd(&self, table: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (places, rows) = self.different();
        let sums = Self::sums(places, rows.len(), &gradient.contiguous()?)?;
        let mut from = vec![NOWHERE; table.dim(0)?];
        for (row, line) in rows.iter().zip(0..) {
            if let Some(from) = from.get_mut(*row as usize) {
                *from = line;
            }
        }
        Rows::new(from, rows, table.device())?.of(&sums).map(Some)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a batch has fewer than 2³² tokens"
)]
const fn number(of: usize) -> u32 {
    of as u32
}

#[cfg(test)]
mod tests {
    use candle_core::Var;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_index_select_and_so_is_its_gradient(
            ids in proptest::collection::vec(0u32..7, 1..40),
            cells in proptest::collection::vec(-2.0f32..2.0, 21),
        ) {
            let table = Var::from_vec(cells, (7, 3), &Device::Cpu).unwrap();
            let by_candle = table.index_select(&Tensor::new(&ids[..], &Device::Cpu).unwrap(), 0).unwrap();
            let ours = Lookup::new(&ids, &Device::Cpu).unwrap().of(&table).unwrap();
            prop_assert_eq!(ours.to_vec2::<f32>().unwrap(), by_candle.to_vec2::<f32>().unwrap());
            let slope = |rows: &Tensor| {
                let gradients = rows.exp().unwrap().sum_all().unwrap().backward().unwrap();
                gradients.get(&table).unwrap().to_vec2::<f32>().unwrap().concat()
            };
            for (one, other) in slope(&ours).into_iter().zip(slope(&by_candle)) {
                prop_assert!((one - other).abs() <= 1e-5 * other.abs().max(1.0), "{} {}", one, other);
            }
        }
    }
}
