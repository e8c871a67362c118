//! Which parts take part in a prediction: [`PartSet`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::PartLogits;

/// A part that is learnt from examples, in the order of [`PartLogits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearntPart {
    /// Which words were said by whom.
    Words,
    /// What the encoder reads in the turns.
    Head,
    /// How the nearest calls ended.
    Neighbours,
    /// How long the call is and who speaks how much.
    Shape,
    /// What is known of the deal besides what is said.
    Metadata,
}

impl LearntPart {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Words,
        Self::Head,
        Self::Neighbours,
        Self::Shape,
        Self::Metadata,
    ];
}

/// The parts that are fitted and asked; the others say 0 of everything, and so weigh nothing. All by default.
///
/// ```
/// use upturn_predict::{LearntPart, PartSet};
///
/// let alone = PartSet::of([LearntPart::Neighbours]);
/// assert!(alone.contains(LearntPart::Neighbours) && !alone.contains(LearntPart::Words));
/// assert_eq!(serde_json::to_string(&alone)?, r#"["neighbours"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartSet(BTreeSet<LearntPart>);

impl Default for PartSet {
    fn default() -> Self {
        Self::of(LearntPart::ALL)
    }
}

impl PartSet {
    /// These parts and no others.
    pub fn of(parts: impl IntoIterator<Item = LearntPart>) -> Self {
        Self(parts.into_iter().collect())
    }

    /// Whether a part takes part.
    pub fn contains(&self, part: LearntPart) -> bool {
        self.0.contains(&part)
    }

    /// What the parts say that take part; 0 of the others.
    pub(crate) fn only(&self, logits: PartLogits) -> PartLogits {
        let said = |part: LearntPart| f64::from(u8::from(self.contains(part)));
        logits.zip(
            PartLogits::from_array(LearntPart::ALL.map(said)),
            |logit, said| {
                // Not a product: what is left out is 0 even where it is not finite.
                if said > 0.0 { logit } else { 0.0 }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_says_nothing() {
        let logits = PartLogits::from_array([1.0, f64::NAN, 3.0, -4.0, 5.0]);
        let left = PartSet::of([LearntPart::Words, LearntPart::Neighbours]).only(logits);
        assert_eq!(left, PartLogits::from_array([1.0, 0.0, 3.0, 0.0, 0.0]));
        let all = PartLogits::from_array([1.0, 2.0, 3.0, -4.0, 5.0]);
        assert_eq!(PartSet::default().only(all), all);
    }
}
