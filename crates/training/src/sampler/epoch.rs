//! The batches of one epoch: [`Epoch`].

/// Batches in the order of their steps, of places of calls unless said otherwise. 8 bytes a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch<T = usize> {
    items: Vec<T>,
    ends: Vec<usize>,
}

impl<T> Epoch<T> {
    /// Number of batches.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The batch of step `index`, from 0. Never empty.
    pub fn batch(&self, index: usize) -> Option<&[T]> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.items.get(start..end)
    }

    /// The batches from step `index` on: what a run that was cut off there has still to see.
    pub fn batches_from(&self, index: usize) -> impl Iterator<Item = &[T]> {
        (index..self.len()).filter_map(|at| self.batch(at))
    }
}

impl<T> FromIterator<Vec<T>> for Epoch<T> {
    /// Empty batches are left out.
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(batches: I) -> Self {
        let (mut items, mut ends) = (Vec::new(), Vec::new());
        for batch in batches.into_iter().filter(|batch| !batch.is_empty()) {
            items.extend(batch);
            ends.push(items.len());
        }
        Self { items, ends }
    }
}
