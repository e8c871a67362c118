//! Tensors of a checkpoint as numbers: [`Source`].

use std::borrow::Cow;
use std::ops::Range;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::bytes::Bytes;
use crate::weights::{find, load};
use crate::{EncoderError, Family};

/// A checkpoint whose names and shapes have been checked.
pub(super) struct Source<'a> {
    bytes: &'a Bytes,
    family: Family,
    file: SafeTensors<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a Bytes, family: Family) -> Result<Self, EncoderError> {
        let file = SafeTensors::deserialize(bytes).map_err(|source| EncoderError::Weights {
            path: crate::folder::WEIGHTS.into(),
            source,
        })?;
        Ok(Self {
            bytes,
            family,
            file,
        })
    }

    /// A tensor's numbers: those of the file where they are `f32` in place, else converted.
    pub(super) fn numbers(&self, name: &str) -> Result<Cow<'_, [f32]>, EncoderError> {
        let view = find(&self.file, self.family, name)?;
        let range = self.range(&view);
        match in_place(self.bytes.get(range).unwrap_or_default(), view.dtype()) {
            Some(numbers) => Ok(Cow::Borrowed(numbers)),
            None => Ok(Cow::Owned(converted(&view)?)),
        }
    }

    /// The numbers of several tensors, one behind the other.
    pub(super) fn joined(
        &self,
        names: impl ExactSizeIterator<Item = String>,
    ) -> Result<Cow<'_, [f32]>, EncoderError> {
        let alone = names.len() == 1;
        let mut all = Vec::new();
        for name in names {
            let numbers = self.numbers(&name)?;
            if alone {
                return Ok(numbers);
            }
            all.extend_from_slice(&numbers);
        }
        Ok(Cow::Owned(all))
    }

    /// A tensor that stays in the file as long as it is used.
    pub(super) fn table(&self, name: &str) -> Result<Table, EncoderError> {
        let view = find(&self.file, self.family, name)?;
        let range = self.range(&view);
        let there = self.bytes.get(range.clone()).unwrap_or_default();
        if in_place(there, view.dtype()).is_some() {
            return Ok(Table::InFile(self.bytes.clone(), range));
        }
        converted(&view).map(Table::Converted)
    }

    fn range(&self, view: &TensorView<'_>) -> Range<usize> {
        let start = view.data().as_ptr().addr() - self.bytes.as_ptr().addr();
        start..start + view.data().len()
    }
}

fn in_place(bytes: &[u8], dtype: Dtype) -> Option<&[f32]> {
    let native = dtype == Dtype::F32 && cfg!(target_endian = "little");
    native
        .then(|| bytemuck::try_cast_slice(bytes).ok())
        .flatten()
}

fn converted(view: &TensorView<'_>) -> Result<Vec<f32>, EncoderError> {
    Ok(load(view)?.flatten_all()?.to_vec1()?)
}

/// The rows of a table.
#[derive(Debug)]
pub(super) enum Table {
    InFile(Bytes, Range<usize>),
    Converted(Vec<f32>),
}

impl Table {
    pub(super) fn numbers(&self) -> &[f32] {
        match self {
            Self::InFile(bytes, range) => {
                let bytes = bytes.get(range.clone()).unwrap_or_default();
                in_place(bytes, Dtype::F32).unwrap_or_default()
            }
            Self::Converted(numbers) => numbers,
        }
    }

    /// The rows of `columns` numbers from one on; none where the table ends before it.
    pub(super) fn rows_from(&self, row: usize, columns: usize) -> &[f32] {
        self.numbers().get(row * columns..).unwrap_or_default()
    }
}
