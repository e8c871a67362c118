//! What moved a prediction: [`WhatMovedIt`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, PredictorError, Prefix, Turn, TurnRange};
use upturn_predict::{ConversionPredictor, Heard};

/// At most so many stretches are left out, one by one.
const STRETCHES: usize = 60;

/// And at most so many turns.
const TURNS: usize = 120;

/// How the logit changes if a stretch of the call had not been said.
///
/// Leave-one-out attribution ("Understanding neural networks through representation erasure", Li et al. 2016). Shares need
/// not sum to the logit: what two stretches say together is taken away with either.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatMovedIt {
    /// By moment, in the order of the call; of a call of more than 60, neighbouring ones together. Empty for a call of one
    /// moment: nothing would be left.
    pub moments: Vec<Moved>,
    /// By turn, in the order of the call; of a call of more than 120, those of the stretches that moved it most. Empty for a
    /// call of one turn.
    pub turns: Vec<Moved>,
}

/// A stretch of the call and what it did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Which turns.
    pub turns: TurnRange,
    /// The logit with them less the logit without them; above zero they speak for won.
    pub logit: f64,
}

/// Least absolute logit of a moment that is told.
const LEAST_MOVED: f64 = 0.05;

impl WhatMovedIt {
    /// The moments that moved it most, by falling absolute logit; at most `limit`, and none below 0.05.
    pub fn most(&self, limit: usize) -> Vec<Moved> {
        let moved = self.moments.iter().copied();
        let mut most: Vec<Moved> = moved.filter(|it| it.logit.abs() >= LEAST_MOVED).collect();
        most.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        most.truncate(limit);
        most
    }

    /// Leaves out one stretch after another.
    ///
    /// Words and shape are those of the turns that are left, the head averages their vectors, and what was near a moment that is
    /// left out does not vote. Nothing is embedded or looked up anew: a moment of which one turn is left out keeps its place
    /// among other moments.
    ///
    /// # Errors
    ///
    /// As [`ConversionPredictor::predict_heard`].
    pub fn of(
        predictor: &ConversionPredictor,
        prefix: Prefix<'_>,
        heard: &Heard,
    ) -> Result<Self, PredictorError> {
        let whole = predictor.predict_heard(prefix, heard)?.logit;
        let left_out = |stretches: Vec<TurnRange>| -> Result<Vec<Moved>, PredictorError> {
            let mut all = Vec::with_capacity(stretches.len());
            for turns in stretches {
                let Some(rest) = without(prefix, &[turns]) else {
                    continue;
                };
                let without =
                    predictor.predict_heard(as_known(prefix, &rest), &heard.without(turns))?;
                let logit = whole - without.logit;
                all.push(Moved { turns, logit });
            }
            Ok(all)
        };
        let moments = left_out(stretches(heard))?;
        let turns = left_out(strongest_turns(&moments, prefix.turns().len()))?;
        Ok(Self { moments, turns })
    }
}

/// The moments, neighbouring ones together where there are too many.
fn stretches(heard: &Heard) -> Vec<TurnRange> {
    let together = heard.moments().len().div_ceil(STRETCHES).max(1);
    let joined = heard.moments().chunks(together);
    let joined = joined.filter_map(|moments| {
        let (first, last) = (moments.first()?, moments.last()?);
        Some(TurnRange {
            start: first.moment.turns.start,
            end: last.moment.turns.end,
        })
    });
    joined.collect()
}

/// Every turn, or those of the stretches that moved the logit most, rising.
fn strongest_turns(moments: &[Moved], turns: usize) -> Vec<TurnRange> {
    let mut chosen: Vec<usize> = if turns <= TURNS {
        (0..turns).collect()
    } else {
        let mut strongest = moments.to_vec();
        strongest.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        let places = strongest
            .iter()
            .flat_map(|moved| moved.turns.start..moved.turns.end);
        places.take(TURNS).collect()
    };
    chosen.sort_unstable();
    let alone = |start| TurnRange {
        start,
        end: start + 1,
    };
    chosen.into_iter().map(alone).collect()
}

/// The call as if some turns had not been said; none if nothing else was.
pub(crate) fn without(prefix: Prefix<'_>, turns: &[TurnRange]) -> Option<Conversation> {
    let said = prefix.turns().iter().enumerate();
    let left_out = |place| {
        let mut ranges = turns.iter();
        ranges.any(|turns| (turns.start..turns.end).contains(&place))
    };
    let rest = said.filter(|(place, _)| !left_out(*place));
    let rest: Vec<Turn> = rest.map(|(_, turn)| turn.clone()).collect();
    let call = Conversation::new(prefix.id().clone(), rest).ok()?;
    Some(call.with_metadata(prefix.conversation().metadata().clone()))
}

/// All of it, as over or going on as the call it was made of.
pub(crate) fn as_known<'a>(of: Prefix<'_>, rest: &'a Conversation) -> Prefix<'a> {
    if of.is_finished() {
        rest.whole()
    } else {
        Prefix::first(rest, rest.turns().len())
    }
}
