//! What a Brier score is made of: [`BrierDecomposition`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::proper::brier;
use super::sound;
use super::ties::{Tie, counts};

/// The Brier score as reliability - resolution + uncertainty.
///
/// This is the CORP form (Dimitriadis, Gneiting and Jordan 2021, PNAS 118(8), equation 3), not Murphy's (1973) on fixed
/// bins: the rows are recalibrated by isotonic regression, which chooses the bins, so the three parts add up to the score
/// exactly and none depends on a number of bins. Where the probabilities take few values, each with a rising share of
/// won, both forms are the same.
///
/// # Laws
///
/// - `reliability - resolution + uncertainty` is [`Metric::Brier`](crate::Metric::Brier), up to rounding.
/// - No part is negative.
/// - A strictly rising function of the probabilities changes the reliability alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrierDecomposition {
    /// Score less the score after isotonic recalibration: what wrong sizes cost. 0 is best. Also called miscalibration.
    pub reliability: f64,
    /// Score of the share of won less the score after recalibration: what the order is worth. More is better; at most
    /// the uncertainty. Also called discrimination.
    pub resolution: f64,
    /// `w (1 - w)` for a share `w` of won: the score of always saying that share.
    pub uncertainty: f64,
}

impl BrierDecomposition {
    /// The parts of the Brier score of rows: `probabilities[i]` was predicted where `won[i]` came out.
    ///
    /// `None` where [`Metric::Brier`](crate::Metric::Brier) is not defined.
    ///
    /// ```
    /// use upturn_eval::BrierDecomposition;
    ///
    /// // Always 0.7 where half is won: the order says nothing, and 0.7 instead of 0.5 costs 0.2².
    /// let parts = BrierDecomposition::of(&[0.7, 0.7], &[true, false]).ok_or("not defined")?;
    /// assert!((parts.reliability - 0.04).abs() < 1e-12);
    /// assert_eq!((parts.resolution, parts.uncertainty), (0.0, 0.25));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(probabilities: &[f64], won: &[bool]) -> Option<Self> {
        sound(probabilities, won).map(|ranking| Self::of_ties(&ranking.all()))
    }

    /// Needs at least one row.
    pub(crate) fn of_ties(ties: &[Tie]) -> Self {
        let (rows, won) = counts(ties);
        let share = won / rows;
        let uncertainty = share * (1.0 - share);
        let blocks = pool_adjacent_violators(ties);
        // Within a block of share `q` the recalibrated score is `q (1 - q)`.
        let recalibrated = blocks.iter().map(|(rows, won)| won * (1.0 - won / rows));
        let recalibrated = recalibrated.sum::<f64>() / rows;
        Self {
            reliability: (brier(ties) - recalibrated).max(0.0),
            resolution: (uncertainty - recalibrated).max(0.0),
            uncertainty,
        }
    }

    /// What the parts add up to.
    pub fn brier(&self) -> f64 {
        self.reliability - self.resolution + self.uncertainty
    }

    /// The means of each part; `None` of nothing.
    pub(crate) fn mean(parts: &[Self]) -> Option<Self> {
        let mean = |of: fn(&Self) -> f64| parts.iter().map(of).sum::<f64>() / parts.len() as f64;
        (!parts.is_empty()).then(|| Self {
            reliability: mean(|part| part.reliability),
            resolution: mean(|part| part.resolution),
            uncertainty: mean(|part| part.uncertainty),
        })
    }
}

/// Isotonic regression: blocks of rows and won, by rising probability, whose shares of won rise strictly (Ayer et al. 1955).
fn pool_adjacent_violators(ties: &[Tie]) -> Vec<(f64, f64)> {
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for tie in ties {
        let mut block = (tie.rows(), tie.won);
        // Shares compared by cross-multiplication: counts are whole, so this is exact.
        while let Some(&(rows, won)) = blocks.last() {
            if won * block.0 < block.1 * rows {
                break;
            }
            block = (block.0 + rows, block.1 + won);
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks
}
