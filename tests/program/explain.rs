//! Explanations and comparisons, as people and as programs see them.

use super::follow::{TURNS, told};
use super::{House, json, run};

#[test]
fn an_explanation_cites_what_exists_and_agrees_with_the_prediction() {
    let house = House::get();
    let said = run(&house.asking("explain", &["--format", "json"]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told = json(&said.out);
    let predicted = json(&run(&house.asking("predict", &["--format", "json"])).out);
    assert_eq!(told["prediction"]["verdict"], predicted["verdict"]);
    let logit = |of: &serde_json::Value| of["logit"].as_f64().unwrap();
    assert!((logit(&told["prediction"]) - logit(&predicted)).abs() < 1e-6);
    let shares = &told["neighbour_shares"];
    let voters = shares["calls"].as_array().unwrap();
    assert_eq!(
        voters.len() as u64,
        predicted["support"]["calls"].as_u64().unwrap()
    );
    let parts = predicted["parts"].as_array().unwrap().iter();
    let part = parts.filter(|it| it["name"] == "neighbours").map(logit);
    let voted: f64 = voters.iter().map(logit).sum();
    assert!((voted + shares["rest"].as_f64().unwrap() - part.sum::<f64>()).abs() < 1e-6);
    let evidence = told["evidence"].as_array().unwrap();
    let ids: Vec<_> = evidence.iter().map(|it| it["id"].clone()).collect();
    let reasons = told["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty());
    for reason in reasons {
        let cited = reason["evidence"].as_array().unwrap();
        assert!(
            !cited.is_empty() && cited.iter().all(|id| ids.contains(id)),
            "{reason}"
        );
    }
    let turns = predicted["turns"].as_u64().unwrap();
    assert_eq!(told["trajectory"].as_array().unwrap().len() as u64, turns);
}

#[test]
fn a_page_and_markdown_are_written_whole_and_say_the_same() {
    let house = House::get();
    let (page, markdown) = (house.path("call.html"), house.path("call.md"));
    let said = run(&house.asking("explain", &["--html", &page, "--markdown", &markdown]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let page = fs_err::read_to_string(page).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{}", &page[..80]);
    for outside in ["<script", "src=", "href=\"http", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(fs_err::read_to_string(markdown).unwrap().starts_with("# "));
    let first = said.out.lines().next().unwrap();
    assert!(first.contains("won"), "{first}");
}

#[test]
fn a_page_that_cant_be_written_is_named() {
    let house = House::get();
    let said = run(&house.asking("explain", &["--html", "/nowhere/call.html"]));
    assert_ne!(said.code, Some(0));
    assert!(said.err.contains("/nowhere/call.html"), "{}", said.err);
}

#[test]
fn a_typo_in_the_rules_has_its_line() {
    let house = House::get();
    let rules = house.path("typo.toml");
    fs_err::write(&rules, "[[rule]]\nname = \"a\"\nsay = \"b\"\n").unwrap();
    let said = run(&house.asking("explain", &["--rules", &rules]));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("line 3"), "{}", said.err);
}

#[test]
fn measures_stand_beside_those_of_the_reference() {
    let house = House::get();
    let calls = house.calls();
    let options = ["--reference", &calls, "--format", "json"];
    let said = run(&house.asking("explain", &options));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(json(&said.out)["standings"].is_array());
}

#[test]
fn a_call_compared_with_itself_does_not_part() {
    let house = House::get();
    let (model, store, one) = (house.model(), house.store(), house.one());
    let asked = ["compare", "--model", &model, "--store", &store, &one, &one];
    let said = run(&asked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("do not part"), "{}", said.out);
    let told = json(&run(&[&asked[..], &["--format", "json"]].concat()).out);
    let pairs = told["aligned"].as_array().unwrap();
    assert!(!pairs.is_empty() && pairs.iter().all(|pair| pair["here"] == pair["there"]));
    assert!(told["measures"].as_array().unwrap().is_empty());
    assert_eq!(
        told["a"]["prediction"]["logit"],
        told["b"]["prediction"]["logit"]
    );
}

#[test]
fn questions_are_answered_in_cited_sentences() {
    let house = House::get();
    let questions = [
        ("why might this deal stall?", "why_stall"),
        (
            "what did calls that won do differently here?",
            "what_won_calls_did",
        ),
        ("who else objected to price like this?", "who_else_objected"),
        ("does anybody speak of a trial?", "other"),
    ];
    for (question, inquiry) in questions {
        let said = run(&house.asking("ask", &[question, "--format", "json"]));
        assert_eq!(said.code, Some(0), "{question}: {}", said.err);
        let told = json(&said.out);
        assert_eq!(told["inquiry"], inquiry);
        let evidence = told["evidence"].as_array().unwrap();
        let ids: Vec<_> = evidence.iter().map(|it| it["id"].clone()).collect();
        for sentence in told["sentences"].as_array().unwrap() {
            let cited = sentence["evidence"].as_array().unwrap();
            assert!(
                !cited.is_empty() && cited.iter().all(|id| ids.contains(id)),
                "{sentence}"
            );
        }
        let text = run(&house.asking("ask", &[question]));
        assert!(
            text.out.contains("[e") || text.out.starts_with("nothing"),
            "{}",
            text.out
        );
    }
    let blank = run(&house.asking("ask", &["  "]));
    assert_eq!(blank.code, Some(2), "{}", blank.err);
}

#[test]
fn a_missing_interval_and_a_doubt_have_their_reason() {
    let house = House::get();
    let (model, store, one) = (house.model(), house.store(), house.one());
    let base = ["--model", &model, "--store", &store];
    // The model learnt from fewer than 50 accounts.
    let why = "no interval: the model learnt from too few accounts to say how far off the chance may be; it takes 50";
    let predicted = run(&[&["predict"], &base[..], &["--call", &one]].concat());
    let compared = run(&[&["compare"], &base[..], &[&one, &one]].concat());
    let followed = told(&[], TURNS);
    for said in [&predicted, &compared, &followed] {
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(said.err.matches(why).count(), 1, "{}", said.err);
    }
    // A verdict without a doubt has no reason: calls are looked through for one that has.
    let all = fs_err::read_to_string(house.calls()).unwrap();
    let other = house.path("other.json");
    let unsure = all.lines().find_map(|call| {
        fs_err::write(&other, call).unwrap();
        let said = run(&[&["compare"], &base[..], &[&one, &other]].concat());
        let (_, verdict) = said.out.lines().nth(1)?.split_once("verdict unsure")?;
        Some(verdict.to_owned())
    });
    let unsure = unsure.unwrap();
    assert!(
        unsure.starts_with(": ") && unsure.ends_with(" turns)"),
        "{unsure}"
    );
}
