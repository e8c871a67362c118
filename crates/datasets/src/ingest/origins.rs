//! From which source each call that was written came: [`Origins`].

use serde::{Deserialize, Serialize};

/// Calls of each source, in the order of the sources: runs of `[calls, sources]`, since most files have one call each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Origins {
    runs: Vec<(u64, u64)>,
}

impl Origins {
    /// The next source has so many calls.
    pub(super) fn add(&mut self, calls: u64) {
        match self.runs.last_mut() {
            Some((same, sources)) if *same == calls => *sources += 1,
            _ => self.runs.push((calls, 1)),
        }
    }

    /// The number of calls of each source.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        let runs = self.runs.iter().copied();
        runs.flat_map(|(calls, sources)| (0..sources).map(move |_| calls))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_the_same_number_are_kept_once() {
        let mut origins = Origins::default();
        for calls in [1, 1, 1, 0, 70, 1] {
            origins.add(calls);
        }
        assert_eq!(origins.iter().collect::<Vec<_>>(), [1, 1, 1, 0, 70, 1]);
        assert_eq!(
            serde_json::to_string(&origins).unwrap(),
            "[[1,3],[0,1],[70,1],[1,1]]"
        );
    }
}
