//! Conformal sets of calls of about as many turns: [`ConformalBands`].

use serde::{Deserialize, Serialize};
use upturn_core::OutcomeSet;

use super::ConformalSets;
use crate::bands::cut;
use crate::folds::{count_groups, shared_weights};
use crate::{OutOfFold, Scored};

/// At most so many bands of numbers of turns.
const BANDS: usize = 4;

/// A band has about so many groups of the rarer outcome, or there is only one: at 95 % the strange calls must be some.
const GROUPS: usize = 60;

/// [`ConformalSets`] by how many turns are known.
///
/// Early in a call scores are less sure than late. One fit to prefixes of every length covers too little early and too much
/// late; with bands of equally many examples the promise is kept in each (Mondrian by length as well as by outcome).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConformalBands {
    /// By rising numbers of turns; the first begins at 0.
    bands: Vec<Band>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Band {
    from_turns: usize,
    sets: ConformalSets,
}

impl ConformalBands {
    /// Keeps logits that had not seen the example's group; those of one group and outcome share the weight 1 within a band.
    pub(crate) fn fit(examples: &[OutOfFold], unseen: &[f64]) -> Self {
        let mut rows: Vec<(&OutOfFold, f64)> =
            examples.iter().zip(unseen.iter().copied()).collect();
        rows.sort_by_key(|(example, _)| example.turns);
        let of = |won: bool| {
            let those = examples.iter().filter(move |one| one.won == won);
            count_groups(those.map(|one| one.group.as_str()))
        };
        let bands = (of(true).min(of(false)) / GROUPS).clamp(1, BANDS);
        let bands = cut(&rows, bands, |(example, _)| example.turns);
        let bands = bands.into_iter().enumerate();
        let fitted = bands.map(|(place, band)| Band {
            from_turns: match band.first() {
                Some((first, _)) if place > 0 => first.turns,
                _ => 0,
            },
            sets: fit(band),
        });
        Self {
            bands: fitted.collect(),
        }
    }

    /// The sets of a logit after so many turns.
    pub fn sets(&self, logit: f64, turns: usize) -> Vec<OutcomeSet> {
        let after = self.bands.partition_point(|band| band.from_turns <= turns);
        let band = after.checked_sub(1).and_then(|at| self.bands.get(at));
        band.map_or_else(Vec::new, |band| band.sets.sets(logit))
    }
}

fn fit(band: &[(&OutOfFold, f64)]) -> ConformalSets {
    let named = band.iter().map(|(one, _)| (one.group.as_str(), one.won));
    let weights = shared_weights(named);
    let rows = band.iter().zip(weights);
    ConformalSets::fit(rows.map(|((example, score), weight)| Scored {
        score: *score,
        won: example.won,
        weight,
    }))
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::PartLogits;

    /// After two turns a logit says little, after ten much; both promise as much.
    fn call(rng: &mut ChaCha8Rng, place: usize) -> (OutOfFold, f64) {
        let turns = if place.is_multiple_of(2) { 2 } else { 10 };
        let logit: f64 = rng.random_range(-2.0..2.0);
        let truth = if turns == 2 { 0.2 * logit } else { 2.0 * logit };
        let example = OutOfFold {
            logits: PartLogits::default(),
            won: rng.random_bool(1.0 / (1.0 + (-truth).exp())),
            group: place.to_string(),
            turns,
            familiarity: None,
        };
        (example, logit)
    }

    #[test]
    fn every_length_is_covered_as_often_as_promised() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut held = [[0.0; 2]; 2];
        for _ in 0..40 {
            let known: Vec<_> = (0..600).map(|place| call(&mut rng, place)).collect();
            let (examples, logits): (Vec<_>, Vec<_>) = known.into_iter().unzip();
            let bands = ConformalBands::fit(&examples, &logits);
            assert_eq!(bands.bands.len(), 2);
            for place in 0..600 {
                let (asked, logit) = call(&mut rng, place);
                let set = bands.sets(logit, asked.turns)[1];
                let [hits, all] = &mut held[usize::from(asked.turns == 10)];
                *hits += f64::from(u8::from(if asked.won { set.won } else { set.lost }));
                *all += 1.0;
            }
        }
        for [hits, all] in held {
            assert!((hits / all - 0.9).abs() < 0.015, "{}", hits / all);
        }
    }

    #[test]
    fn few_calls_are_one_band_and_every_length_has_sets() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let known: Vec<_> = (0..100).map(|place| call(&mut rng, place)).collect();
        let (examples, logits): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        let bands = ConformalBands::fit(&examples, &logits);
        assert_eq!(bands.bands.len(), 1);
        assert_eq!(bands.sets(0.0, 0), bands.sets(0.0, 4_000));
    }
}
