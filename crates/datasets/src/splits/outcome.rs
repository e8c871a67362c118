//! What came of a split: [`Split`].

use std::io;

use super::inner::Inner;
use super::{SplitPart, SplitSummary};

/// Which part each call is in.
///
/// [`summary`](Self::summary) is its small JSON; [`write_parts`](Self::write_parts) its table.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// In the order of the rows.
    ids: Vec<String>,
    /// Places in the order of the ids.
    by_id: Vec<usize>,
    parts: Vec<SplitPart>,
    inner: Vec<Inner>,
    summary: SplitSummary,
}

impl Split {
    pub(crate) fn new(
        ids: Vec<String>,
        by_id: Vec<usize>,
        parts: Vec<SplitPart>,
        inner: Vec<Inner>,
        summary: SplitSummary,
    ) -> Self {
        Self {
            ids,
            by_id,
            parts,
            inner,
            summary,
        }
    }

    /// The part of the call with this id; none if it was not among the rows.
    pub fn part_of(&self, id: &str) -> Option<SplitPart> {
        self.parts.get(self.place(id)?).copied()
    }

    /// The inner fold of a call in a round (0 for a holdout); none if it is not trained on then.
    pub fn inner_fold_of(&self, id: &str, round: u16) -> Option<u16> {
        let inner = self.inner.get(usize::from(round))?;
        inner.get(self.place(id)?).copied().flatten()
    }

    /// The part of each row, in their order.
    pub fn parts(&self) -> &[SplitPart] {
        &self.parts
    }

    /// Options, counts and base rates.
    pub fn summary(&self) -> &SplitSummary {
        &self.summary
    }

    /// Writes a CSV file with the columns `id` and `part`, in the order of the rows.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn write_parts(&self, output: impl io::Write) -> io::Result<()> {
        let parts = self.parts.iter().map(|part| Some(part.to_string()));
        self.write(output, "part", parts)
    }

    /// Writes a CSV file with the columns `id` and `fold` that [`Folds`](crate::Folds) reads. Only calls in a fold are in it,
    /// hence none of a holdout.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn write_folds(&self, output: impl io::Write) -> io::Result<()> {
        let folds = self.parts.iter().map(|part| match part {
            SplitPart::Fold(fold) => Some(fold.to_string()),
            SplitPart::Train
            | SplitPart::Validation
            | SplitPart::Test
            | SplitPart::Unlabelled
            | SplitPart::SetAside(_) => None,
        });
        self.write(output, "fold", folds)
    }

    /// Writes the inner folds of a round in the same form: exactly the calls that are trained on in it.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn write_inner_folds(&self, output: impl io::Write, round: u16) -> io::Result<()> {
        let inner = self.inner.get(usize::from(round));
        let folds = inner.into_iter().flatten();
        self.write(
            output,
            "fold",
            folds.map(|fold| Some(fold.as_ref()?.to_string())),
        )
    }

    fn write(
        &self,
        output: impl io::Write,
        column: &str,
        cells: impl Iterator<Item = Option<String>>,
    ) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(output);
        table.write_record(["id", column])?;
        for (id, cell) in self.ids.iter().zip(cells) {
            if let Some(cell) = cell {
                table.write_record([id, &cell])?;
            }
        }
        table.flush()
    }

    fn place(&self, id: &str) -> Option<usize> {
        let id_at = |place: &usize| self.ids.get(*place).map(String::as_str);
        let found = self
            .by_id
            .binary_search_by(|place| id_at(place).cmp(&Some(id)));
        self.by_id.get(found.ok()?).copied()
    }
}
