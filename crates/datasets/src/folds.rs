//! Folds from a file, so that results can be compared pair by pair: [`Folds`].

use std::borrow::Borrow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use upturn_core::Conversation;

use crate::DatasetError;
use crate::table::{Row, Table};

/// Longest cell of a file of folds, in bytes.
const LONGEST_CELL: usize = 64 * 1024;

/// The fold of each conversation, by id.
///
/// Laws: folds count from 0 without a gap, and there are at least two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    by_id: HashMap<String, usize>,
    /// In the order of the file.
    ids: Vec<String>,
    count: usize,
}

/// Which conversations take part in a cross-validation, and in which fold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// Places of the conversations that have a fold, rising.
    pub places: Vec<usize>,
    /// The fold of each of them, in the same order.
    pub folds: Vec<usize>,
    /// How many folds there are.
    pub count: usize,
    /// How many conversations the file of folds leaves out.
    pub left_out: usize,
    /// Ids with a fold that are not in the data, in the order of the file: rejected there, or of another selection.
    pub missing: Vec<String>,
}

impl Folds {
    /// Reads the columns `id` and `column` of a CSV file; other columns are not looked at.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Missing`], [`DatasetError::Io`], [`DatasetError::Empty`], [`DatasetError::MissingColumn`]; with file
    /// and line [`DatasetError::DuplicateFoldId`], [`DatasetError::NotAFold`] and [`DatasetError::BrokenFoldRow`];
    /// [`DatasetError::EmptyFold`] if the numbers have a gap or there is only one.
    pub fn read(path: &Path, column: &str) -> Result<Self, DatasetError> {
        let mut table = Table::open(path, None, ["id", column], LONGEST_CELL)?;
        let (mut by_id, mut ids) = (HashMap::new(), Vec::new());
        while let Some(Row { line, cells }) = table.next_row()? {
            let broken = |column: &str| DatasetError::BrokenFoldRow {
                path: path.to_owned(),
                line,
                column: column.to_owned(),
            };
            let [id, fold] = cells;
            let id = id.map_err(|_| broken("id"))?;
            let fold = fold.map_err(|_| broken(column))?;
            let fold: usize = fold.trim().parse().map_err(|_| DatasetError::NotAFold {
                path: path.to_owned(),
                line,
                column: column.to_owned(),
            })?;
            if by_id.insert(id.to_owned(), fold).is_some() {
                return Err(DatasetError::DuplicateFoldId {
                    path: path.to_owned(),
                    line,
                    id: id.to_owned(),
                });
            }
            ids.push(id.to_owned());
        }
        if ids.is_empty() {
            return Err(DatasetError::Empty {
                path: path.to_owned(),
            });
        }
        let count = without_gap(by_id.values().copied(), None)?;
        Ok(Self { by_id, ids, count })
    }

    /// The fold of a conversation, from 0; `None` if the file leaves it out.
    pub fn of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// How many folds there are; at least two.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Gives each conversation its fold.
    ///
    /// A file of folds may be a selection of the corpus, so conversations without a fold are left out and counted. Ids
    /// that are not in the data are listed, not refused: a single rejected record must not stop an evaluation, but
    /// whoever compares has to report them.
    ///
    /// # Errors
    ///
    /// [`DatasetError::GroupCrossesFolds`] if a [group](Conversation::group) stands in two folds,
    /// [`DatasetError::NoCommonIds`], or [`DatasetError::EmptyFold`] if the data hold nothing of a fold.
    pub fn assign<C: Borrow<Conversation>>(
        &self,
        conversations: &[C],
    ) -> Result<Assignment, DatasetError> {
        let mut by_group = HashMap::new();
        let (mut places, mut folds, mut present) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (place, conversation) in conversations.iter().enumerate() {
            let conversation: &Conversation = conversation.borrow();
            let id = conversation.id().as_str();
            let Some(fold) = self.of(id) else { continue };
            stay_together(&mut by_group, conversation.group(), fold)?;
            present.insert(id);
            places.push(place);
            folds.push(fold);
        }
        if places.is_empty() {
            return Err(DatasetError::NoCommonIds {
                folds: self.ids.len(),
                conversations: conversations.len(),
            });
        }
        without_gap(folds.iter().copied(), Some(self.count))?;
        let is_missing = |id: &&String| !present.contains(id.as_str());
        Ok(Assignment {
            left_out: conversations.len() - places.len(),
            missing: self.ids.iter().filter(is_missing).cloned().collect(),
            count: self.count,
            places,
            folds,
        })
    }
}

/// Notes the fold of a group, or finds that it has another already.
fn stay_together<'c>(
    by_group: &mut HashMap<&'c str, usize>,
    group: &'c str,
    fold: usize,
) -> Result<(), DatasetError> {
    match by_group.entry(group) {
        Entry::Vacant(entry) => {
            entry.insert(fold);
            Ok(())
        }
        Entry::Occupied(entry) if *entry.get() == fold => Ok(()),
        Entry::Occupied(entry) => Err(DatasetError::GroupCrossesFolds {
            group: group.to_owned(),
            first: *entry.get(),
            second: fold,
        }),
    }
}

/// How many folds there are, if none is empty. Without an expected number there must be at least two, up to the highest.
fn without_gap(
    folds: impl Iterator<Item = usize>,
    expected: Option<usize>,
) -> Result<usize, DatasetError> {
    let present: BTreeSet<_> = folds.collect();
    let highest = present
        .last()
        .map_or(0, |highest| highest.saturating_add(1));
    let count = expected.unwrap_or(highest.max(2));
    // The first number that is not at its own place is the first gap.
    let gap = present
        .iter()
        .enumerate()
        .find(|(place, fold)| place != *fold);
    let fold = gap.map_or(present.len(), |(place, _)| place);
    if fold < count {
        return Err(DatasetError::EmptyFold { fold, folds: count });
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
