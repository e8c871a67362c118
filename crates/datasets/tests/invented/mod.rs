//! Invented calls without a leak, from a seed.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use upturn_core::Conversation;

const OPENINGS: [&str; 6] = ["price", "pilot", "budget", "contract", "meeting", "trial"];
const TRADES: [&str; 5] = ["retail", "care", "logistics", "software", "building"];
const STAGES: [&str; 3] = ["discovery", "proposal", "negotiation"];
const LANGUAGES: [&str; 4] = ["en", "en", "en", "de"];

/// A call before it is read, and whether it was won.
pub(crate) struct Invented {
    pub(crate) is_won: bool,
    pub(crate) json: Value,
}

impl Invented {
    pub(crate) fn conversation(&self) -> Conversation {
        serde_json::from_value(self.json.clone()).unwrap()
    }

    /// Adds a field to the metadata.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.json["metadata"][field] = value.into();
    }

    /// Adds a last turn.
    pub(crate) fn close(&mut self, text: &str) {
        let turn = json!({"speaker": "seller", "text": text});
        self.json["turns"].as_array_mut().unwrap().push(turn);
    }
}

/// Calls of accounts with one to four calls each. Some words, reps, trades and a forecast speak for the outcome, as in
/// honest data; an account's calls end alike more often than not.
pub(crate) fn calls(count: usize, seed: u64) -> Vec<Invented> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut calls = Vec::new();
    while calls.len() < count {
        let account = format!("account {}", random.next_u32());
        let (rep, trade) = (
            random.random_range(0..8_u8),
            random.random_range(0..TRADES.len()),
        );
        let skill = 0.25 + 0.04 * f64::from(rep) + 0.05 * trade as f64;
        let leaning = random.random_bool(skill);
        for _ in 0..random.random_range(1..5) {
            let is_won = if random.random_bool(0.7) {
                leaning
            } else {
                random.random_bool(skill)
            };
            let mut call = one(&mut random, is_won);
            call.set("account", account.as_str());
            call.set("rep", format!("rep {rep}"));
            call.set("industry", TRADES[trade]);
            calls.push(call);
        }
    }
    calls.truncate(count);
    calls
}

fn one(random: &mut ChaCha8Rng, is_won: bool) -> Invented {
    let turns: Vec<Value> = (0..random.random_range(6..30))
        .map(|at| turn(random, at, is_won))
        .collect();
    let forecast = if is_won { 50.0 } else { 35.0 } + random.random_range(0.0..50.0_f64).round();
    let mut metadata = json!({
        "amount": random.random_range(1..400) * 250,
        "stage": STAGES[random.random_range(0..3)],
        "language": LANGUAGES[random.random_range(0..4)],
        "source": "recorder",
        "date": format!("2026-{:02}-{:02}", random.random_range(1..13), random.random_range(1..29)),
        "outcome_date": "2027-01-31",
        "forecast": forecast,
    });
    if random.random_bool(0.3) {
        metadata["campaign"] = json!(format!("campaign {}", random.random_range(0..20)));
    }
    let id = format!("{:08x}-{}", random.next_u32(), random.random_range(0..1000));
    let outcome = if is_won { "won" } else { "lost" };
    Invented {
        is_won,
        json: json!({"id": id, "turns": turns, "outcome": outcome, "metadata": metadata}),
    }
}

fn turn(random: &mut ChaCha8Rng, at: usize, is_won: bool) -> Value {
    let seller = at.is_multiple_of(2);
    let length = if seller {
        random.random_range(4..16)
    } else {
        random.random_range(2..12)
    };
    let mut words: Vec<String> = (0..length).map(|_| word(random)).collect();
    // Some words are said more often where the buyer is taken with it.
    if random.random_bool(if is_won { 0.25 } else { 0.12 }) {
        words.push(OPENINGS[random.random_range(0..OPENINGS.len())].to_owned());
    }
    let start = at as u64 * 9_000;
    json!({
        "speaker": if seller { "seller" } else { "buyer" },
        "text": words.join(" "),
        "start_ms": start,
        "end_ms": start + 8_000,
    })
}

/// A word of 600, the first ones far more often.
fn word(random: &mut ChaCha8Rng) -> String {
    let place = random.random_range(0.0..1.0_f64).powi(3) * 600.0;
    format!("w{place:.0}")
}
