//! How a deal stood on a day: [`State`].

use upturn_core::{Date, Outcome};

use super::LabelRules;
use crate::crm::{Deal, DealStatus, StageChange};

/// What was known of a deal's end on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It had not ended.
    Open,
    /// It had ended, and this was known since that day.
    Ended { outcome: Outcome, known: Date },
    /// It has ended, but nothing says when.
    Undated,
}

/// How far back a run of records of the same outcome is followed, so that no history makes labelling slow.
const LONGEST_RUN: usize = 1_000;

impl LabelRules {
    /// How the deal stood at the end of the day `as_of`.
    ///
    /// Two things tell: the changes of stage up to that day, and the current row if it says that the deal was closed on
    /// or before that day. Everything else is later and not looked at. A deal that was lost and opened again is open; of several
    /// changes at the same time one that ends the deal is the last.
    pub(crate) fn state(&self, deal: &Deal, as_of: Date) -> State {
        let history = deal.history();
        let seen = history.partition_point(|change| change.day() <= as_of);
        let seen = history.get(..seen).unwrap_or_default();
        let recorded = self.last_run(seen);
        let by_history = recorded.map_or(State::Open, |(outcome, known)| State::Ended {
            outcome,
            known,
        });
        let Some(current) = self.current(deal) else {
            return by_history;
        };
        match deal.closed {
            Some(closed) if closed <= as_of => match recorded {
                Some((outcome, _)) if outcome == current => by_history,
                _ => State::Ended {
                    outcome: current,
                    known: seen.last().map_or(closed, |last| last.day().max(closed)),
                },
            },
            None if history.is_empty() => State::Undated,
            Some(_) | None => by_history,
        }
    }

    /// Outcome of the last record, and the day since when it and those just before it say the same.
    fn last_run(&self, seen: &[StageChange]) -> Option<(Outcome, Date)> {
        let mut run: Option<(Outcome, Date)> = None;
        let moments = seen.chunk_by(|one, next| one.at == next.at);
        for moment in moments.rev().take(LONGEST_RUN) {
            match (self.end_at(moment), run) {
                (Some(outcome), None) => run = Some((outcome, moment.first()?.day())),
                (Some(outcome), Some((last, _))) if outcome == last => {
                    run = Some((outcome, moment.first()?.day()));
                }
                (Some(_) | None, _) => break,
            }
        }
        run
    }

    /// What several changes at the same time end in: exports with days only put the last stage and the end on one day.
    fn end_at(&self, moment: &[StageChange]) -> Option<Outcome> {
        let mut changes = moment.iter().rev().take(LONGEST_RUN);
        changes.find_map(|change| self.end(&change.stage))
    }

    /// What the row of the export says now: its stage, or else its status.
    fn current(&self, deal: &Deal) -> Option<Outcome> {
        let by_stage = deal.stage.as_deref().and_then(|stage| self.end(stage));
        by_stage.or(match deal.status {
            Some(DealStatus::Won) if self.uses_status() => Some(Outcome::Won),
            Some(DealStatus::Lost) if self.uses_status() => Some(Outcome::Lost),
            Some(_) | None => None,
        })
    }
}
