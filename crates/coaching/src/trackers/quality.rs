//! How well a tracker does on what it was given: [`TrackerQuality`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::Probability;

use super::TrackerConfig;
use super::samples::Class;
use crate::Estimate;

/// What a tracker does with its own examples, each judged by a tracker that has not seen it (leave-one-out; the background
/// in ten parts). Intervals are Wilson's, at level 0.95.
///
/// Mind: examples are what their writer thought of. In calls the matter is put in other words, and less of it is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackerQuality {
    /// The tracker.
    pub tracker: String,
    /// Examples it was given.
    pub examples: usize,
    /// Counter-examples it was given.
    pub counter_examples: usize,
    /// Sentences of the background.
    pub background: usize,
    /// Share of the examples that are found.
    pub recall: Estimate,
    /// Share of the counter-examples that are found; `None` without any.
    pub counter_examples_found: Option<Estimate>,
    /// Share of the background that is found.
    pub background_found: Estimate,
    /// Share of the examples in all that is found; `None` if nothing is. It depends on how many of each were given.
    pub precision: Option<Estimate>,
}

impl TrackerQuality {
    pub(super) fn of(config: &TrackerConfig, left_out: &[(Class, Probability)]) -> Self {
        let [examples, counters, background] =
            [Class::Example, Class::CounterExample, Class::Background].map(|class| {
                let own = left_out.iter().filter(|(of, _)| *of == class);
                let found = own.clone().filter(|(_, it)| *it >= config.at_least);
                (found.count(), own.count())
            });
        let found = examples.0 + counters.0 + background.0;
        Self {
            tracker: config.name.clone(),
            examples: examples.1,
            counter_examples: counters.1,
            background: background.1,
            recall: Estimate::of_share(examples.0, examples.1),
            counter_examples_found: some(counters),
            background_found: Estimate::of_share(background.0, background.1),
            precision: some((examples.0, found)),
        }
    }
}

fn some((part, whole): (usize, usize)) -> Option<Estimate> {
    (whole > 0).then(|| Estimate::of_share(part, whole))
}
