//! The best rows of those that were scored.

use upturn_core::Filter;

use crate::table::Table;

/// Rows looked at to guess how many a filter admits.
const SAMPLE: usize = 64;

/// Rows looked at first, in multiples of those wanted.
const FIRST: usize = 2;

/// By how much more rows are looked at where too few were admitted.
const MORE: usize = 4;

impl Table {
    /// Whether a filter admits at least half of some rows at even distances.
    ///
    /// Directions are compared quicker than words: where most rows are admitted, conditions are better looked at last.
    pub(crate) fn admits_most(&self, filter: &Filter) -> bool {
        let step = self.len().div_ceil(SAMPLE).max(1);
        let sample = (0..self.len()).step_by(step);
        let admitted = sample.clone().filter(|&row| self.admits(row, filter));
        2 * admitted.count() >= sample.len()
    }

    /// The `end` best of the rows: best first, equal scores by id.
    pub(crate) fn best(&self, mut found: Vec<(u32, f32)>, end: usize) -> Vec<(u32, f32)> {
        self.best_first(&mut found, end);
        found.truncate(end);
        found
    }

    /// The same of those rows that a filter admits.
    ///
    /// Law: what [`best`](Self::best) gives of the admitted ones alone.
    pub(crate) fn best_admitted(
        &self,
        mut found: Vec<(u32, f32)>,
        end: usize,
        filter: &Filter,
    ) -> Vec<(u32, f32)> {
        let mut wanted = end.saturating_mul(FIRST);
        loop {
            self.best_first(&mut found, wanted);
            let best = found.iter().take(wanted).copied();
            let admitted = best.filter(|&(row, _)| self.admits(row as usize, filter));
            let admitted: Vec<_> = admitted.take(end).collect();
            if admitted.len() == end || wanted >= found.len() {
                return admitted;
            }
            wanted = wanted.saturating_mul(MORE);
        }
    }

    /// Puts the `end` best rows in front, in order.
    fn best_first(&self, found: &mut [(u32, f32)], end: usize) {
        let order = |a: &(u32, f32), b: &(u32, f32)| {
            let by_id = || self.id(a.0).cmp(&self.id(b.0));
            b.1.total_cmp(&a.1).then_with(by_id)
        };
        if end < found.len() {
            found.select_nth_unstable_by(end, order);
        }
        let end = end.min(found.len());
        if let Some(best) = found.get_mut(..end) {
            best.sort_unstable_by(order);
        }
    }
}
