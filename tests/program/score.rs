//! A call scored by a rubric, as people and as programs see it.

use std::path::Path;

use super::{House, done, json, run};

const CALL: &str = r#"{"id":"a","turns":[{"speaker":"seller","text":"How do you plan routes today?"},{"speaker":"buyer","text":"By hand. Routely is too expensive for us."},{"speaker":"seller","text":"I see. Shall we schedule a call with your CEO on Tuesday, and talk about the price?"},{"speaker":"buyer","text":"Sure, that works. The CEO has the final say."}],"metadata":{"contacts":1}}"#;

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name).display().to_string();
    fs_err::write(&path, text).unwrap();
    path
}

#[test]
fn a_call_is_scored_with_the_turns_each_answer_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    assert_eq!(done(&["score", "--call", &call]), SCORED);
}

const SCORED: &str = r"score 0.82, 11.5 of the 14 points that could be answered; between 0.77 and 0.83 of all 15
(a, 4 turns)

1 of 2  asks: Did the seller ask enough to learn how things are?
  seller_questions = 2 (turn 1, turn 3)
  ask how it is done today, what that costs, and what has been tried
0.5 of 1  asks_openly: Did the seller ask what can't be answered by yes or no?
  seller_open_questions = 1 (turn 1)
  begin a question with how, what or why
2 of 2  listens: Did the buyer get to speak?
  talk_share = 0.57 (turns 1-4)
1 of 1  keeps_it_short: Did the seller speak without long monologues?
  longest_monologue = 17 (turn 3)
2 of 2  answers_objections: Was no objection left unanswered?
  unanswered_objections = 0 (turns 1-4)
1 of 1  names_the_price: Was there talk about the price?
  price_mentioned = yes (turn 2, turn 3)
1 of 1  who_decides: Was it said who decides, and how?
  decision_mentions = 1 (turn 4)
0 of 1  more_than_one_person: Is more than one person of the buyer in the deal?
  contacts = 1
  ask who else is affected, and invite them to the next call
3 of 3  next_step: Did the buyer agree to a next step?
  next_step_agreed = yes (turn 4)

not answered: waits (needs patience)
";

#[test]
fn what_may_still_happen_is_not_scored() {
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    let said = done(&["score", "--call", &call, "--turns", "2"]);
    assert!(said.contains("(a, 2 turns, goes on)"), "{said}");
    assert!(said.contains("next_step (the call goes on)"), "{said}");
}

#[test]
fn programs_get_the_card_as_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    let said = json(&done(&["score", "--call", &call, "--format", "json"]));
    assert_eq!(
        (&said["schema"]["version"], &said["conversation"]),
        (&1.into(), &"a".into())
    );
    assert_eq!(said["answers"][0]["question"], "asks");
    assert_eq!(said["answers"][0]["evidence"][0]["turns"][0]["start"], 0);
    assert_eq!(said["unanswered"][0]["because"], "not_known");
    assert_eq!(said["unanswered"][0]["missing"][0], "patience");
    assert!(said.get("tracked").is_none());
}

#[test]
fn trackers_look_through_the_call_with_the_encoder_of_a_model() {
    let house = House::get();
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    let trackers = file(
        folder.path(),
        "trackers.toml",
        &done(&["schema", "trackers"]),
    );
    let rubric =
        "[[question]]\nname = \"agenda\"\nasks = \"Was there a plan?\"\ntracker = \"agenda\"\n";
    let rubric = file(folder.path(), "rubric.toml", rubric);
    let base = ["score", "--call", &call, "--rubric", &rubric];
    let without = done(&base);
    assert!(
        without.contains("agenda (no tracker named agenda has looked)"),
        "{without}"
    );

    let model = house.model();
    let with = [&base[..], &["--trackers", &trackers, "--model", &model]].concat();
    let text = done(&with);
    assert!(text.contains("tracker trial: finds "), "{text}");
    let said = json(&done(&[&with[..], &["--format", "json"]].concat()));
    assert_eq!(said["tracked"]["looked_for"][2], "agenda");
    assert_eq!(said["answers"][0]["question"], "agenda");
    assert_eq!(said["tracker_qualities"][0]["examples"], 6);

    let calls = house.calls();
    let own = [&with[..], &["--background", &calls, "--format", "json"]].concat();
    let own = json(&done(&own));
    let of_calls = own["tracker_qualities"][0]["background"].as_u64();
    let shipped = said["tracker_qualities"][0]["background"].as_u64();
    assert_eq!(shipped, Some(102));
    assert!(of_calls > Some(20) && of_calls != shipped, "{own}");

    let alone = run(&["score", "--call", &call, "--trackers", &trackers]);
    assert_eq!(alone.code, Some(2));
    assert!(alone.err.contains("--model"), "{}", alone.err);
}

/// The tiny encoder knows no meaning; what is said is close to one of the examples, word by word.
#[test]
fn objections_are_found_by_prototypes_where_words_find_none() {
    let house = House::get();
    let folder = tempfile::tempdir().unwrap();
    let said = "The plant manager signs such things, so it is with him.";
    // Nobody answers.
    let call = format!(
        r#"{{"id":"a","turns":[{{"speaker":"seller","text":"How do you plan routes today?"}},{{"speaker":"buyer","text":"{said}"}}]}}"#
    );
    let data = file(folder.path(), "calls.jsonl", &(call + "\n"));
    let examples = [
        "signs such things",
        "signs such papers",
        "signs such orders",
        "signs such bills",
        "signs such deals",
    ];
    let examples = examples.map(|it| format!("\"The plant manager {it}, so it is with him.\""));
    let own = format!(
        "[[tracker]]\nname = \"authority\"\nat_least = 0.2\nexamples = [{}]\n",
        examples.join(", ")
    );
    let own = format!("--prototypes={}", file(folder.path(), "own.toml", &own));
    let model = house.model();
    let measured = |words: &[&str]| {
        let asked = ["measures", "--data", &data, "--format", "json"];
        let out = done(&[&asked[..], words].concat());
        json(out.lines().next().unwrap())["measures"]["objections"].clone()
    };
    assert_eq!(measured(&[]), serde_json::json!([]));
    let found = measured(&[&own, "--model", &model]);
    assert_eq!(
        (&found[0]["kind"], &found[0]["turns"]["start"]),
        (&"authority".into(), &1.into()),
        "{found}"
    );
    let unanswered = |words: &[&str]| {
        let asked = ["score", "--call", &data, "--format", "json"];
        let card = json(&done(&[&asked[..], words].concat()));
        let answers = card["answers"].as_array().unwrap();
        let answer = answers
            .iter()
            .find(|it| it["question"] == "answers_objections");
        answer.unwrap()["value"].as_f64()
    };
    assert_eq!(unanswered(&[]), Some(0.0));
    assert_eq!(unanswered(&[&own, "--model", &model]), Some(1.0));
    let verbose = run(&[
        "score",
        "--call",
        &data,
        "--prototypes",
        "--model",
        &model,
        "--verbose",
    ]);
    assert_eq!(verbose.code, Some(0), "{}", verbose.err);
    assert_eq!(
        verbose.err.matches("prototypes of ").count(),
        6,
        "{}",
        verbose.err
    );
}

#[test]
fn prototypes_need_an_encoder_and_names_that_are_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    for command in [
        &["score", "--call", &call][..],
        &["measures", "--data", &call],
    ] {
        let said = run(&[command, &["--prototypes"]].concat());
        assert_eq!(said.code, Some(2));
        assert!(said.err.contains("--model"), "{}", said.err);
    }
    let shipped = done(&["schema", "prototypes"]);
    let typo = shipped.replace("name = \"trust\"", "name = \"trusts\"");
    let typo = file(folder.path(), "typo.toml", &typo);
    let own = format!("--prototypes={typo}");
    let said = run(&["score", "--call", &call, "--model", "none", &own]);
    assert_eq!(said.code, Some(2));
    let told = "column 8 of the trackers: `name` is no kind of objection, expected one of `price`";
    assert!(
        said.err.contains(told) && said.err.contains("hint:"),
        "{}",
        said.err
    );
}

#[test]
fn a_typo_in_a_file_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let call = file(folder.path(), "call.json", CALL);
    let rubric =
        done(&["schema", "rubric"]).replace("\"talk_share\"\nbands", "\"talk_shar\"\nbands");
    let rubric = file(folder.path(), "rubric.toml", &rubric);
    let said = run(&["score", "--call", &call, "--rubric", &rubric]);
    assert_eq!(said.code, Some(2));
    let place = "column 11 of the rubric: unknown variant `talk_shar`, expected one of `turns`";
    assert!(said.err.contains(place), "{}", said.err);

    let trackers = file(
        folder.path(),
        "trackers.toml",
        "[[tracker]]\nname = \"a\"\nexamples = [\"b\"]\n",
    );
    let said = run(&[
        "score",
        "--call",
        &call,
        "--trackers",
        &trackers,
        "--model",
        "none",
    ]);
    assert_eq!(said.code, Some(2));
    let place = "line 3, column 12 of the trackers: 1 example, expected at least 5";
    assert!(said.err.contains(place), "{}", said.err);
    assert!(said.err.contains("hint: write sentences"), "{}", said.err);
}

/// Three calls of two accounts and what people gave them.
fn scored_by_people(folder: &Path, scores: &str) -> [String; 2] {
    let call = |id: &str, account: &str, turns: &str| {
        format!(
            "{{\"id\":\"{id}\",\"turns\":[{turns}],\"metadata\":{{\"account\":\"{account}\"}}}}\n"
        )
    };
    let asked = r#"{"speaker":"seller","text":"How do you plan routes today? What does it cost you?"},{"speaker":"buyer","text":"By hand."},{"speaker":"seller","text":"Who decides? When do you decide?"}"#;
    let told = r#"{"speaker":"seller","text":"Buy it."},{"speaker":"buyer","text":"No."}"#;
    let calls = call("a", "x", asked) + &call("b", "y", told) + &call("c", "y", told);
    [
        file(folder, "calls.jsonl", &calls),
        file(folder, "scores.csv", scores),
    ]
}

#[test]
fn the_rubric_is_compared_with_what_people_gave() {
    let folder = tempfile::tempdir().unwrap();
    let scores =
        "conversation,question,points\na,asks,2\nb,asks,1\nc,asks,0\na,waits,1\nz,asks,1\n";
    let [calls, human] = scored_by_people(folder.path(), scores);
    let asked = ["score", "--data", &calls, "--human", &human];
    let said = run(&asked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains("1 scored calls are not in the data: `z`"),
        "{}",
        said.err
    );
    assert!(
        said.out
            .starts_with("The rubric against people, over 3 calls\n"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("1 scores by people stand where the rubric has no answer"),
        "{}",
        said.out
    );

    let said = json(&done(&[&asked[..], &["--format", "json"]].concat()));
    assert_eq!(
        (&said["calls"], &said["unanswered"]),
        (&3.into(), &1.into())
    );
    assert_eq!(said["not_in_data"][0], "z");
    let asks = &said["questions"][0];
    assert_eq!(
        (&asks["question"], &asks["items"]),
        (&"asks".into(), &3.into())
    );
    // The rubric gives 2, 0 and 0.
    let difference = asks["difference"]["value"].as_f64().unwrap();
    assert!((difference + 1.0 / 3.0).abs() < 1e-12, "{said}");
    assert_eq!(said["all"]["items"], 3);
}

#[test]
fn a_bad_score_is_named_with_its_line_and_the_others_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let scores = "conversation,question,points\na,asks,3\na,agenda,1\nb,asks,0\n";
    let [calls, human] = scored_by_people(folder.path(), scores);
    let asked = [
        "score", "--data", &calls, "--human", &human, "--format", "json",
    ];
    let said = run(&asked);
    assert_eq!(said.code, Some(2), "{}", said.err);
    let told = "scores.csv`: line 2 of the scores: expected points from 0 to 2 for `asks`, got `3`";
    assert!(said.err.contains(told), "{}", said.err);
    assert!(
        said.err
            .contains("line 3 of the scores: the rubric has no question `agenda`"),
        "{}",
        said.err
    );
    let said = json(&said.out);
    assert_eq!((&said["calls"], &said["rejected"]), (&1.into(), &2.into()));

    let others = file(
        folder.path(),
        "others.csv",
        "conversation,question,points\nq,asks,1\n",
    );
    let said = run(&["score", "--data", &calls, "--human", &others]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("none of the 3 calls in `"),
        "{}",
        said.err
    );
    let form = file(folder.path(), "form.csv", "call;question;points\n");
    let said = run(&["score", "--data", &calls, "--human", &form]);
    assert_eq!(said.code, Some(2));
    let told = "form.csv`: line 1 of the scores: expected the columns `conversation`, `question` and `points`";
    assert!(said.err.contains(told), "{}", said.err);
}

#[test]
fn one_call_or_many_with_scores_are_asked_for() {
    for asked in [
        &["score"][..],
        &["score", "--data", "calls.jsonl"],
        &["score", "--human", "scores.csv"],
        &[
            "score",
            "--call",
            "a.json",
            "--data",
            "calls.jsonl",
            "--human",
            "scores.csv",
        ],
        &[
            "score",
            "--data",
            "calls.jsonl",
            "--human",
            "scores.csv",
            "--turns",
            "2",
        ],
    ] {
        let said = run(asked);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{asked:?}");
        assert!(
            said.err.contains("--call")
                || said.err.contains("--data")
                || said.err.contains("--human"),
            "{}",
            said.err
        );
    }
}
