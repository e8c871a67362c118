//! Whether what is said besides the probability may be relied on: [`Trust`].

mod band;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Doubt, OutcomeSet, Probability};

use crate::bootstrap::Groups;
use crate::{Bootstrap, Estimate};
pub use band::CalibrationBand;

/// What was said of a call, and what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Account, person or listing; see [`crate::Row::group`].
    pub group: String,
    /// Whether it was won.
    pub won: bool,
    /// The predicted chance that it is won.
    pub probability: Probability,
    /// Outcomes that could not be ruled out, by rising coverage.
    pub sets: Vec<OutcomeSet>,
    /// Why it was unsure.
    pub doubts: Vec<Doubt>,
}

/// Calibration, sets and doubts of calls where a share of the turns was known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trust {
    /// The share, above 0 and up to 1.
    pub prefix: f64,
    /// The calibration error beside that of true probabilities; none without calls.
    pub calibration: Option<CalibrationBand>,
    /// By rising coverage; empty where no sets were given.
    pub sets: Vec<SetCoverage>,
    /// Calls with each doubt, and with none.
    pub doubts: Vec<Doubted>,
}

/// How often sets held the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetCoverage {
    /// How often they promise to.
    pub coverage: f64,
    /// How often they did.
    pub held: Estimate,
    /// Mean number of outcomes in them, from 1 to 2; less tells more.
    pub mean_size: f64,
}

/// Calls with a doubt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Doubted {
    /// The doubt's word in JSON; `any` for calls with at least one, `none` for those without.
    pub doubt: String,
    /// How many.
    pub calls: u64,
    /// Their share of all calls.
    pub share: f64,
    /// In which share of them the likelier outcome came true; none without calls.
    pub right: Option<f64>,
}

impl Trust {
    /// Measures; `said` are calls of which the share `prefix` of the turns was known.
    pub fn of(prefix: f64, said: &[Said], bootstrap: &Bootstrap) -> Self {
        let groups = Groups::named(said.iter().map(|one| one.group.as_str()));
        let levels = said.first().map_or(0, |one| one.sets.len());
        let sets = (0..levels).filter_map(|level| coverage(said, level, &groups, bootstrap));
        Self {
            prefix,
            calibration: CalibrationBand::of(said, bootstrap),
            sets: sets.collect(),
            doubts: doubts(said),
        }
    }
}

/// None where a call has no set of that level.
fn coverage(
    said: &[Said],
    level: usize,
    groups: &Groups,
    bootstrap: &Bootstrap,
) -> Option<SetCoverage> {
    let sets: Option<Vec<&OutcomeSet>> = said.iter().map(|one| one.sets.get(level)).collect();
    let sets = sets?;
    let outcomes = said.iter().zip(&sets);
    let held: Vec<bool> = outcomes
        .map(|(one, set)| if one.won { set.won } else { set.lost })
        .collect();
    let share = |places: &[usize]| {
        let hits = places
            .iter()
            .filter(|place| held.get(**place) == Some(&true));
        (!places.is_empty()).then(|| hits.count() as f64 / places.len() as f64)
    };
    let value = share(&groups.every_row())?;
    let sizes = sets
        .iter()
        .map(|set| usize::from(set.won) + usize::from(set.lost));
    Some(SetCoverage {
        coverage: sets.first()?.coverage,
        held: Estimate::from_replicates(value, bootstrap.replicate(groups, share), bootstrap)?,
        mean_size: sizes.sum::<usize>() as f64 / sets.len() as f64,
    })
}

fn doubts(said: &[Said]) -> Vec<Doubted> {
    let has = |is: fn(&Doubt) -> bool| move |one: &Said| one.doubts.iter().any(is);
    vec![
        doubted("none", said, |one| one.doubts.is_empty()),
        doubted("any", said, |one| !one.doubts.is_empty()),
        doubted(
            "near_the_line",
            said,
            has(|doubt| matches!(doubt, Doubt::NearTheLine)),
        ),
        doubted(
            "neighbours_disagree",
            said,
            has(|doubt| matches!(doubt, Doubt::NeighboursDisagree { .. })),
        ),
        doubted(
            "nothing_like_it",
            said,
            has(|doubt| matches!(doubt, Doubt::NothingLikeIt { .. })),
        ),
    ]
}

fn doubted(doubt: &str, said: &[Said], is: impl Fn(&Said) -> bool) -> Doubted {
    let those: Vec<&Said> = said.iter().filter(|one| is(one)).collect();
    let right = those
        .iter()
        .filter(|one| (one.probability.value() > 0.5) == one.won);
    let (calls, right) = (those.len(), right.count());
    Doubted {
        doubt: doubt.to_owned(),
        calls: calls as u64,
        share: calls as f64 / said.len().max(1) as f64,
        right: (calls > 0).then(|| right as f64 / calls as f64),
    }
}

#[cfg(test)]
mod tests;
