//! How near known calls are to each other: [`Familiarity`].

use serde::{Deserialize, Serialize};

use super::unusual::usual_up_to;
use crate::OutOfFold;
use crate::bands::cut;
use crate::folds::{count_groups, shared_weights};

/// At most so many bands of numbers of turns.
const BANDS: usize = 4;

/// A band has about so many groups, or there is only one: the 5 % that are least familiar must be more than one.
const GROUPS: usize = 60;

/// The familiarity that is usual, in bands of numbers of turns with equally many examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Familiarity {
    /// By rising numbers of turns; the first begins at 0.
    bands: Vec<Band>,
}

/// Calls of about as many turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Band {
    from_turns: usize,
    /// The least familiarity that is usual.
    usual: f64,
}

/// An example whose familiarity is known.
#[derive(Clone, Copy)]
struct Known<'a> {
    turns: usize,
    familiarity: f64,
    group: &'a str,
}

impl Familiarity {
    /// Fits bands in which at most `share` are unusual; none where no example's familiarity is known.
    pub(super) fn fit(examples: &[OutOfFold], share: f64) -> Option<Self> {
        let known = |example: &'_ OutOfFold| Some((example.familiarity?, example.turns));
        let mut known: Vec<Known<'_>> = examples
            .iter()
            .filter_map(|example| {
                let (familiarity, turns) = known(example)?;
                let group = example.group.as_str();
                familiarity.is_finite().then_some(Known {
                    turns,
                    familiarity,
                    group,
                })
            })
            .collect();
        known.sort_by_key(|one| one.turns);
        let bands = (count_groups(known.iter().map(|one| one.group)) / GROUPS).clamp(1, BANDS);
        let cut: Vec<Band> = cut(&known, bands, |one| one.turns)
            .into_iter()
            .enumerate()
            .filter_map(|(place, band)| fit_band(place, band, share))
            .collect();
        (!cut.is_empty()).then_some(Self { bands: cut })
    }

    /// The least familiarity that is usual of calls of so many turns.
    pub(super) fn usual(&self, turns: usize) -> Option<f64> {
        let after = self.bands.partition_point(|band| band.from_turns <= turns);
        let band = self.bands.get(after.checked_sub(1)?)?;
        Some(band.usual)
    }
}

fn fit_band(place: usize, band: &[Known<'_>], share: f64) -> Option<Band> {
    let weights = shared_weights(band.iter().map(|one| one.group));
    // Unusual is what is low.
    let values = band.iter().map(|one| -one.familiarity).zip(weights);
    Some(Band {
        from_turns: if place == 0 { 0 } else { band.first()?.turns },
        usual: -usual_up_to(values.collect(), share)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartLogits;

    /// Long calls are familiar within 0.01, short ones within 0.2.
    fn examples(count: usize) -> Vec<OutOfFold> {
        let one = |place: usize| {
            let turns = 1 + place % 40;
            let wave = (place * 37 % 101) as f64 / 101.0 - 0.5;
            OutOfFold {
                logits: PartLogits::default(),
                won: place.is_multiple_of(2),
                group: format!("g{place}"),
                turns,
                familiarity: Some(0.7 + wave * if turns > 20 { 0.01 } else { 0.2 }),
            }
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn calls_are_compared_with_calls_of_about_as_many_turns() {
        let fitted = Familiarity::fit(&examples(600), 0.05).unwrap();
        assert_eq!(fitted.bands.len(), 4);
        let usual = |turns| fitted.usual(turns).unwrap();
        assert!((usual(0) - 0.61).abs() < 0.01, "{fitted:?}");
        assert!((usual(30) - 0.6955).abs() < 0.001, "{fitted:?}");
        assert_eq!(usual(40).to_bits(), usual(4_000).to_bits());
    }

    #[test]
    fn few_groups_make_one_band_and_unknown_familiarity_none() {
        let mut few = examples(119);
        assert_eq!(Familiarity::fit(&few, 0.05).unwrap().bands.len(), 1);
        for example in &mut few {
            example.familiarity = None;
        }
        assert_eq!(Familiarity::fit(&few, 0.05), None);
    }

    #[test]
    fn calls_of_one_length_are_one_band() {
        let mut alike = examples(400);
        for example in &mut alike {
            example.turns = 9;
        }
        assert_eq!(Familiarity::fit(&alike, 0.05).unwrap().bands.len(), 1);
    }
}
