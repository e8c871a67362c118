//! How fast redaction is on one core, in MB of turns a second: `cargo run --release -p upturn-datasets --example
//! redaction_speed`.
//!
//! Plain English without personal data, and the same with some in every eighth turn. Calls have 100 turns of 20 words
//! and name two people. Seven rounds each; the median with the lowest and the highest.

use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use upturn_core::{Conversation, ConversationId, Speaker, Turn};
use upturn_datasets::{PseudonymKey, RedactionOptions, Redactor};

const CALLS: usize = 300;
const TURNS: usize = 100;
const WORDS_PER_TURN: usize = 20;
const ROUNDS: usize = 7;

const WORDS: &[&str] = &[
    "the",
    "and",
    "to",
    "we",
    "you",
    "that",
    "of",
    "it",
    "in",
    "is",
    "for",
    "on",
    "with",
    "have",
    "this",
    "can",
    "would",
    "at",
    "our",
    "your",
    "about",
    "what",
    "just",
    "so",
    "like",
    "know",
    "team",
    "think",
    "really",
    "one",
    "price",
    "if",
    "call",
    "or",
    "will",
    "system",
    "right",
    "two",
    "good",
    "look",
    "time",
    "people",
    "month",
    "number",
    "way",
    "kind",
    "integration",
    "customers",
    "currently",
    "because",
    "something",
    "contract",
    "reporting",
    "dashboard",
    "onboarding",
    "support",
    "place",
    "week",
    "data",
    "road",
    "question",
    "makes",
    "sense",
    "budget",
    "probably",
    "decision",
];

const PERSONAL: &[&str] = &[
    "thanks Jane, my number is 415-555-0132",
    "write to tom.weaver@example.com",
    "this is Tom Weaver from Northgate",
    "we are at 12 Elm Street, Dayton, OH 45402",
    "the order number is 4471920835",
    "it costs 1,200 dollars",
];

fn main() -> Result<(), Box<dyn Error>> {
    let key = PseudonymKey::new(*b"the key of a benchmark, not kept")?;
    let redactor = Redactor::new(RedactionOptions::default().with_key(key))?;
    let mut out = std::io::stdout().lock();
    for (name, every) in [
        ("plain", usize::MAX),
        ("personal data in every 8th turn", 8),
    ] {
        let calls = calls(every)?;
        let (rates, places) = measured(&redactor, &calls)?;
        let [low, median, high] = rates;
        writeln!(
            out,
            "{name}: {median:.0} MB/s [{low:.0}, {high:.0}], {places} places replaced"
        )?;
    }
    Ok(())
}

/// Lowest, median and highest rate of the rounds, and how many places were replaced in one.
fn measured(
    redactor: &Redactor,
    calls: &[Conversation],
) -> Result<([f64; 3], u64), Box<dyn Error>> {
    let people = ["Jane Doe".to_owned(), "Tom Weaver".to_owned()];
    let turns = calls.iter().flat_map(Conversation::turns);
    let bytes: usize = turns.map(|turn| turn.text.len()).sum();
    let mut rates = Vec::new();
    let mut places = 0;
    for _ in 0..ROUNDS {
        places = 0;
        let start = Instant::now();
        for call in calls {
            places += redactor.redact(call, &people)?.counts.total();
        }
        rates.push(bytes as f64 / 1e6 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let at = |place: usize| rates.get(place).copied().unwrap_or_default();
    Ok(([at(0), at(ROUNDS / 2), at(ROUNDS - 1)], places))
}

fn calls(every: usize) -> Result<Vec<Conversation>, Box<dyn Error>> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    (0..CALLS)
        .map(|call| {
            let turns =
                (0..TURNS).map(|turn| Turn::new(Speaker::Buyer, text(turn, every, &mut random)));
            Ok(Conversation::new(
                ConversationId::new(format!("call-{call}"))?,
                turns.collect(),
            )?)
        })
        .collect()
}

fn text(turn: usize, every: usize, random: &mut ChaCha8Rng) -> String {
    let mut words: Vec<&str> = (0..WORDS_PER_TURN)
        .filter_map(|_| WORDS.choose(random).copied())
        .collect();
    if turn % every == every - 1 {
        words.extend(PERSONAL.choose(random));
    }
    words.join(" ")
}
