//! `upturn bench live`: how long an answer takes while a call goes on, and its explanation.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use upturn::coaching::{ComparableCalls, Trajectory, WhatMovedIt};
use upturn::predict::{ConversionPredictor, Live};
use upturn::training::Monitor as _;
use upturn::vectorstore::edge::{EdgeLayout, EdgeStore};
use upturn::{
    Conversation, ConversationId, Embeddings, Filter, Metadata, Model, Prefix, Turn, VectorStore,
};

use super::store::OF_CALL;
use super::store_points::Points;
use super::store_run::quantile;
use super::timed::{Clock, timed};
use crate::context::Context;
use crate::dataset::DataArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use crate::numbers::count;
use crate::table::Table;

const EXAMPLES: &str = "Examples:\n  upturn bench live --model model --data calls.jsonl\n  \
    upturn bench live --model model --data calls.jsonl --indexed 100000 --turns 80";

/// Points stored together.
const BATCH: usize = 2048;

/// Comparable calls of either outcome in an explanation.
const BESIDE: usize = 3;

/// Measure how long an answer takes while a call goes on, and its explanation.
///
/// Calls are made of the turns of the data, one after another, each as long as asked for, and followed turn by turn. The
/// collection holds made-up calls of eight moments, whose vectors lie as text embeddings do. An explanation is the trajectory of
/// the whole call, what moved it, and the comparable calls.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LiveArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    inference: InferenceArgs,
    /// Made-up calls in the collection.
    #[arg(long, value_name = "CALLS", default_value = "1000")]
    indexed: NonZeroUsize,
    /// Turns of a call.
    #[arg(long, value_name = "N", default_value = "60")]
    turns: NonZeroUsize,
    /// Calls that are followed.
    #[arg(long, value_name = "N", default_value = "20")]
    calls: NonZeroUsize,
    /// Folder that keeps the collection: filled where it holds none, else used as it is. None is kept by default.
    #[arg(long, value_name = "FOLDER")]
    store: Option<PathBuf>,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct LiveReport {
    indexed_calls: usize,
    indexed_points: usize,
    turns: usize,
    calls: usize,
    /// One answer.
    push_p50_ms: f64,
    push_p99_ms: f64,
    /// Of it, the encoder.
    read_p50_ms: f64,
    read_p99_ms: f64,
    /// Of it, the collection.
    looked_up_p50_ms: f64,
    looked_up_p99_ms: f64,
    /// Of it, everything else.
    rest_p50_ms: f64,
    rest_p99_ms: f64,
    /// All answers of a call.
    call_p50_ms: f64,
    /// The whole call at once.
    whole_p50_ms: f64,
    trajectory_p50_ms: f64,
    moved_p50_ms: f64,
    comparables_p50_ms: f64,
    explanation_p50_ms: f64,
    explanation_p99_ms: f64,
}

/// Seconds of everything.
#[derive(Debug, Default)]
struct Times {
    push: Vec<f64>,
    read: Vec<f64>,
    looked_up: Vec<f64>,
    rest: Vec<f64>,
    call: Vec<f64>,
    whole: Vec<f64>,
    trajectory: Vec<f64>,
    moved: Vec<f64>,
    comparables: Vec<f64>,
    explanation: Vec<f64>,
}

impl LiveArgs {
    /// Measures and prints.
    ///
    /// # Errors
    ///
    /// If the model or the data can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let data = self.data.read(context.printer)?;
        let calls = long_calls(&data.conversations, self.calls.get(), self.turns.get())?;
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let folder = tempfile::tempdir().map_err(CliError::write(&std::env::temp_dir()))?;
        let temporary = folder.path().join("store");
        let kept = self.store.as_deref().unwrap_or(&temporary);
        let store = self.filled(&model, kept, context)?;
        let (predictor, clock) = timed(&model.predictor(store.clone())?, &model, store.clone())?;
        let mut times = Times::default();
        for call in &calls {
            follow(&predictor, call, &clock, &mut times)?;
            explain(&predictor, &*store, call, &mut times)?;
        }
        let report = self.report(&calls, times);
        context.printer.answer(&text(&report), &report)?;
        Ok(data.exit())
    }

    fn filled(
        &self,
        model: &Model,
        folder: &std::path::Path,
        context: &Context,
    ) -> Result<Arc<dyn VectorStore>, Failure> {
        let encoder = &**model.encoder();
        let (dimension, fingerprint) = (encoder.dimension(), Embeddings::fingerprint(encoder));
        let layout = EdgeLayout::default();
        let store = EdgeStore::create_or_open_with(folder, dimension, fingerprint, layout)?;
        let points = self.indexed.get() * OF_CALL;
        if store.count(&Filter::default())? == points {
            return Ok(Arc::new(store));
        }
        let mut source = Points::new(points, dimension, 0);
        let progress = context.progress();
        progress.stage("filling", points as u64);
        for done in (0..points).step_by(BATCH) {
            let batch = source.take(BATCH.min(points - done))?;
            store.stage(&batch)?;
            progress.advance(batch.len());
        }
        progress.stage("building the graph", 1);
        store.flush()?;
        store.optimize()?;
        progress.clear();
        Ok(Arc::new(store))
    }

    fn report(&self, calls: &[Conversation], times: Times) -> LiveReport {
        let of = |mut seconds: Vec<f64>, percent| {
            seconds.sort_by(f64::total_cmp);
            quantile(&seconds, percent)
        };
        LiveReport {
            indexed_calls: self.indexed.get(),
            indexed_points: self.indexed.get() * OF_CALL,
            turns: self.turns.get(),
            calls: calls.len(),
            push_p50_ms: of(times.push.clone(), 50),
            push_p99_ms: of(times.push, 99),
            read_p50_ms: of(times.read.clone(), 50),
            read_p99_ms: of(times.read, 99),
            looked_up_p50_ms: of(times.looked_up.clone(), 50),
            looked_up_p99_ms: of(times.looked_up, 99),
            rest_p50_ms: of(times.rest.clone(), 50),
            rest_p99_ms: of(times.rest, 99),
            call_p50_ms: of(times.call, 50),
            whole_p50_ms: of(times.whole, 50),
            trajectory_p50_ms: of(times.trajectory, 50),
            moved_p50_ms: of(times.moved, 50),
            comparables_p50_ms: of(times.comparables, 50),
            explanation_p50_ms: of(times.explanation.clone(), 50),
            explanation_p99_ms: of(times.explanation, 99),
        }
    }
}

/// Calls of so many turns, made of those at hand one after another, and of the first ones again where they do not suffice.
fn long_calls(
    data: &[Conversation],
    calls: usize,
    turns: usize,
) -> Result<Vec<Conversation>, Failure> {
    let all = data.iter().flat_map(Conversation::turns);
    let mut said = all.cycle().cloned();
    let one = |at| {
        let turns: Vec<Turn> = said.by_ref().take(turns).collect();
        let id = ConversationId::new(format!("followed-{at}"))?;
        Ok(Conversation::new(id, turns)?)
    };
    (0..calls).map(one).collect()
}

fn follow(
    predictor: &ConversionPredictor,
    call: &Conversation,
    clock: &Clock,
    times: &mut Times,
) -> Result<(), Failure> {
    let mut live: Option<Live> = None;
    // What an explanation took belongs to no answer.
    clock.take();
    let began = Instant::now();
    for turn in call.turns() {
        let turn = turn.clone();
        let pushed = Instant::now();
        if let Some(live) = &mut live {
            live.push(turn)?;
        } else {
            let id = call.id().clone();
            live = Some(Live::begin(predictor, id, Metadata::default(), turn)?.0);
        }
        let whole = pushed.elapsed().as_secs_f64();
        let (read, looked_up) = clock.take();
        times.push.push(whole);
        times.read.push(read);
        times.looked_up.push(looked_up);
        times.rest.push(whole - read - looked_up);
    }
    times.call.push(began.elapsed().as_secs_f64());
    let began = Instant::now();
    let whole = Prefix::first(call, call.turns().len());
    predictor.predict_heard(whole, &predictor.hear(whole)?)?;
    times.whole.push(began.elapsed().as_secs_f64());
    Ok(())
}

fn explain(
    predictor: &ConversionPredictor,
    store: &dyn VectorStore,
    call: &Conversation,
    times: &mut Times,
) -> Result<(), Failure> {
    let began = Instant::now();
    let (_, heard) = Trajectory::of(predictor, call.whole(), Trajectory::WAYPOINTS)?;
    let trajectory = began.elapsed().as_secs_f64();
    WhatMovedIt::of(predictor, call.whole(), &heard)?;
    let moved = began.elapsed().as_secs_f64();
    let all = Filter::default();
    ComparableCalls::of(store, call.whole(), heard.moments(), &all, BESIDE)?;
    let whole = began.elapsed().as_secs_f64();
    times.trajectory.push(trajectory);
    times.moved.push(moved - trajectory);
    times.comparables.push(whole - moved);
    times.explanation.push(whole);
    Ok(())
}

fn text(report: &LiveReport) -> String {
    let mut table = Table::new(["what", "p50 ms", "p99 ms"]);
    let mut row = |what: &str, p50: f64, p99: Option<f64>| {
        let p99 = p99.map(|ms| format!("{ms:.1}")).unwrap_or_default();
        table.row([what.to_owned(), format!("{p50:.1}"), p99]);
    };
    row("an answer", report.push_p50_ms, Some(report.push_p99_ms));
    row("  encoder", report.read_p50_ms, Some(report.read_p99_ms));
    row(
        "  collection",
        report.looked_up_p50_ms,
        Some(report.looked_up_p99_ms),
    );
    row("  the rest", report.rest_p50_ms, Some(report.rest_p99_ms));
    row("all answers of a call", report.call_p50_ms, None);
    row("the whole call at once", report.whole_p50_ms, None);
    row(
        "an explanation",
        report.explanation_p50_ms,
        Some(report.explanation_p99_ms),
    );
    row("  trajectory", report.trajectory_p50_ms, None);
    row("  what moved it", report.moved_p50_ms, None);
    row("  comparable calls", report.comparables_p50_ms, None);
    format!(
        "{} calls of {} turns, {} calls ({} points) in the collection\n\n{table}",
        report.calls,
        report.turns,
        count(report.indexed_calls),
        count(report.indexed_points),
    )
}
