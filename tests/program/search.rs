//! What was said is found again, by meaning, by words, and by calls that it should be like.

use serde_json::{Value, json};

use super::bad_input::refused;
use super::{House, Said, done, run};

/// The program's answer for people or for programs.
fn ask(store: &str, question: &[&str]) -> Said {
    let model = House::get().model();
    let basis = ["search", "--model", &model, "--store", store];
    run(&[&basis, question].concat())
}

pub(super) fn found(store: &str, question: &[&str]) -> Value {
    let said = ask(store, &[question, &["--format", "json"]].concat());
    assert_eq!(said.code, Some(0), "{question:?}: {}", said.err);
    super::json(&said.out)
}

fn moments(report: &Value) -> &Vec<Value> {
    report["found"].as_array().unwrap()
}

fn ids(report: &Value) -> Vec<&str> {
    let ids = moments(report).iter().map(|moment| &moment["id"]);
    ids.map(|id| id.as_str().unwrap()).collect()
}

/// Calls whose words are known, indexed by the house's model.
pub(super) fn corner(name: &str, calls: &[Value]) -> String {
    let house = House::get();
    let (data, store) = (house.path(&format!("{name}.jsonl")), house.path(name));
    let lines: Vec<String> = calls.iter().map(Value::to_string).collect();
    fs_err::write(&data, lines.join("\n")).unwrap();
    let model = house.model();
    done(&[
        "index", "--model", &model, "--data", &data, "--store", &store,
    ]);
    store
}

fn call(id: &str, outcome: Option<&str>, turns: [&str; 4]) -> Value {
    let said = turns.into_iter().zip(["seller", "buyer"].iter().cycle());
    let turns: Vec<Value> = said
        .map(|(text, speaker)| json!({"speaker": speaker, "text": text}))
        .collect();
    let mut call = json!({"id": id, "turns": turns});
    if let Some(outcome) = outcome {
        call["outcome"] = outcome.into();
    }
    call
}

/// The first one is long enough for two moments of the house's encoder.
fn four_calls() -> Vec<Value> {
    let weather = "and the weather is fine today in the north";
    let first = format!("The zebra is here, {weather} {weather}.");
    vec![
        call(
            "one",
            Some("won"),
            [
                &first,
                "The zebra costs too much.",
                "Let us halve it.",
                "Fine.",
            ],
        ),
        call(
            "two",
            Some("lost"),
            [
                "Hello.",
                "Is there a zebra and a giraffe?",
                "No.",
                "Goodbye then.",
            ],
        ),
        call(
            "three",
            None,
            [
                "Hello.",
                "We have a giraffe.",
                "So I hear.",
                "Zebra zebra, I meant.",
            ],
        ),
        call(
            "four",
            Some("lost"),
            ["Hello.", "Nothing today.", "A pity.", "Goodbye."],
        ),
    ]
}

/// Scores by the definition of BM25 in Python 3.11 (`math`): 9 documents, 6 with the one word and 4 with the other.
const FOUND: &str = "\
best by words
  2.029  open  three, turns 1-4
         seller: Hello. buyer: We have a giraffe. seller: So I hear. buyer: Zebra zebra, I meant.
  1.924  lost  two, turns 1-4
         seller: Hello. buyer: Is there a zebra and a giraffe? seller: No. buyer: Goodbye then.
  0.757  won  one, turns 1-2
         seller: The zebra is here, and the weather is fine today in the north and the weather is fine to…
         then the seller: Let us halve it.
";
const SECOND: &str = "\
best by words
  1.924  lost  two, turns 1-4
         seller: Hello. buyer: Is there a zebra and a giraffe? seller: No. buyer: Goodbye then.
more with --page 3
";

#[test]
fn words_are_found_with_their_calls_and_how_they_went_on() {
    let store = corner("zebras", &four_calls());
    let question = ["--text", "zebra giraffe", "--words"];
    let said = ask(&store, &question);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out, FOUND);
    let said = ask(
        &store,
        &[&question[..], &["--limit", "1", "--page", "2"]].concat(),
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out, SECOND);
    let report = found(&store, &[&question[..], &["--per-call"]].concat());
    assert_eq!(ids(&report), ["three", "two", "one"]);
    let first = &moments(&report)[0];
    assert_eq!(first["outcome"], Value::Null);
    assert_eq!(first["turns"], json!({"start": 0, "end": 4}));
    assert_eq!(
        [&report["scores"], &report["more"]],
        [&json!("bm25"), &json!(false)]
    );
    let one = found(&store, &["--text", "weather", "--words"]);
    let next = json!({"turns": {"start": 2, "end": 3}, "text": "Let us halve it."});
    assert_eq!(moments(&one)[0]["said_next"], next);
}

#[test]
fn found_moments_carry_their_citation_and_the_best_come_first() {
    let store = House::get().store();
    let report = found(&store, &["--text", "that is too expensive"]);
    assert_eq!(report["schema"]["version"], 1);
    assert_eq!(report["scores"], "reciprocal_rank_fusion");
    assert_eq!(moments(&report).len(), 10);
    for moment in moments(&report) {
        let turns = &moment["turns"];
        assert!(turns["end"].as_u64() > turns["start"].as_u64(), "{moment}");
        assert!(["won", "lost"].contains(&moment["outcome"].as_str().unwrap()));
        assert!(!moment["text"].as_str().unwrap().is_empty());
        if let Some(next) = moment.get("said_next") {
            assert!(
                next["turns"]["start"].as_u64() >= turns["end"].as_u64(),
                "{moment}"
            );
        }
    }
    let rank = |moment: &Value| moment["score"].as_f64().unwrap();
    assert!(moments(&report).is_sorted_by(|one, other| rank(one) >= rank(other)));
}

#[test]
fn pages_follow_each_other_whatever_is_asked_for() {
    let store = House::get().store();
    let questions: [&[&str]; 4] = [
        &["--text", "what does it cost?"],
        &["--text", "what does it cost?", "--meaning", "--per-call"],
        &[
            "--text",
            "the price is too high",
            "--words",
            "--variety",
            "0.5",
        ],
        &["--text", "the price", "--per-call", "--variety", "0.3"],
    ];
    for question in questions {
        let page = |limit: &str, page: &str| {
            found(
                &store,
                &[question, &["--limit", limit, "--page", page]].concat(),
            )
        };
        let whole = page("9", "1");
        let mut pages = Vec::new();
        for number in ["1", "2", "3"] {
            let page = page("3", number);
            assert_eq!(page["more"], number != "3" || whole["more"] == true);
            pages.extend(moments(&page).clone());
        }
        assert_eq!(&pages, moments(&whole), "{question:?}");
        if question.contains(&"--per-call") {
            let mut calls = ids(&whole);
            calls.sort_unstable();
            calls.dedup();
            assert_eq!(calls.len(), 9);
        }
    }
    let last = ask(&store, &["--text", "price", "--page", "99999"]);
    assert_eq!(last.out, "page 99999 is empty: there is no more\n");
}

#[test]
fn what_is_like_some_calls_is_of_others_and_filters_hold() {
    let store = House::get().store();
    let some = found(&store, &["--text", "hello", "--per-call", "--limit", "3"]);
    let some = ids(&some);
    let question = ["--like", some[0], some[1], "--unlike", some[2]];
    let report = found(&store, &question);
    assert_eq!(report["scores"], "cosine");
    assert_eq!(moments(&report).len(), 10);
    assert!(ids(&report).iter().all(|id| !some.contains(id)), "{report}");
    let won = found(&store, &[&question[..], &["--outcome", "won"]].concat());
    assert!(
        moments(&won)
            .iter()
            .all(|moment| moment["outcome"] == "won")
    );
    let scores: Vec<f64> = moments(&report)
        .iter()
        .map(|moment| moment["score"].as_f64().unwrap())
        .collect();
    let least = (scores[3] - 1e-6).to_string();
    let near = found(
        &store,
        &[&question[..], &["--least-score", &least]].concat(),
    );
    assert!(
        moments(&near).len() >= 4 && moments(&near).len() < 10,
        "{near}"
    );
    let nobody = ask(&store, &["--text", "hello", "--rep", "nobody, really"]);
    assert_eq!(nobody.out, "nothing of the kind is in the collection\n");
}

#[test]
fn a_question_that_can_not_be_asked_is_refused_in_one_sentence() {
    let store = House::get().store();
    let table: [(&[&str], &str); 12] = [
        (&[], "nothing is asked for"),
        (&["--text", " "], "the text to look for is empty"),
        (&["--text", "…?", "--words"], "no word"),
        (&["--text", "x", "--like", "y"], "together with `--like`"),
        (&["--text", "x", "--unlike", "y"], "or `--unlike`"),
        (&["--unlike", "x"], "needs `--like`"),
        (&["--like", "x", "--words"], "`--words` needs `--text`"),
        (
            &["--like", "no such call"],
            "no call `no such call` is in the collection",
        ),
        (&["--like", ""], "no call ``"),
        (
            &["--text", "x", "--variety", "1.5"],
            "`--variety` is 1.5, it goes from 0 to 1",
        ),
        (&["--text", "x", "--variety", "nan"], "it goes from 0 to 1"),
        (
            &["--text", "x", "--least-score", "0.5"],
            "`--least-score` needs",
        ),
    ];
    for (question, sentence) in table {
        refused(&ask(&store, question), 2, sentence);
    }
    refused(
        &ask(&House::get().path("nowhere"), &["--text", "x"]),
        2,
        "nowhere",
    );
}

#[test]
fn an_empty_collection_is_told_with_the_command_that_fills_it() {
    let store = corner("emptied", &four_calls()[..1]);
    done(&["forget", "--store", &store, "--conversation", "one"]);
    let said = ask(&store, &["--text", "zebra"]);
    refused(&said, 2, "holds no call");
    let model = House::get().model();
    let command = format!("`upturn index --model {model} --data PATH --store {store}`");
    assert!(said.err.contains(&command), "{}", said.err);
}
