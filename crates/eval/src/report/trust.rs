//! Calibration, sets and doubts as sections: [`sections`].

use super::tables::{Section, known, named};
use crate::Trust;
use crate::numbers::{count, interval, measure, percent};

/// What may be relied on besides the probability.
pub(super) fn sections(trust: &Trust) -> Vec<Section> {
    let mut sections = vec![coverage(trust), doubts(trust)];
    sections.retain(|section| !section.rows.is_empty() || !section.sentences.is_empty());
    sections
}

fn coverage(trust: &Trust) -> Section {
    let mut section = Section::new(
        format!(
            "Calibration error and outcome sets at {}",
            known(trust.prefix)
        ),
        ["sets of coverage", "held the outcome in", "mean size"],
    );
    section.sentences = trust
        .calibration
        .iter()
        .map(|band| {
            format!(
                "The calibration error is {}; of true probabilities like these it would be {} to {} in 95 of 100 samples.",
                measure(band.error),
                measure(band.low),
                measure(band.high)
            )
        })
        .collect();
    let row = |set: &crate::SetCoverage| {
        vec![
            percent(set.coverage),
            format!("{} {}", measure(set.held.value), interval(&set.held)),
            measure(set.mean_size),
        ]
    };
    section.rows = trust.sets.iter().map(row).collect();
    section
}

fn doubts(trust: &Trust) -> Section {
    let mut section = Section::new(
        format!("Doubts at {}", known(trust.prefix)),
        ["doubt", "calls", "share", "likelier outcome came true"],
    );
    let row = |one: &crate::Doubted| {
        vec![
            named(&one.doubt),
            count(one.calls),
            percent(one.share),
            one.right.map_or_else(|| "-".to_owned(), percent),
        ]
    };
    section.rows = trust.doubts.iter().map(row).collect();
    section
}
