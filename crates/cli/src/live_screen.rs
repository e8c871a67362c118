//! A call that goes on, as people see it: [`LiveScreen`].

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use upturn::{Doubt, PartName, Prediction, Turn};

use crate::bar::bar;
use crate::context::Context;
use crate::prediction_text::bounds;
use crate::snippet::snippet;

/// Characters of what was said in a line.
const SNIPPET: usize = 48;

/// Characters of a bar.
const BAR: usize = 10;

/// Turns in the picture.
const COLUMNS: usize = 60;

/// Eighths of a line, rising.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The course of the call below the lines of its turns, drawn anew with every turn; nothing where nobody looks.
#[derive(Debug)]
pub(crate) struct LiveScreen {
    bar: ProgressBar,
    course: Vec<f64>,
    last: Option<f64>,
}

impl LiveScreen {
    /// Shown in a terminal only, and not against the user's wish.
    pub(crate) fn new(context: &Context, is_terminal: bool) -> Self {
        let shown = is_terminal && !context.no_progress && !context.printer.is_json();
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            course: Vec::new(),
            last: None,
        }
    }

    /// The logit of the turn before.
    pub(crate) const fn last(&self) -> Option<f64> {
        self.last
    }

    /// Prints something above the picture.
    pub(crate) fn aside<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }

    /// Draws the next turn.
    pub(crate) fn push(&mut self, prediction: &Prediction) {
        self.course.push(prediction.probability.value());
        self.last = Some(prediction.logit);
        self.bar.set_message(format!(
            "{}\n{}",
            course(&self.course),
            strongest(prediction)
        ));
        self.bar.tick();
    }

    /// Takes the picture away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// `turn  3  won 0.62 [0.54, 0.70] ██████░░░░ +0.12  unsure: near the line  buyer: we are…`.
pub(crate) fn line(turns: &[Turn], prediction: &Prediction, before: Option<f64>) -> String {
    let probability = prediction.probability;
    let interval = prediction.interval.map(bounds).unwrap_or_default();
    let moved = before.map_or_else(
        || "     ".to_owned(),
        |before| format!("{:+.2}", prediction.logit - before),
    );
    let said = turns.last().map_or_else(String::new, |turn| {
        format!(
            "{}: {}",
            turn.speaker.as_str(),
            snippet(&turn.text, SNIPPET)
        )
    });
    format!(
        "turn {:>3}  won {probability} {interval:<12} {} {moved}  {}{}  {said}",
        turns.len(),
        bar(probability.value(), BAR),
        prediction.verdict,
        doubts(prediction),
    )
}

/// `: near the line, nothing like it`, or nothing.
fn doubts(prediction: &Prediction) -> String {
    let brief = |doubt: &Doubt| match doubt {
        Doubt::NearTheLine => "near the line",
        Doubt::NeighboursDisagree { .. } => "neighbours disagree",
        Doubt::NothingLikeIt { .. } => "nothing like it",
        _ => "doubtful",
    };
    let told: Vec<&str> = prediction.doubts.iter().map(brief).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(": {}", told.join(", "))
    }
}

/// The probabilities so far as a line of columns; of a long call the last ones.
fn course(probabilities: &[f64]) -> String {
    let from = probabilities.len().saturating_sub(COLUMNS);
    let columns = probabilities.iter().skip(from).map(|p| column(*p));
    columns.collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 7"
)]
fn column(probability: f64) -> char {
    let place = (probability.clamp(0.0, 1.0) * 7.0).round() as usize;
    EIGHTHS.get(place).copied().unwrap_or('█')
}

/// The parts that say most, strongest first.
fn strongest(prediction: &Prediction) -> String {
    let mut parts = prediction.parts.clone();
    parts.retain(|part| part.name != PartName::BaseRate);
    parts.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
    let told = parts.iter().take(3);
    let told = told.map(|part| {
        format!(
            "{} {:+.2}",
            part.name.as_str().replace('_', " "),
            part.logit
        )
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_rises_with_the_probability_and_shows_the_last_turns() {
        assert_eq!(course(&[0.0, 0.5, 1.0]), "▁▅█");
        let long: Vec<f64> = (0..100).map(|at| if at < 40 { 0.0 } else { 1.0 }).collect();
        assert_eq!(course(&long), "█".repeat(60));
    }
}
