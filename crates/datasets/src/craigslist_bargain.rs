//! `CraigslistBargain` (He et al., EMNLP 2018): two persons bargain over a listing; won means that an offer was accepted.
//!
//! A file is one JSON array of dialogues. The development data exist in two mirrors, `dev.json` and
//! `dev-luis-post-new.json`, which overlap.
//!
//! - **No event gives the outcome away.** Only messages before the first event that is no message (offer, accept, reject,
//!   quit) are read; a dialogue without any is set aside.
//! - **Mirrors share dialogues.** The first one read under its `uuid` counts, the others are set aside as duplicates; a
//!   folder is read in the order of file names without extension, hence `dev` first.
//! - **A dialogue that never ends is lost**, as one that was abandoned or refused: only `reward` 1 is won.
//! - **The listing is the group**: several dialogues are about the same one (`post_id`).
//! - **What both know before the first message is metadata**: the listing's category is the industry, its list price the
//!   amount. What each was told to aim at (`Target`, `Bottomline`) is private to one side, and not read.
//! - Who sells and who buys is what `kbs` says, not who speaks first. A dialogue in which only one side speaks is used.

use std::collections::HashSet;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde_json::Value;
use upturn_core::{Conversation, ConversationId, Metadata, Outcome, Speaker, Turn};

use crate::elements::{Element, Elements};
use crate::node::Node;
use crate::record::not_json;
use crate::{Corpus, Counted, DatasetError, ReadOptions, Reading, RejectReason, Rejected, files};

const CORPUS: Corpus = Corpus::CraigslistBargain;
const ROLES: &[&str] = &[Speaker::Seller.as_str(), Speaker::Buyer.as_str()];

/// Reads a file, or all `*.json` files of a folder as one data set.
///
/// # Errors
///
/// Those of [`read`](crate::read()).
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<Reading, DatasetError> {
    let files = files::of(path, CORPUS, &["json"])?;
    let is_only = files.len() == 1;
    let mut collector = Collector {
        reading: Reading::empty(),
        seen: HashSet::new(),
    };
    for path in files {
        let size = fs_err::metadata(&path)
            .map_err(|source| DatasetError::io(&path, Some(CORPUS), source))?;
        if size.len() > 0 {
            collector.add_file(&path, options)?;
        } else if is_only {
            return Err(DatasetError::Empty { path });
        } else {
            collector.reject(path, 1, RejectReason::EmptyFile);
        }
    }
    Ok(collector.reading)
}

/// Gathers the dialogues of several files.
struct Collector {
    reading: Reading,
    seen: HashSet<String>,
}

impl Collector {
    fn add_file(&mut self, path: &Path, options: &ReadOptions) -> Result<(), DatasetError> {
        let failed = |source| DatasetError::io(path, Some(CORPUS), source);
        let file = BufReader::new(fs_err::File::open(path).map_err(failed)?);
        let mut elements = Elements::new(file, options.max_line_bytes);
        if !elements.open().map_err(failed)? {
            return Err(DatasetError::NotAnArray {
                path: path.to_owned(),
            });
        }
        while let Some(Element { number, text }) = elements.next_element().map_err(failed)? {
            if let Err(reason) = text.and_then(|text| self.add(&text)) {
                self.reject(path.to_owned(), number, reason);
            }
        }
        Ok(())
    }

    /// Adds one dialogue. Only a sound one counts as read, so that a broken copy does not hide a sound one.
    fn add(&mut self, text: &str) -> Result<(), RejectReason> {
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
        let dialogue = Node::root("dialogue", &value);
        let id = dialogue.top("uuid")?.string()?;
        if self.seen.contains(id) {
            self.reading.set_aside.duplicates += 1;
            return Ok(());
        }
        match conversation(id, &dialogue)? {
            Some(conversation) => self.reading.conversations.push(conversation),
            None => self.reading.set_aside.nothing_said += 1,
        }
        self.seen.insert(id.to_owned());
        Ok(())
    }

    fn reject(&mut self, file: PathBuf, element: u64, reason: RejectReason) {
        self.reading.rejected.push(Rejected {
            file,
            line: element,
            counted: Counted::Elements,
            reason,
        });
    }
}

/// The conversation; `None` if nothing was said before the first event.
fn conversation(id: &str, dialogue: &Node<'_>) -> Result<Option<Conversation>, RejectReason> {
    let scenario = dialogue.top("scenario")?;
    let turns = turns(dialogue, &roles(&scenario)?)?;
    let outcome = outcome(dialogue)?;
    if turns.is_empty() {
        return Ok(None);
    }
    let metadata = Metadata {
        account: Some(scenario.field("post_id")?.string()?.to_owned()),
        source: Some(CORPUS.as_str().to_owned()),
        industry: category(&scenario)?,
        amount: list_price(&scenario)?,
        ..Metadata::default()
    };
    let conversation = Conversation::new(ConversationId::new(id)?, turns)?;
    Ok(Some(
        conversation
            .with_outcome(Some(outcome))
            .with_metadata(metadata),
    ))
}

fn category(scenario: &Node<'_>) -> Result<Option<String>, RejectReason> {
    let category = optional(scenario.field("category"))?;
    let category = category.map(|category| category.string()).transpose()?;
    Ok(category.map(str::to_owned))
}

/// The price of the listing, the same in all `kbs`.
fn list_price(scenario: &Node<'_>) -> Result<Option<f64>, RejectReason> {
    let Some(kb) = scenario.field("kbs")?.elements()?.next() else {
        return Ok(None);
    };
    let Some(item) = optional(kb.field("item"))? else {
        return Ok(None);
    };
    let price = optional(item.field("Price"))?;
    price.map(|price| price.number()).transpose()
}

/// The role of each agent, by its number.
fn roles(scenario: &Node<'_>) -> Result<Vec<Speaker>, RejectReason> {
    let role = |kb: Node<'_>| {
        let word = kb.field("personal")?.field("Role")?.word(ROLES)?;
        Ok(if word == Speaker::Seller.as_str() {
            Speaker::Seller
        } else {
            Speaker::Buyer
        })
    };
    scenario.field("kbs")?.elements()?.map(role).collect()
}

/// The messages before the first event that is none.
fn turns(dialogue: &Node<'_>, roles: &[Speaker]) -> Result<Vec<Turn>, RejectReason> {
    let mut turns = Vec::new();
    for event in dialogue.top("events")?.elements()? {
        if event.field("action")?.string()? != "message" {
            break;
        }
        let agent = event.field("agent")?;
        let speaker = usize::try_from(agent.whole_number()?)
            .ok()
            .and_then(|number| roles.get(number))
            .ok_or_else(|| agent.is_not("the number of one of the `kbs`"))?;
        turns.push(Turn::new(*speaker, event.field("data")?.string()?));
    }
    Ok(turns)
}

/// Won if the reward is 1; lost if it is another number, or if there is none because the dialogue never ended.
fn outcome(dialogue: &Node<'_>) -> Result<Outcome, RejectReason> {
    let reward = optional(dialogue.top("outcome"))?
        .map_or(Ok(None), |outcome| optional(outcome.field("reward")))?;
    let is_won = reward.map(|reward| reward.number()).transpose()? == Some(1.0);
    Ok(if is_won { Outcome::Won } else { Outcome::Lost })
}

/// A field that may be absent or `null`.
fn optional(field: Result<Node<'_>, RejectReason>) -> Result<Option<Node<'_>>, RejectReason> {
    match field {
        Err(RejectReason::Missing { .. }) => Ok(None),
        field => field.map(Node::not_null),
    }
}

#[cfg(test)]
mod tests;
