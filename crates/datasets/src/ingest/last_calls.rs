//! Only the last call of a deal keeps its label, where the rules say so: [`Relabelling`].

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use upturn_core::{Conversation, Date, Outcome};

use super::IngestError;
use super::growing::Growing;
use super::summary::count;
use crate::{Crm, Deal, Label, LabelRules, LastCalls, RefusalReason};

/// What decides which calls keep their label.
pub(super) struct Relabelling<'a> {
    pub(super) crm: &'a Crm,
    pub(super) rules: &'a LabelRules,
    /// The day that counts as today.
    pub(super) as_of: Date,
    /// Number of the deal of each call, in the order of the calls. What the calls say of it themselves may be redacted.
    pub(super) deals: &'a [Option<usize>],
}

impl Relabelling<'_> {
    /// Writes the calls of `from` to `to`, without the outcome of all but the last call of each deal before its end.
    /// Returns how many there are of each outcome.
    ///
    /// Calls keep their place; a call that no deal was found for keeps its outcome.
    pub(super) fn write(
        &self,
        from: &Path,
        to: &Path,
    ) -> Result<BTreeMap<String, u64>, IngestError> {
        let mut last = LastCalls::new(self.rules, self.as_of);
        self.each_call(from, |call, deal| {
            if let Some(deal) = deal {
                last.observe(deal, call.metadata().date, call.id().as_str());
            }
            Ok(())
        })?;
        let mut out = Growing::open(to, 0).map_err(IngestError::output(to))?;
        let mut outcomes = BTreeMap::new();
        self.each_call(from, |call, deal| {
            let label = deal.map(|deal| last.label(deal, call.metadata().date, call.id().as_str()));
            let reason = RefusalReason::NotTheLastCall;
            let call = if label == Some(Label::Refused { reason }) {
                call.with_outcome(None)
            } else {
                call
            };
            count(
                &mut outcomes,
                call.outcome().map_or("open", Outcome::as_str),
            );
            out.add_json(&call)
        })?;
        out.checkpoint().map_err(IngestError::output(to))?;
        Ok(outcomes)
    }

    /// Calls `each` with every call of a file that this run wrote, and its deal.
    fn each_call(
        &self,
        path: &Path,
        mut each: impl FnMut(Conversation, Option<&Deal>) -> std::io::Result<()>,
    ) -> Result<(), IngestError> {
        let mut read = || -> std::io::Result<()> {
            let lines = BufReader::new(fs_err::File::open(path)?).lines();
            for (line, deal) in lines.zip(self.deals) {
                let deal = deal.and_then(|deal| self.crm.deals().get(deal));
                each(serde_json::from_str(&line?)?, deal)?;
            }
            Ok(())
        };
        read().map_err(IngestError::output(path))
    }
}
