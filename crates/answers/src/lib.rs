//! Ready chains: a question about a call to an answer that cites its evidence.
//!
//! - An [`Analyst`] holds all that is asked: what predicts and explains, the collection of other calls, and a [`ConversationStore`].
//! - [`PredictChain`], [`SimilarCallsChain`], [`ExplainChain`], [`CoachChain`], [`AskChain`], [`CompareChain`],
//!   [`MeasureChain`] and [`SearchChain`] ask it, each a [`Runnable`](upturn_chains::Runnable).
//! - A [`Narrator`] lets a language model tell a prediction, the calls most like one, an explanation, the next step or an answer in its
//!   own words ([`Retold`]).
//!
//! ```text
//!  CallRef ─▶ Analyst ─▶ evidence in cited sentences ─────────────────▶ response
//!                             └─▶ Narrator ─▶ guard ─▶ Retold, or a note why not ─▶ response
//! ```
//!
//! No language model is needed, and none changes a number: what it adds is dropped and counted.
//!
//! Not here: how anything is predicted or explained (`upturn-predict`, `upturn-coaching`), and what agents call
//! (`upturn-tools`).

mod analyst;
mod ask;
mod call_ref;
mod call_request;
mod coach;
mod compare;
mod conversation_store;
mod error;
mod exchange;
mod explain;
mod kept;
mod learnt;
mod measure;
mod narrated;
mod narrator;
mod predict;
mod search;
mod shown;
mod similar;
mod told;

#[cfg(feature = "test-utils")]
pub mod samples;

pub use analyst::Analyst;
pub use ask::{AskChain, AskRequest, AskResponse};
pub use call_ref::CallRef;
pub use call_request::CallRequest;
pub use coach::{CoachChain, CoachResponse};
pub use compare::{CompareChain, CompareRequest, CompareResponse, ComparedCall, MeasureOfBoth};
pub use conversation_store::{ConversationStore, ConversationsInMemory};
pub use error::AnswersError;
pub use exchange::Exchange;
pub use explain::{ExplainChain, ExplainResponse};
pub use learnt::{Learnt, TrainingCalls};
pub use measure::{MeasureChain, MeasureResponse};
pub use narrated::NarratedChain;
pub use narrator::{Narrator, Retold};
pub use predict::{PredictChain, PredictResponse};
pub use search::{FoundMoment, SearchChain, SearchMomentsRequest, SearchMomentsResponse};
pub use shown::{citation_line, sentence_line};
pub use similar::{NearCall, SimilarCallsChain, SimilarRequest, SimilarResponse};
pub use told::Told;
