//! The fine-tuned encoder against the generic one, each with the same head and nothing else: [`duel`].

use super::out_of_fold::Method;
use super::rivals::{Comparison, Source};
use crate::failure::Failure;

/// The head over the encoder of each fold's model.
pub(super) const FINE_TUNED: &str = "encoder alone, fine-tuned";

/// The same head, fitted to the encoder as it was before.
pub(super) const GENERIC: &str = "encoder alone, generic";

/// The paired differences at a prefix, where both were measured.
pub(super) fn duel(methods: &[Method], place: usize) -> Result<Vec<Comparison>, Failure> {
    let of = |name: &str| {
        let method = methods.iter().find(|method| method.name == name)?;
        method.at.get(place)
    };
    let (Some(tuned), Some(generic)) = (of(FINE_TUNED), of(GENERIC)) else {
        return Ok(Vec::new());
    };
    Comparison::all(GENERIC, Source::Baseline, tuned, generic)
}
