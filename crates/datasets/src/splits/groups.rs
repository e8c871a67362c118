//! Calls that must stay together: [`Groups`], connected by the values they share.

use std::collections::HashMap;

use super::SplitRow;

/// The group of each row; rows that are not to be split have none.
pub(crate) struct Groups(Vec<Option<u32>>);

impl Groups {
    /// Each of the given rows alone.
    pub(crate) fn alone(rows: usize, members: &[usize]) -> Self {
        let mut of = vec![None; rows];
        for member in members {
            if let Some(place) = of.get_mut(*member) {
                *place = u32::try_from(*member).ok();
            }
        }
        Self(of)
    }

    pub(crate) fn of(&self, row: usize) -> Option<u32> {
        self.0.get(row).copied().flatten()
    }
}

/// Connects the given rows: two are in one group if they share a value in a column, directly or through others.
///
/// The number of a group is the place of one of its rows.
pub(crate) fn grouped(rows: &[SplitRow], members: &[usize]) -> Groups {
    let mut groups = Groups::alone(rows.len(), members);
    let mut first_with = HashMap::new();
    for member in members {
        let values = rows.get(*member).into_iter().flat_map(|row| &row.groups);
        for (column, value) in values.enumerate() {
            let Some(value) = value else { continue };
            let first = *first_with
                .entry((column, value.as_str()))
                .or_insert(*member);
            groups.unite(first, *member);
        }
    }
    for member in members {
        groups.root(*member);
    }
    groups
}

impl Groups {
    /// Joins the groups of two rows. The lower number stays, so that a path only ever leads down.
    fn unite(&mut self, one: usize, other: usize) {
        let (Some(one), Some(other)) = (self.root(one), self.root(other)) else {
            return;
        };
        let (stays, goes) = (one.min(other), one.max(other));
        self.point(goes, stays);
    }

    /// The number of a row's group; afterwards all rows on the way there point to it.
    fn root(&mut self, row: usize) -> Option<u32> {
        let mut root = self.of(row)?;
        while let Some(next) = self.of_number(root).filter(|next| *next != root) {
            root = next;
        }
        let mut place = row;
        while let Some(next) = self.of(place).filter(|next| *next != root) {
            if let Some(pointer) = self.0.get_mut(place) {
                *pointer = Some(root);
            }
            place = usize::try_from(next).ok()?;
        }
        Some(root)
    }

    fn of_number(&self, number: u32) -> Option<u32> {
        self.of(usize::try_from(number).ok()?)
    }

    fn point(&mut self, number: u32, to: u32) {
        let pointer = usize::try_from(number)
            .ok()
            .and_then(|row| self.0.get_mut(row));
        if let Some(pointer) = pointer {
            *pointer = Some(to);
        }
    }
}
