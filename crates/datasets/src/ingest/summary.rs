//! What became of the records: [`IngestSummary`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CardContext, CleaningCounts};

/// Reasons that are faults of the input; the others are rules.
const BROKEN: [&str; 4] = ["broken", "unreadable", "unknown-columns", "unknown-format"];

/// Counts of an ingest, all additive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IngestSummary {
    /// Records read, good or bad; a source that can't be read at all counts as one.
    pub read: u64,
    /// Calls written.
    pub written: u64,
    /// Records set aside, by reason.
    pub set_aside: BTreeMap<String, u64>,
    /// Records of each form.
    pub formats: BTreeMap<String, u64>,
    /// Calls by the rule that decided who sells.
    pub roles: BTreeMap<String, u64>,
    /// Calls by the rule that found their deal, or by why none was found.
    pub joined: BTreeMap<String, u64>,
    /// Lines of `unmatched.jsonl` by what they are about: `call`, `deal`, `crm-call`, `crm-change`, and `crm-row` for a broken
    /// row.
    pub unmatched: BTreeMap<String, u64>,
    /// Calls written by outcome: `won`, `lost`, `open`.
    pub outcomes: BTreeMap<String, u64>,
    /// Calls by how their day stands to that of their outcome.
    pub order: BTreeMap<String, u64>,
    /// Turns cut off because they came after the outcome.
    pub turns_cut: u64,
    /// Pieces of text redacted, by kind.
    pub redactions: BTreeMap<String, u64>,
    /// What cleaning changed.
    pub cleaning: CleaningCounts,
    /// Files and folders left out when the sources were looked for, by reason.
    pub left_out: BTreeMap<String, u64>,
}

impl IngestSummary {
    /// Whether every record read was written or set aside.
    pub fn balances(&self) -> bool {
        self.written + self.all_set_aside() == self.read
    }

    /// All records set aside.
    pub fn all_set_aside(&self) -> u64 {
        self.set_aside.values().sum()
    }

    /// Records set aside because they are broken, which changes the exit code; rules set the others aside.
    pub fn broken(&self) -> u64 {
        let is_broken = |reason: &str| BROKEN.contains(&reason);
        let counts = self
            .set_aside
            .iter()
            .filter(|(reason, _)| is_broken(reason));
        counts.map(|(_, count)| count).sum()
    }

    /// Rows of the CRM's exports that are broken, which changes the exit code as well.
    pub fn broken_crm_rows(&self) -> u64 {
        self.unmatched.get("crm-row").copied().unwrap_or_default()
    }

    /// The part that a card shows.
    pub fn card_context(&self) -> CardContext {
        let duplicates = self.set_aside.iter();
        CardContext {
            sources: self.formats.clone(),
            read: self.read,
            written: self.written,
            set_aside: self.set_aside.clone(),
            duplicates: duplicates
                .filter(|(reason, _)| reason.ends_with("-duplicate"))
                .map(|(reason, count)| (reason.clone(), *count))
                .collect(),
            redactions: self.redactions.clone(),
            cleaning: counts_of(&self.cleaning),
            ..CardContext::default()
        }
    }
}

/// Adds one to a count by name.
pub(crate) fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    count_many(counts, name, 1);
}

/// Adds to a count by name.
pub(crate) fn count_many(counts: &mut BTreeMap<String, u64>, name: &str, number: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += number,
        None => {
            counts.insert(name.to_owned(), number);
        }
    }
}

/// The counts of cleaning by name, those above zero.
fn counts_of(cleaning: &CleaningCounts) -> BTreeMap<String, u64> {
    let value = serde_json::to_value(cleaning).unwrap_or_default();
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .filter_map(|(name, count)| Some((name.clone(), count.as_u64().filter(|n| *n > 0)?)))
        .collect()
}
