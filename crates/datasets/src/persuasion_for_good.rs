//! Persuasion for Good (Wang et al., ACL 2019): 1,017 dialogues in which one person asks another for a donation.
//!
//! `full_dialog.csv` has a row per sentence (`Unit`) with dialogue (`B2`) and role (`B4`: 0 persuader, here the seller; 1
//! persuadee, here the buyer). `full_info.csv` has a row per person and dialogue: user id (`B3`) and what was really
//! donated afterwards (`B6`, dollars). Won means that the buyer donated more than nothing. The account is the buyer's user
//! id, because one person takes part in several dialogues.
//!
//! - **A sentence is a turn.** What one person says in one go stands in several rows; they are not joined, because the
//!   published baselines count rows, and a prefix of half the turns must be the same half.
//! - **Nothing about persons is read.** The original `full_info.csv` has columns on age, sex, race, income, character and
//!   more; only the columns named above are ever looked at.
//! - **A dialogue is used whole or not at all.** One unreadable row sets its dialogue aside.
//! - **An empty sentence stays a turn without text**, so that the numbers of turns agree with the baselines, which read
//!   it as the word "nan"; it occurs nowhere in the published file.

mod endings;
mod sentences;

use std::path::Path;

use endings::{Ending, Endings};
use sentences::{Dialogue, Sentences};
use upturn_core::{Conversation, ConversationId, Date, Metadata, Outcome};

use crate::{Corpus, Counted, DatasetError, ReadOptions, Reading, RejectReason, Rejected};

const CORPUS: Corpus = Corpus::PersuasionForGood;
const DIALOG: &str = "full_dialog.csv";
const INFO: &str = "full_info.csv";

/// Reads the folder, or the folder of a file. Order: first appearance in `full_dialog.csv`.
///
/// # Errors
///
/// Those of [`read`](crate::read()).
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<Reading, DatasetError> {
    let failed = |source| DatasetError::io(path, Some(CORPUS), source);
    let is_folder = fs_err::metadata(path).map_err(failed)?.is_dir();
    let folder = if is_folder { Some(path) } else { path.parent() }.unwrap_or(path);
    let (dialog, info) = (folder.join(DIALOG), folder.join(INFO));
    let limit = options.max_line_bytes;
    let mut endings = Endings::read(&info, limit)?;
    let sentences = Sentences::read(&dialog, limit)?;

    let mut reading = Reading::empty();
    reading.rejected.extend(sentences.homeless);
    for dialogue in sentences.dialogues {
        let ending = endings.take(&dialogue.id);
        match conversation(dialogue, ending, &dialog, &info) {
            Ok(conversation) => reading.conversations.push(conversation),
            Err(rejected) => reading.rejected.push(rejected),
        }
    }
    reading.rejected.extend(endings.leave());
    Ok(reading)
}

/// A dialogue and its ending as a conversation.
fn conversation(
    dialogue: Dialogue,
    ending: Option<Ending>,
    dialog: &Path,
    info: &Path,
) -> Result<Conversation, Rejected> {
    let Dialogue {
        id,
        line,
        turns,
        broken,
    } = dialogue;
    if let Some((line, reason)) = broken {
        return Err(rejected(dialog, line, broken_row(id, reason)));
    }
    let no_buyer = |id| rejected(dialog, line, RejectReason::NoBuyerRow { file: INFO, id });
    let Some(ending) = ending else {
        return Err(no_buyer(id));
    };
    if let Some((line, reason)) = ending.broken {
        return Err(rejected(info, line, broken_row(id, reason)));
    }
    let Some((account, outcome)) = ending.buyer else {
        return Err(no_buyer(id));
    };
    let metadata = Metadata {
        account: Some(account),
        rep: ending.seller,
        date: date(&id),
        source: Some(CORPUS.as_str().to_owned()),
        ..Metadata::default()
    };
    ConversationId::new(id)
        .and_then(|id| Conversation::new(id, turns))
        .map(|conversation| {
            conversation
                .with_outcome(Some(outcome))
                .with_metadata(metadata)
        })
        .map_err(|reason| rejected(dialog, line, reason.into()))
}

/// The day in an id like `20180904-045349_715_live` or `BAD_20180807-204848_414_live`.
fn date(id: &str) -> Option<Date> {
    let digits = id.strip_prefix("BAD_").unwrap_or(id).get(..8)?;
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let year = digits.get(..4)?.parse().ok()?;
    Date::new(year, number(4, 6)?, number(6, 8)?).ok()
}

fn outcome(donated: f64) -> Outcome {
    if donated > 0.0 {
        Outcome::Won
    } else {
        Outcome::Lost
    }
}

fn broken_row(id: String, reason: RejectReason) -> RejectReason {
    RejectReason::BrokenRow {
        id,
        reason: Box::new(reason),
    }
}

fn rejected(file: &Path, line: u64, reason: RejectReason) -> Rejected {
    Rejected {
        file: file.to_owned(),
        line,
        counted: Counted::Lines,
        reason,
    }
}

#[cfg(test)]
mod tests;
