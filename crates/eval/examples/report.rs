//! Demonstrates a report of a table of predictions: each prefix, every seed, the best method against the others.
//!
//! Requires the table, as `upturn evaluate --predictions` writes it. `OURS` is the column of our method, the last but the base rate's by default. Each conversation is a group of its own:
//! the table does not know accounts.
//! Run it to write the report: `cargo run -p upturn-eval --example report -- PREDICTIONS.csv OUT [OURS]`

use std::error::Error;
use std::time::Instant;

use upturn_eval::{AtPrefix, EvalError, PredictionTable, Protocol, ReportBuilder, Runs};

fn main() -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ([path, folder] | [path, folder, _]) = arguments.as_slice() else {
        return Err("usage: report PREDICTIONS.csv OUT [OURS]".into());
    };
    let table = PredictionTable::read(path)?;
    let likely = table.methods().iter().rfind(|name| *name != "base_rate");
    let ours = arguments
        .get(2)
        .or(likely)
        .ok_or("the table has no method")?;
    let seeds = distinct(table.runs().iter().map(|run| run.1));
    let mut builder = ReportBuilder::new(title(path), ours.as_str(), by_prefix(&table, ours)?);
    for name in table.methods().iter().filter(|name| *name != ours) {
        builder = builder.with_baseline(name.as_str(), by_prefix(&table, name)?);
    }
    let protocol = Protocol {
        command: Some(format!(
            "cargo run -p upturn-eval --example report -- {}",
            arguments.join(" ")
        )),
        data: Some(path.clone()),
        seeds,
        seconds: Some(began.elapsed().as_secs_f64()),
        notes: vec!["The table does not know accounts: each call is one of its own.".to_owned()],
        ..Protocol::default()
    };
    builder.with_protocol(protocol).build()?.write(folder)?;
    Ok(())
}

/// A method's runs, one a seed, for each prefix.
fn by_prefix(table: &PredictionTable, method: &str) -> Result<Vec<AtPrefix>, EvalError> {
    let mut shares: Vec<f64> = Vec::new();
    for (prefix, _) in table.runs() {
        if !shares.iter().any(|share| share.total_cmp(&prefix).is_eq()) {
            shares.push(prefix);
        }
    }
    let at = |prefix: f64| {
        let runs = table
            .runs()
            .into_iter()
            .filter(|run| run.0.total_cmp(&prefix).is_eq());
        let runs = runs.map(|(_, seed)| table.predictions(method, prefix, seed, &str::to_owned));
        Ok(AtPrefix {
            prefix,
            runs: Runs::new(runs.collect::<Result<_, _>>()?)?,
        })
    };
    shares.into_iter().map(at).collect()
}

fn distinct(seeds: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut seeds: Vec<u64> = seeds.collect();
    seeds.sort_unstable();
    seeds.dedup();
    seeds
}

fn title(path: &str) -> String {
    let stem = std::path::Path::new(path).file_stem();
    stem.map_or_else(
        || path.to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}
