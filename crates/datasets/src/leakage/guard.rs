//! Watching a data set pass by: [`LeakGuard`], its [`LeakOptions`] and its [`LeakReport`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, Outcome};

use super::account_words::{accounts, units};
use super::concentration::Accounts;
use super::finding::{Finding, WordPlace, WordsAuc};
use super::label_words::{is_label_in_name, is_label_word};
use super::observed::Observed;
use super::phrases::closing_phrases;
use super::predictive_columns::{predictive_columns, sampled_columns};
use super::reservoir::Reservoir;
use super::telling_words::{Telling, telling_names, telling_values};
use super::word_check::check_words;

/// Accounts that each class must have; with fewer nothing is checked.
const LEAST_ACCOUNTS: u32 = 20;
/// Findings of one place that are reported, the strongest first.
const MOST_OF_A_PLACE: usize = 8;

/// How to look for leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeakOptions {
    /// Calls of each outcome that are kept to look at. 2,000 by default.
    pub sample_per_outcome: usize,
    /// How many of the last turns that are not blank count as closing. 4 by default.
    pub closing_turns: usize,
    /// Columns that are known to be harmless or are dropped anyway; not looked at. None by default.
    pub ignored_columns: BTreeSet<String>,
}

impl Default for LeakOptions {
    fn default() -> Self {
        Self {
            sample_per_outcome: 2_000,
            closing_turns: 4,
            ignored_columns: BTreeSet::new(),
        }
    }
}

impl LeakOptions {
    /// The same with another size of the sample. 2,000 calls of each outcome by default.
    #[must_use]
    pub fn with_sample_per_outcome(mut self, calls: usize) -> Self {
        self.sample_per_outcome = calls;
        self
    }

    /// The same with another number of closing turns. 4 by default.
    #[must_use]
    pub fn with_closing_turns(mut self, turns: usize) -> Self {
        self.closing_turns = turns;
        self
    }

    /// The same with a column that is not looked at.
    #[must_use]
    pub fn with_ignored_column(mut self, column: impl Into<String>) -> Self {
        self.ignored_columns.insert(column.into());
        self
    }
}

/// Looks for leaks in a stream of conversations.
///
/// # Laws
///
/// - **Memory is bounded.** A sample of each outcome is kept, reduced: about 5 kB a call of 2,000 words and at most 70
///   kB of a monstrous one, so 20 MB and at most 280 MB by default, for any number of calls; the report takes as much
///   again while it is made.
/// - **Order does not matter.** The sample holds the calls whose ids have the smallest hashes; the same calls in any order
///   give the same report.
///
/// ```
/// use upturn_core::Conversation;
/// use upturn_datasets::{LeakGuard, LeakOptions};
///
/// let mut guard = LeakGuard::new(LeakOptions::default());
/// for call in 0..60 {
///     let (outcome, last) = [("won", "Outcome: won."), ("lost", "Outcome: lost.")][call % 2];
///     let line = format!(
///         r#"{{"id":"{call}","turns":[{{"speaker":"buyer","text":"hello"}},{{"speaker":"other","text":"{last}"}}],"outcome":"{outcome}"}}"#
///     );
///     guard.observe(&serde_json::from_str::<Conversation>(&line)?, None);
/// }
/// let report = guard.report();
/// assert_eq!(
///     report.findings[0].to_string(),
///     "`outcome lost` stands in the closing turns of 0.0 % of the accounts won and 100.0 % of those lost"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LeakGuard {
    options: LeakOptions,
    calls: u64,
    labelled: u64,
    won: Reservoir<Observed>,
    lost: Reservoir<Observed>,
}

/// What was found, and in how much.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeakReport {
    /// Calls seen.
    pub calls: u64,
    /// Those with an outcome.
    pub labelled: u64,
    /// Labelled calls looked at.
    pub sampled: u64,
    /// Accounts of the sample, by outcome.
    pub accounts: Accounts,
    /// Whether both outcomes have the 20 accounts that a check needs.
    pub is_checked: bool,
    /// How well words tell the outcome, whether or not that is too good.
    pub words: Option<WordsAuc>,
    /// What looks like a leak: columns, then words by place, then the bag of words.
    pub findings: Vec<Finding>,
    /// Further findings of the same places that are not listed.
    pub findings_left_out: u64,
    /// Values in the sample that were not looked at because their call has too many columns.
    pub values_left_out: u64,
}

impl LeakReport {
    /// Whether nothing was found, although it was looked for.
    pub fn is_clean(&self) -> bool {
        self.is_checked && self.findings.is_empty()
    }

    /// Lists the strongest findings of each place and counts the others.
    fn add_words(&mut self, words: Vec<Telling>) {
        let mut listed: BTreeMap<WordPlace, usize> = BTreeMap::new();
        for (place, word, spread) in words {
            let of_place = listed.entry(place.clone()).or_default();
            *of_place += 1;
            if *of_place > MOST_OF_A_PLACE {
                self.findings_left_out += 1;
                continue;
            }
            self.findings.push(Finding::Word {
                is_label: names_an_outcome(&place, &word),
                place,
                word,
                spread,
            });
        }
    }
}

fn names_an_outcome(place: &WordPlace, word: &str) -> bool {
    match place {
        WordPlace::Id | WordPlace::Path => is_label_in_name(word),
        WordPlace::Closing | WordPlace::Column(_) => word.split(' ').any(is_label_word),
    }
}

impl LeakGuard {
    /// A guard that has seen nothing.
    pub fn new(options: LeakOptions) -> Self {
        let reservoir = || Reservoir::new(options.sample_per_outcome);
        Self {
            won: reservoir(),
            lost: reservoir(),
            calls: 0,
            labelled: 0,
            options,
        }
    }

    /// Looks at a call and the file it came from.
    pub fn observe(&mut self, conversation: &Conversation, source: Option<&Path>) {
        self.calls += 1;
        let Some(outcome) = conversation.outcome() else {
            return;
        };
        self.labelled += 1;
        let turns = self.options.closing_turns;
        let reservoir = match outcome {
            Outcome::Won => &mut self.won,
            Outcome::Lost => &mut self.lost,
        };
        reservoir.offer(conversation.id().as_str(), || {
            Observed::new(conversation, outcome, source, turns)
        });
    }

    /// What looks like a leak in all that was seen so far.
    pub fn report(&self) -> LeakReport {
        let sample: Vec<&Observed> = self.won.items().chain(self.lost.items()).collect();
        let accounts = accounts(&sample);
        let units = units(&accounts);
        let mut report = LeakReport {
            calls: self.calls,
            labelled: self.labelled,
            sampled: sample.len() as u64,
            accounts: units,
            is_checked: units.won.min(units.lost) >= LEAST_ACCOUNTS,
            values_left_out: sample.iter().map(|call| call.columns_left_out).sum(),
            ..LeakReport::default()
        };
        if !report.is_checked {
            return report;
        }
        let columns = sampled_columns(&sample, &self.options.ignored_columns);
        for (column, auc) in predictive_columns(&sample, &columns, units) {
            report.findings.push(Finding::Column { column, auc });
        }
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        report.add_words(telling_values(&accounts, &names, units));
        report.add_words(telling_names(&accounts, units));
        report.add_words(closing_phrases(&accounts, units));
        report.words = check_words(&sample, units);
        if let Some(auc) = report.words.filter(WordsAuc::is_too_good) {
            report.findings.push(Finding::Words { auc });
        }
        report
    }
}
