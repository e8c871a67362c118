//! `upturn bench encoder`: tokens a second, in inference and in training.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use upturn::datasets::Corpus;
use upturn::encoder::{Encoder, EncoderOptions, Precision, Processor, Sequence};
use upturn::training::BenchmarkStep;

use super::shape::Shape;
use super::{peak, tokens};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::DeviceArgs;
use crate::numbers::count;
use crate::pretrained;
use crate::table::Table;
use crate::training_options::DEFAULT_ENCODER;

const EXAMPLES: &str = "Examples:\n  upturn bench encoder\n  \
    upturn bench encoder --dialogues persuasion-for-good --format json\n  \
    upturn bench encoder --inference none --training 16x512";

/// Sequences of a training step on dialogues.
const STEP: usize = 16;

/// Measure tokens a second of an encoder, in inference and in training.
///
/// Fixed shapes, and whole dialogues as long as they are, at most 512 tokens. Only real tokens count. A training step is
/// forward, backward and AdamW of every parameter, with dropout. Each figure is the median of several runs after one
/// that does not count; compare only figures of one quiet machine, taken in turn.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EncoderArgs {
    /// Encoder: a folder, or a name that `upturn model pull` knows; pulled where the cache lacks it.
    #[arg(long, value_name = "FOLDER_OR_NAME", default_value = DEFAULT_ENCODER)]
    encoder: String,
    /// Dialogues of Persuasion for Good, for the ragged lengths. Simulated calls by default.
    #[arg(long, value_name = "PATH")]
    dialogues: Option<PathBuf>,
    /// So many dialogues.
    #[arg(long, value_name = "N", default_value_t = 160)]
    limit: usize,
    /// Shapes of inference, or `none`; `ragged` stands for the dialogues.
    #[arg(
        long,
        value_name = "SHAPES",
        value_delimiter = ',',
        default_value = "1x32,1x128,1x256,32x128,16x256,ragged"
    )]
    inference: Vec<Work>,
    /// Shapes of training, likewise.
    #[arg(
        long,
        value_name = "SHAPES",
        value_delimiter = ',',
        default_value = "32x128,16x256,ragged"
    )]
    training: Vec<Work>,
    /// Threads; all cores by default.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    device: DeviceArgs,
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Nothing,
    Fixed(Shape),
    Ragged,
}

impl std::str::FromStr for Work {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::Nothing),
            "ragged" => Ok(Self::Ragged),
            shape => shape.parse().map(Self::Fixed),
        }
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("none"),
            Self::Ragged => f.write_str("ragged"),
            Self::Fixed(shape) => shape.fmt(f),
        }
    }
}

/// Tokens a second by shape.
type Speeds = BTreeMap<String, u64>;

/// The keys are those of the baseline in Python.
#[derive(Debug, Serialize)]
struct EncoderReport {
    threads: usize,
    ragged_dialogues: usize,
    ragged_tokens: usize,
    inference: BTreeMap<&'static str, Speeds>,
    training: BTreeMap<&'static str, Speeds>,
    peak_memory_mib: Option<u64>,
}

impl EncoderArgs {
    /// Measures.
    ///
    /// # Errors
    ///
    /// If the encoder or the dialogues can't be had.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        self.start_threads();
        let encoder = self.open(Precision::F32, context)?;
        let corpus = Corpus::PersuasionForGood;
        let ragged = tokens::ragged(&encoder, self.dialogues.as_deref(), corpus, self.limit)?;
        let mut inference = BTreeMap::new();
        if self.inference != [Work::Nothing] {
            inference.insert("upturn_f32", self.inference(&encoder, &ragged)?);
            if self.device.processor() == Processor::Cpu {
                let int8 = self.open(Precision::Int8, context)?;
                inference.insert("upturn_int8", self.inference(&int8, &ragged)?);
            }
        }
        let training = BTreeMap::from([("upturn", self.training(&encoder, &ragged)?)]);
        let report = EncoderReport {
            threads: rayon::current_num_threads(),
            ragged_dialogues: ragged.len(),
            ragged_tokens: length(&ragged),
            inference,
            training,
            peak_memory_mib: peak::mebibytes(),
        };
        context.printer.answer(&report.text(), &report)?;
        Ok(Exit::Done)
    }

    /// Starts the pool with the threads that were asked for; without, it starts itself with one a core.
    fn start_threads(&self) {
        if let Some(threads) = self.threads {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            // It fails only where the pool runs already, and nothing has used it yet.
            let _ = pool.build_global();
        }
    }

    fn open(&self, precision: Precision, context: &Context) -> Result<Encoder, Failure> {
        let options = EncoderOptions {
            precision,
            processor: self.device.processor(),
            ..EncoderOptions::default()
        };
        pretrained::open(&self.encoder, &options, context, &context.progress())
    }

    fn inference(&self, encoder: &Encoder, ragged: &[Sequence]) -> Result<Speeds, Failure> {
        let time = |sequences: &[Sequence], times| {
            speed(length(sequences), times, || {
                encoder.embed_sequences(sequences)?;
                Ok(())
            })
        };
        let mut speeds = Speeds::new();
        for work in &self.inference {
            let speed = match *work {
                Work::Nothing => continue,
                Work::Ragged => time(ragged, 2)?,
                Work::Fixed(shape) => {
                    let times = if shape.sequences == 1 { 20 } else { 5 };
                    time(&tokens::fixed(shape, encoder.config().vocabulary), times)?
                }
            };
            speeds.insert(work.to_string(), speed);
        }
        Ok(speeds)
    }

    fn training(&self, encoder: &Encoder, ragged: &[Sequence]) -> Result<Speeds, Failure> {
        let mut speeds = Speeds::new();
        for work in &self.training {
            let (sequences, times) = match *work {
                Work::Nothing => continue,
                Work::Ragged => (ragged.to_vec(), 1),
                Work::Fixed(shape) => (tokens::fixed(shape, encoder.config().vocabulary), 3),
            };
            let size = match *work {
                Work::Fixed(shape) => shape.sequences,
                Work::Ragged | Work::Nothing => STEP,
            };
            let mut step = BenchmarkStep::new(encoder)?;
            let speed = speed(length(&sequences), times, || {
                for batch in sequences.chunks(size) {
                    step.step(&batch.iter().collect::<Vec<_>>())?;
                }
                Ok(())
            })?;
            speeds.insert(work.to_string(), speed);
        }
        Ok(speeds)
    }
}

fn length(sequences: &[Sequence]) -> usize {
    sequences.iter().map(|sequence| sequence.ids.len()).sum()
}

/// Tokens a second: the median of `times` runs after one that does not count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of tokens"
)]
fn speed(
    tokens: usize,
    times: usize,
    mut run: impl FnMut() -> Result<(), Failure>,
) -> Result<u64, Failure> {
    run()?;
    let mut spent = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        run()?;
        spent.push(start.elapsed().as_secs_f64());
    }
    spent.sort_by(f64::total_cmp);
    let median = spent.get(spent.len() / 2).copied().unwrap_or(f64::INFINITY);
    Ok((tokens as f64 / median).round() as u64)
}

impl EncoderReport {
    fn text(&self) -> String {
        let mut table = Table::new(["tokens a second", "shape", ""]);
        for (work, speeds) in [("inference", &self.inference), ("training", &self.training)] {
            for (name, speeds) in speeds {
                for (shape, speed) in speeds {
                    let name = name.replace("upturn_", "").replace("upturn", "f32");
                    table.row([
                        format!("{work} {name}"),
                        shape.clone(),
                        count(usize::try_from(*speed).unwrap_or_default()),
                    ]);
                }
            }
        }
        let peak = self
            .peak_memory_mib
            .map_or_else(String::new, |peak| format!("\npeak memory {peak} MiB"));
        format!(
            "{table}\n{} dialogues of {} tokens, {} threads{peak}",
            self.ragged_dialogues,
            count(self.ragged_tokens),
            self.threads,
        )
    }
}
