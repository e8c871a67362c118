//! What the rules that warn are worth on labelled calls: [`weighed`].

use super::ExplanationParts;
use crate::{Estimate, RuleLift, Warning};

/// A warning and how much more often calls were lost of which its rule held; none where labelled calls don't tell.
pub(super) struct Weighed<'a> {
    pub(super) warning: &'a Warning,
    lift: Option<Estimate>,
}

/// The warnings: first those whose rules warn with reason, then those of which nothing is known, then those that tell nothing on the
/// labelled calls; else in the order of the rules.
pub(super) fn weighed<'a>(parts: &'a ExplanationParts<'_>) -> Vec<Weighed<'a>> {
    let lift = |warning: &Warning| {
        let known = |it: &&RuleLift| it.rule == warning.rule;
        parts.lifts.iter().find(known).and_then(|it| it.lift)
    };
    let warnings = parts.judgement.warnings.iter();
    let mut weighed: Vec<Weighed<'_>> = warnings
        .map(|warning| Weighed {
            warning,
            lift: lift(warning),
        })
        .collect();
    // Stable.
    weighed.sort_by_key(Weighed::rank);
    weighed
}

impl Weighed<'_> {
    /// Whether calls of which the rule held were not lost more often than others.
    pub(super) fn tells_nothing(&self) -> bool {
        self.lift.is_some_and(|lift| lift.low <= 1.0)
    }

    fn rank(&self) -> u8 {
        match self.lift {
            Some(_) if self.tells_nothing() => 2,
            Some(_) => 0,
            None => 1,
        }
    }

    /// A sentence of its own; nothing where labelled calls don't tell.
    pub(super) fn told(&self) -> String {
        let Some(Estimate { value, low, high }) = self.lift else {
            return String::new();
        };
        let not = if self.tells_nothing() {
            ", which is not shown to be more often"
        } else {
            ""
        };
        format!(
            " Labelled calls of which this held were lost {value:.2} [{low:.2}, {high:.2}] times as often as all{not}."
        )
    }
}
