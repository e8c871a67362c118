//! How a command that did its work ends: [`Exit`].

/// What the exit code says of a command that gave its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All of the input was used.
    Done,
    /// The answer is there, but some records were rejected.
    SomeRejected,
}

impl Exit {
    /// 0, or 2 where the caller's input was at fault.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRejected => 2,
        }
    }
}
