//! `upturn bench store`: how a store fills and searches.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;
use upturn::vectorstore::{
    edge::{EdgeLayout, EdgeStore},
    memory::MemoryStore,
};
use upturn::{Embedding, Filter, Fingerprint, VectorStore};

use super::peak;
use super::store_empty::Empty;
use super::store_points::{Points, REPS, rep};
use super::store_run::{Searches, Step, exact, searches};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::layout_args::Form;
use crate::numbers::count;
use crate::table::Table;

const EXAMPLES: &str = "Examples:\n  upturn bench store --points 100000\n  \
    upturn bench store --store memory --points 10000 --format json";

/// Queries whose true neighbours are computed.
const CHECKED: usize = 200;
/// Points of a call; see `Points`.
pub(super) const OF_CALL: usize = 8;
/// The seller to whom the filtered searches are narrowed.
const REP: usize = 7;

/// Measure how a store fills and searches.
///
/// Points of made-up calls with vectors that lie as text embeddings do, each with 90 words. Searches ask for the ten nearest, one
/// after another on one thread; once among all points, once among those of one seller, which are 1 %. Recall is by comparison
/// with all points.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StoreArgs {
    /// Which store.
    #[arg(long, value_enum, default_value = "edge")]
    store: Kind,
    /// How many points.
    #[arg(long, value_name = "N", default_value = "10000")]
    points: NonZeroUsize,
    /// Numbers of a vector.
    #[arg(long, value_name = "N", default_value = "384")]
    dimension: NonZeroUsize,
    /// Points stored together. All are on the disk when filling ends.
    #[arg(long, value_name = "N", default_value = "2048")]
    batch: NonZeroUsize,
    /// Wait for the disk after each batch.
    #[arg(long)]
    durable: bool,
    /// Leave the vectors on the disk (edge only).
    #[arg(long)]
    on_disk: bool,
    /// Look at a smaller form of each vector first (edge only).
    #[arg(long, value_enum, value_name = "FORM")]
    quantization: Option<Form>,
    /// Searches of either kind.
    #[arg(long, value_name = "N", default_value = "1000")]
    queries: NonZeroUsize,
    /// Write the vectors as little-endian `f32`, the queries behind the points, so that another program can be measured on them.
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Exact search in memory.
    Memory,
    /// Qdrant's engine in a folder.
    Edge,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct StoreReport {
    store: Kind,
    points: usize,
    dimension: usize,
    batch: usize,
    durable: bool,
    on_disk: bool,
    quantization: Option<Form>,
    fill_seconds: f64,
    fill_points_per_second: f64,
    graph_seconds: f64,
    memory_mib: Option<u64>,
    peak_mib: Option<u64>,
    disk_mib: u64,
    all: Searches,
    one_percent: Searches,
}

/// A filled store, and what filling it took.
struct Filled {
    store: Box<dyn VectorStore>,
    vectors: Vec<f32>,
    fill_seconds: f64,
    graph_seconds: f64,
}

impl StoreArgs {
    /// Measures and prints.
    ///
    /// # Errors
    ///
    /// If the store or the file can't be written.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let folder = tempfile::tempdir().map_err(CliError::write(&std::env::temp_dir()))?;
        let mut source = Points::new(self.points.get(), self.dimension.get(), 0);
        let before = peak::resident_mebibytes();
        let filled = self.fill(folder.path(), &mut source, context)?;
        let held = filled.vectors.len() as u64 * 4 / 1024 / 1024;
        let now = peak::resident_mebibytes();
        let queries: Vec<Embedding> = (0..self.queries.get())
            .map(|_| source.embedding())
            .collect::<Result<_, _>>()?;
        if let Some(file) = &self.vectors {
            write(file, &filled.vectors, &queries)?;
        }
        let report = StoreReport {
            all: self.search(&filled, &queries, Step::All, &Filter::default())?,
            one_percent: self.search(&filled, &queries, one_rep(), &of_one_rep())?,
            store: self.store,
            points: self.points.get(),
            dimension: self.dimension.get(),
            batch: self.batch.get(),
            durable: self.durable,
            on_disk: self.on_disk,
            quantization: self.quantization,
            fill_points_per_second: self.points.get() as f64 / filled.fill_seconds,
            fill_seconds: filled.fill_seconds,
            graph_seconds: filled.graph_seconds,
            // Without the copy of the vectors that recall is computed with.
            memory_mib: now
                .zip(before)
                .map(|(now, before)| now.saturating_sub(before + held)),
            peak_mib: peak::mebibytes(),
            disk_mib: disk(folder.path()) / 1024 / 1024,
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }

    fn fill(
        &self,
        folder: &Path,
        source: &mut Points,
        context: &Context,
    ) -> Result<Filled, Failure> {
        let (points, dimension) = (self.points.get(), self.dimension.get());
        let fingerprint = Fingerprint::new("bench");
        let folder = folder.join("store");
        let store = match self.store {
            Kind::Memory => {
                Empty::Memory(Box::new(MemoryStore::new(dimension, fingerprint.clone())))
            }
            Kind::Edge => Empty::Edge(Box::new(EdgeStore::create_or_open_with(
                &folder,
                dimension,
                &fingerprint,
                self.layout(),
            )?)),
        };
        let progress = context.progress();
        upturn::training::Monitor::stage(&progress, "filling", points as u64);
        let mut vectors = Vec::with_capacity(points * dimension);
        let mut fill_seconds = 0.0;
        let size = self.batch.get();
        for done in (0..points).step_by(size) {
            let batch = source.take(size.min(points - done))?;
            for point in &batch {
                vectors.extend_from_slice(point.embedding.as_slice());
            }
            let began = Instant::now();
            store.put(&batch, self.durable)?;
            fill_seconds += began.elapsed().as_secs_f64();
            progress.advance(batch.len());
        }
        progress.clear();
        let began = Instant::now();
        store.flush()?;
        fill_seconds += began.elapsed().as_secs_f64();
        let began = Instant::now();
        let store = store.ready()?;
        Ok(Filled {
            store,
            vectors,
            fill_seconds,
            graph_seconds: began.elapsed().as_secs_f64(),
        })
    }

    fn layout(&self) -> EdgeLayout {
        EdgeLayout {
            vectors_on_disk: self.on_disk,
            quantization: self.quantization.map(Into::into),
            ..EdgeLayout::default()
        }
    }

    fn search(
        &self,
        filled: &Filled,
        queries: &[Embedding],
        step: Step,
        filter: &Filter,
    ) -> Result<Searches, Failure> {
        let checked: Vec<&Embedding> = queries.iter().take(CHECKED).collect();
        let dimension = self.dimension.get();
        let truth: Vec<Vec<f32>> = checked
            .into_par_iter()
            .map(|query| exact(&filled.vectors, dimension, query, step))
            .collect();
        searches(filled.store.as_ref(), queries, &truth, filter)
    }
}

const fn one_rep() -> Step {
    Step::OneRep {
        of_call: OF_CALL,
        reps: REPS,
        rep: REP,
    }
}

fn of_one_rep() -> Filter {
    Filter {
        reps: vec![rep(REP)],
        ..Filter::default()
    }
}

fn write(file: &Path, vectors: &[f32], queries: &[Embedding]) -> Result<(), CliError> {
    let write = || -> std::io::Result<()> {
        let mut out = std::io::BufWriter::new(fs_err::File::create(file)?);
        let queries = queries.iter().flat_map(Embedding::as_slice);
        for value in vectors.iter().chain(queries) {
            out.write_all(&value.to_le_bytes())?;
        }
        out.flush()
    };
    write().map_err(CliError::write(file))
}

/// Bytes that the files below a folder hold on the disk.
fn disk(folder: &Path) -> u64 {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return 0;
    };
    let size = |entry: fs_err::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk(&entry.path()),
        Ok(metadata) => on_disk(&metadata),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// The engine reserves room that it does not use.
#[cfg(unix)]
fn on_disk(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn on_disk(metadata: &std::fs::Metadata) -> u64 {
    metadata.len()
}

fn text(report: &StoreReport) -> String {
    let mut table = Table::new(["searched", "recall@10", "p50 ms", "p99 ms", "queries/s"]);
    for (name, searches) in [("all", &report.all), ("1 %", &report.one_percent)] {
        table.row([
            name.to_owned(),
            format!("{:.3}", searches.recall_at_10),
            format!("{:.2}", searches.p50_ms),
            format!("{:.2}", searches.p99_ms),
            format!("{:.0}", searches.queries_per_second),
        ]);
    }
    let megabytes =
        |mebibytes: Option<u64>| mebibytes.map_or("unknown".to_owned(), |it| it.to_string());
    format!(
        "points   {} of {} numbers\nfilled   {:.1} s, {:.0} points/s; graph {:.1} s\nmemory   {} MiB, disk {} MiB\n\n{table}",
        count(report.points),
        report.dimension,
        report.fill_seconds,
        report.fill_points_per_second,
        report.graph_seconds,
        megabytes(report.memory_mib),
        report.disk_mib,
    )
}
