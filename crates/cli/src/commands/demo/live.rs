//! One call, turn by turn: [`Live`].

use std::sync::Arc;

use serde::Serialize;
use upturn::eval::EvalError;
use upturn::predict::ConversionPredictor;
use upturn::{
    Conversation, ConversationId, Model, Outcome, Prediction, Predictor as _, Prefix, VectorStore,
};

use super::material::Material;
use super::settings::Settings;
use crate::bar::bar;
use crate::context::Context;
use crate::error::CliError;
use crate::failure::Failure;
use crate::output_file::OutputFile;
use crate::prediction_text::{both_sides, headline};
use crate::snippet::snippet;

/// Predictions of the call at most.
const POINTS: usize = 20;

/// Lengths of a call that is worth following, in turns.
const LENGTHS: std::ops::RangeInclusive<usize> = 12..=40;

/// Characters of a turn that are shown.
const SNIPPET: usize = 56;

const BAR: usize = 20;

/// A call as it went.
#[derive(Debug, Serialize)]
pub(super) struct Live {
    conversation: ConversationId,
    outcome: Option<Outcome>,
    points: Vec<Point>,
}

/// What was said of the call after some turns.
#[derive(Debug, Serialize)]
struct Point {
    turns: usize,
    prediction: Prediction,
}

impl Live {
    /// Follows a call held out, and prints as it goes.
    ///
    /// # Errors
    ///
    /// That of the encoder, the collection or the printing.
    pub(super) fn follow(
        material: &Material,
        model: &Model,
        store: &Arc<dyn VectorStore>,
        settings: &Settings,
        context: &Context,
    ) -> Result<Self, Failure> {
        let predictor = model.predictor(store.clone())?;
        let call = chosen(&material.held_out()).ok_or(EvalError::NoPredictions)?;
        let mut live = Self {
            conversation: call.id().clone(),
            outcome: call.outcome(),
            points: Vec::new(),
        };
        write(call, settings)?;
        context.printer.tell(&format!(
            "call {}, which was held out, turn by turn:",
            call.id()
        ))?;
        for turns in stops(call.turns().len()) {
            if context.interrupt.is_set() {
                return Err(Failure::interrupted(super::STOPPED));
            }
            let point = Point::of(call, turns, &predictor)?;
            context.printer.tell(&point.text(call))?;
            live.points.push(point);
        }
        Ok(live)
    }

    /// How many turns it has.
    pub(super) fn turns(&self) -> usize {
        self.points.last().map_or(0, |point| point.turns)
    }

    /// What the last prediction rests on, and how the call ended.
    pub(super) fn evidence_text(&self) -> String {
        let Some(Point { prediction, .. }) = self.points.last() else {
            return "no call was held out".to_owned();
        };
        let ended = self.outcome.map_or("is open", Outcome::as_str);
        format!(
            "\n{}; in truth it was {ended}\n\n{}",
            headline(prediction),
            both_sides(&prediction.evidence)
        )
    }
}

impl Point {
    fn of(
        call: &Conversation,
        turns: usize,
        predictor: &ConversionPredictor,
    ) -> Result<Self, Failure> {
        Ok(Self {
            turns,
            prediction: predictor.predict(Prefix::first(call, turns))?,
        })
    }

    fn text(&self, call: &Conversation) -> String {
        let Self { turns, prediction } = self;
        let probability = prediction.probability;
        let said = call.turns().get(turns.saturating_sub(1));
        let said = said
            .map(|turn| format!("{}: {}", turn.speaker.as_str(), turn.text))
            .unwrap_or_default();
        let filled = bar(probability.value(), BAR);
        format!(
            "  turn {turns:>2}  {filled}  {probability}  {}",
            snippet(&said, SNIPPET)
        )
    }
}

/// The first that is worth following, else the longest.
fn chosen<'a>(calls: &[&'a Conversation]) -> Option<&'a Conversation> {
    let length = |call: &&&Conversation| call.turns().len();
    let fit = calls.iter().find(|call| LENGTHS.contains(&length(call)));
    fit.or_else(|| calls.iter().max_by_key(length)).copied()
}

/// After which turns to predict: evenly spaced, the last always among them.
fn stops(turns: usize) -> Vec<usize> {
    let step = turns.div_ceil(POINTS).max(1);
    let mut stops: Vec<usize> = (1..=turns).rev().step_by(step).collect();
    stops.reverse();
    stops
}

/// The call without its outcome, as it is while it goes on.
fn write(call: &Conversation, settings: &Settings) -> Result<(), CliError> {
    let mut file = OutputFile::create(&settings.call())?;
    file.line(&serde_json::to_string(&call.clone().with_outcome(None))?)?;
    file.publish()
}

#[cfg(test)]
mod tests {
    use super::stops;

    #[test]
    fn a_call_is_followed_to_its_last_turn_in_at_most_20_points() {
        assert_eq!(stops(3), [1, 2, 3]);
        for turns in 1..200 {
            let stops = stops(turns);
            assert!(stops.len() <= 20);
            assert_eq!(stops.last(), Some(&turns));
        }
    }
}
