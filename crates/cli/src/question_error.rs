//! Why a question can't be asked: [`QuestionError`].

use upturn::{Diagnostic, ErrorKind};

/// What was wrong with what `upturn search` was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuestionError {
    /// Neither a text nor a call.
    #[error("nothing is asked for")]
    Nothing,
    /// Blank.
    #[error("the text to look for is empty")]
    EmptyText,
    /// Only punctuation, where words are asked for.
    #[error("`--text` has no word to look for")]
    NoWord,
    /// Two questions.
    #[error("`--text` can't be asked for together with `--like` or `--unlike`")]
    TextAndCalls,
    /// Nothing to be like.
    #[error("`--unlike` needs `--like`")]
    OnlyUnlike,
    /// Calls have too many words.
    #[error("`--words` needs `--text`: calls are compared by their meaning")]
    WordsOfCalls,
    /// A call that the collection does not have.
    #[error("no call `{call}` is in the collection")]
    Unknown {
        /// Its id, as it was typed.
        call: String,
    },
    /// What is wanted and what is not wanted are the same.
    #[error("the calls of `--like` and `--unlike` cancel each other out")]
    NoDirection,
    /// A λ that is none.
    #[error("`--variety` is {got}, it goes from 0 to 1")]
    Variety {
        /// What was typed.
        got: f32,
    },
    /// A threshold on fused places.
    #[error(
        "`--least-score` needs `--words`, `--meaning` or `--like`: places in two lists are no scores"
    )]
    NoScore,
    /// A threshold that is none.
    #[error("`--least-score` is {got}, no number to compare with")]
    LeastScore {
        /// What was typed.
        got: f32,
    },
    /// A collection without points.
    #[error("the collection `{collection}` holds no call")]
    EmptyCollection {
        /// Which.
        collection: String,
    },
}

impl Diagnostic for QuestionError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } | Self::EmptyCollection { .. } => ErrorKind::NotFound,
            Self::Nothing
            | Self::EmptyText
            | Self::NoWord
            | Self::TextAndCalls
            | Self::OnlyUnlike
            | Self::WordsOfCalls
            | Self::NoDirection
            | Self::Variety { .. }
            | Self::NoScore
            | Self::LeastScore { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Nothing => {
                "`--text TEXT` asks for what was said, `--like CALL_ID` for what is like a call"
            }
            Self::EmptyText => "say in a few words what may have been said",
            Self::NoWord => {
                "words have letters or digits; without `--words` it is looked for by meaning"
            }
            Self::TextAndCalls => {
                "ask twice: once with `--text`, once with `--like` and `--unlike`"
            }
            Self::OnlyUnlike => "name a call that it should be like, too",
            Self::WordsOfCalls => "leave `--words` out, or put the words into `--text`",
            Self::Unknown { .. } => {
                "ids are those of the data that were indexed, letter by letter; `upturn search --text TEXT` shows some"
            }
            Self::NoDirection => "name calls that differ",
            Self::Variety { .. } => {
                "1 looks at nearness alone, 0 at difference alone; 0.7 is usual"
            }
            Self::NoScore => "rank by one of them, or leave `--least-score` out",
            Self::LeastScore { .. } => "cosines go from -1 to 1, BM25 from 0 up",
            Self::EmptyCollection { .. } => {
                "fill it: `upturn index --model MODEL --data PATH --store DIR`"
            }
        };
        Some(hint.to_owned())
    }
}
