//! `upturn similar`: the nearest won and lost calls, and how they went on.

use std::num::NonZeroUsize;

use clap::Args;
use serde::Serialize;
use upturn::retrieval::{Comparable, SaidNext, comparables, said_next};
use upturn::{
    ConversationId, Fingerprint, MomentEncoder as _, Outcome, Prefix, Speaker, TurnRange,
    VectorStore,
};

use crate::call::CallArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::filter_args::FilterArgs;
use crate::similar_text::text;
use crate::sources::SourceArgs;

const EXAMPLES: &str = "Examples:\n  upturn similar --model model --store store --call call.json\n  \
    upturn similar --model model --store store --call call.json --outcome won --stage demo --limit 10 --format json";

/// Find the calls that are most like this one, won and lost.
///
/// Of each other call with a known outcome, the moment that is nearest to any moment of this one; nearest calls first. With
/// each stand the turns of this call that it is like, and what the seller said next. Calls of the same account are left out, and
/// so is the call itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimilarArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    call: CallArgs,
    /// At most so many calls of either outcome.
    #[arg(long, value_name = "K", default_value = "5")]
    limit: NonZeroUsize,
    #[command(flatten)]
    among: FilterArgs,
}

/// The nearest calls.
#[derive(Debug, Serialize)]
pub(crate) struct SimilarReport {
    conversation: ConversationId,
    turns: usize,
    pub(crate) won: Vec<Near>,
    pub(crate) lost: Vec<Near>,
    model_fingerprint: Fingerprint,
}

/// Another call, by the moment that is nearest.
#[derive(Debug, Serialize)]
pub(crate) struct Near {
    /// The other call.
    pub(crate) id: ConversationId,
    /// Which of its turns are alike.
    pub(crate) turns: TurnRange,
    /// Which turns of this call they are like.
    pub(crate) like: TurnRange,
    /// Cosine between both; ranks only.
    pub(crate) score: f32,
    /// What was said there.
    pub(crate) text: String,
    /// What the seller said next; absent where the call was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) said_next: Option<SaidNext>,
}

impl SimilarArgs {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the call can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let call = self.call.read()?;
        let prefix = self.call.prefix(&call, context.printer);
        let filter = self.among.filter();
        let asked = filter.outcome;
        let (model, store) = self.sources.open_both(context, |_, _| Ok(()))?;
        let moments = model.encoder().encode(&[prefix])?;
        let moments: Vec<_> = moments.into_iter().flatten().collect();
        let found = comparables(&*store, prefix, &moments, &filter, self.limit.get())?;
        let report = SimilarReport {
            conversation: call.id().clone(),
            turns: known(prefix),
            won: near(&*store, found.won)?,
            lost: near(&*store, found.lost)?,
            model_fingerprint: model.fingerprint().clone(),
        };
        context.printer.answer(&text(&report, asked), &report)?;
        Ok(Exit::Done)
    }
}

fn known(prefix: Prefix<'_>) -> usize {
    prefix.turns().len()
}

/// With what was said next.
fn near(store: &dyn VectorStore, found: Vec<Comparable>) -> Result<Vec<Near>, Failure> {
    let one = |Comparable { turns, found }: Comparable| {
        let metadata = &found.document.metadata;
        Ok(Near {
            said_next: said_next(store, metadata, Speaker::Seller)?,
            id: metadata.conversation.clone(),
            turns: metadata.turns,
            like: turns,
            score: found.score,
            text: found.document.page_content,
        })
    };
    found.into_iter().map(one).collect()
}

impl SimilarReport {
    /// The calls that ended so.
    pub(crate) fn side(&self, outcome: Outcome) -> &[Near] {
        match outcome {
            Outcome::Won => &self.won,
            Outcome::Lost => &self.lost,
        }
    }
}
