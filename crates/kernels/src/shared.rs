//! One slice, written by several threads at places that do not overlap: [`Shared`].
#![allow(
    unsafe_code,
    reason = "tiles of one matrix are interleaved in memory: no safe split of the slice can express them"
)]

use std::marker::PhantomData;

/// A mutable slice that tasks may share, each writing its own places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a> {
    start: *mut f32,
    length: usize,
    slice: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is a pointer into a slice of plain numbers; `row`'s and `pointer`'s callers promise that no two threads
// touch the same places.
unsafe impl Send for Shared<'_> {}
// SAFETY: as above.
unsafe impl Sync for Shared<'_> {}

impl<'a> Shared<'a> {
    pub(crate) fn new(slice: &'a mut [f32]) -> Self {
        Self {
            start: slice.as_mut_ptr(),
            length: slice.len(),
            slice: PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// `length` numbers from `at` on.
    ///
    /// # Safety
    ///
    /// While the returned slice lives, nobody else may touch these places.
    ///
    /// # Panics
    ///
    /// If they are not all inside.
    #[allow(
        clippy::mut_from_ref,
        reason = "that is its purpose; the caller promises that places are disjoint"
    )]
    #[inline]
    pub(crate) unsafe fn row(&self, at: usize, length: usize) -> &'a mut [f32] {
        assert!(at <= self.length && length <= self.length - at);
        // SAFETY: inside the slice, as just checked; disjoint, as the caller promises.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(at), length) }
    }

    /// Where the number at `at` lies; may be one past the end.
    #[inline]
    pub(crate) fn pointer(&self, at: usize) -> *mut f32 {
        assert!(at <= self.length);
        // SAFETY: inside the slice or one past its end, as just checked.
        unsafe { self.start.add(at) }
    }
}
