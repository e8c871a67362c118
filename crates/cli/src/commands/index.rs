//! `upturn index`: calls into a collection.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use upturn::{Embeddings, Fingerprint, Model};

use crate::context::Context;
use crate::dataset::{Counts, DataArgs, Dataset};
use crate::encoding::CallSetAside;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::indexing::Filling;
use crate::inference::InferenceArgs;
use crate::layout_args::LayoutArgs;
use crate::numbers::count;
use crate::place::PlaceArgs;

const EXAMPLES: &str = "Examples:\n  upturn index --model model --data calls.jsonl --store store\n  \
    upturn index --rebuild --model new-model --data calls.jsonl --store store\n  \
    upturn index --model model --data calls.jsonl --store http://localhost:6334 --ledger ledger";

/// Fill a collection with calls, for `predict`, `similar` and `search` to find.
///
/// The moments of every call are embedded by the model's encoder and kept by Qdrant's engine in a folder, and in a ledger beside it
/// from which the engine's files are put right if they are damaged. Only calls that are new or changed are embedded; a collection
/// belongs to the model that filled it and refuses another.
///
/// `--rebuild` fills a new generation with all calls of the data beside the one in use, which is searched meanwhile, and then puts it
/// in its place in one step; the old one is deleted. Interrupted, it leaves the old one in use, and the same command goes on.
///
/// On a Qdrant server the collection is an alias of its generations; what was indexed is noted in a ledger on this machine.
///
/// Calls that were forgotten (`upturn forget`) are passed over and counted.
///
/// A record that can't be used, and a call that can't be embedded, is reported and left out; then the exit code is 2, although the
/// others are indexed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IndexArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    place: PlaceArgs,
    /// Fill it anew with these calls and no others, by this model, whatever model filled it.
    #[arg(long)]
    rebuild: bool,
    #[command(flatten)]
    layout: LayoutArgs,
    #[command(flatten)]
    inference: InferenceArgs,
}

/// What was indexed.
#[derive(Debug, Serialize)]
struct IndexReport {
    store: PathBuf,
    encoder_fingerprint: Fingerprint,
    calls: usize,
    new: usize,
    changed: usize,
    unchanged: usize,
    forgotten: usize,
    rebuilt: bool,
    points: usize,
    points_in_collection: usize,
    records: Counts,
    set_aside: Vec<CallSetAside>,
    /// Of the whole command.
    seconds: f64,
    /// From the first call to the last, the graph included.
    filling_seconds: f64,
    /// Of these, while calls were being encoded.
    encoding_seconds: f64,
}

impl IndexArgs {
    /// Fills the collection.
    ///
    /// # Errors
    ///
    /// If the model, the data or the collection can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        let place = self.place.place(context)?;
        context.watch_interrupt()?;
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let dataset = self.data.read(context.printer)?;
        let calls: Vec<_> = dataset.conversations.iter().collect();
        let filling = Filling {
            place: &place,
            layout: self.layout.layout(),
            model: &model,
            calls: &calls,
            progress: &context.progress(),
            printer: context.printer,
        };
        let filled = if self.rebuild {
            filling.fill_anew()
        } else {
            filling.fill().map(|(_, filled)| filled)
        };
        let filled = filled.map_err(|failure| {
            let failure = failure.with_place(&place.options());
            let failure = failure.with_typed("MODEL", &self.model);
            failure.with_typed("PATH", &self.data.data)
        })?;
        let report = IndexReport {
            encoder_fingerprint: Embeddings::fingerprint(&**model.encoder()).clone(),
            calls: calls.len(),
            new: filled.new,
            changed: filled.changed,
            unchanged: filled.unchanged,
            forgotten: filled.forgotten,
            rebuilt: self.rebuild,
            points: filled.points,
            points_in_collection: filled.points_in_collection,
            records: dataset.counts,
            set_aside: filled.set_aside,
            filling_seconds: filled.seconds,
            encoding_seconds: filled.encoding_seconds,
            seconds: began.elapsed().as_secs_f64(),
            store: place.name(),
        };
        context.printer.success("indexed");
        context.printer.answer(&text(&report), &report)?;
        Ok(exit(&dataset, &report))
    }
}

fn exit(dataset: &Dataset, report: &IndexReport) -> Exit {
    if report.set_aside.is_empty() {
        dataset.exit()
    } else {
        Exit::SomeRejected
    }
}

fn text(report: &IndexReport) -> String {
    let aside = match report.set_aside.len() {
        0 => String::new(),
        calls => format!("\nset aside   {} of these calls", count(calls)),
    };
    format!(
        "collection  {} (encoder {})\nindexed     {} new calls, {} changed, {} unchanged; {} points, the collection holds {}{aside}\nseconds     {:.1}",
        report.store.display(),
        report.encoder_fingerprint.short(),
        count(report.new),
        count(report.changed),
        count(report.unchanged),
        count(report.points),
        count(report.points_in_collection),
        report.seconds,
    )
}
