//! What an encoder is, apart from what it says: whence it is and how large.

use crate::Origin;
use crate::fingerprint::sha256;
use crate::folder::WEIGHTS;
use crate::weights::expected;

use super::Encoder;

impl Encoder {
    /// Whence it is and on what terms. Reads the weights through once.
    ///
    /// Ask before fine-tuning: other weights have no origin but the folder that they were read from.
    pub fn origin(&self) -> Origin {
        let weights = self.files.get(WEIGHTS).unwrap_or_default();
        Origin::of(&self.files.path(""), &sha256(weights))
    }

    /// How many numbers its layers hold, without the retrieval projection.
    pub fn parameters(&self) -> usize {
        let shapes = expected(&self.config);
        let numbers = |(_, shape): &(String, Vec<usize>)| shape.iter().product::<usize>();
        shapes.iter().map(numbers).sum()
    }

    /// Bytes of the files that it was read from, and that [`save`](Self::save) writes.
    pub fn bytes(&self) -> u64 {
        self.files.size()
    }
}
