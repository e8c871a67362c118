//! Demonstrates how detectors are judged by people's labels: precision, recall and kappa, on Persuasion for Good (Wang et al., ACL
//! 2019).
//!
//! Requires labelled sentences on standard input, one JSON object a line (`dialogue`, `speaker`, `text`, `labels`), in the
//! order in which they were said; the README has the command that makes them from the published sheet. Dialogues are
//! numbered in the order of their ids: the even ones were read when the word lists were chosen, figures are reported of
//! the odd ones; `choose` as an argument prints the even half.
//! Run it to see the table: `cargo run -p upturn-coaching --example agreement < labelled.jsonl`
//!
//! This crate has no encoder. `texts` as an argument prints every text that one would be asked for, one JSON string a line;
//! `vectors=FILE` reads its answers, one `{"text": …, "vector": […]}` a line, and takes objections by prototypes as well.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints its answer"
)]

mod vectors;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufRead as _;
use std::sync::Arc;

use serde::Deserialize;
use upturn_coaching::{
    Agreement, Background, Measures, Meter, Objection, PrototypeObjections, Question, Rating,
};
use upturn_core::{Conversation, ConversationId, Embeddings, Speaker, Turn, TurnRange};

use vectors::{Asking, Given};

#[derive(Deserialize)]
struct Sentence {
    dialogue: String,
    speaker: Speaker,
    text: String,
    labels: Vec<String>,
}

/// A detector, the side it judges, and the labels that mean the same.
struct Counterpart {
    name: &'static str,
    side: Speaker,
    labels: &'static [&'static str],
    /// Labels that speak of the subject and leave open what is judged: their sentences are left out.
    silent: &'static [&'static str],
    found: fn(&[Sentence], &Measures) -> Vec<TurnRange>,
}

const COUNTERPARTS: [Counterpart; 8] = [
    Counterpart {
        name: "question, seller",
        side: Speaker::Seller,
        labels: &[
            "task-related-inquiry",
            "source-related-inquiry",
            "personal-related-inquiry",
            "ask-donation-amount",
            "ask-not-donate-reason",
        ],
        silent: &[
            "greeting",
            "off-task",
            "other",
            "proposition-of-donation",
            "ask-donate-more",
            "confirm-donation",
        ],
        found: |_, measures| questions(measures, Speaker::Seller),
    },
    Counterpart {
        name: "question, buyer",
        side: Speaker::Buyer,
        labels: &[
            "ask-org-info",
            "ask-donation-procedure",
            "ask-persuader-donation-intention",
            "task-related-inquiry",
            "personal-related-inquiry",
        ],
        silent: &["greeting", "off-task", "other"],
        found: |_, measures| questions(measures, Speaker::Buyer),
    },
    Counterpart {
        name: "step proposed, seller",
        side: Speaker::Seller,
        labels: &[
            "proposition-of-donation",
            "ask-donate-more",
            "ask-donation-amount",
            "confirm-donation",
        ],
        silent: &[],
        found: |_, measures| proposals(measures),
    },
    Counterpart {
        name: "step agreed, buyer",
        side: Speaker::Buyer,
        labels: &[
            "agree-donation",
            "provide-donation-amount",
            "confirm-donation",
        ],
        silent: &[],
        found: |_, measures| agreements(measures),
    },
    Counterpart {
        name: "price mentioned, buyer: names an amount",
        side: Speaker::Buyer,
        labels: &["provide-donation-amount"],
        silent: &[],
        found: |_, measures| prices(measures),
    },
    Counterpart {
        name: "objection: refuses",
        side: Speaker::Buyer,
        labels: &["disagree-donation", "disagree-donation-more"],
        silent: &[],
        found: |_, measures| objections(measures),
    },
    Counterpart {
        name: "objection: refuses or reacts negatively",
        side: Speaker::Buyer,
        labels: &[
            "disagree-donation",
            "disagree-donation-more",
            "negative-reaction-to-donation",
        ],
        silent: &[],
        found: |_, measures| objections(measures),
    },
    Counterpart {
        name: "sentiment below 0: refuses or reacts negatively",
        side: Speaker::Buyer,
        labels: &[
            "disagree-donation",
            "disagree-donation-more",
            "negative-reaction-to-donation",
        ],
        silent: &[],
        found: |sentences, _| negative(sentences),
    },
];

fn questions(measures: &Measures, side: Speaker) -> Vec<TurnRange> {
    let asked = measures.questions.as_ref().map(|it| match side {
        Speaker::Seller => &it.seller,
        Speaker::Buyer | Speaker::Other => &it.buyer,
    });
    let turns = |questions: &Vec<Question>| questions.iter().map(|it| it.turns).collect();
    asked.map(|it| turns(&it.questions)).unwrap_or_default()
}

fn agreements(measures: &Measures) -> Vec<TurnRange> {
    let step = measures.next_step.as_ref();
    step.map(|it| it.agreements.iter().map(|it| it.turns).collect())
        .unwrap_or_default()
}

fn objections(measures: &Measures) -> Vec<TurnRange> {
    let turns = |list: &Vec<Objection>| list.iter().map(|it| it.turns).collect();
    measures.objections.as_ref().map(turns).unwrap_or_default()
}

fn proposals(measures: &Measures) -> Vec<TurnRange> {
    let step = measures.next_step.as_ref();
    step.map(|it| it.proposals.clone()).unwrap_or_default()
}

fn prices(measures: &Measures) -> Vec<TurnRange> {
    let pricing = measures.pricing.as_ref();
    pricing.map(|it| it.mentions.clone()).unwrap_or_default()
}

/// Sentences of the buyer whose sentiment, each alone, is below 0.
fn negative(sentences: &[Sentence]) -> Vec<TurnRange> {
    let below = |sentence: &Sentence| {
        let measures = measure(std::slice::from_ref(sentence), &Meter::default()).ok()?;
        Some(measures.buyer_sentiment?.mean < 0.0)
    };
    let turns = (0..).zip(sentences);
    turns
        .filter(|(_, sentence)| below(sentence) == Some(true))
        .map(|(start, _)| TurnRange {
            start,
            end: start + 1,
        })
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|it| it == wanted);
    let rest = usize::from(!has("choose"));
    let vectors = arguments.iter().find_map(|it| it.strip_prefix("vectors="));
    let meter = match vectors {
        Some(path) => by_prototypes(Arc::new(Given::read(path)?))?,
        None if has("texts") => by_prototypes(Arc::new(Asking::default()))?,
        None => Meter::default(),
    };
    let mut dialogues = BTreeMap::<String, Vec<Sentence>>::new();
    for line in std::io::stdin().lock().lines() {
        let sentence: Sentence = serde_json::from_str(&line?)?;
        dialogues
            .entry(sentence.dialogue.clone())
            .or_default()
            .push(sentence);
    }
    let half: Vec<_> = dialogues
        .values()
        .enumerate()
        .filter(|(at, _)| at % 2 == rest)
        .map(|(_, it)| it)
        .collect();
    let measured: Vec<_> = half
        .iter()
        .map(|sentences| measure(sentences, &meter))
        .collect::<Result<_, _>>()?;
    if has("texts") {
        return Ok(());
    }
    println!("{} dialogues", half.len());
    println!("| detector | sentences | by people | found | precision | recall | kappa |");
    println!("|---|---|---|---|---|---|---|");
    for counterpart in &COUNTERPARTS {
        let pairs = half.iter().zip(&measured);
        let agreement = Agreement::of(
            pairs.flat_map(|(sentences, measures)| ratings(counterpart, sentences, measures)),
        );
        let Agreement {
            items,
            human,
            detector,
            ..
        } = agreement;
        let [precision, recall, kappa] = [agreement.precision, agreement.recall, agreement.kappa]
            .map(|it| it.map_or("–".to_owned(), |it| it.to_string()));
        println!(
            "| {} | {items} | {human} | {detector} | {precision} | {recall} | {kappa} |",
            counterpart.name
        );
    }
    Ok(())
}

fn measure(sentences: &[Sentence], meter: &Meter) -> Result<Measures, Box<dyn Error>> {
    let turns = sentences
        .iter()
        .map(|it| Turn::new(it.speaker, it.text.clone()))
        .collect();
    let id = sentences
        .first()
        .map(|it| it.dialogue.clone())
        .unwrap_or_default();
    let call = Conversation::new(ConversationId::new(id)?, turns)?;
    Ok(meter.measure(call.whole()))
}

fn ratings<'a>(
    counterpart: &'a Counterpart,
    sentences: &'a [Sentence],
    measures: &Measures,
) -> Vec<Rating<'a>> {
    let found = (counterpart.found)(sentences, measures);
    let has = |sentence: &Sentence, labels: &[&str]| {
        let mut own = sentence.labels.iter();
        own.any(|label| labels.contains(&label.as_str()))
    };
    let rating = |(at, sentence): (usize, &'a Sentence)| Rating {
        group: &sentence.dialogue,
        detector: found
            .iter()
            .any(|turns| (turns.start..turns.end).contains(&at)),
        human: has(sentence, counterpart.labels),
    };
    let judged = |(_, sentence): &(usize, &Sentence)| {
        sentence.speaker == counterpart.side && !has(sentence, counterpart.silent)
    };
    let items = sentences.iter().enumerate().filter(judged);
    items.map(rating).collect()
}

fn by_prototypes(encoder: Arc<dyn Embeddings>) -> Result<Meter, Box<dyn Error>> {
    let detector = PrototypeObjections::new(encoder, &Background::default())?;
    for quality in detector.qualities() {
        eprintln!("{quality:?}");
    }
    Ok(Meter::default().with_objections(Arc::new(detector)))
}
