//! Only the last call of a deal keeps its label, where the rules say so: [`relabel`].

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use upturn_core::{Conversation, Outcome};

use super::growing::Growing;
use super::summary::count;
use super::{IngestError, IngestSettings};
use crate::{Crm, Deal, Label, LabelRules, LastCalls, RefusalReason};

/// Writes the calls of `from` to `to`, without the outcome of all but the last call of each deal before its end. Returns
/// how many there are of each outcome.
///
/// Calls keep their place; a call that no deal was found for keeps its outcome.
pub(super) fn relabel(
    from: &Path,
    to: &Path,
    crm: &Crm,
    rules: &LabelRules,
    settings: &IngestSettings,
) -> Result<BTreeMap<String, u64>, IngestError> {
    let mut last = LastCalls::new(rules, settings.as_of);
    each_call(from, |call| {
        if let Some(deal) = deal_of(crm, call) {
            last.observe(deal, call.metadata().date, call.id().as_str());
        }
        Ok(())
    })?;
    let mut out = Growing::open(to, 0).map_err(IngestError::output(to))?;
    let mut outcomes = BTreeMap::new();
    each_call(from, |call| {
        let refused = deal_of(crm, call).is_some_and(|deal| {
            let label = last.label(deal, call.metadata().date, call.id().as_str());
            label
                == Label::Refused {
                    reason: RefusalReason::NotTheLastCall,
                }
        });
        let call = if refused {
            call.clone().with_outcome(None)
        } else {
            call.clone()
        };
        count(
            &mut outcomes,
            call.outcome().map_or("open", Outcome::as_str),
        );
        let line = serde_json::to_vec(&call)?;
        out.add(&line)?;
        out.add(b"\n")
    })?;
    out.checkpoint().map_err(IngestError::output(to))?;
    Ok(outcomes)
}

fn deal_of<'a>(crm: &'a Crm, call: &Conversation) -> Option<&'a Deal> {
    crm.deal(call.metadata().extra.get("crm_deal_id")?.as_str()?)
}

/// Calls `each` with every call of a file that this run wrote.
fn each_call(
    path: &Path,
    mut each: impl FnMut(&Conversation) -> std::io::Result<()>,
) -> Result<(), IngestError> {
    let mut read = || -> std::io::Result<()> {
        for line in BufReader::new(fs_err::File::open(path)?).lines() {
            each(&serde_json::from_str(&line?)?)?;
        }
        Ok(())
    };
    read().map_err(IngestError::output(path))
}
