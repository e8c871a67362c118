//! What finds objections: [`ObjectionDetector`].

use std::fmt;

use upturn_core::Turn;

use super::ObjectionKind;

/// Tells which objections turns of the buyer raise.
///
/// [`WordObjections`](super::WordObjections) does it by words; a detector by vectors reads all turns in one batch.
///
/// # Laws
///
/// - **Order.** List `i` belongs to turn `i`; there are as many lists as turns.
/// - **Batch invariance.** What is found in a turn does not depend on the other turns.
pub trait ObjectionDetector: fmt::Debug + Send + Sync {
    /// The kinds each turn raises; empty for most.
    fn objections(&self, turns: &[&Turn]) -> Vec<Vec<ObjectionKind>>;

    /// Whether it reads a language (BCP 47); `None` is a language nobody has named. English and unnamed by default.
    fn reads(&self, language: Option<&str>) -> bool {
        upturn_acts::is_english(language)
    }
}
