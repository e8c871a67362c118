//! `upturn similar`: the nearest moments of other calls.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use upturn::predict::{Neighbours, NeighboursConfig};
use upturn::{
    ConversationId, Evidence, Fingerprint, Model, MomentEncoder as _, Outcome, Prefix,
    RetrievalRequest, Retriever, RetrieverError, ScoredDocument, VectorStoreRetriever,
};

use crate::call::CallArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::indexing;
use crate::inference::InferenceArgs;
use crate::prediction_text::cited;

const EXAMPLES: &str = "Examples:\n  upturn similar --model model --store store --call call.json\n  \
    upturn similar --model model --store store --call call.json --outcome won --limit 10 --format json";

/// Find the calls that are most like this one.
///
/// Of each other call with a known outcome, the moment that is nearest to any moment of this one; nearest calls first.
/// Calls of the same account are left out, and so is the call itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimilarArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The collection, as `upturn index` filled it.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    #[command(flatten)]
    inference: InferenceArgs,
    #[command(flatten)]
    call: CallArgs,
    /// Only calls that ended so. Both by default.
    #[arg(long, value_enum)]
    outcome: Option<Ending>,
    /// At most so many calls.
    #[arg(long, value_name = "K", default_value = "5")]
    limit: NonZeroUsize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ending {
    Won,
    Lost,
}

impl From<Ending> for Outcome {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Won => Self::Won,
            Ending::Lost => Self::Lost,
        }
    }
}

/// The nearest calls.
#[derive(Debug, Serialize)]
struct SimilarReport<'a> {
    conversation: &'a ConversationId,
    turns: usize,
    neighbours: Vec<Evidence>,
    model_fingerprint: &'a Fingerprint,
}

/// A retriever that returns calls of one outcome only.
#[derive(Debug)]
struct EndedSo {
    among: VectorStoreRetriever,
    outcome: Option<Outcome>,
}

impl Retriever for EndedSo {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let mut request = request.clone();
        request.filter.outcome = self.outcome;
        self.among.retrieve(&request)
    }
}

impl SimilarArgs {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the call can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let call = self.call.read()?;
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let prefix = self.call.prefix(&call, context.printer);
        let report = SimilarReport {
            conversation: call.id(),
            turns: prefix.turns().len(),
            neighbours: self.nearest(prefix, &model)?,
            model_fingerprint: model.fingerprint(),
        };
        context.printer.answer(&text(&report.neighbours), &report)?;
        Ok(Exit::Done)
    }

    /// The calls that would vote on the prefix.
    fn nearest(&self, prefix: Prefix<'_>, model: &Model) -> Result<Vec<Evidence>, Failure> {
        let store = Arc::new(indexing::open(&self.store, model)?);
        let retriever = EndedSo {
            among: model.retriever(store)?,
            outcome: self.outcome.map(Outcome::from),
        };
        let moments = model
            .encoder()
            .encode(&[prefix])?
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        let config = NeighboursConfig {
            limit: self.limit.get(),
            ..NeighboursConfig::default()
        };
        // The share of won calls sways the vote, not who votes.
        Ok(Neighbours::new(config, 0.5)
            .vote(prefix, &moments, &retriever)?
            .evidence)
    }
}

fn text(neighbours: &[Evidence]) -> String {
    if neighbours.is_empty() {
        return "no other call with that outcome is in the collection".to_owned();
    }
    cited(&neighbours.iter().collect::<Vec<_>>())
}
