//! Memory for one batch, kept from batch to batch: [`Workspace`].

use std::cell::Cell;

use upturn_kernels::Quantized;

/// Room for the vectors of one batch between the layers.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    hidden: Vec<f32>,
    sum: Vec<f32>,
    qkv: Vec<f32>,
    wide: Vec<f32>,
    codes: Quantized,
    length: usize,
}

/// The parts of a workspace that a layer uses.
pub(super) struct Parts<'a> {
    pub(super) hidden: &'a mut [f32],
    pub(super) sum: &'a mut [f32],
    pub(super) qkv: &'a mut [f32],
    pub(super) wide: &'a mut [f32],
    pub(super) codes: &'a mut Quantized,
}

/// Numbers above which a workspace is not kept: a batch of unusual size must not hold its memory for ever.
const KEPT: usize = 1 << 22;

thread_local! {
    static SPARE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

impl Workspace {
    /// Calls `work` with this thread's spare workspace, or a new one if that is in use.
    pub(crate) fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        let mut space = SPARE.take().unwrap_or_default();
        let done = work(&mut space);
        if space.wide.len() <= KEPT {
            SPARE.set(Some(space));
        }
        done
    }

    /// Makes room for hidden vectors of `length` numbers together.
    pub(super) fn fit(&mut self, length: usize) {
        self.length = length;
        sized(&mut self.hidden, length);
    }

    /// The hidden vectors.
    pub(super) fn hidden(&mut self) -> &mut [f32] {
        sized(&mut self.hidden, self.length)
    }

    pub(super) fn parts(&mut self, qkv: usize, wide: usize) -> Parts<'_> {
        Parts {
            hidden: sized(&mut self.hidden, self.length),
            sum: sized(&mut self.sum, self.length),
            qkv: sized(&mut self.qkv, qkv),
            // Attention's result lies here before the wide one does.
            wide: sized(&mut self.wide, wide.max(self.length)),
            codes: &mut self.codes,
        }
    }
}

/// The first `length` numbers of what only ever grows.
fn sized(numbers: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if numbers.len() < length {
        numbers.resize(length, 0.0);
    }
    numbers.get_mut(..length).unwrap_or_default()
}
