//! The numbers of a card: [`Card`] with its [`Segment`]s and [`Group`]s.

use serde::{Deserialize, Serialize};
use upturn_core::{Date, Fingerprint};

use super::{CardContext, Length, Rate, Talk, Tally};

/// What a data set holds.
///
/// Law: the counts balance. The periods with `undated`, and in each segment the values with `others` and `absent`, sum to
/// `calls`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Card {
    /// Version of this form: 1.
    pub version: u32,
    /// Where it came from and what was done to it.
    pub about: CardContext,
    /// All calls.
    pub calls: Tally,
    /// Share of the labelled calls that was won.
    pub base_rate: Option<Rate>,
    /// Different accounts are not counted (that would take memory); calls that name one are.
    pub with_account: u64,
    /// First day of a call.
    pub first_date: Option<Date>,
    /// Last day of a call.
    pub last_date: Option<Date>,
    /// Calls without a day.
    pub undated: Tally,
    /// Calls by month, or longer periods where there are more than 36 months; rising, empty ones left out.
    pub periods: Vec<Group>,
    /// Calls by industry, rep, source, language and stage.
    pub segments: Vec<Segment>,
    /// Lengths in turns, words and minutes.
    pub lengths: Vec<Length>,
    /// Who speaks how much.
    pub talk: Talk,
    /// SHA-256 over the canonical lines of the calls in their order, each with its line feed: the digest of the data set
    /// as canonical JSON Lines. Another order is another fingerprint.
    pub fingerprint: Fingerprint,
}

/// Calls with the same value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Segment {
    /// The field.
    pub name: String,
    /// The most frequent values, falling.
    pub values: Vec<Group>,
    /// How many different values were counted apart, at most 1,000.
    pub distinct: u64,
    /// Calls with another value.
    pub others: Tally,
    /// Calls without a value.
    pub absent: Tally,
}

/// Calls that have something in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// What they have in common.
    pub label: String,
    /// How many.
    pub calls: Tally,
    /// Share of the labelled ones that was won.
    pub rate: Option<Rate>,
}

impl Card {
    /// The version of this form.
    pub const VERSION: u32 = 1;

    /// As JSON, indented.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no texts and failing writers cannot be serialised; a card has neither.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Its name, or `Data set`.
    pub(crate) fn title(&self) -> &str {
        let title = self.about.title.as_deref().map(str::trim);
        title
            .filter(|title| !title.is_empty())
            .unwrap_or("Data set")
    }
}

impl Group {
    pub(crate) fn new(label: String, calls: Tally) -> Self {
        Self {
            label,
            calls,
            rate: calls.rate(),
        }
    }
}
