//! Independent tasks on one thread or on all: [`Compute::each`].

use rayon::prelude::*;

use crate::Compute;

impl Compute {
    /// Calls `task` with each number below `tasks`, in any order.
    pub(crate) fn each(self, tasks: usize, task: impl Fn(usize) + Sync + Send) {
        if self.threads && tasks > 1 {
            (0..tasks).into_par_iter().with_max_len(1).for_each(task);
        } else {
            (0..tasks).for_each(task);
        }
    }

    /// Into how many tasks work is cut: enough to even out, few enough to cost nothing.
    pub(crate) fn tasks(self) -> usize {
        if self.threads {
            4 * rayon::current_num_threads()
        } else {
            1
        }
    }

    /// Calls `task` with each of the pieces that an iterator has cut.
    pub(crate) fn each_of<T: Send>(
        self,
        pieces: impl Iterator<Item = T> + Send,
        task: impl Fn(T) + Sync + Send,
    ) {
        if self.threads {
            pieces.collect::<Vec<_>>().into_par_iter().for_each(task);
        } else {
            pieces.for_each(task);
        }
    }

    /// Cuts rows of `columns` into blocks of `block` rows, each with its number, on all threads.
    pub(crate) fn each_block<'a>(
        self,
        data: &'a mut [f32],
        block: usize,
        task: impl Fn(usize, &'a mut [f32]) + Sync + Send,
    ) {
        if self.threads {
            data.par_chunks_mut(block)
                .enumerate()
                .for_each(|(at, block)| task(at, block));
        } else {
            data.chunks_mut(block)
                .enumerate()
                .for_each(|(at, block)| task(at, block));
        }
    }
}
