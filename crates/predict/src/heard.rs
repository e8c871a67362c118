//! What is at hand of a call so far: [`Heard`].

use std::sync::Arc;

use upturn_core::{EncodedMoment, ScoredDocument, TurnRange};

use crate::said::SaidTurn;

/// The moments of a prefix with their vectors, what was found near each, and what was found in each turn's text: all that a
/// prediction is computed from besides the metadata.
///
/// Made by [`ConversionPredictor::hear`](crate::ConversionPredictor::hear), and carried on from turn to turn by
/// [`hear_after`](crate::ConversionPredictor::hear_after), which embeds and looks up only what is new.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heard {
    pub(crate) moments: Vec<EncodedMoment>,
    /// One for each moment; none where nobody could be asked.
    pub(crate) near: Vec<Option<Arc<[ScoredDocument]>>>,
    /// One for each turn.
    pub(crate) said: Vec<Arc<SaidTurn>>,
}

impl Heard {
    /// The moments, in order.
    pub fn moments(&self) -> &[EncodedMoment] {
        &self.moments
    }

    /// How many turns they hold.
    pub fn turns(&self) -> usize {
        self.moments
            .last()
            .map_or(0, |moment| moment.moment.turns.end)
    }

    /// What was found near each moment; none if the collection could not be asked about all of them, or nobody in it may vote.
    pub fn near(&self) -> Option<Vec<&[ScoredDocument]>> {
        let near: Option<Vec<&[ScoredDocument]>> = self.near.iter().map(Option::as_deref).collect();
        near.filter(|near| near.iter().any(|found| !found.is_empty()))
    }

    /// As if some turns had not been said: a moment of which nothing is left is gone with what was near it, of another one
    /// its turns go, and its place among other moments stays.
    ///
    /// The turn ranges of what is left are those of the whole call still.
    #[must_use]
    pub fn without(&self, turns: TurnRange) -> Self {
        let range = turns.start..turns.end;
        let said = self.said.iter();
        let said = said.filter(|turn| !range.contains(&turn.place()));
        let mut left = Self {
            said: said.cloned().collect(),
            ..Self::default()
        };
        for (moment, near) in self.moments.iter().zip(&self.near) {
            let places = moment.moment.turns.start..moment.moment.turns.end;
            let kept = places.zip(&moment.turns);
            let kept: Vec<_> = kept
                .filter(|(place, _)| !range.contains(place))
                .map(|(_, turn)| turn.clone())
                .collect();
            if !kept.is_empty() {
                left.moments.push(EncodedMoment {
                    turns: kept,
                    ..moment.clone()
                });
                left.near.push(near.clone());
            }
        }
        left
    }
}
