//! What frozen layers make of calls, in memory or in a scratch file: [`FrozenOutputs`] and [`Frozen`].

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{Device, Tensor};
use upturn_encoder::Sequence;

use crate::memory::{Blob, Blobs, Share};
use crate::{MemoryBudget, TrainingError};

/// Bytes of a number.
const NUMBER: usize = size_of::<f32>();

/// Takes the outputs of call after call, from any thread; those that come when the memory is used up go to a scratch file.
#[derive(Debug)]
pub(crate) struct FrozenOutputs<'a> {
    memory: &'a MemoryBudget,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    /// Bytes in memory.
    held: usize,
    blobs: Option<Arc<Blobs>>,
}

/// The outputs for the turns of a call.
#[derive(Debug, Clone)]
pub(crate) enum Frozen {
    /// `[tokens, hidden]` each.
    Memory(Vec<Tensor>),
    /// One behind the other.
    Scratch(Scratch),
}

/// Where outputs lie.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    blobs: Arc<Blobs>,
    blob: Blob,
    hidden: usize,
    memory: MemoryBudget,
}

impl<'a> FrozenOutputs<'a> {
    pub(crate) fn new(memory: &'a MemoryBudget) -> Self {
        Self {
            memory,
            used: Mutex::default(),
        }
    }

    /// Keeps what the frozen layers made of the turns of a call, `[tokens, hidden]` each.
    pub(crate) fn keep(&self, turns: Vec<Tensor>) -> Result<Frozen, TrainingError> {
        let bytes: usize = turns.iter().map(|turn| turn.elem_count() * NUMBER).sum();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let held = used.held.saturating_add(bytes);
        if held <= self.memory.share(Share::Vectors) {
            used.held = held;
            return Ok(Frozen::Memory(turns));
        }
        let failed = |error| self.memory.failed(error);
        let blobs = match &used.blobs {
            Some(blobs) => Arc::clone(blobs),
            None => Arc::clone(
                used.blobs
                    .insert(Arc::new(Blobs::new(self.memory.file().map_err(failed)?))),
            ),
        };
        drop(used);
        let hidden = turns.first().map_or(Ok(0), |turn| turn.dim(1))?;
        let mut numbers = Vec::with_capacity(bytes);
        for turn in &turns {
            let flat = turn.flatten_all()?.to_vec1::<f32>()?;
            numbers.extend(flat.iter().flat_map(|number| number.to_le_bytes()));
        }
        Ok(Frozen::Scratch(Scratch {
            blob: blobs.append(&numbers).map_err(failed)?,
            blobs,
            hidden,
            memory: self.memory.clone(),
        }))
    }
}

impl Frozen {
    /// The outputs for some of the call's `turns`, to be put one behind the other. Shape: `[tokens, hidden]` each.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Scratch`].
    pub(crate) fn of(
        &self,
        turns: &[Sequence],
        range: Range<usize>,
    ) -> Result<Vec<Tensor>, TrainingError> {
        match self {
            Self::Memory(all) => Ok(all.get(range).unwrap_or_default().to_vec()),
            Self::Scratch(scratch) => {
                let tokens = |turns: Option<&[Sequence]>| -> usize {
                    let turns = turns.unwrap_or_default().iter();
                    turns.map(|turn| turn.ids.len()).sum()
                };
                let from = tokens(turns.get(..range.start));
                Ok(vec![scratch.read(from, tokens(turns.get(range)))?])
            }
        }
    }
}

impl Scratch {
    fn read(&self, from: usize, tokens: usize) -> Result<Tensor, TrainingError> {
        let row = self.hidden * NUMBER;
        let part = self.blob.part(from * row, (from + tokens) * row);
        let bytes = self
            .blobs
            .read(part)
            .map_err(|error| self.memory.failed(error))?;
        let (numbers, _) = bytes.as_chunks();
        let numbers: Vec<f32> = numbers
            .iter()
            .map(|number| f32::from_le_bytes(*number))
            .collect();
        let shape = (tokens, self.hidden);
        Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
    }
}
