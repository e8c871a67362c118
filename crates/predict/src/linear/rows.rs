//! What a linear model is fitted to: [`LinearRows`].

use super::{check, standardised_into};
use crate::shelf::Shelf;
use crate::{PredictError, Room};

/// Rows of equal width, in memory or in a scratch file. They are gone through once for every step of a fit.
#[derive(Debug)]
pub struct LinearRows<'a> {
    shelf: Shelf<'a, f64>,
    width: usize,
    /// Mean and scale of each column, for rows that are standardised whenever they are read.
    pending: Option<(Vec<f64>, Vec<f64>)>,
}

impl<'a> LinearRows<'a> {
    /// No row yet.
    pub const fn new(room: Room<'a>) -> Self {
        Self {
            shelf: Shelf::new(room),
            width: 0,
            pending: None,
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// [`PredictError::Width`] if it is not as wide as the first, [`PredictError::NotFinite`], or
    /// [`PredictError::Scratch`].
    pub fn push(&mut self, row: Vec<f64>) -> Result<(), PredictError> {
        let place = self.shelf.len();
        if place == 0 {
            self.width = row.len();
        }
        check(&row, self.width, place)?;
        self.shelf.push(row)
    }

    pub(super) const fn len(&self) -> usize {
        self.shelf.len()
    }

    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    pub(crate) const fn numbers(&self) -> usize {
        self.shelf.cells()
    }

    /// Visits every row, standardised if that was asked for.
    pub(crate) fn each(&self, mut visit: impl FnMut(&[f64])) -> Result<(), PredictError> {
        let Some((mean, scale)) = &self.pending else {
            return self.shelf.each(visit);
        };
        let mut standard = Vec::with_capacity(self.width);
        self.shelf.each(|row| {
            standard.clear();
            standard.extend_from_slice(row);
            standardised_into(&mut standard, mean, scale);
            visit(&standard);
        })
    }

    /// From now on `(x - mean) scale` is visited: rows in memory are changed, others whenever they are read.
    pub(super) fn standardise(&mut self, mean: &[f64], scale: &[f64]) {
        let done = self.shelf.change(|row| standardised_into(row, mean, scale));
        if !done {
            self.pending = Some((mean.to_vec(), scale.to_vec()));
        }
    }
}
