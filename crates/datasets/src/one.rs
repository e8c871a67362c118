//! A single call, from a file or a pipe: [`read_one`].

use std::io::{BufRead, Read};
use std::path::Path;

use upturn_core::Conversation;

use crate::{DatasetError, ReadOptions, RejectReason, lines, record};

/// Reads exactly one conversation: a line, or one JSON object over several lines. `name` stands in errors (`-`).
///
/// At most [`ReadOptions::max_line_bytes`] are held.
///
/// # Errors
///
/// [`DatasetError::Empty`], [`DatasetError::Io`], or [`DatasetError::NotAConversation`] with the reason; something after
/// the conversation is among them. In contrast to a data set, one side may have said nothing: the call may just have begun.
pub fn read_one(
    input: impl BufRead,
    name: &str,
    options: &ReadOptions,
) -> Result<Conversation, DatasetError> {
    let limit = options.max_line_bytes as u64;
    let mut bytes = Vec::new();
    let mut input = input.take(limit.saturating_add(1));
    input
        .read_to_end(&mut bytes)
        .map_err(|source| DatasetError::io(Path::new(name), None, source))?;
    let parsed = if bytes.len() as u64 > limit {
        Err(RejectReason::LongCall {
            limit: options.max_line_bytes,
        })
    } else {
        lines::text(&bytes, true)
    };
    match parsed {
        Ok(text) if text.trim().is_empty() => Err(DatasetError::Empty { path: name.into() }),
        parsed => {
            parsed
                .and_then(record::parse_begun)
                .map_err(|reason| DatasetError::NotAConversation {
                    name: name.to_owned(),
                    reason: Box::new(reason),
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use upturn_core::{Diagnostic, ErrorKind};

    use super::*;

    const CALL: &str =
        r#"{"id":"live","turns":[{"speaker":"seller","text":"a"},{"speaker":"buyer","text":"b"}]}"#;

    fn one(input: &[u8]) -> Result<Conversation, DatasetError> {
        read_one(input, "-", &ReadOptions::default())
    }

    #[test]
    fn a_line_and_a_spread_out_object_are_one_call() {
        let spread = CALL.replace(',', ",\r\n  ");
        for call in [CALL, &format!("\u{feff}{CALL}\r\n\n"), &spread] {
            assert_eq!(one(call.as_bytes()).unwrap().id().as_str(), "live");
        }
    }

    #[test]
    fn what_is_not_exactly_one_call_is_refused_with_a_sentence() {
        let two = format!("{CALL}\n{CALL}");
        let broken = CALL.replace(",\"turns", ",\n!\"turns");
        for (input, message) in [
            (&b""[..], "`-` is empty"),
            (b" \n\n", "`-` is empty"),
            (
                two.as_bytes(),
                "`-`: something follows the conversation, exactly one is expected",
            ),
            (b"{\"id\":\"\xff", "`-`: not UTF-8 from byte 8 on"),
            (
                broken.as_bytes(),
                "`-`: not JSON at line 2 column 1: key must be a string",
            ),
        ] {
            let error = one(input).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn a_call_may_just_have_begun() {
        let begun = br#"{"id":"a","turns":[{"speaker":"buyer","text":"b"}]}"#;
        assert_eq!(one(begun).unwrap().turns().len(), 1);
    }

    #[test]
    fn a_call_of_200_mb_is_refused_after_the_limit() {
        let giant = BufReader::new(io::repeat(b'x').take(200_000_000));
        let error = read_one(
            giant,
            "big.json",
            &ReadOptions::default().with_max_line_bytes(1000),
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "`big.json`: longer than 1000 bytes"
        );
    }
}
