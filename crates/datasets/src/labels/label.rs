//! What a call is worth as an example: [`Label`].

use std::fmt;

use upturn_core::{Date, Outcome};

/// The label of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// The deal was won, within the horizon if there is one.
    Won {
        /// Day on which that was known.
        known: Date,
    },
    /// The deal was lost, or not won within the horizon, or open for too long.
    Lost {
        /// Day on which that was known.
        known: Date,
    },
    /// Not known yet: no example to learn from, but one to predict.
    Open {
        /// Why it is not known.
        why: OpenReason,
    },
    /// No use of this call would be honest.
    Refused {
        /// Why not.
        reason: RefusalReason,
    },
}

/// Why a deal has no outcome yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OpenReason {
    /// It had not ended on the day of `as_of`.
    StillOpen,
    /// It had not ended, and counts as lost only on a later day.
    TooYoung {
        /// The day from which on it would count as lost.
        until: Date,
    },
    /// It did not exist on the day of `as_of`.
    NotYetCreated,
}

/// Why a call is given no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalReason {
    /// It took place after the outcome was known: it may speak of it.
    AfterOutcome,
    /// It took place after `as_of`.
    AfterAsOf,
    /// Its day is not known, so it may have taken place after the outcome.
    NoCallDate,
    /// The deal has ended, but nothing says on which day.
    NoOutcomeDate,
    /// Only the last call before the outcome is labelled, and this is an earlier one.
    NotTheLastCall,
}

impl Label {
    /// The outcome to learn from; none for open and refused ones.
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Won { .. } => Some(Outcome::Won),
            Self::Lost { .. } => Some(Outcome::Lost),
            Self::Open { .. } | Self::Refused { .. } => None,
        }
    }

    /// Day on which the outcome was known; what [`Metadata::outcome_date`](upturn_core::Metadata::outcome_date) holds.
    pub const fn known(self) -> Option<Date> {
        match self {
            Self::Won { known } | Self::Lost { known } => Some(known),
            Self::Open { .. } | Self::Refused { .. } => None,
        }
    }

    pub(crate) const fn of(outcome: Outcome, known: Date) -> Self {
        match outcome {
            Outcome::Won => Self::Won { known },
            Outcome::Lost => Self::Lost { known },
        }
    }
}

impl fmt::Display for OpenReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StillOpen => f.write_str("the deal is still open"),
            Self::TooYoung { until } => {
                write!(f, "the deal is open and counts as lost from {until} on")
            }
            Self::NotYetCreated => f.write_str("the deal did not exist yet"),
        }
    }
}

impl RefusalReason {
    /// All of them, in the order in which they are listed to a reader.
    pub const ALL: [Self; 5] = [
        Self::AfterOutcome,
        Self::AfterAsOf,
        Self::NoCallDate,
        Self::NoOutcomeDate,
        Self::NotTheLastCall,
    ];

    /// Half a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AfterOutcome => "the call is later than the outcome",
            Self::AfterAsOf => "the call is later than the day whose knowledge is used",
            Self::NoCallDate => "the day of the call is not known",
            Self::NoOutcomeDate => "the deal has ended on a day that is not known",
            Self::NotTheLastCall => "only the last call of a deal is labelled",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
