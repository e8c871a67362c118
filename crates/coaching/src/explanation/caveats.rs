//! What to mind before believing it: [`caveats`].

use upturn_core::Doubt;

use super::shown::one_line;
use super::wording::{counted, spaced};
use super::{CitedSentence, ExplanationParts, Register};
use crate::Standing;

/// Fewer comparable calls than this are few.
const FEW: usize = 5;
/// An interval wider than this says little.
const WIDE: f64 = 0.3;
/// The coverage at which it is told that no outcome can be ruled out.
const COVERAGE: f64 = 0.9;

/// What a caveat rests on.
enum On {
    Prediction,
    Call,
    Nearest,
}

/// All caveats, the model's own doubts first.
pub(super) fn caveats(
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Vec<CitedSentence> {
    let doubts = parts.prediction.doubts.iter().map(doubt);
    let all = doubts
        .chain(sureness(parts))
        .chain(knowledge(parts))
        .chain(measuring(parts));
    all.filter_map(|(on, text)| {
        let own = match on {
            On::Prediction => vec![register.prediction(&parts.prediction)],
            On::Call => register.whole().into_iter().collect(),
            On::Nearest => {
                let near = parts.prediction.evidence.first();
                let near = near
                    .and_then(|it| register.there(&it.id, Some(it.outcome), it.turns, &it.text));
                let own = register.prediction(&parts.prediction);
                std::iter::once(own).chain(near).collect()
            }
        };
        CitedSentence::new(text, own)
    })
    .collect()
}

/// Why the verdict is unsure.
fn doubt(doubt: &Doubt) -> (On, String) {
    match doubt {
        Doubt::NearTheLine => (
            On::Prediction,
            "Unsure: the chance is too near to one half to tell won from lost.".to_owned(),
        ),
        Doubt::NeighboursDisagree { won_share } => (
            On::Nearest,
            format!(
                "Unsure: {:.0} % of the nearest calls were won, which leans to the other side than what was said in this one.",
                100.0 * won_share
            ),
        ),
        Doubt::NothingLikeIt { familiarity, usual } => (
            On::Nearest,
            format!(
                "Unsure: the known calls hold nothing like it (familiarity {familiarity:.2}, usual is {usual:.2} at least).",
            ),
        ),
        other => (On::Prediction, format!("Unsure: {other:?}.")),
    }
}

/// How sure the prediction is.
fn sureness(parts: &ExplanationParts<'_>) -> Vec<(On, String)> {
    let prediction = &parts.prediction;
    let mut told = Vec::new();
    match prediction.interval {
        None => told.push((
            On::Prediction,
            "Too little was seen to say how far off the chance may be.".to_owned(),
        )),
        Some(interval) => {
            let width = interval.high.value() - interval.low.value();
            if width > WIDE {
                told.push((
                    On::Prediction,
                    format!("The interval is {width:.2} wide: the chance is a rough one."),
                ));
            }
        }
    }
    let open = prediction
        .outcome_sets
        .iter()
        .find(|set| set.coverage >= COVERAGE - 1e-9 && set.won && set.lost);
    if let Some(set) = open {
        told.push((
            On::Prediction,
            format!(
                "At {:.0} % coverage neither won nor lost can be ruled out.",
                100.0 * set.coverage
            ),
        ));
    }
    told
}

/// What there is to compare with.
fn knowledge(parts: &ExplanationParts<'_>) -> Vec<(On, String)> {
    let calls = parts.prediction.support.calls;
    let mut told = Vec::new();
    if calls == 0 {
        let untold = if parts.is_unlike_all() {
            ""
        } else {
            ", and whether any known call is like it can't be told"
        };
        let own = "No comparable call voted: the chance stands on this call's own words and shape";
        told.push((On::Prediction, format!("{own}{untold}.")));
    } else if calls < FEW {
        let text = format!("Only {} voted.", counted(calls, "comparable call"));
        told.push((On::Nearest, text));
    }
    if !parts.prefix.is_finished() {
        told.push((
            On::Call,
            "The call goes on: only what was said so far counts, and rules on what may still happen wait.".to_owned(),
        ));
    }
    if parts.comparables.won.is_empty() && parts.comparables.lost.is_empty() {
        told.push((
            On::Call,
            "There are no comparable calls to show beside it.".to_owned(),
        ));
    }
    if parts.moved.moments.is_empty() {
        let text = "What moved the chance is not known: the call is a single moment, or that was not computed.";
        told.push((On::Call, text.to_owned()));
    }
    told
}

/// How many measures are compared with other calls than was wanted, and why.
fn widened(standings: &[Standing]) -> Option<String> {
    let mut wide = standings.iter().filter(|it| it.is_widened());
    let first = wide.next()?;
    let which = match 1 + wide.count() {
        all if all == standings.len() => "Measures are".to_owned(),
        1 => format!("1 of {} measures is", standings.len()),
        some => format!("{some} of {} measures are", standings.len()),
    };
    Some(format!(
        "{which} compared with {}: there are too few labelled calls of {}.",
        one_line(&first.scope.to_string()),
        one_line(&first.wanted.to_string())
    ))
}

/// What could not be measured or judged.
fn measuring(parts: &ExplanationParts<'_>) -> Vec<(On, String)> {
    let mut told = Vec::new();
    if parts.measures.questions.is_none() {
        let text = "The call is not in English: measures by word lists (questions, price, next step, objections, …) are not taken.";
        told.push((On::Call, text.to_owned()));
    }
    if parts.standings.is_empty() {
        let text = "Its measures are not compared: no labelled calls were given, or too few.";
        told.push((On::Call, text.to_owned()));
    } else if let Some(text) = widened(&parts.standings) {
        told.push((On::Call, text));
    }
    let unjudged = &parts.judgement.unjudged;
    if !unjudged.is_empty() {
        let mut missing: Vec<String> = Vec::new();
        for name in unjudged.iter().flat_map(|it| &it.missing) {
            let name = spaced(name);
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        let text = format!(
            "{} not judged, for want of: {}.",
            match unjudged.len() {
                1 => "1 rule was".to_owned(),
                rules => format!("{rules} rules were"),
            },
            one_line(&missing.join(", "))
        );
        told.push((On::Call, text));
    }
    told
}
