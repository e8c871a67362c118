//! How well scores agree with those of people: [`ScoreAgreement`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Estimate;
use crate::resampling::{Sums, estimate};

/// One thing that both have scored, on one scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePair<'a> {
    /// What it must not be thought independent of: its account.
    pub group: &'a str,
    /// By the rubric.
    pub rubric: f64,
    /// By people.
    pub human: f64,
}

/// Agreement of scores, with intervals by the cluster bootstrap over groups, level 0.95.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreAgreement {
    /// Things that both have scored.
    pub items: usize,
    /// Kappa with quadratic weights (Cohen 1968, "Weighted kappa"): 1 is perfect, 0 is what chance gives. On scores without
    /// steps it is the concordance correlation (Lin 1989). `None` where both say the same everywhere.
    pub kappa: Option<Estimate>,
    /// Mean of rubric less human: above 0, the rubric is milder.
    pub difference: Option<Estimate>,
    /// Mean distance of both.
    pub absolute_difference: Option<Estimate>,
}

impl ScoreAgreement {
    /// Measures it; pairs that are not finite are left out.
    ///
    /// ```
    /// use upturn_coaching::{ScoreAgreement, ScorePair};
    ///
    /// let pair = |group, rubric, human| ScorePair { group, rubric, human };
    /// let agreement = ScoreAgreement::of([pair("a", 2.0, 2.0), pair("b", 1.0, 0.0), pair("c", 0.0, 0.0)]);
    /// assert_eq!(agreement.absolute_difference.map(|it| it.value), Some(1.0 / 3.0));
    /// ```
    pub fn of<'a>(pairs: impl IntoIterator<Item = ScorePair<'a>>) -> Self {
        let mut sums = Sums::<7>::new();
        let mut items = 0;
        for ScorePair {
            group,
            rubric,
            human,
        } in pairs
        {
            let off = rubric - human;
            if !off.is_finite() {
                continue;
            }
            let squares = rubric * rubric + human * human;
            let row = [1.0, rubric, human, squares, off * off, off, off.abs()];
            sums.add_values(group, row);
            items += 1;
        }
        Self {
            items,
            kappa: estimate(&sums, kappa),
            difference: estimate(&sums, |[n, .., off, _]| ratio(off, n)),
            absolute_difference: estimate(&sums, |[n, .., distance]| ratio(distance, n)),
        }
    }
}

/// `1 - Σ (r - h)² / ΣΣ (rᵢ - hⱼ)² n⁻¹`.
fn kappa([n, rubric, human, squares, off, ..]: [f64; 7]) -> Option<f64> {
    let by_chance = squares - 2.0 * ratio(rubric * human, n)?;
    // Sums of equal numbers leave a rest in their last bits.
    (by_chance > 1e-9 * squares).then(|| 1.0 - off / by_chance)
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python 3.11.7, scikit-learn 1.9.1: `sklearn.metrics.cohen_kappa_score(rubric, human, weights="quadratic")` = 0.461538 of
    /// `rubric = [0,1,2,2,1,0,2,1,0,2]`, `human = [0,1,2,1,1,0,2,2,1,0]`.
    #[test]
    fn kappa_is_that_of_scikit_learn() {
        let rubric = [0, 1, 2, 2, 1, 0, 2, 1, 0, 2];
        let human = [0, 1, 2, 1, 1, 0, 2, 2, 1, 0];
        let names: Vec<_> = (0..10).map(|i| i.to_string()).collect();
        let pairs = names.iter().zip(rubric).zip(human);
        let agreement = ScoreAgreement::of(pairs.map(|((group, rubric), human)| ScorePair {
            group,
            rubric: f64::from(rubric),
            human: f64::from(human),
        }));
        let kappa = agreement.kappa.unwrap();
        assert!(
            (kappa.value - 0.461_538_461_538_462).abs() < 1e-12,
            "{kappa:?}"
        );
        assert!(kappa.low <= kappa.value && kappa.value <= kappa.high);
        assert!((agreement.absolute_difference.unwrap().value - 0.5).abs() < 1e-12);
        assert!((agreement.difference.unwrap().value - 0.1).abs() < 1e-12);
    }

    #[test]
    fn equal_scores_agree_in_nothing_that_chance_would_not_give() {
        let same = |group| ScorePair {
            group,
            rubric: 0.3,
            human: 0.3,
        };
        let agreement = ScoreAgreement::of(["a", "b", "c"].map(same));
        assert_eq!((agreement.items, agreement.kappa), (3, None));
        let nan = ScoreAgreement::of([ScorePair {
            human: f64::NAN,
            ..same("a")
        }]);
        assert_eq!((nan.items, nan.difference), (0, None));
    }
}
