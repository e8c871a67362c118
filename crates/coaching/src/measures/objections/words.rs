//! Objections by their words: [`WordObjections`].

use upturn_acts::objections_in;
use upturn_core::Turn;

use super::{ObjectionDetector, ObjectionKind};

/// Finds objections by lists of phrases, in English: [`objections_in`] each turn.
#[derive(Debug, Clone, Copy, Default)]
pub struct WordObjections;

impl ObjectionDetector for WordObjections {
    fn objections(&self, turns: &[&Turn]) -> Vec<Vec<ObjectionKind>> {
        turns.iter().map(|turn| objections_in(&turn.text)).collect()
    }
}
