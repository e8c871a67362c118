//! Demonstrates how far a combination of methods may be relied on, on calls that it was not fitted to.
//!
//! Requires two tables. `FOLDS.csv` has the columns `id`, `group` and the fold's `COLUMN`; `PREDICTIONS.csv` is what `upturn evaluate
//! --predictions` writes, or `shared/baselines/predictions`. One to five of its columns, all out of fold, stand for the
//! words, the neighbours, the shape, the head and the metadata. For every fold blend, calibration, sets and doubts are fitted to the others and asked about it. Without moments
//! there is no familiarity, and so no doubt of that kind.
//! Run it to see what may be relied on:
//! `cargo run -p upturn-predict --example held_out -- FOLDS.csv COLUMN PREDICTIONS.csv SEED PREFIX METHOD...`

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use upturn_core::{Probability, Support};
use upturn_eval::{Bootstrap, PredictionTable, Said, Trust};
use upturn_predict::{Combination, OutOfFold, PartLogits, PredictorConfig};

/// A row and the fold that it is held out with.
struct Held {
    row: OutOfFold,
    fold: String,
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folds, column, table, seed, prefix, methods @ ..] = arguments.as_slice() else {
        return Err("held_out FOLDS.csv COLUMN PREDICTIONS.csv SEED PREFIX METHOD...".into());
    };
    let held = read(Path::new(folds), column, (table, seed, prefix), methods)?;
    let mut names: Vec<&str> = held.iter().map(|one| one.fold.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut said = Vec::new();
    for fold in names {
        let (test, others): (Vec<&Held>, Vec<&Held>) =
            held.iter().partition(|one| one.fold == fold);
        let known: Vec<OutOfFold> = others.iter().map(|one| one.row.clone()).collect();
        let fitted = Combination::fit(&known, &PredictorConfig::default())?;
        let choice = fitted.calibration_choice().ok_or("nothing was chosen")?;
        println!("fold {fold}: {} of", choice.chosen);
        for one in &choice.candidates {
            let (loss, gain, error) = (one.loss, one.gain, one.standard_error);
            println!("  {} {loss:.4}, gain {gain:+.4} ± {error:.4}", one.method);
        }
        said.extend(test.iter().map(|one| answer(&fitted, &one.row)));
    }
    let trust = Trust::of(prefix.parse()?, &said, &Bootstrap::default());
    println!("{}", serde_json::to_string_pretty(&trust)?);
    Ok(())
}

fn answer(fitted: &Combination, row: &OutOfFold) -> Said {
    let (_, logit) = fitted.combine(row.logits, row.turns);
    let asked = Support {
        calls: 1,
        won: 0,
        nearest: None,
    };
    Said {
        group: row.group.clone(),
        won: row.won,
        probability: Probability::from_logit(logit),
        sets: fitted.outcome_sets(row.logits, row.turns),
        doubts: fitted.doubts(row.logits, row.turns, None, asked).collect(),
    }
}

/// The parts in the order words, neighbours, shape, head, metadata; those without a method say 0.
fn read(
    folds: &Path,
    column: &str,
    (table, seed, prefix): (&str, &str, &str),
    methods: &[String],
) -> Result<Vec<Held>, Box<dyn Error>> {
    let mut groups = HashMap::new();
    let mut of = HashMap::new();
    let mut reader = csv::Reader::from_path(folds)?;
    for line in reader.deserialize() {
        let line: HashMap<String, String> = line?;
        let field = |name: &str| line.get(name).cloned().ok_or(format!("no column {name}"));
        groups.insert(field("id")?, field("group")?);
        of.insert(field("id")?, field(column)?);
    }
    let table = PredictionTable::read(table)?;
    let mut held: Vec<Held> = Vec::new();
    for (part, method) in methods.iter().enumerate() {
        let group = |id: &str| groups.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let said = table.predictions(method, prefix.parse()?, seed.parse()?, &group)?;
        for (place, row) in said.rows().iter().enumerate() {
            if part == 0 {
                held.push(Held {
                    row: OutOfFold {
                        logits: PartLogits::default(),
                        won: row.won,
                        group: row.group.clone(),
                        turns: 1,
                        familiarity: None,
                    },
                    fold: of.get(row.id.as_str()).cloned().unwrap_or_default(),
                });
            }
            let p = row.probability.value().clamp(1e-6, 1.0 - 1e-6);
            if let Some(held) = held.get_mut(place) {
                *slot(&mut held.row.logits, part)? = (p / (1.0 - p)).ln();
            }
        }
    }
    Ok(held)
}

fn slot(logits: &mut PartLogits, part: usize) -> Result<&mut f64, &'static str> {
    match part {
        0 => Ok(&mut logits.words),
        1 => Ok(&mut logits.neighbours),
        2 => Ok(&mut logits.shape),
        3 => Ok(&mut logits.head),
        4 => Ok(&mut logits.metadata),
        _ => Err("there are five parts"),
    }
}
