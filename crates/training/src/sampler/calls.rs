//! What samplers know of calls: [`SampledCalls`].

use std::collections::HashMap;

/// One call, as a sampler sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampledCall<'a> {
    /// Equal numbers are of one kind. Of outcomes, 1 is won and 0 is lost.
    pub label: u32,
    /// Whom it was with; a call without an account has one of its own.
    pub account: Option<&'a str>,
    /// How many tokens a step spends on it.
    pub tokens: usize,
}

/// Calls by their place, 0 being the first; collected from [`SampledCall`]s. 16 bytes a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampledCalls {
    labels: Vec<u32>,
    accounts: Vec<u32>,
    tokens: Vec<usize>,
}

impl SampledCalls {
    /// Number of calls.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Label of each call.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Account of each call, numbered in the order of their first calls.
    pub fn accounts(&self) -> &[u32] {
        &self.accounts
    }

    /// Tokens of a call; 0 for one that does not exist.
    pub fn tokens(&self, call: usize) -> usize {
        self.tokens.get(call).copied().unwrap_or(0)
    }

    pub(super) fn label(&self, call: usize) -> Option<u32> {
        self.labels.get(call).copied()
    }

    pub(super) fn account(&self, call: usize) -> Option<u32> {
        self.accounts.get(call).copied()
    }

    /// The calls of each label, in their order, by rising label.
    pub(super) fn by_label(&self) -> Vec<Vec<usize>> {
        let mut of_label = std::collections::BTreeMap::<u32, Vec<usize>>::new();
        for (call, label) in self.labels.iter().enumerate() {
            of_label.entry(*label).or_default().push(call);
        }
        of_label.into_values().collect()
    }
}

impl<'a> FromIterator<SampledCall<'a>> for SampledCalls {
    fn from_iter<I: IntoIterator<Item = SampledCall<'a>>>(calls: I) -> Self {
        let mut known = HashMap::new();
        let mut next = 0;
        let mut all = Self::default();
        for SampledCall {
            label,
            account,
            tokens,
        } in calls
        {
            let number = account.and_then(|name| known.get(name).copied());
            all.accounts.push(number.unwrap_or(next));
            if number.is_none() {
                if let Some(name) = account {
                    known.insert(name, next);
                }
                next += 1;
            }
            all.labels.push(label);
            all.tokens.push(tokens);
        }
        all
    }
}
