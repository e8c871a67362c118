//! What a forward pass keeps for the backward pass: [`Kept`].

use std::sync::{Mutex, PoisonError};

/// Put in once by the forward pass, taken out once by the backward pass, so that its memory is free for the next layer.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<Option<T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    pub(super) fn put(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What was kept, or what `again` computes: a graph may be walked backward more than once.
    pub(super) fn take_or<E>(&self, again: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.map_or_else(again, Ok)
    }
}
