//! What goes into a call's metadata.

use proptest::prelude::*;

use super::*;

#[test]
fn only_what_was_known_before_the_call_goes_into_its_metadata() {
    let crm = fixtures(&["salesforce-opportunities.csv", "salesforce-history.csv"]);
    let fill = |id: &str, day: &str| {
        let keys = CallKeys {
            deal_id: Some(id.into()),
            ..call(day)
        };
        let Joined::Matched(found) = crm.join(&keys) else {
            panic!("{id}")
        };
        let mut metadata = Metadata::default();
        crm.apply(&found, &mut metadata);
        let text = serde_json::to_string(&metadata).unwrap();
        for later in ["Closed", "Rejected", "40000"] {
            assert!(!text.contains(later) || day == "2025-05-21", "{text}");
        }
        assert_eq!(metadata.extra["crm_deal_id"], crm.deal(id).unwrap().id);
        assert_eq!(metadata.extra["crm_rule"], "deal-id");
        (metadata.stage, metadata.amount)
    };
    let won = "0064100000AbCdE";
    let stage = |stage: &str, amount: f64| (Some(stage.to_owned()), Some(amount));
    assert_eq!(fill(won, "2025-01-15"), (None, None));
    assert_eq!(fill(won, "2025-01-16"), stage("Prospecting", 30000.0));
    assert_eq!(fill(won, "2025-03-10"), stage("Prospecting", 30000.0));
    assert_eq!(
        fill(won, "2025-03-11"),
        stage("Proposal/Price Quote", 35000.0)
    );
    assert_eq!(
        fill(won, "2025-05-20"),
        stage("Proposal/Price Quote", 35000.0)
    );
    assert_eq!(fill(won, "2025-05-21"), (None, Some(40000.0)));
    assert_eq!(fill(won, ""), (None, None));
    // Lost and opened again: the stage in between is no stage to learn from.
    assert_eq!(fill("0064100000KlMnO", "2025-05-01"), (None, Some(15000.0)));
    // No history: neither the stage nor the amount of now.
    assert_eq!(fill("0064100000FgHiJ", "2025-05-30"), (None, None));
}

/// What is filled into the metadata of a call of deal 1 on this day, which says this stage.
fn filled_in(texts: &[&str], on: &str, stage: Option<&str>) -> Metadata {
    let crm = written(texts, &CrmOptions::default()).unwrap();
    let keys = CallKeys {
        deal_id: Some("1".into()),
        ..call(on)
    };
    let Joined::Matched(found) = crm.join(&keys) else {
        panic!()
    };
    let mut metadata = Metadata {
        stage: stage.map(str::to_owned),
        ..Metadata::default()
    };
    crm.apply(&found, &mut metadata);
    metadata
}

#[test]
fn days_in_a_stage_count_from_the_day_it_was_entered() {
    let deals = "deal_id,stage,created\n1,Offer,2025-01-01\n";
    let history = "deal_id,stage,date,amount\n1,Talk,2025-01-02,5\n1,talk,2025-01-10,9\n1,Offer,2025-02-01,9\n1,Talk,2025-03-01,9\n";
    let days = |on: &str| filled_in(&[deals, history], on, None).number("days_in_stage");
    assert_eq!(days("2025-01-02"), None);
    // The change of the amount on the tenth begins no stage.
    assert_eq!(days("2025-01-12"), Some(10.0));
    assert_eq!(days("2025-02-01"), Some(30.0));
    assert_eq!(days("2025-02-02"), Some(1.0));
    // Back in a stage, its days begin anew.
    assert_eq!(days("2025-03-02"), Some(1.0));
    assert_eq!(days(""), None);
    let named = |stage| filled_in(&[deals, history], "2025-01-12", Some(stage));
    assert_eq!(named("TALK").number("days_in_stage"), Some(10.0));
    assert_eq!(named("Pilot").number("days_in_stage"), None);
}

#[test]
fn the_day_of_the_last_change_of_stage_is_history_even_alone() {
    let deals = "deal_id,stage,stage_since,created\n1,Offer,2025-02-01,2025-01-01\n";
    let on = |day: &str| filled_in(&[deals], day, None);
    for early in ["2025-01-20", "2025-02-01"] {
        // What it was before nobody wrote down.
        assert_eq!(on(early).stage, None, "{early}");
        assert_eq!(on(early).number("days_in_stage"), None, "{early}");
    }
    let late = on("2025-03-01");
    assert_eq!(late.stage.as_deref(), Some("Offer"));
    assert_eq!(late.number("days_in_stage"), Some(28.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_later_change_touches_what_an_earlier_call_is_told(
        changes in prop::collection::vec((0usize..3, 1i8..28), 0..6),
        later in prop::collection::vec((0usize..3, 15i8..28), 0..4),
        on in 1i8..16,
    ) {
        let line = |(stage, day): &(usize, i8)| format!("1,{},2025-01-{day:02}\n", ["Talk", "Offer", "Closed Won"][*stage]);
        let history = |more: &[(usize, i8)]| {
            let lines = changes.iter().chain(more).map(line).collect::<String>();
            format!("deal_id,stage,date\n{lines}")
        };
        let deals = |stage: &str| format!("deal_id,stage,created\n1,{stage},2024-12-01\n");
        let day = format!("2025-01-{on:02}");
        let told = |stage: &str, more: &[(usize, i8)]| filled_in(&[&deals(stage), &history(more)], &day, None);
        let before = told("Talk", &[]);
        prop_assert_eq!(&before, &told("Closed Won", &later));
        prop_assert!(before.number("days_in_stage").is_none_or(|days| days >= 1.0));
    }
}

#[test]
fn what_the_source_says_stands_and_conflicts_are_named() {
    let text = "deal_id,stage,created,account,owner,amount,industry\n1,Talk,2025-01-01,Acme  Ltd,Ann,5,Steel\n2,Talk,,,,,\n";
    let options = CrmOptions::default().with_current_amount(true);
    let crm = written(&[text], &options).unwrap();
    let find = |id: &str| {
        let keys = CallKeys {
            deal_id: Some(id.into()),
            ..call("2025-02-01")
        };
        let Joined::Matched(found) = crm.join(&keys) else {
            panic!()
        };
        found
    };
    let mut metadata = Metadata {
        account: Some("acme ltd".into()),
        rep: Some("Bob".into()),
        amount: Some(5.001),
        date: Some(day("2025-02-02")),
        ..Metadata::default()
    };
    let filled = crm.apply(&find("1"), &mut metadata);
    assert_eq!(filled.filled, ["industry", "crm_deal_id", "crm_rule"]);
    assert_eq!(filled.conflicts, ["rep", "date"]);
    assert_eq!(
        (metadata.account.as_deref(), metadata.rep.as_deref()),
        (Some("acme ltd"), Some("Bob"))
    );
    let again = crm.apply(&find("1"), &mut metadata);
    assert_eq!(
        (again.filled.len(), again.conflicts),
        (0, vec!["rep", "date"])
    );
    let mut metadata = Metadata::default();
    crm.apply(&find("2"), &mut metadata);
    assert_eq!(
        (metadata.account.as_deref(), metadata.date),
        (Some("deal:2"), Some(day("2025-02-01")))
    );
}
