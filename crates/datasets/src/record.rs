//! One record of the canonical form: text to conversation, or the reason why not.

use upturn_core::{Conversation, Speaker};

use crate::diagnosis::diagnose;
use crate::{Quoted, RejectReason};

/// Parses one conversation of the canonical form. Both sides must say something.
///
/// # Errors
///
/// A reason that quotes nothing of what was said.
pub(crate) fn parse(text: &str) -> Result<Conversation, RejectReason> {
    let conversation = parse_begun(text)?;
    for side in [Speaker::Seller, Speaker::Buyer] {
        let says_something = conversation
            .turns()
            .iter()
            .any(|turn| turn.speaker == side && !turn.text.trim().is_empty());
        if !says_something {
            return Err(RejectReason::OneSide { missing: side });
        }
    }
    Ok(conversation)
}

/// The same, of a call that may just have begun: one side may have said nothing yet.
///
/// # Errors
///
/// As [`parse`].
pub(crate) fn parse_begun(text: &str) -> Result<Conversation, RejectReason> {
    serde_json::from_str(text).map_err(|error| refusal(text, &error))
}

/// Why core refused the text.
///
/// Its own classes do not help: a number where a word belongs is called a fault of syntax.
pub(crate) fn refusal(text: &str, error: &serde_json::Error) -> RejectReason {
    match serde_json::from_str(text) {
        Err(error) => not_json(&error),
        Ok(value) => diagnose(&value).unwrap_or_else(|| unnamed(error)),
    }
}

/// The reason for a text that is no JSON value. The parser's messages on that are fixed and quote nothing.
pub(crate) fn not_json(error: &serde_json::Error) -> RejectReason {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or_default();
    if what == "trailing characters" {
        return RejectReason::MoreThanOne;
    }
    RejectReason::NotJson {
        line: error.line(),
        column: error.column(),
        what: what.to_owned(),
    }
}

/// The reason for a fault that only the parser sees: a field given twice, which a JSON value no longer shows.
fn unnamed(error: &serde_json::Error) -> RejectReason {
    let message = error.to_string();
    let twice = message
        .strip_prefix("duplicate field `")
        .and_then(|rest| rest.split('`').next());
    match twice {
        Some(field) => RejectReason::DuplicateField {
            field: Quoted::new(field),
        },
        None => RejectReason::WrongForm {
            line: error.line(),
            column: error.column(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "my pin is 4711";

    /// Records with one fault, and what must be said about it.
    const FAULTS: &[(&str, &str)] = &[
        ("{", "not JSON at column 1: EOF while parsing an object"),
        (r#"{"id":"a",TURNS"#, "EOF while parsing an object"),
        (
            r#"{"id":"a",TURNS} {}"#,
            "something follows the conversation, exactly one is expected",
        ),
        (r#"["SECRET"]"#, "`conversation` is not an object"),
        (r#""SECRET""#, "`conversation` is not an object"),
        ("{TURNS}", "`id` is missing"),
        (r#"{"id":7,TURNS}"#, "`id` is not a text"),
        (r#"{"id":" ",TURNS}"#, "`id` is empty"),
        (r#"{"id":"a"}"#, "`turns` is missing"),
        (r#"{"id":"a","turns":"SECRET"}"#, "`turns` is not an array"),
        (
            r#"{"id":"a","turns":["SECRET"]}"#,
            "`turns[0]` is not an object",
        ),
        (
            r#"{"id":"a","turns":[]}"#,
            "`turns` holds nothing that was said",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"SECRET","text":"x"}]}"#,
            "unknown word of 14 characters in `turns[0].speaker`, expected `seller`, `buyer` or `other`",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"agent","text":"SECRET"}]}"#,
            "unknown word `agent` in `turns[0].speaker`",
        ),
        (
            r#"{"id":"a","turns":[{"text":"SECRET"}]}"#,
            "`turns[0].speaker` is missing",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer"}]}"#,
            "`turns[0].text` is missing",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer","text":["SECRET"]}]}"#,
            "`turns[0].text` is not a text",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer","text":"SECRET","mood":1}]}"#,
            "unknown field `mood` in `turns[0]`",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer","text":"SECRET","start_ms":-1}]}"#,
            "`turns[0].start_ms` is not a whole number from 0",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer","text":"SECRET","start_ms":5,"end_ms":4}]}"#,
            "before it starts",
        ),
        (
            r#"{"id":"a",TURNS,"outcome":"maybe"}"#,
            "unknown word `maybe` in `outcome`, expected `won` or `lost`",
        ),
        (r#"{"id":"a",TURNS,"outcome":1}"#, "`outcome` is not a text"),
        (
            r#"{"id":"a",TURNS,"SECRET":1}"#,
            "unknown field of 14 characters in `conversation`, expected `id`, `turns`, `outcome` or `metadata`",
        ),
        (
            r#"{"id":"a","id":"SECRET",TURNS}"#,
            "field `id` is given twice",
        ),
        (
            r#"{"id":"a",TURNS,"metadata":"SECRET"}"#,
            "`metadata` is not an object",
        ),
        (
            r#"{"id":"a",TURNS,"metadata":{"account":7}}"#,
            "`metadata.account` is not a text",
        ),
        (
            r#"{"id":"a",TURNS,"metadata":{"amount":"SECRET"}}"#,
            "`metadata.amount` is not a number",
        ),
        (
            r#"{"id":"a",TURNS,"metadata":{"date":"SECRET"}}"#,
            "`metadata.date` is not a day like 2026-11-22",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"seller","text":"SECRET"}]}"#,
            "one side only: the buyer says nothing",
        ),
        (
            r#"{"id":"a","turns":[{"speaker":"buyer","text":"SECRET"},{"speaker":"seller","text":" "}]}"#,
            "one side only: the seller says nothing",
        ),
    ];

    /// The message for a record whose parts are given as JSON; `turns` and all else by default sound.
    fn refused(record: &str) -> String {
        let record = record
            .replace(
                "TURNS",
                r#""turns":[{"speaker":"seller","text":"a"},{"speaker":"buyer","text":"b"}]"#,
            )
            .replace("SECRET", SECRET);
        match parse(&record) {
            Ok(_) => format!("{record} was accepted"),
            Err(reason) => {
                for shown in [reason.to_string(), format!("{reason:?}")] {
                    assert!(!shown.contains("4711"), "{shown}");
                }
                reason.to_string()
            }
        }
    }

    #[test]
    fn each_fault_is_named_and_nothing_said_is_quoted() {
        for (record, message) in FAULTS {
            let got = refused(record);
            assert!(
                got.contains(message),
                "{record}\n  got: {got}\n  not: {message}"
            );
        }
    }

    #[test]
    fn nulls_stand_for_what_is_not_known() {
        let record = r#"{"id":"a","turns":[{"speaker":"seller","text":"x","start_ms":null},{"speaker":"buyer","text":"y"}],
            "outcome":null,"metadata":{"account":null,"date":null}}"#;
        assert_eq!(parse(record).map(|c| c.outcome()), Ok(None));
    }
}
