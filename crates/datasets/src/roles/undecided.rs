//! Why nobody can say who sells: [`Undecided`].

use upturn_core::{Diagnostic, ErrorKind, Speaker};

/// Why a conversation is set aside: who sells and who buys is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The source names no voice that says something.
    #[error("the source names nobody who speaks")]
    NoParties,
    /// Only one voice says something.
    #[error("only one party speaks")]
    OneParty,
    /// Both sides are not among those who speak.
    #[error("nobody who speaks is the {}", .missing.as_str())]
    OneSide {
        /// The side that is missing.
        missing: Speaker,
    },
    /// More than one party could be the side that is missing.
    #[error("{parties} parties speak of whom no rule knows the side")]
    SeveralCandidates {
        /// How many are not known.
        parties: usize,
    },
    /// Two parties of whom nothing is known, and guessing is off.
    #[error("no rule knows either of the two parties")]
    NoRule,
    /// What the two parties say does not tell them apart.
    #[error("what the two parties say does not tell who sells")]
    NotPlain,
}

impl Undecided {
    /// Its name in reports: `no_parties`, `one_party`, `one_side`, `several_candidates`, `no_rule` or `not_plain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoParties => "no_parties",
            Self::OneParty => "one_party",
            Self::OneSide { .. } => "one_side",
            Self::SeveralCandidates { .. } => "several_candidates",
            Self::NoRule => "no_rule",
            Self::NotPlain => "not_plain",
        }
    }
}

impl Diagnostic for Undecided {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoParties | Self::OneParty => {
                "export the call with its speakers, or with one channel for each"
            }
            Self::OneSide { .. } | Self::SeveralCandidates { .. } | Self::NotPlain => {
                "name the speakers in `[labels]`, or your own `seller_domains`, in the file of roles"
            }
            Self::NoRule => {
                "name the speakers in `[labels]` of the file of roles, or set `guess = true` there"
            }
        };
        Some(hint.to_owned())
    }
}
