//! Demonstrates how well trackers find what people labelled in Persuasion for Good (Wang et al., ACL 2019), from ten examples each.
//!
//! Requires what the example `agreement` requires, and takes `texts` or `vectors=FILE` as that does.
//! Run it to see which texts it needs vectors of: `cargo run -p upturn-coaching --example tracker_agreement -- texts < labelled.jsonl`
//!
//! Of each label that has at
//! least 20 sentences of a side in either half of the dialogues, ten sentences of the even half are the examples, spread
//! evenly; the even half without labels is the background, and the label's share of it is the expected rate. Figures are of
//! the odd half; `choose` takes the even half apart again and leaves the odd one alone.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints its answer"
)]

#[path = "agreement/vectors.rs"]
mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::BufRead as _;
use std::sync::Arc;

use serde::Deserialize;
use upturn_coaching::{Agreement, Background, Rating, Trackers, TrackersConfig};
use upturn_core::{Conversation, ConversationId, Embeddings, Speaker, Turn};

use vectors::{Asking, Given};

/// Examples of each tracker.
const EXAMPLES: usize = 10;
/// Fewest sentences of a label in either half.
const LEAST: usize = 20;

#[derive(Deserialize)]
struct Sentence {
    dialogue: String,
    speaker: Speaker,
    text: String,
    labels: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let vectors = arguments.iter().find_map(|it| it.strip_prefix("vectors="));
    let encoder: Arc<dyn Embeddings> = match vectors {
        Some(path) => Arc::new(Given::read(path)?),
        None => Arc::new(Asking::default()),
    };
    let [even, odd] = halves(arguments.iter().any(|it| it == "choose"))?;
    let calls = even.iter().map(|it| call(it));
    let background = Background::of_calls(&calls.collect::<Result<Vec<_>, _>>()?);
    if vectors.is_some() {
        println!(
            "| label | sentences | by people | mean probability | found | precision | recall |"
        );
        println!("|---|---|---|---|---|---|---|");
    }
    let mut all = Vec::new();
    for (side, label) in labels(&even).intersection(&labels(&odd)) {
        let examples = examples(&even, *side, label);
        let rate = share(&even, *side, label);
        let text = format!(
            "[[tracker]]\nname = {label:?}\nside = \"{}\"\nexamples = {}\nrate = {rate}\nat_least = 1e-9",
            side.as_str(),
            serde_json::to_string(&examples)?,
        );
        let config = TrackersConfig::from_toml(&text)?;
        let trackers = Trackers::fit(config, encoder.clone(), &background)?;
        let judged = judged(&odd, *side, label, &trackers)?;
        if vectors.is_some() {
            println!("| {}: {label} | {} |", side.as_str(), row(&judged));
        }
        all.extend(judged);
    }
    if vectors.is_some() {
        reliability(&all);
    }
    Ok(())
}

/// All labels together: how often people see it where a tracker says so much.
fn reliability(all: &Judged) {
    println!("\n| probability | sentences | mean probability | people see it | of all they see |");
    println!("|---|---|---|---|---|");
    for (low, high) in [
        (0.0, 0.05),
        (0.05, 0.1),
        (0.1, 0.2),
        (0.2, 0.5),
        (0.5, 1.0),
        (0.2, 1.0),
    ] {
        let inside = |probability: f64| low <= probability && (probability < high || high >= 1.0);
        let agreement = Agreement::of(all.iter().map(|(group, probability, human)| Rating {
            group,
            detector: inside(*probability),
            human: *human,
        }));
        let own = all.iter().map(|it| it.1).filter(|it| inside(*it));
        let mean = own.clone().sum::<f64>() / own.count() as f64;
        let [precision, recall] = [agreement.precision, agreement.recall]
            .map(|it| it.map_or("–".to_owned(), |it| it.to_string()));
        println!(
            "| {low} to {high} | {} | {mean:.3} | {precision} | {recall} |",
            agreement.detector
        );
    }
}

/// The dialogues in the order of their ids, even and odd ones; to choose by, those of the even ones.
fn halves(choose: bool) -> Result<[Vec<Vec<Sentence>>; 2], Box<dyn Error>> {
    let mut dialogues = BTreeMap::<String, Vec<Sentence>>::new();
    for line in std::io::stdin().lock().lines() {
        let sentence: Sentence = serde_json::from_str(&line?)?;
        let own = dialogues.entry(sentence.dialogue.clone()).or_default();
        own.push(sentence);
    }
    let numbered = dialogues.into_values().enumerate();
    let (even, odd): (Vec<_>, Vec<_>) = numbered.partition(|(at, _)| at % 2 == 0);
    let half = |half: Vec<(usize, Vec<Sentence>)>| half.into_iter().map(|(_, it)| it).collect();
    if choose {
        let numbered = even.into_iter().map(|(at, it)| (at / 2, it));
        let (even, odd): (Vec<_>, Vec<_>) = numbered.partition(|(at, _)| at % 2 == 0);
        return Ok([half(even), half(odd)]);
    }
    Ok([half(even), half(odd)])
}

fn call(sentences: &[Sentence]) -> Result<Conversation, Box<dyn Error>> {
    let id = sentences.first().map(|it| it.dialogue.clone());
    let turns = sentences
        .iter()
        .map(|it| Turn::new(it.speaker, it.text.clone()));
    let id = ConversationId::new(id.unwrap_or_default())?;
    Ok(Conversation::new(id, turns.collect())?)
}

/// Labels with enough different sentences, by side; those that say what a sentence is not are left out.
fn labels(half: &[Vec<Sentence>]) -> BTreeSet<(Speaker, String)> {
    let mut texts = BTreeMap::<(Speaker, String), BTreeSet<String>>::new();
    for sentence in half.iter().flatten() {
        for label in &sentence.labels {
            let key = (sentence.speaker, label.clone());
            texts
                .entry(key)
                .or_default()
                .insert(sentence.text.to_lowercase());
        }
    }
    let many = texts.into_iter().filter(|(_, texts)| texts.len() >= LEAST);
    many.map(|(key, _)| key)
        .filter(|(_, label)| !["other", "off-task"].contains(&label.as_str()))
        .collect()
}

/// Ten different sentences of a label, spread evenly.
fn examples<'a>(half: &'a [Vec<Sentence>], side: Speaker, label: &str) -> Vec<&'a str> {
    let letters = |text: &str| -> String {
        let text = text.to_lowercase();
        text.chars().filter(|it| it.is_alphanumeric()).collect()
    };
    let mut seen = BTreeSet::new();
    let own: Vec<_> = half
        .iter()
        .flatten()
        .filter(|it| it.speaker == side && has(it, label))
        .map(|it| it.text.as_str())
        .filter(|text| !letters(text).is_empty() && seen.insert(letters(text)))
        .collect();
    let spread = (0..EXAMPLES).filter_map(|at| own.get(at * own.len() / EXAMPLES));
    spread.copied().collect()
}

fn has(sentence: &Sentence, label: &str) -> bool {
    sentence.labels.iter().any(|it| it == label)
}

/// Which share of what a side says has a label.
fn share(half: &[Vec<Sentence>], side: Speaker, label: &str) -> f64 {
    let said = half.iter().flatten().filter(|it| it.speaker == side);
    let own = said.clone().filter(|it| has(it, label)).count();
    own as f64 / said.count() as f64
}

/// Dialogue, probability, and whether people see it, of each sentence of a side.
type Judged = Vec<(String, f64, bool)>;

fn judged(
    half: &[Vec<Sentence>],
    side: Speaker,
    label: &str,
    trackers: &Trackers,
) -> Result<Judged, Box<dyn Error>> {
    let mut all = Vec::new();
    for sentences in half {
        let hits = trackers.track(call(sentences)?.whole())?.hits;
        for (at, sentence) in sentences.iter().enumerate() {
            let hit = hits.iter().find(|hit| hit.turns.start == at);
            let probability = hit.map_or(0.0, |hit| hit.probability.value());
            if sentence.speaker == side {
                all.push((sentence.dialogue.clone(), probability, has(sentence, label)));
            }
        }
    }
    Ok(all)
}

fn row(judged: &Judged) -> String {
    let ratings = judged.iter().map(|(group, probability, human)| Rating {
        group,
        detector: *probability >= 0.5,
        human: *human,
    });
    let agreement = Agreement::of(ratings);
    let n = judged.len() as f64;
    let mean = judged.iter().map(|it| it.1).sum::<f64>() / n;
    let [precision, recall] = [agreement.precision, agreement.recall]
        .map(|it| it.map_or("–".to_owned(), |it| it.to_string()));
    format!(
        "{} | {:.3} | {mean:.3} | {} | {precision} | {recall}",
        judged.len(),
        agreement.human as f64 / n,
        agreement.detector,
    )
}
