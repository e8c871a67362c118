//! The numbers of a tensor as a slice, and back.

use std::ops::{Deref, Range};

use candle_core::{CpuStorage, Device, Layout, Result, Storage, StorageRef, Tensor, bail};

/// The numbers of contiguous `f32` storage.
pub(super) fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("a fused operation needs contiguous tensors");
    };
    let CpuStorage::F32(numbers) = storage else {
        bail!("a fused operation needs f32");
    };
    Ok(numbers.get(start..end).unwrap_or_default())
}

/// A tensor on the CPU, borrowed.
pub(super) struct Numbers<'a> {
    storage: StorageRef<'a>,
    range: Range<usize>,
}

impl<'a> Numbers<'a> {
    /// Borrows a contiguous tensor.
    pub(super) fn of(tensor: &'a Tensor) -> Result<Self> {
        let (storage, layout) = tensor.storage_and_layout();
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a fused operation needs contiguous tensors");
        };
        let there = f32_on_cpu(&storage).is_some_and(|numbers| numbers.len() >= end);
        if !there {
            bail!("a fused operation needs f32 on the CPU");
        }
        Ok(Self {
            storage,
            range: start..end,
        })
    }
}

impl Deref for Numbers<'_> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        let numbers = f32_on_cpu(&self.storage).unwrap_or_default();
        numbers.get(self.range.clone()).unwrap_or_default()
    }
}

fn f32_on_cpu(storage: &Storage) -> Option<&[f32]> {
    let Storage::Cpu(CpuStorage::F32(numbers)) = storage else {
        return None;
    };
    Some(numbers)
}

/// A tensor of the shape of another.
pub(super) fn tensor_like(numbers: Vec<f32>, other: &Tensor) -> Result<Tensor> {
    Tensor::from_vec(numbers, other.shape(), &Device::Cpu)
}
