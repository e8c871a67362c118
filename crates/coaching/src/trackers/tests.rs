//! Trackers, their file and what they find.

use std::sync::Arc;

use upturn_core::{
    Conversation, ConversationId, Diagnostic, Embedding, Embeddings, EmbeddingsError, ErrorKind,
    Fingerprint, Prefix, Speaker, Turn, TurnRange,
};

use super::*;
use crate::sample::WordVectors;

const PILOT: &str = r#"
[[tracker]]
name = "pilot"
side = "buyer"
examples = [
  "Could we try it for a month first?",
  "Is there a free trial we could try?",
  "We would want to try a pilot with one team.",
  "Can we try a pilot before we sign?",
  "I'd like to start with a small trial.",
  "A pilot or a trial would help us.",
]
"#;

fn fitted(text: &str) -> Trackers {
    let config = TrackersConfig::from_toml(text).unwrap();
    Trackers::fit(
        config,
        Arc::new(WordVectors::default()),
        &Background::default(),
    )
    .unwrap()
}

fn call(lines: &[(Speaker, &str)]) -> Conversation {
    let turns = lines
        .iter()
        .map(|(speaker, text)| Turn::new(*speaker, *text));
    Conversation::new(ConversationId::new("c").unwrap(), turns.collect()).unwrap()
}

const S: Speaker = Speaker::Seller;
const B: Speaker = Speaker::Buyer;

#[test]
fn what_is_meant_is_found_where_it_is_said() {
    let call = call(&[
        (S, "We could try a pilot or a trial first."),
        (
            B,
            "Good morning. Could we try a pilot first, a small trial? Thank you.",
        ),
        (S, "Sure."),
        (B, "The report comes out on Friday."),
    ]);
    let tracked = fitted(PILOT).track(call.whole()).unwrap();
    assert_eq!(tracked.looked_for, ["pilot"]);
    let [hit] = tracked.hits.as_slice() else {
        panic!("{tracked:?}");
    };
    assert_eq!(hit.turns, TurnRange { start: 1, end: 2 });
    assert_eq!(hit.text, "Could we try a pilot first, a small trial?");
    assert!(hit.probability.value() >= 0.5);
    assert!(
        !format!("{hit:?}").contains("small"),
        "Debug tells no words"
    );
}

#[test]
fn a_tracker_of_one_side_finds_nothing_in_what_the_other_says() {
    let both = PILOT
        .replace("\"pilot\"", "\"both\"")
        .replace("side = \"buyer\"\n", "");
    let call = call(&[(S, "Is there a free trial?"), (B, "Is there a free trial?")]);
    let hits = fitted(&format!("{PILOT}{both}"))
        .track(call.whole())
        .unwrap()
        .hits;
    let found: Vec<_> = hits
        .iter()
        .map(|hit| (hit.turns.start, hit.tracker.as_str()))
        .collect();
    assert_eq!(found, [(0, "both"), (1, "pilot"), (1, "both")]);
}

#[test]
fn the_example_file_is_sound() {
    let names: Vec<_> = TrackersConfig::from_toml(TrackersConfig::EXAMPLE)
        .unwrap()
        .trackers;
    let names: Vec<_> = names.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["trial", "security", "agenda"]);
}

#[test]
fn what_is_found_in_a_turn_does_not_depend_on_the_others() {
    let call = call(&[
        (B, "Is there a free trial?"),
        (S, "There is."),
        (B, "Could we try it with a pilot?"),
    ]);
    let trackers = fitted(PILOT);
    let whole = trackers.track(call.whole()).unwrap().hits;
    let first = trackers.track(Prefix::first(&call, 1)).unwrap().hits;
    assert_eq!(whole[..first.len()], first);
    assert_eq!((first.len(), whole.len()), (1, 2));
    assert_eq!(whole, fitted(PILOT).track(call.whole()).unwrap().hits);
}

#[test]
fn quality_is_measured_on_what_was_left_out() {
    let trackers = fitted(PILOT);
    let quality = trackers.qualities().next().unwrap();
    assert_eq!((quality.examples, quality.counter_examples), (6, 0));
    assert!(quality.recall.value >= 0.5, "{quality:?}");
    assert!(quality.background_found.value <= 0.05, "{quality:?}");
    assert!(quality.recall.low < quality.recall.value);

    // Examples that have nothing in common are told apart from nothing once each is left out.
    let unrelated = "[[tracker]]\nname = \"a\"\nexamples = [\"zebra\", \"quartz\", \"oboe\", \"lichen\", \"fjord\"]";
    let trackers = fitted(unrelated);
    let quality = trackers.qualities().next().unwrap();
    assert_eq!(
        quality.recall.value.to_bits(),
        0.0_f64.to_bits(),
        "{quality:?}"
    );
}

#[test]
fn a_counter_example_takes_away_what_is_like_it() {
    let said = call(&[(B, "We did try a pilot last year.")]);
    let plain = fitted(PILOT).track(said.whole()).unwrap().hits;
    assert_eq!(plain.len(), 1);
    let counters = "counter_examples = [\"We tried a pilot last year.\", \"The pilot last year did fail.\", \"Last year we did a trial.\"]";
    let careful = fitted(&format!("{PILOT}{counters}"));
    assert_eq!(careful.track(said.whole()).unwrap().hits, []);
    let quality = careful.qualities().next().unwrap();
    assert_eq!(quality.counter_examples, 3);
    assert!(quality.counter_examples_found.is_some());
}

#[test]
fn a_lower_rate_makes_every_probability_lower() {
    let said = call(&[(B, "Is there a free trial?")]);
    let chance = |rate: &str| {
        let trackers = fitted(&format!("{PILOT}at_least = 0.000001\nrate = {rate}"));
        trackers.track(said.whole()).unwrap().hits[0].probability
    };
    let [rare, often] = ["0.01", "0.2"].map(chance);
    assert!(rare < often);
    let moved = often.logit() - rare.logit();
    let expected = (0.2_f64 / 0.8).ln() - (0.01_f64 / 0.99).ln();
    assert!(
        (moved - expected).abs() < 1e-9,
        "by the log odds of the rates"
    );
}

#[test]
fn a_background_of_calls_replaces_the_shipped_one() {
    let lines: Vec<_> = (0..40)
        .map(|i| format!("Order {i} was sent. Yes."))
        .collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (if line.len() % 2 == 0 { S } else { B }, line.as_str()))
        .collect();
    let background = Background::of_calls([&call(&lines)]);
    let config = TrackersConfig::from_toml(PILOT).unwrap();
    let encoder = Arc::new(WordVectors::default());
    let trackers = Trackers::fit(config.clone(), encoder.clone(), &background).unwrap();
    let quality = trackers.qualities().next().unwrap();
    let said_by_buyer = 2 * lines.iter().filter(|(side, _)| *side == B).count();
    assert_eq!(
        quality.background, said_by_buyer,
        "a tracker of a side knows that side"
    );

    let few = Background::of_calls([&call(&[(B, "Hello.")])]);
    let error = Trackers::fit(config, encoder, &few).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tracker `pilot` has 1 other sentences to be told from, expected at least 20"
    );
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.hint().is_some());
}

#[test]
fn a_typo_is_told_with_its_place_and_what_was_expected() {
    let base = "[[tracker]]\nname = \"a\"\nexamples = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n";
    for (text, said) in [
        (
            base.replace("name", "nme"),
            "line 2, column 1 of the trackers: unknown field `nme`, expected one of `name`, `side`, `examples`",
        ),
        (
            format!("{base}side = \"byer\"\n"),
            "line 4, column 8 of the trackers: unknown variant `byer`, expected one of `seller`, `buyer`",
        ),
        (
            format!("{base}side = \"other\"\n"),
            "line 4, column 8 of the trackers: `side` is no side that sells or buys, expected `seller` or `buyer`",
        ),
        (
            format!("{base}at_least = 1.5\n"),
            "line 4, column 12 of the trackers: `at_least` is outside of its range, expected a number above 0 and below 1",
        ),
        (
            format!("{base}rate = nan\n"),
            "line 4, column 8 of the trackers: `rate` is outside of its range, expected a number above 0 and below 1",
        ),
        (
            base.replace(", \"e\"", ""),
            "line 3, column 12 of the trackers: 4 examples, expected at least 5",
        ),
        (
            base.replace("\"e\"", "\"A!\""),
            "line 3, column 33 of the trackers: this sentence stands twice",
        ),
        (
            format!("{base}counter_examples = [\" \"]"),
            "line 4, column 21 of the trackers: `counter_examples` is empty",
        ),
        (
            base.repeat(2),
            "line 5, column 8 of the trackers: `name` stands twice, expected another name for each tracker",
        ),
    ] {
        let error = TrackersConfig::from_toml(&text).unwrap_err();
        assert!(error.to_string().starts_with(said), "{error}");
        assert!(error.hint().is_some());
    }
}

#[derive(Debug)]
struct Broken(Fingerprint);

impl Embeddings for Broken {
    fn dimension(&self) -> usize {
        1
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn embed_documents(&self, _: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        Ok(Vec::new())
    }
}

#[test]
fn an_encoder_that_breaks_its_law_is_an_error_not_a_silence() {
    let broken = Arc::new(Broken(WordVectors::default().fingerprint().clone()));
    let config = TrackersConfig::from_toml(PILOT).unwrap();
    let error = Trackers::fit(config, broken, &Background::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
}
