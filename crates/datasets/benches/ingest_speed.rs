//! How fast calls go from JSON Lines to clean, redacted JSON Lines, on one core:
//! `cargo bench -p upturn-datasets --bench ingest_speed -- calls.jsonl [more.jsonl | folder] …`.
//!
//! Each argument is a file of canonical JSON Lines (`upturn simulate --calls 4000 --out calls.jsonl` writes one) or a
//! folder of the corpus `persuasion-for-good`. For each: MB/s of the bytes of its lines, read from memory, after each
//! step: parsed; cleaned; with its sides assigned and its personal data replaced; written as a line again, which is the
//! whole way. Eleven rounds of at least 20 MB, of which the median, the slowest and the fastest are shown.
//!
//! One thread, the system's allocator. Time is that of the thread on its processor where Linux tells it, so that a busy
//! machine counts less.

#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark prints a table"
)]

use std::error::Error;
use std::hint::black_box;
use std::io::{BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use upturn_datasets::{
    Cleaner, CleaningOptions, Corpus, JsonlRecords, PseudonymKey, ReadOptions, Records,
    RedactionOptions, Redactor, RoleRules, read,
};

const ROUNDS: usize = 11;

/// Fewest bytes of a round: Linux counts time in steps of milliseconds.
const BYTES: usize = 20_000_000;

/// How far a call is taken.
const STEPS: [&str; 4] = ["parsed", "cleaned", "redacted", "written"];

struct Pipeline {
    cleaner: Cleaner,
    roles: RoleRules,
    redactor: Redactor,
}

/// What became of all calls.
#[derive(Default)]
struct Told {
    calls: usize,
    left_out: usize,
    replaced: u64,
}

impl Pipeline {
    fn new() -> Result<Self, Box<dyn Error>> {
        let key = PseudonymKey::new(*b"the key of a benchmark, not kept")?;
        Ok(Self {
            cleaner: Cleaner::new(CleaningOptions::default()),
            roles: RoleRules::default(),
            redactor: Redactor::new(RedactionOptions::default().with_key(key))?,
        })
    }

    /// Takes all calls so many steps far.
    fn run(&self, lines: &Arc<[u8]>, steps: usize) -> Result<Told, Box<dyn Error>> {
        let input = BufReader::new(Cursor::new(Arc::clone(lines)));
        let mut records = JsonlRecords::new(input, &ReadOptions::default());
        let mut told = Told::default();
        let mut line = Vec::new();
        while let Some(record) = records.next_record()? {
            let mut call = record.content.map_err(|reason| reason.to_string())?;
            told.calls += 1;
            if steps > 1 {
                black_box(self.cleaner.clean(&mut call));
            }
            if steps < 3 {
                black_box(call);
                continue;
            }
            let Ok(roles) = self.roles.assign(&call) else {
                told.left_out += 1;
                continue;
            };
            let call = call.into_conversation(&roles.sides)?;
            let redacted = self.redactor.redact_owned(call, &[])?;
            told.replaced += redacted.counts.total();
            if steps > 3 {
                line.clear();
                serde_json::to_writer(&mut line, &redacted.conversation)?;
                black_box(&line);
            }
        }
        Ok(told)
    }

    /// MB/s of each round, from slowest to fastest.
    fn rates(&self, lines: &Arc<[u8]>, steps: usize) -> Result<Vec<f64>, Box<dyn Error>> {
        let start = Instant::now();
        let times = BYTES.div_ceil(lines.len().max(1));
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            let before = seconds(start);
            for _ in 0..times {
                black_box(self.run(lines, steps)?);
            }
            rates.push((times * lines.len()) as f64 / 1e6 / (seconds(start) - before));
        }
        rates.sort_by(f64::total_cmp);
        Ok(rates)
    }
}

/// Seconds that this thread has spent on a processor; of the clock, where the system does not tell.
fn seconds(start: Instant) -> f64 {
    let spent = fs_err::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|spent| spent.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(
        || start.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// The lines of a file, or those that a folder of dialogues becomes.
fn lines(path: &Path) -> Result<Arc<[u8]>, Box<dyn Error>> {
    if path.is_file() {
        return Ok(fs_err::read(path)?.into());
    }
    let mut lines = Vec::new();
    for call in read(Corpus::PersuasionForGood, path, &ReadOptions::default())?.conversations {
        serde_json::to_writer(&mut lines, &call)?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}

fn main() -> Result<(), Box<dyn Error>> {
    let pipeline = Pipeline::new()?;
    // `cargo bench` adds a word of its own.
    for path in std::env::args().skip(1).filter(|it| it != "--bench") {
        let lines = lines(Path::new(&path))?;
        let told = pipeline.run(&lines, STEPS.len())?;
        println!(
            "{path}: {} calls of {} bytes, {:.1} MB; {} places replaced, {} calls left out",
            told.calls,
            lines.len() / told.calls.max(1),
            lines.len() as f64 / 1e6,
            told.replaced,
            told.left_out
        );
        for (step, name) in STEPS.into_iter().enumerate() {
            let rates = pipeline.rates(&lines, step + 1)?;
            println!(
                "  {name:<10} {:>6.1} MB/s  [{:.1}, {:.1}]",
                rates[ROUNDS / 2],
                rates[0],
                rates[ROUNDS - 1]
            );
        }
    }
    Ok(())
}
