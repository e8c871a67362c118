//! What is wrong with a record that core refused: [`diagnose`].
//!
//! Core's own parser decides what a conversation is. Its messages may quote what was said, so they are not shown; this
//! file looks for the fault again, field by field, and names it.

use serde_json::Value;
use upturn_core::{Conversation, ConversationId, Date, Outcome, Speaker, Turn};

use crate::RejectReason;
use crate::node::Node;

const FIELDS: &[&str] = &["id", "turns", "outcome", "metadata"];
const TURN_FIELDS: &[&str] = &["speaker", "text", "start_ms", "end_ms"];
const SPEAKERS: &[&str] = &[
    Speaker::Seller.as_str(),
    Speaker::Buyer.as_str(),
    Speaker::Other.as_str(),
];
const OUTCOMES: &[&str] = &[Outcome::Won.as_str(), Outcome::Lost.as_str()];
const TEXTS: [&str; 6] = ["account", "rep", "stage", "industry", "source", "language"];
const DAYS: [&str; 2] = ["date", "outcome_date"];

/// The first fault of a JSON value that is no conversation; `None` if none has a name here.
pub(crate) fn diagnose(value: &Value) -> Option<RejectReason> {
    check(&Node::root("conversation", value)).err()
}

fn check(record: &Node<'_>) -> Result<(), RejectReason> {
    record.only(FIELDS)?;
    let id = ConversationId::new(record.top("id")?.string()?)?;
    let turns = record.top("turns")?;
    let turns: Vec<Turn> = turns
        .elements()?
        .map(|turn| check_turn(&turn))
        .collect::<Result<_, _>>()?;
    Conversation::new(id, turns)?;
    if let Some(outcome) = given(record.top("outcome")) {
        outcome.word(OUTCOMES)?;
    }
    record
        .top("metadata")
        .map_or(Ok(()), |metadata| check_metadata(&metadata))
}

fn check_turn(turn: &Node<'_>) -> Result<Turn, RejectReason> {
    turn.only(TURN_FIELDS)?;
    let word = turn.field("speaker")?.word(SPEAKERS)?;
    let speaker = [Speaker::Seller, Speaker::Buyer]
        .into_iter()
        .find(|speaker| speaker.as_str() == word)
        .unwrap_or(Speaker::Other);
    let mut checked = Turn::new(speaker, turn.field("text")?.string()?);
    checked.start_ms = time(turn, "start_ms")?;
    checked.end_ms = time(turn, "end_ms")?;
    Ok(checked)
}

fn time(turn: &Node<'_>, name: &str) -> Result<Option<u64>, RejectReason> {
    given(turn.field(name))
        .map(|time| time.whole_number())
        .transpose()
}

fn check_metadata(metadata: &Node<'_>) -> Result<(), RejectReason> {
    metadata.object()?;
    for text in TEXTS.iter().filter_map(|name| given(metadata.field(name))) {
        text.string()?;
    }
    if let Some(amount) = given(metadata.field("amount")) {
        amount.number()?;
    }
    for day in DAYS.iter().filter_map(|name| given(metadata.field(name))) {
        if day.string()?.parse::<Date>().is_err() {
            return Err(day.is_not("a day like 2026-11-22"));
        }
    }
    Ok(())
}

/// An optional field, if it is there and not `null`.
fn given(field: Result<Node<'_>, RejectReason>) -> Option<Node<'_>> {
    field.ok().and_then(Node::not_null)
}
