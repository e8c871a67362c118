//! Yes, no, or not known: [`Truth`].

/// Kleene's strong logic of three values (1952, "Introduction to Metamathematics", section 64).
///
/// Law: what is `Yes` or `No` stays so, whatever becomes known of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    /// Whether all hold; `Yes` for none.
    pub(super) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::until(truths, Self::No, Self::Yes)
    }

    /// Whether any holds; `No` for none.
    pub(super) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::until(truths, Self::Yes, Self::No)
    }

    /// The first that decides; else unknown if any is, else what holds of nothing.
    fn until(truths: impl IntoIterator<Item = Self>, decides: Self, of_none: Self) -> Self {
        let mut truth = of_none;
        for next in truths {
            if next == decides {
                return next;
            }
            if next == Self::Unknown {
                truth = next;
            }
        }
        truth
    }
}

impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, No, Unknown, Yes};

    #[test]
    fn the_unknown_decides_only_where_nothing_else_does() {
        assert_eq!(Truth::all([Yes, Unknown, No]), No);
        assert_eq!(Truth::all([Yes, Unknown, Yes]), Unknown);
        assert_eq!(Truth::any([No, Unknown, Yes]), Yes);
        assert_eq!(Truth::any([No, Unknown, No]), Unknown);
        assert_eq!((Truth::all([]), Truth::any([])), (Yes, No));
    }
}
