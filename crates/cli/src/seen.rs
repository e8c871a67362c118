//! Calls that the model learnt from: what it says of them is memory and no prediction.

use upturn::answers::Learnt;
use upturn::{Conversation, Model};

use crate::error::CliError;
use crate::failure::Failure;
use crate::numbers::count;
use crate::printer::Printer;

/// Says so if the model learnt from this call, or if that can't be read. One whose folder has no note of it is older.
pub(crate) fn warn_if_learnt(model: &Model, call: &Conversation, printer: Printer) -> Learnt {
    let learnt = Learnt::of(model, call);
    if let Some(warning) = learnt.warning(call.id()) {
        printer.warning(&warning);
    }
    learnt
}

/// Those of some calls from whose accounts the model did not learn; says how many are left out.
///
/// # Errors
///
/// [`CliError::AllSeen`] if none is left, and if the model's note of what it learnt from can't be read.
pub(crate) fn unseen<'a>(
    model: &Model,
    calls: Vec<&'a Conversation>,
    printer: Printer,
) -> Result<Vec<&'a Conversation>, Failure> {
    let seen = model.seen(calls.iter().copied())?;
    let all = calls.len();
    let known = calls.into_iter().zip(seen);
    let unseen: Vec<_> = known
        .filter_map(|(call, seen)| seen.is_none().then_some(call))
        .collect();
    let left_out = all - unseen.len();
    if left_out > 0 && unseen.is_empty() {
        return Err(CliError::AllSeen { calls: left_out }.into());
    }
    if left_out > 0 {
        printer.warning(&format!(
            "{} of {} calls are left out: the model learnt from them, or from others of their accounts",
            count(left_out),
            count(all)
        ));
    }
    Ok(unseen)
}
