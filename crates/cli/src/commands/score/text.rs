//! A scorecard as people read it.

use upturn::coaching::{Scorecard, ScoredAnswer, Tracked, TrackerHit, TrackerQuality};

use super::Report;
use crate::cite_text::cite;

/// The answer, for people.
pub(super) fn of(report: &Report<'_>) -> String {
    let goes_on = if report.finished { "" } else { ", goes on" };
    let head = format!(
        "{}\n({}, {} turns{goes_on})",
        headline(&report.card),
        report.conversation,
        report.turns
    );
    let answers: Vec<_> = report.card.answers.iter().map(answer).collect();
    let parts = [
        Some(head),
        (!answers.is_empty()).then(|| answers.join("\n")),
        unanswered(&report.card),
        found(report.tracked.as_ref()),
        tried(&report.tracker_qualities),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// `score 0.73, 9.5 of the 13 points that could be answered; between 0.63 and 0.77 of all 15`.
fn headline(card: &Scorecard) -> String {
    let Scorecard {
        points,
        most,
        lowest,
        highest,
        ..
    } = card;
    let open: f64 = card.unanswered.iter().map(|it| it.most).sum();
    let Some(score) = card.score else {
        return "no score: no question could be answered".to_owned();
    };
    let answered =
        format!("score {score:.2}, {points} of the {most} points that could be answered");
    if card.unanswered.is_empty() {
        return answered;
    }
    format!(
        "{answered}; between {lowest:.2} and {highest:.2} of all {}",
        most + open
    )
}

fn answer(answer: &ScoredAnswer) -> String {
    let ScoredAnswer {
        question,
        asks,
        points,
        most,
        ..
    } = answer;
    let mut lines = vec![format!("{points} of {most}  {question}: {asks}")];
    let cites = answer.evidence.iter();
    lines.extend(cites.map(|cited| format!("  {}", cite(cited))));
    lines.extend(answer.advice.as_ref().map(|advice| format!("  {advice}")));
    lines.join("\n")
}

fn unanswered(card: &Scorecard) -> Option<String> {
    let named: Vec<_> = card
        .unanswered
        .iter()
        .map(|it| format!("{} ({})", it.question, it.why))
        .collect();
    (!named.is_empty()).then(|| format!("not answered: {}", named.join("; ")))
}

fn found(tracked: Option<&Tracked>) -> Option<String> {
    let hits = &tracked?.hits;
    if hits.is_empty() {
        return Some("the trackers found nothing".to_owned());
    }
    let line = |hit: &TrackerHit| {
        let probability = hit.probability.value();
        format!(
            "found {} {probability:.2} ({}): {}",
            hit.tracker, hit.turns, hit.text
        )
    };
    Some(hits.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn tried(qualities: &[TrackerQuality]) -> Option<String> {
    let line = |it: &TrackerQuality| {
        format!(
            "tracker {}: finds {} of its {} examples, each left out, and {} of {} ordinary sentences",
            it.tracker, it.recall, it.examples, it.background_found, it.background
        )
    };
    let lines: Vec<_> = qualities.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
