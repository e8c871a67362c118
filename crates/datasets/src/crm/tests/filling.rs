//! What goes into a call's metadata.

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
