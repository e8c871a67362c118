//! `upturn search`: moments of all calls, by a text or by calls that they should be like.

use clap::Args;
use serde::Serialize;
use upturn::retrieval::{SaidNext, Search, said_next, search};
use upturn::{
    ConversationId, DocumentKind, Filter, Fingerprint, Outcome, ScoredDocument, Speaker, TurnRange,
    VectorStore,
};

use crate::answer_args::AnswerArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::filter_args::FilterArgs;
use crate::place::Place;
use crate::question::{QuestionArgs, Ranking};
use crate::question_error::QuestionError;
use crate::search_text::text;
use crate::sources::SourceArgs;

const EXAMPLES: &str = "Examples:\n  \
    upturn search --model model --store store --text \"too expensive for us\" --outcome won --per-call\n  \
    upturn search --model model --store store --text \"renewal discount\" --words --since 2026-01-01 --page 2\n  \
    upturn search --model model --store store --like call-17 call-40 --unlike call-3 --variety 0.7 --format json";

/// Search all calls for what was said.
///
/// Moments that mean what the text means or say its words are found, best first (`--text`); or moments that are like some calls
/// and unlike others (`--like`, `--unlike`). Each stands with its call, its turns, how the call ended (`open` where that is not
/// known), and what the seller said next.
///
/// Scores rank, and are comparable within one answer only: a cosine, BM25, or the sum of shares of places where both are fused.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    answer: AnswerArgs,
    #[command(flatten)]
    among: FilterArgs,
}

/// A page of what was found.
#[derive(Debug, Serialize)]
pub(crate) struct SearchReport {
    /// What the scores are.
    pub(crate) scores: Ranking,
    /// Which page, from 1.
    pub(crate) page: usize,
    /// Of how many.
    pub(crate) limit: usize,
    /// Whether there is a next page.
    pub(crate) more: bool,
    pub(crate) found: Vec<Found>,
    pub(crate) model_fingerprint: Fingerprint,
}

/// A moment with its citation.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The call.
    pub(crate) id: ConversationId,
    /// Which of its turns.
    pub(crate) turns: TurnRange,
    /// How the call ended, if that is known.
    pub(crate) outcome: Option<Outcome>,
    /// Ranks only.
    pub(crate) score: f32,
    /// What was said there.
    pub(crate) text: String,
    /// What the seller said next; absent where the call was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) said_next: Option<SaidNext>,
}

impl SearchArgs {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the question can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let question = self.question.question()?;
        let scores = question.ranking();
        self.answer.check(scores)?;
        let (model, store) = self.sources.open_both(context, not_empty)?;
        let mut filter = Filter {
            kind: Some(DocumentKind::Moment),
            labelled: false,
            ..self.among.filter()
        };
        let sought = question.sought(&model, &*store, &mut filter)?;
        let limit = self.answer.limit.get();
        let asked = Search {
            filter,
            ..Search::new(sought, limit)
        };
        let mut found = search(&*store, &self.answer.page_of(asked))?;
        let more = found.len() > limit;
        found.truncate(limit);
        let report = SearchReport {
            scores,
            page: self.answer.page.get(),
            limit,
            more,
            found: cited(&*store, found)?,
            model_fingerprint: model.fingerprint().clone(),
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }
}

fn not_empty(place: &Place, store: &dyn VectorStore) -> Result<(), Failure> {
    if store.count(&Filter::default())? > 0 {
        return Ok(());
    }
    let collection = place.name().display().to_string();
    let failure = Failure::from(QuestionError::EmptyCollection { collection });
    Err(failure.with_place(&place.options()))
}

/// With what was said next.
fn cited(store: &dyn VectorStore, found: Vec<ScoredDocument>) -> Result<Vec<Found>, Failure> {
    let one = |ScoredDocument { document, score }: ScoredDocument| {
        Ok(Found {
            said_next: said_next(store, &document.metadata, Speaker::Seller)?,
            id: document.metadata.conversation,
            turns: document.metadata.turns,
            outcome: document.metadata.outcome,
            score,
            text: document.page_content,
        })
    };
    found.into_iter().map(one).collect()
}
