//! What a language model may ask of upturn: one tool a file.
//!
//! | tool | answers |
//! |---|---|
//! | [`PredictOutcome`] | how likely a call is won |
//! | [`SimilarConversations`] | which known calls are most like it, and how they went on |
//! | [`ExplainPrediction`] | why it is predicted so |
//! | [`CoachTurn`] | what to do or ask next |
//! | [`CompareConversations`] | how two calls differ, and where they parted |
//! | [`ConversationMeasures`] | what is counted in it, and where that stands |
//! | [`SearchMoments`] | where something like a text was said |
//!
//! [`all`] of them are told calls by their ids or as they are, [`by_id`] by their ids only, in less than a third of the words.
//!
//! # Laws
//!
//! - **Read only.** No call changes anything, and none asks a language model.
//! - **Bounded.** An answer has at most [`MOST_BYTES`] as JSON: lists are shortened by whole entries and say by how many,
//!   quotes have at most [`MOST_QUOTE`] characters.
//! - **Cited.** Whatever was said stands with its call, its turns and, if it is known, how that call ended.
//! - **Silent.** Errors are one sentence and hold nothing that was said.
//!
//! Not here: how anything is computed (`upturn-answers`), and agents that call tools (`upturn-chains`).

mod bound;
mod by_id;
mod chance;
mod cite;
mod coach_turn;
mod compare_conversations;
#[cfg(feature = "test-utils")]
pub mod conformance;
mod conversation_measures;
mod explain_prediction;
mod limit;
mod predict_outcome;
mod search_moments;
mod similar_conversations;

use std::sync::Arc;

use upturn_answers::Analyst;
use upturn_chains::{Described, Tool};

pub use bound::{Listed, MOST_BYTES};
pub use by_id::by_id;
pub use chance::Chance;
pub use cite::{Cited, Told};
pub use coach_turn::{CoachTurn, CoachedTurn};
pub use compare_conversations::{
    Alike, CompareConversations, Compared, ComparedConversations, Parted,
};
pub use conversation_measures::{
    ConversationMeasures, Measured, MeasuredConversation, RestsOn, Warned,
};
pub use explain_prediction::{ExplainPrediction, ExplainedPrediction};
pub use limit::{Limit, NoLimit};
pub use predict_outcome::{Neighbour, PredictOutcome, PredictedOutcome};
pub use search_moments::{MomentFound, MomentsFound, SearchInput, SearchMoments};
pub use similar_conversations::{Next, Similar, SimilarConversations, SimilarFound, SimilarInput};

/// Longest quote in characters.
pub const MOST_QUOTE: usize = 160;

/// All tools, in the order of the table above.
pub fn all(analyst: &Arc<Analyst>) -> Vec<Arc<dyn Tool>> {
    let it = || Arc::clone(analyst);
    vec![
        Arc::new(Described::new(PredictOutcome::new(it()))),
        Arc::new(Described::new(SimilarConversations::new(it()))),
        Arc::new(Described::new(ExplainPrediction::new(it()))),
        Arc::new(Described::new(CoachTurn::new(it()))),
        Arc::new(Described::new(CompareConversations::new(it()))),
        Arc::new(Described::new(ConversationMeasures::new(it()))),
        Arc::new(Described::new(SearchMoments::new(it()))),
    ]
}
