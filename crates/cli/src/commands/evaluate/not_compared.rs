//! Baselines that some fold could not fit: [`NotCompared`].

use std::fmt;

use serde::Serialize;

use crate::held_out::Unfitted;
use crate::printer::Printer;

/// Baselines that ours is compared with at no prefix, since a fold can't fit them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct NotCompared {
    /// Their names.
    methods: Vec<&'static str>,
    /// The first fold that can't.
    fold: usize,
    /// Share of the turns that was known there.
    prefix: f64,
    /// Why.
    reason: String,
}

impl NotCompared {
    /// Notes what a fold could not fit, each baseline once.
    pub(super) fn note(noted: &mut Vec<Self>, fold: usize, unfitted: Vec<Unfitted>) {
        for Unfitted {
            baselines,
            prefix,
            reason,
        } in unfitted
        {
            let names = baselines.iter().map(|baseline| baseline.as_str());
            let methods: Vec<&str> = names.filter(|name| !Self::holds(noted, name)).collect();
            if !methods.is_empty() {
                noted.push(Self {
                    methods,
                    fold,
                    prefix,
                    reason,
                });
            }
        }
    }

    /// Warns of each.
    pub(super) fn warn(noted: &[Self], printer: Printer) {
        for lacking in noted {
            printer.warning(&lacking.to_string());
        }
    }

    /// Whether a method is among them.
    pub(super) fn holds(noted: &[Self], method: &str) -> bool {
        noted.iter().any(|one| one.methods.contains(&method))
    }
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self
            .methods
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let known = 100.0 * self.prefix;
        write!(
            f,
            "no comparison with {}, which fold {} can't fit where {known:.0} % of the turns are known: {}",
            names.join(", "),
            self.fold,
            self.reason
        )
    }
}

#[cfg(test)]
mod tests {
    use upturn::training::Baseline;

    use super::*;

    #[test]
    fn a_baseline_is_named_once_with_the_first_fold_that_can_not_fit_it() {
        let unfitted = |baselines: &[Baseline]| {
            vec![Unfitted {
                baselines: baselines.to_vec(),
                prefix: 0.5,
                reason: "there is one outcome".to_owned(),
            }]
        };
        let mut noted = Vec::new();
        NotCompared::note(
            &mut noted,
            1,
            unfitted(&[Baseline::Length, Baseline::Stack]),
        );
        NotCompared::note(&mut noted, 2, unfitted(&[Baseline::Length]));
        NotCompared::note(
            &mut noted,
            3,
            unfitted(&[Baseline::BagOfWords, Baseline::Stack]),
        );
        let said: Vec<String> = noted.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "no comparison with `length`, `stack`, which fold 1 can't fit where 50 % of the turns are known: there is one outcome",
                "no comparison with `bag_of_words`, which fold 3 can't fit where 50 % of the turns are known: there is one outcome",
            ]
        );
        assert!(NotCompared::holds(&noted, "stack") && !NotCompared::holds(&noted, "base_rate"));
    }
}
