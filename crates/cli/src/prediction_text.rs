//! A prediction as people read it.

use std::fmt::Write as _;

use upturn::{Doubt, Evidence, Interval, Outcome, PartName, Prediction};

use crate::snippet::snippet;
use crate::table::Table;

/// Characters of what was said in a line.
const SNIPPET: usize = 96;

/// Nearest calls shown of each outcome.
const SHOWN: usize = 3;

/// `won 0.62 [0.54, 0.70], 11 of 15 nearest`: the chance to win, its interval, and how many of the nearest calls were
/// won.
pub(crate) fn headline(prediction: &Prediction) -> String {
    let support = prediction.support;
    let interval = prediction
        .interval
        .map(|interval| format!(" {}", bounds(interval)))
        .unwrap_or_default();
    format!(
        "won {}{interval}, {} of {} nearest",
        prediction.probability, support.won, support.calls
    )
}

/// `: near the line; nothing like it`, or nothing: why the verdict is unsure.
pub(crate) fn doubts(prediction: &Prediction) -> String {
    if prediction.doubts.is_empty() {
        return String::new();
    }
    let told: Vec<String> = prediction.doubts.iter().map(Doubt::to_string).collect();
    format!(": {}", told.join("; "))
}

/// `[0.54, 0.70]`.
pub(crate) fn bounds(Interval { low, high }: Interval) -> String {
    format!("[{low}, {high}]")
}

/// The parts with their sum.
pub(crate) fn parts(prediction: &Prediction) -> String {
    let mut table = Table::new(["part", "logit"]);
    for part in &prediction.parts {
        table.row([words(part.name), format!("{:+.3}", part.logit)]);
    }
    table.row(["sum".to_owned(), format!("{:+.3}", prediction.logit)]);
    table.to_string()
}

/// The nearest won and lost calls, each with its citation and the beginning of what was said.
pub(crate) fn both_sides(evidence: &[Evidence]) -> String {
    let side = |outcome: Outcome| {
        let near: Vec<&Evidence> = evidence
            .iter()
            .filter(|near| near.outcome == outcome)
            .take(SHOWN)
            .collect();
        let title = format!("nearest {}", outcome.as_str());
        if near.is_empty() {
            format!("{title}: none among the neighbours")
        } else {
            format!("{title}\n{}", cited(&near))
        }
    };
    format!("{}\n\n{}", side(Outcome::Won), side(Outcome::Lost))
}

/// One line a moment with cosine, outcome and citation, one with what was said.
pub(crate) fn cited(evidence: &[&Evidence]) -> String {
    let mut text = String::new();
    for Evidence {
        id,
        outcome,
        score,
        turns,
        text: said,
    } in evidence.iter().copied()
    {
        let line_break = if text.is_empty() { "" } else { "\n" };
        let said = snippet(said, SNIPPET);
        let _ = write!(
            text,
            "{line_break}  {score:.3}  {}  {id}, {turns}\n         {said}",
            outcome.as_str()
        );
    }
    text
}

fn words(name: PartName) -> String {
    name.as_str().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use upturn::{ConversationId, Fingerprint, Part, Probability, Support, TurnRange, Verdict};

    use super::*;

    fn near(outcome: Outcome, score: f32) -> Evidence {
        let id = ConversationId::new(format!("call-{}", outcome.as_str())).unwrap();
        Evidence {
            id,
            outcome,
            score,
            turns: TurnRange { start: 4, end: 8 },
            text: "[buyer] why\nnot?".to_owned(),
        }
    }

    fn prediction(evidence: Vec<Evidence>) -> Prediction {
        let probability = |p| Probability::new(p).unwrap();
        Prediction {
            probability: probability(0.62),
            interval: Some(Interval {
                low: probability(0.54),
                high: probability(0.7),
            }),
            logit: 0.49,
            parts: vec![
                Part {
                    name: PartName::BaseRate,
                    logit: 0.6,
                },
                Part {
                    name: PartName::EncoderHead,
                    logit: -0.11,
                },
            ],
            verdict: Verdict::Won,
            doubts: Vec::new(),
            outcome_sets: Vec::new(),
            support: Support::of(&evidence),
            evidence,
            fingerprint: Fingerprint::new("ab"),
        }
    }

    #[test]
    fn a_probability_stands_with_its_interval_and_its_support() {
        let mut prediction = prediction(vec![near(Outcome::Won, 0.9), near(Outcome::Lost, 0.8)]);
        assert_eq!(
            headline(&prediction),
            "won 0.62 [0.54, 0.70], 1 of 2 nearest"
        );
        prediction.interval = None;
        assert_eq!(headline(&prediction), "won 0.62, 1 of 2 nearest");
    }

    #[test]
    fn the_parts_stand_above_their_sum() {
        assert_eq!(
            parts(&prediction(Vec::new())),
            "part           logit\nbase rate     +0.600\nencoder head  -0.110\nsum           +0.490"
        );
    }

    #[test]
    fn no_moment_stands_without_its_citation() {
        assert_eq!(
            both_sides(&[near(Outcome::Lost, 0.75)]),
            "nearest won: none among the neighbours\n\nnearest lost\n  0.750  lost  call-lost, turns 5-8\n         [buyer] why not?"
        );
    }
}
