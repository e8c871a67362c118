//! How fast cleaning is: `cargo run --release -p upturn-datasets --example cleaning_speed [megabytes]`.
//!
//! Prints MB/s of text, on one core, for calls of 2,000 words: plain English in turns, the same in short pieces with
//! times, as subtitles have them, and the same with curly quotes and artefacts; each with the language to be identified
//! and with it given. Ten rounds, of which the median, the slowest and the fastest are shown. Time is that of the thread on
//! its processor where Linux tells it, so that a busy machine counts less; the time to copy and free a call is taken off.

#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example that prints a table"
)]

use std::time::Instant;

use upturn_datasets::{Cleaner, CleaningOptions, Transcript, Utterance};

/// Invented sentences of a sales call.
const SENTENCES: [&str; 12] = [
    "Thanks for taking the time today, I know that the end of the quarter is busy.",
    "So what we do is, we take the calls that your team records anyway and look at how they went.",
    "Right now that is mostly one person with a spreadsheet, to be honest.",
    "How many people would need to see it in the first month?",
    "I would say about twelve, perhaps fifteen if the support team joins.",
    "The price depends on the seats, and there is a discount if you pay for the whole year.",
    "I can't decide that alone, I have to talk to our finance people first.",
    "That makes sense, would it help if I sent you a one page summary?",
    "Yes, and please add what happens to the recordings after the trial ends.",
    "They are deleted after thirty days unless you tell us otherwise.",
    "Okay. We had a bad experience with another vendor there, so that matters.",
    "Let me write that down and come back to you on Thursday.",
];

/// Calls of 2,000 words, each said in pieces of so many words, with a change of party after every sentence.
fn calls(megabytes: usize, words: Option<usize>, dirty: bool) -> Vec<Transcript> {
    let mut calls = Vec::new();
    let (mut bytes, mut seed) = (0, 7_usize);
    while bytes < megabytes * 1_000_000 {
        let mut call = Transcript::default();
        let (mut said, mut clock) = (0, 0);
        while said < 2_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut sentence = SENTENCES[(seed >> 33) % SENTENCES.len()].to_owned();
            if dirty {
                sentence =
                    sentence.replace('\'', "’") + [" [laughs]", "", " …", ""][(seed >> 40) % 4];
            }
            let party = call.party(["rep", "customer"][(said / 3) % 2]);
            let all: Vec<_> = sentence.split(' ').collect();
            for part in all.chunks(words.unwrap_or(usize::MAX)) {
                let text = part.join(" ");
                bytes += text.len();
                said += part.len();
                let time = |at| words.map(|_| at);
                call.utterances.push(Utterance {
                    party: Some(party),
                    text,
                    start_ms: time(clock),
                    end_ms: time(clock + 900),
                });
                clock += 1_000;
            }
        }
        calls.push(call);
    }
    calls
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

/// MB/s of each of ten rounds, from slowest to fastest.
fn rounds(calls: &[Transcript], language: Option<&str>) -> Vec<f64> {
    let cleaner = Cleaner::new(CleaningOptions::default());
    let said = |call: &Transcript| {
        call.utterances
            .iter()
            .map(|said| said.text.len())
            .sum::<usize>()
    };
    let megabytes = calls.iter().map(said).sum::<usize>() as f64 / 1e6;
    let start = Instant::now();
    let pass = |clean: bool| {
        let before = seconds(start);
        for call in calls {
            let mut call = call.clone();
            call.metadata.language = language.map(str::to_owned);
            if clean {
                std::hint::black_box(cleaner.clean(&mut call));
            }
            std::hint::black_box(call);
        }
        seconds(start) - before
    };
    let mut rates: Vec<_> = (0..10)
        .map(|_| megabytes / (pass(true) - pass(false)))
        .collect();
    rates.sort_by(f64::total_cmp);
    rates
}

fn main() {
    let megabytes = std::env::args()
        .nth(1)
        .and_then(|arg| arg.parse().ok())
        .unwrap_or(20);
    println!(
        "{:<28} {:>12} {:>8} {:>8} {:>8}  MB/s",
        "text", "language", "median", "slowest", "fastest"
    );
    for (name, words, dirty) in [
        ("turns", None, false),
        ("pieces of ten words", Some(10), false),
        ("turns, quotes, artefacts", None, true),
    ] {
        let calls = calls(megabytes, words, dirty);
        for language in [Some("en"), None] {
            let rates = rounds(&calls, language);
            let shown = language.unwrap_or("identified");
            println!(
                "{name:<28} {shown:>12} {:>8.0} {:>8.0} {:>8.0}",
                rates[5], rates[0], rates[9]
            );
        }
    }
}
