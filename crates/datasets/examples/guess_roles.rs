//! Demonstrates how often what is said tells who sells.
//!
//! Requires a folder of corpora, `../shared/data` by default; what is not there is skipped.
//! Run it to see a table by margin: `cargo run -p upturn-datasets --example guess_roles -- FOLDER`
//!
//! Takes the sides off public corpora in which they are known and lets the rule find them again, by margin: share of
//! the dialogues that it decides, and of these the share that is right. The folder holds `craigslist-bargain`,
//! `persuasion-for-good` and `sales-insight`.

#![allow(clippy::print_stdout, reason = "an example that prints a table")]

use std::path::{Path, PathBuf};

use upturn_core::{Conversation, Speaker};
use upturn_datasets::{Corpus, ReadOptions, RoleRules, Transcript, Utterance, read};

/// A transcript whose parties are nameless, in the order in which they speak, and their true sides.
fn nameless(conversation: &Conversation) -> (Transcript, Vec<Speaker>) {
    let mut transcript = Transcript::from(conversation.clone());
    let sides = transcript
        .parties
        .iter()
        .filter_map(|party| party.side)
        .collect();
    for (place, party) in transcript.parties.iter_mut().enumerate() {
        party.side = None;
        party.label = format!("SPEAKER_{place:02}");
    }
    (transcript, sides)
}

/// The calls of `sales-insight`: lines like `**Sales Rep**: text`; of the same form as a public corpus.
fn sales_insight(folder: &Path) -> std::io::Result<Vec<(Transcript, Vec<Speaker>)>> {
    let mut calls = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let (mut call, mut sides) = (Transcript::default(), Vec::new());
        for line in fs_err::read_to_string(path)?.lines() {
            let Some((label, text)) = line.split_once(':') else {
                continue;
            };
            let is_seller = label.contains("Sales Rep");
            if !is_seller && !label.contains("Customer") {
                continue;
            }
            let party = call.party(if is_seller {
                "SPEAKER_00"
            } else {
                "SPEAKER_01"
            });
            if party == sides.len() {
                sides.push(if is_seller {
                    Speaker::Seller
                } else {
                    Speaker::Buyer
                });
            }
            let text = text.to_owned();
            call.utterances.push(Utterance {
                party: Some(party),
                text,
                ..Utterance::default()
            });
        }
        calls.push((call, sides));
    }
    Ok(calls)
}

/// Prints the share that is decided, and the share of it that is right, by margin.
fn print_table(name: &str, mut dialogues: Vec<(Transcript, Vec<Speaker>)>) {
    dialogues.retain(|(_, sides)| sides.len() == 2);
    println!("{name}: {} dialogues of two", dialogues.len());
    for margin in 1..=6 {
        let mut rules = RoleRules::default();
        rules.guess = true;
        rules.guess_margin = margin;
        let (mut decided, mut right) = (0_u32, 0_u32);
        for (transcript, sides) in &dialogues {
            if let Ok(roles) = rules.assign(transcript) {
                decided += 1;
                right += u32::from(roles.sides == *sides);
            }
        }
        let share = f64::from(decided) / dialogues.len() as f64;
        let accuracy = f64::from(right) / f64::from(decided.max(1));
        println!(
            "  margin {margin}: decided {share:.3}, of these right {accuracy:.3} ({right} of {decided})"
        );
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::args().nth(1).map_or(shared, PathBuf::from);
    for corpus in [Corpus::CraigslistBargain, Corpus::PersuasionForGood] {
        let path = folder.join(corpus.as_str());
        if path.exists() {
            let reading = read(corpus, &path, &ReadOptions::default())?;
            print_table(
                corpus.as_str(),
                reading.conversations.iter().map(nameless).collect(),
            );
        } else {
            println!("{corpus}: skipped, `{}` does not exist", path.display());
        }
    }
    let path = folder.join("sales-insight");
    if path.exists() {
        print_table("sales-insight", sales_insight(&path)?);
    }
    Ok(())
}
