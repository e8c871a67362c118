//! What to split by and into what: [`SplitOptions`].

use serde::Serialize;

use super::{SplitError, SplitPart};

/// Most folds, outer or inner.
const MOST_FOLDS: u16 = 100;

/// How to split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SplitOptions {
    /// What must not cross. By group by default.
    pub by: SplitBy,
    /// Which parts there are. A holdout of 0.1 for validation and 0.2 for test by default.
    pub into: SplitInto,
    /// Columns whose values must not cross (`account`, `rep`, any column of the metadata); none lets each call stand alone.
    /// `account` by default. Not looked at by time alone.
    pub groups: Vec<String>,
    /// Folds within each training part, to tune on; 0 for none. 0 by default.
    pub inner_folds: u16,
    /// Days before validation and before test from which no call is taken. 0 by default.
    pub gap_days: u32,
    /// Decides among equal choices. 0 by default.
    pub seed: u64,
}

/// What must not cross from one part to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Groups: accounts, persons, listings.
    Group,
    /// Time: what is learned from comes before what is tested on.
    Time,
    /// Both.
    TimeAndGroup,
}

/// Which parts a split has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitInto {
    /// One training part, and shares of the labelled calls for validation (may be 0) and test.
    Holdout {
        /// Share for validation, `0..1`.
        validation: f64,
        /// Share for test, above 0; together with validation less than 1.
        test: f64,
    },
    /// So many folds, 2 to 100; in each round one is tested on and the others are trained on. By group only.
    Folds(u16),
}

impl Default for SplitOptions {
    fn default() -> Self {
        Self {
            by: SplitBy::Group,
            into: SplitInto::Holdout {
                validation: 0.1,
                test: 0.2,
            },
            groups: vec!["account".to_owned()],
            inner_folds: 0,
            gap_days: 0,
            seed: 0,
        }
    }
}

impl SplitOptions {
    /// The same by something else. By group by default.
    #[must_use]
    pub fn with_by(mut self, by: SplitBy) -> Self {
        self.by = by;
        self
    }

    /// The same into other parts. A holdout of 0.1 and 0.2 by default.
    #[must_use]
    pub fn with_into(mut self, into: SplitInto) -> Self {
        self.into = into;
        self
    }

    /// The same with other columns of groups. `account` by default.
    #[must_use]
    pub fn with_groups<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.groups = columns.into_iter().map(Into::into).collect();
        self
    }

    /// The same with so many inner folds. 0 by default.
    #[must_use]
    pub fn with_inner_folds(mut self, inner_folds: u16) -> Self {
        self.inner_folds = inner_folds;
        self
    }

    /// The same with another gap in days. 0 by default.
    #[must_use]
    pub fn with_gap_days(mut self, gap_days: u32) -> Self {
        self.gap_days = gap_days;
        self
    }

    /// The same with another seed. 0 by default.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// # Errors
    ///
    /// [`SplitError::Shares`], [`SplitError::Folds`] or [`SplitError::FoldsByTime`].
    pub(crate) fn check(&self) -> Result<(), SplitError> {
        let folds = |got| match got {
            2..=MOST_FOLDS => Ok(()),
            _ => Err(SplitError::Folds {
                got,
                most: MOST_FOLDS,
            }),
        };
        if self.inner_folds != 0 {
            folds(self.inner_folds)?;
        }
        match self.into {
            SplitInto::Folds(_) if self.by != SplitBy::Group => Err(SplitError::FoldsByTime),
            SplitInto::Folds(count) => folds(count),
            SplitInto::Holdout { validation, test } => {
                let is_share = validation >= 0.0 && test > 0.0 && validation + test < 1.0;
                let shares = SplitError::Shares { validation, test };
                if is_share { Ok(()) } else { Err(shares) }
            }
        }
    }
}

impl SplitInto {
    /// The parts that must be filled, and the share of each.
    pub(crate) fn parts(self) -> (Vec<SplitPart>, Vec<f64>) {
        match self {
            Self::Folds(folds) => (0..folds).map(|fold| (SplitPart::Fold(fold), 1.0)).unzip(),
            Self::Holdout { validation, test } => {
                let all = [
                    (SplitPart::Train, 1.0 - validation - test),
                    (SplitPart::Validation, validation),
                    (SplitPart::Test, test),
                ];
                all.into_iter().filter(|(_, share)| *share > 0.0).unzip()
            }
        }
    }
}
