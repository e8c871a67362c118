//! Turns of one side between which the other says nothing: [`runs`].

use upturn_core::{Speaker, TurnRange};

use crate::text::Said;

/// Consecutive turns of one side; never empty. Third parties and turns without words are passed over.
#[derive(Debug)]
pub(super) struct Run<'a, 'b> {
    pub(super) speaker: Speaker,
    pub(super) said: Vec<&'a Said<'b>>,
}

impl Run<'_, '_> {
    /// From its first turn to its last.
    pub(super) fn range(&self) -> TurnRange {
        let start = self.said.first().map_or(0, |said| said.at);
        TurnRange {
            start,
            end: self.said.last().map_or(start, |said| said.at + 1),
        }
    }
}

/// The runs in their order; neighbours are of different sides.
pub(super) fn runs<'a, 'b>(said: &'a [Said<'b>]) -> Vec<Run<'a, 'b>> {
    let mut runs = Vec::<Run<'a, 'b>>::new();
    for said in said.iter().filter(|said| said.counts()) {
        match runs.last_mut() {
            Some(run) if said.is_by(run.speaker) => run.said.push(said),
            _ => runs.push(Run {
                speaker: said.turn.speaker,
                said: vec![said],
            }),
        }
    }
    runs
}
