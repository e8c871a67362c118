//! How well a detector agrees with people: [`Agreement`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Estimate;
use crate::resampling::{Sums, estimate};

/// One item that both have judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating<'a> {
    /// What it must not be thought independent of: its call.
    pub group: &'a str,
    /// Whether the detector sees it.
    pub detector: bool,
    /// Whether people see it.
    pub human: bool,
}

/// Precision, recall and kappa of a detector by human labels, with intervals by the cluster bootstrap over groups, level
/// 0.95.
///
/// Kappa is Cohen's (1960, "A coefficient of agreement for nominal scales"): 0 is what chance gives, 1 is perfect. `None`
/// where a number is not defined: no precision without a detection, no recall without a label, no kappa where both see the
/// same everywhere by chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreement {
    /// Items.
    pub items: usize,
    /// Items that people label.
    pub human: usize,
    /// Items that the detector finds.
    pub detector: usize,
    /// Share of the found that people label.
    pub precision: Option<Estimate>,
    /// Share of the labelled that are found.
    pub recall: Option<Estimate>,
    /// Agreement beyond chance.
    pub kappa: Option<Estimate>,
}

impl Agreement {
    /// Measures it.
    ///
    /// ```
    /// use upturn_coaching::{Agreement, Rating};
    ///
    /// let rating = |group, detector, human| Rating { group, detector, human };
    /// let ratings = [rating("a", true, true), rating("a", false, false), rating("b", true, false), rating("b", false, false)];
    /// let kappa = Agreement::of(ratings).kappa.map(|kappa| kappa.value);
    /// assert_eq!(kappa, Some(0.5)); // (3/4 - 1/2) / (1 - 1/2)
    /// ```
    pub fn of<'a>(ratings: impl IntoIterator<Item = Rating<'a>>) -> Self {
        let mut counts = Sums::<4>::new();
        let [mut items, mut human, mut detector] = [0; 3];
        for rating in ratings {
            let both = rating.detector && rating.human;
            counts.add(rating.group, [true, rating.detector, rating.human, both]);
            items += 1;
            human += usize::from(rating.human);
            detector += usize::from(rating.detector);
        }
        Self {
            items,
            human,
            detector,
            precision: estimate(&counts, |[_, found, _, both]| ratio(both, found)),
            recall: estimate(&counts, |[_, _, labelled, both]| ratio(both, labelled)),
            kappa: estimate(&counts, kappa),
        }
    }
}

fn kappa([all, found, labelled, both]: [f64; 4]) -> Option<f64> {
    let agreed = ratio(both + (all - found - labelled + both), all)?;
    let chance = (found * labelled + (all - found) * (all - labelled)) / (all * all);
    ratio(agreed - chance, 1.0 - chance)
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python 3.11.7, scikit-learn 1.9.1: `cohen_kappa_score`, `precision_score` and `recall_score` of
    /// `human = [1,1,1,0,0,0,0,0,0,0]`, `detector = [1,1,0,1,0,0,0,0,0,0]`.
    #[test]
    fn numbers_are_those_of_scikit_learn() {
        let human = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        let detector = [1, 1, 0, 1, 0, 0, 0, 0, 0, 0];
        let names: Vec<_> = (0..10).map(|i| i.to_string()).collect();
        let ratings = names.iter().zip(human).zip(detector);
        let agreement = Agreement::of(ratings.map(|((group, human), detector)| Rating {
            group,
            human: human == 1,
            detector: detector == 1,
        }));
        let value = |it: Option<Estimate>| it.map(|it| (it.value * 1e6).round() / 1e6);
        assert_eq!(value(agreement.kappa), Some(0.523_810));
        assert_eq!(value(agreement.precision), Some(0.666_667));
        assert_eq!(value(agreement.recall), Some(0.666_667));
    }

    #[test]
    fn what_nobody_sees_has_no_numbers() {
        let nothing = Agreement::of([]);
        assert_eq!((nothing.items, nothing.kappa), (0, None));
        let never = Agreement::of([Rating {
            group: "a",
            detector: false,
            human: false,
        }]);
        assert_eq!(
            (never.precision, never.recall, never.kappa),
            (None, None, None)
        );
    }
}
