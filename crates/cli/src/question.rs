//! What `upturn search` looks for: [`QuestionArgs`] as typed, [`Question`] as meant.

use clap::Args;
use upturn::retrieval::{Sought, towards, unknown_calls};
use upturn::{Bm25, ConversationId, Embeddings as _, Filter, Model, SparseEmbedding, VectorStore};

use crate::failure::Failure;
use crate::question_error::QuestionError;

/// A text, or calls.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to look for")]
pub(crate) struct QuestionArgs {
    /// What may have been said, in any words: moments that mean the like, or say the same words, are found.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Calls of the collection, by their ids, instead of a text: moments like them are found, and none of theirs.
    #[arg(long, value_name = "CALL_ID", num_args = 1..)]
    like: Vec<String>,
    /// Calls that it should not be like; only with `--like`.
    #[arg(long, value_name = "CALL_ID", num_args = 1..)]
    unlike: Vec<String>,
    /// Rank by the words of the text (BM25). By words and meaning together by default.
    #[arg(long)]
    words: bool,
    /// Rank by its meaning (cosine). By words and meaning together by default.
    #[arg(long)]
    meaning: bool,
}

/// What moments are ranked by; its name is that of the scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ranking {
    /// Meaning.
    Cosine,
    /// Words.
    Bm25,
    /// Both.
    ReciprocalRankFusion,
}

/// What was asked for, checked as far as it can be without a collection.
#[derive(Debug)]
pub(crate) enum Question {
    /// What may have been said.
    Text {
        /// As it was typed; never blank.
        text: String,
        /// Its words; some where they alone are ranked by.
        words: SparseEmbedding,
        /// What moments are ranked by.
        ranking: Ranking,
    },
    /// What is like some calls.
    Calls {
        /// These; at least one.
        like: Vec<ConversationId>,
        /// And unlike these.
        unlike: Vec<ConversationId>,
    },
}

impl QuestionArgs {
    /// The question.
    ///
    /// # Errors
    ///
    /// [`QuestionError`].
    pub(crate) fn question(self) -> Result<Question, QuestionError> {
        let ranking = match (self.words, self.meaning) {
            (true, false) => Ranking::Bm25,
            (false, true) => Ranking::Cosine,
            (true, true) | (false, false) => Ranking::ReciprocalRankFusion,
        };
        match self.text {
            Some(_) if !self.like.is_empty() || !self.unlike.is_empty() => {
                Err(QuestionError::TextAndCalls)
            }
            Some(text) => of_text(text, ranking),
            None if self.like.is_empty() && self.unlike.is_empty() => Err(QuestionError::Nothing),
            None if self.like.is_empty() => Err(QuestionError::OnlyUnlike),
            None if self.words => Err(QuestionError::WordsOfCalls),
            None => Ok(Question::Calls {
                like: ids(self.like)?,
                unlike: ids(self.unlike)?,
            }),
        }
    }
}

/// A text that moments are looked for by.
///
/// # Errors
///
/// [`QuestionError::EmptyText`], or [`QuestionError::NoWord`] where words alone are ranked by.
pub(crate) fn of_text(text: String, ranking: Ranking) -> Result<Question, QuestionError> {
    if text.trim().is_empty() {
        return Err(QuestionError::EmptyText);
    }
    let words = Bm25.query(&text);
    if ranking == Ranking::Bm25 && words.is_empty() {
        return Err(QuestionError::NoWord);
    }
    Ok(Question::Text {
        text,
        words,
        ranking,
    })
}

/// What can be no id is the id of no call.
fn ids(typed: Vec<String>) -> Result<Vec<ConversationId>, QuestionError> {
    let id = |typed: String| {
        ConversationId::new(typed.clone()).map_err(|_| QuestionError::Unknown { call: typed })
    };
    typed.into_iter().map(id).collect()
}

impl Question {
    /// What moments are ranked by.
    pub(crate) fn ranking(&self) -> Ranking {
        match self {
            Self::Text { ranking, .. } => *ranking,
            Self::Calls { .. } => Ranking::Cosine,
        }
    }

    /// The same as stores take it; `filter` learns which calls are not to be found.
    ///
    /// # Errors
    ///
    /// [`QuestionError::Unknown`], [`QuestionError::NoDirection`], or those of the encoder or the store.
    pub(crate) fn sought(
        self,
        model: &Model,
        store: &dyn VectorStore,
        filter: &mut Filter,
    ) -> Result<Sought, Failure> {
        let (like, unlike) = match self {
            Self::Text {
                text,
                words,
                ranking,
            } => return of_words(model, &text, words, ranking),
            Self::Calls { like, unlike } => (like, unlike),
        };
        let calls = [&like[..], &unlike].concat();
        if let Some(call) = unknown_calls(store, &calls)?.into_iter().next() {
            let call = call.into();
            return Err(QuestionError::Unknown { call }.into());
        }
        let direction = towards(store, &like, &unlike)?.ok_or(QuestionError::NoDirection)?;
        filter.without_conversations.extend(calls);
        Ok(Sought::Meaning(direction))
    }
}

fn of_words(
    model: &Model,
    text: &str,
    words: SparseEmbedding,
    ranking: Ranking,
) -> Result<Sought, Failure> {
    let direction = || model.encoder().embed_query(text);
    Ok(match ranking {
        Ranking::Bm25 => Sought::Words(words),
        Ranking::Cosine => Sought::Meaning(direction()?),
        Ranking::ReciprocalRankFusion => Sought::Both {
            direction: direction()?,
            words,
        },
    })
}
