//! Records that could not be used, and why: [`Rejected`] and [`RejectReason`].
//!
//! No reason quotes what was said. Names of fields and single words that stand where a fixed word belongs (an outcome,
//! a speaker, a role) are [`Quoted`], so that a transcript in the wrong column stays out of terminals and logs.

use std::fmt;
use std::path::PathBuf;

use upturn_core::{ConversationError, Speaker};

use crate::quoted::Quoted;

/// A record that is set aside because it is broken: counted, reported, never silently dropped.
///
/// Display: `calls.jsonl:17: <reason>`, or `dev.json: element 17: <reason>`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// The file it stands in.
    pub file: PathBuf,
    /// Its place in the file, from 1, in the unit of [`counted`](Self::counted).
    pub line: u64,
    /// Whether `line` counts lines or elements of a JSON array.
    pub counted: Counted,
    /// What is wrong with it.
    pub reason: RejectReason,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            counted,
            reason,
        } = self;
        match counted {
            Counted::Lines => write!(f, "{}:{line}: {reason}", file.display()),
            Counted::Rows => write!(f, "{}: row {line}: {reason}", file.display()),
            Counted::Elements => write!(f, "{}: element {line}: {reason}", file.display()),
        }
    }
}

/// What a place in a file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Lines of text; of a CSV record that spans several, the first.
    Lines,
    /// Elements of a JSON array, which often stands on a single line.
    Elements,
    /// Rows of a file that has no lines.
    Rows,
}

/// Why a record cannot be used. Field paths read `turns[3].speaker`, places from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectReason {
    /// The file holds nothing at all.
    #[error("the file is empty")]
    EmptyFile,
    /// A line, element or cell exceeds [`ReadOptions::max_line_bytes`](crate::ReadOptions::max_line_bytes).
    #[error("{bytes} bytes long, at most {limit} are read")]
    TooLong {
        /// Its length without the line break.
        bytes: u64,
        /// The limit.
        limit: usize,
    },
    /// A single call exceeds the same limit; how long it is was not read.
    #[error("longer than {limit} bytes")]
    LongCall {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("not UTF-8 from byte {byte} on")]
    NotUtf8 {
        /// Place of the first bad byte in the record, from 1.
        byte: usize,
    },
    /// The record is not JSON.
    #[error("not JSON at {}: {what}", place(*.line, *.column))]
    NotJson {
        /// Line within the record, from 1; more than 1 only where a record may span several.
        line: usize,
        /// Place in that line in bytes, from 1; 0 before its first byte.
        column: usize,
        /// The parser's words; they hold nothing of the input.
        what: String,
    },
    /// A JSON array has no end: the file breaks off, or a quotation mark or bracket is not closed.
    #[error("the file ends within this element, after {bytes} bytes of it")]
    NoEnd {
        /// Length of what is there.
        bytes: u64,
    },
    /// Something follows the end of a JSON array.
    #[error("something follows the end of the array, it is not read")]
    AfterArray,
    /// Something follows where exactly one conversation is expected.
    #[error("something follows the conversation, exactly one is expected")]
    MoreThanOne,
    /// A required field or column is absent.
    #[error("`{field}` is missing")]
    Missing {
        /// Its path.
        field: String,
    },
    /// A field holds another kind of value than it should.
    #[error("`{field}` is not {expected}")]
    WrongType {
        /// Its path.
        field: String,
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// A word is none of the allowed ones.
    #[error("unknown word {got} in `{field}`, expected {}", one_of(.allowed))]
    UnknownWord {
        /// Path of the field.
        field: String,
        /// The word.
        got: Quoted,
        /// The words that are known.
        allowed: &'static [&'static str],
    },
    /// A field that the form does not have, which would otherwise be ignored unnoticed.
    #[error("unknown field {field} in `{within}`, expected {}", one_of(.allowed))]
    UnknownField {
        /// Its name.
        field: Quoted,
        /// Path of the object it stands in.
        within: String,
        /// The fields that are known.
        allowed: &'static [&'static str],
    },
    /// A field is given twice.
    #[error("field {field} is given twice")]
    DuplicateField {
        /// Its name.
        field: Quoted,
    },
    /// It breaks a law of conversations.
    #[error(transparent)]
    Law(#[from] ConversationError),
    /// Only one side speaks.
    #[error("one side only: the {} says nothing", .missing.as_str())]
    OneSide {
        /// The side that says nothing.
        missing: Speaker,
    },
    /// Another conversation of the data set has the same id.
    #[error("id `{id}` is not unique, it stood before at {first}")]
    DuplicateId {
        /// The id.
        id: String,
        /// Where it stood first, as `file:line`.
        first: String,
    },
    /// A dialogue without a row that says how it ended.
    #[error("`{file}` has no row of the buyer of `{id}`: its outcome is unknown")]
    NoBuyerRow {
        /// The file that should have it.
        file: &'static str,
        /// Id of the dialogue.
        id: String,
    },
    /// A second row says how the dialogue ended, for another buyer.
    #[error("it has a second buyer (`B4` is 1), so its outcome is unknown")]
    SecondBuyer,
    /// A row about a dialogue of which no sentence is there.
    #[error("`{file}` has no sentence of `{id}`")]
    NoSentence {
        /// The file that should have it.
        file: &'static str,
        /// Id of the dialogue.
        id: String,
    },
    /// A broken row makes its whole dialogue unusable.
    #[error("a row of dialogue `{id}` is broken, so all of it is set aside: {reason}")]
    BrokenRow {
        /// Id of the dialogue.
        id: String,
        /// What is wrong with the row.
        reason: Box<RejectReason>,
    },
    /// JSON, but not the form of a conversation, in a way that has no name here.
    #[error("not the form of a conversation at {}", place(*.line, *.column))]
    WrongForm {
        /// Line within the record, from 1.
        line: usize,
        /// Place in that line in bytes, from 1.
        column: usize,
    },
    /// A file of text holds a zero byte: it is binary, or UTF-16 without a byte order mark.
    #[error("not text: byte {byte} is zero")]
    NotText {
        /// Place of the zero byte, from 1.
        byte: usize,
    },
    /// No line of a plain text begins with the name of a voice.
    #[error("no line names who speaks")]
    NoSpeaker,
    /// A call has more voices than any meeting.
    #[error("more than {limit} voices")]
    TooManyVoices {
        /// Most that are read.
        limit: usize,
    },
    /// The service that should have transcribed it failed, or has not finished.
    #[error("not transcribed: its status is {status}")]
    NotTranscribed {
        /// What the service calls its state.
        status: Quoted,
    },
    /// It took place, or all of it was said, after its outcome was known.
    #[error("it took place after its outcome was known")]
    AfterOutcome,
    /// A row of a table has fewer or more cells than the header.
    #[error("{cells} cells in the row, {columns} columns in the header")]
    Ragged {
        /// Cells of the row.
        cells: usize,
        /// Columns of the header.
        columns: usize,
    },
    /// Two rows of one call say different things of it, of which only one can be true.
    #[error("two rows of the call differ in `{field}`")]
    Contradiction {
        /// The column.
        field: String,
    },
    /// A call of a table comes back after another one began; what stood before is a record of its own.
    #[error("rows of call `{id}` stand further up, with rows of another call between")]
    NotTogether {
        /// Id of the call, or its length if it may be something else.
        id: String,
    },
    /// The file cannot be read further, so that nobody knows whether the record is complete.
    #[error("the rest of the file cannot be read")]
    CutOff,
    /// A row of a table has more cells than there are columns.
    #[error(
        "{got} cells, expected {expected}: a text with a delimiter may lack its quotation marks"
    )]
    CellCount {
        /// Cells of the row.
        got: usize,
        /// Columns of the table.
        expected: usize,
    },
}

impl RejectReason {
    /// The same without words that stand where a fixed word or an id belongs: they may be a name. Names of fields stay.
    pub(crate) fn without_words(mut self) -> Self {
        const HIDDEN: &str = "…";
        if let Self::UnknownWord { got: word, .. } | Self::NotTranscribed { status: word } =
            &mut self
        {
            word.hide();
        }
        if let Self::DuplicateId { id, .. }
        | Self::NoBuyerRow { id, .. }
        | Self::NoSentence { id, .. }
        | Self::NotTogether { id }
        | Self::BrokenRow { id, .. } = &mut self
        {
            HIDDEN.clone_into(id);
        }
        if let Self::DuplicateId { first, .. } = &mut self {
            HIDDEN.clone_into(first);
        }
        if let Self::BrokenRow { reason, .. } = &mut self {
            **reason = reason.as_ref().clone().without_words();
        }
        self
    }
}

/// A place within a record; its line is told only where there is more than one.
fn place(line: usize, column: usize) -> String {
    if line > 1 {
        format!("line {line} column {column}")
    } else {
        format!("column {column}")
    }
}

/// `a`, `b` or `c`, each in backticks.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_words_no_input_is_quoted_and_fields_stay() {
        let word = || Quoted::new("jane");
        let reasons = [
            RejectReason::UnknownWord {
                field: "speaker".to_owned(),
                got: word(),
                allowed: &["seller"],
            },
            RejectReason::NotTranscribed { status: word() },
            RejectReason::BrokenRow {
                id: "jane".to_owned(),
                reason: Box::new(RejectReason::NotTogether {
                    id: "jane".to_owned(),
                }),
            },
        ];
        for reason in reasons {
            let shown = reason.without_words().to_string();
            assert!(!shown.contains("jane"), "{shown}");
        }
        let field = RejectReason::UnknownField {
            field: Quoted::new("speeker"),
            within: "turns[0]".to_owned(),
            allowed: &["speaker"],
        };
        assert!(field.without_words().to_string().contains("`speeker`"));
    }

    #[test]
    fn a_rejected_record_prints_where_it_stands() {
        let mut rejected = Rejected {
            file: "calls.jsonl".into(),
            line: 17,
            counted: Counted::Lines,
            reason: RejectReason::OneSide {
                missing: Speaker::Buyer,
            },
        };
        assert_eq!(
            rejected.to_string(),
            "calls.jsonl:17: one side only: the buyer says nothing"
        );
        rejected.counted = Counted::Elements;
        assert!(
            rejected
                .to_string()
                .starts_with("calls.jsonl: element 17: ")
        );
        rejected.counted = Counted::Rows;
        assert!(rejected.to_string().starts_with("calls.jsonl: row 17: "));
    }
}
