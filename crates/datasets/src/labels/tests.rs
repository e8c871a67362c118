mod laws;

use proptest::prelude::*;
use upturn_core::{Date, Diagnostic, Outcome};

use super::*;
use crate::crm::{Deal, DealStatus, StageChange, Vendor};

const RULES: &str = "[won]\nstages = ['Closed Won']\n[lost]\nstages = ['Closed Lost']\n";

fn rules(more: &str) -> LabelRules {
    LabelRules::from_toml(&format!("{more}\n{RULES}")).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A deal without history, created on the first day of 2025.
fn deal(stage: &str, closed: Option<&str>) -> Deal {
    let mut deal = Deal::new("d");
    deal.stage = Some(stage.to_owned());
    deal.created = Some(day("2025-01-01"));
    deal.closed = closed.map(day);
    deal
}

fn changed(deal: Deal, changes: &[(&str, &str)]) -> Deal {
    let changes = changes
        .iter()
        .map(|(at, stage)| StageChange::new(day(at), *stage));
    deal.with_history(changes.collect())
}

fn shown(label: Label) -> String {
    match label {
        Label::Won { known } => format!("won {known}"),
        Label::Lost { known } => format!("lost {known}"),
        Label::Open { why } => format!("open: {why}"),
        Label::Refused { reason } => format!("refused: {reason}"),
    }
}

#[test]
fn the_shipped_rules_are_sound_and_know_their_stages() {
    for (vendor, won, lost) in [
        (Vendor::HubSpot, "closedwon", "Closed Lost (Sales Pipeline)"),
        (Vendor::Salesforce, "Closed Won", "closed  lost"),
        (Vendor::Pipedrive, "won", "Lost"),
        (Vendor::Other, "Gewonnen", "closedlost"),
    ] {
        let rules = LabelRules::of(vendor);
        assert_eq!(rules.end(won), Some(Outcome::Won), "{vendor}");
        assert_eq!(rules.end(lost), Some(Outcome::Lost), "{vendor}");
        assert_eq!(rules.end("Negotiation"), None);
    }
}

#[test]
fn a_deal_without_history_is_labelled_by_its_closing_day() {
    let (none, horizon) = (rules(""), rules("horizon_days = 30"));
    let won = deal("Closed Won", Some("2025-04-10"));
    let lost = deal("closed lost (New)", Some("2025-04-10"));
    let table = [
        (&none, &won, "2025-03-01", "2025-04-10", "won 2025-04-10"),
        (&none, &lost, "2025-03-01", "2025-04-10", "lost 2025-04-10"),
        (&none, &won, "2025-04-10", "2025-04-10", "won 2025-04-10"),
        (
            &none,
            &won,
            "2025-03-01",
            "2025-04-09",
            "open: the deal is still open",
        ),
        (
            &none,
            &won,
            "2025-04-11",
            "2025-12-31",
            "refused: the call is later than the outcome",
        ),
        (
            &none,
            &won,
            "2025-04-09",
            "2025-04-08",
            "refused: the call is later than the day whose knowledge is used",
        ),
        // Won exactly on the last day of the horizon, a day later, and lost later.
        (&horizon, &won, "2025-03-11", "2025-12-31", "won 2025-04-10"),
        (
            &horizon,
            &won,
            "2025-03-10",
            "2025-12-31",
            "lost 2025-04-09",
        ),
        (
            &horizon,
            &lost,
            "2025-03-11",
            "2025-12-31",
            "lost 2025-04-10",
        ),
        (
            &horizon,
            &lost,
            "2025-03-10",
            "2025-12-31",
            "lost 2025-04-09",
        ),
    ];
    for (rules, deal, call, as_of, expected) in table {
        let label = rules.label(deal, Some(day(call)), day(as_of));
        assert_eq!(shown(label), expected, "call {call}, as of {as_of}");
    }
}

#[test]
fn what_is_not_dated_is_refused_unless_it_is_open() {
    let rules = rules("");
    let as_of = day("2025-12-31");
    let undated = deal("Closed Won", None);
    let call = Some(day("2025-03-01"));
    assert_eq!(
        shown(rules.label(&undated, call, as_of)),
        "refused: the deal has ended on a day that is not known"
    );
    let won = deal("Closed Won", Some("2025-04-10"));
    assert_eq!(
        shown(rules.label(&won, None, as_of)),
        "refused: the day of the call is not known"
    );
    let open = deal("Negotiation", Some("2025-04-10"));
    assert_eq!(
        shown(rules.label(&open, None, as_of)),
        "open: the deal is still open"
    );
}

#[test]
fn an_open_deal_counts_as_lost_only_if_the_rules_say_so() {
    let (open, call) = (
        deal("Negotiation", Some("2025-02-01")),
        Some(day("2025-03-01")),
    );
    let table = [
        (
            "horizon_days = 30",
            "2025-12-31",
            "open: the deal is still open",
        ),
        (
            "minimum_age_days = 100",
            "2025-06-08",
            "open: the deal is open and counts as lost from 2025-06-09 on",
        ),
        ("minimum_age_days = 100", "2025-06-09", "lost 2025-06-09"),
        (
            "minimum_age_days = 100\nhorizon_days = 200",
            "2025-06-09",
            "open: the deal is open and counts as lost from 2025-09-17 on",
        ),
        (
            "minimum_age_days = 100\nhorizon_days = 200",
            "2025-09-17",
            "lost 2025-09-17",
        ),
    ];
    for (more, as_of, expected) in table {
        assert_eq!(
            shown(rules(more).label(&open, call, day(as_of))),
            expected,
            "{more}"
        );
    }
    let mut later = open;
    later.created = Some(day("2025-07-01"));
    assert_eq!(
        shown(rules("minimum_age_days = 1").label(&later, call, day("2025-06-30"))),
        "open: the deal did not exist yet"
    );
}

#[test]
fn the_history_is_cut_at_the_day_whose_knowledge_is_used() {
    let rules = rules("");
    let deal = changed(
        deal("Closed Won", Some("2025-06-20")),
        &[
            ("2025-01-01", "Prospecting"),
            ("2025-03-01", "Closed Lost"),
            ("2025-03-05", "Closed Lost"),
            ("2025-04-01", "Negotiation"),
            ("2025-06-20", "Closed Won"),
            ("2025-06-25", "Closed Won"),
        ],
    );
    let call = Some(day("2025-02-01"));
    let at = |as_of: &str| shown(rules.label(&deal, call, day(as_of)));
    assert_eq!(at("2025-02-28"), "open: the deal is still open");
    assert_eq!(at("2025-03-31"), "lost 2025-03-01");
    assert_eq!(at("2025-04-01"), "open: the deal is still open");
    assert_eq!(at("2025-06-30"), "won 2025-06-20");
    let own = self::rules("as_of = 2025-03-31");
    assert_eq!(
        shown(own.label(&deal, call, day("2025-12-31"))),
        "lost 2025-03-01"
    );
    assert_eq!(
        shown(own.label(&deal, call, day("2025-02-28"))),
        "open: the deal is still open"
    );
}

#[test]
fn a_history_that_lacks_the_end_is_completed_by_the_row() {
    let deal = changed(
        deal("Closed Won", Some("2025-06-20")),
        &[("2025-01-01", "Prospecting"), ("2025-06-22", "Negotiation")],
    );
    let label = |as_of: &str| shown(rules("").label(&deal, Some(day("2025-02-01")), day(as_of)));
    assert_eq!(label("2025-06-19"), "open: the deal is still open");
    assert_eq!(label("2025-06-30"), "won 2025-06-22");
}

#[test]
fn a_status_counts_where_no_stage_does() {
    let mut lost = deal("Rejected by board", Some("2025-04-10"));
    lost.status = Some(DealStatus::Lost);
    let call = Some(day("2025-03-01"));
    let label = |rules: &LabelRules, deal: &Deal| shown(rules.label(deal, call, day("2025-12-31")));
    assert_eq!(label(&rules(""), &lost), "lost 2025-04-10");
    assert_eq!(
        label(&rules("status = false"), &lost),
        "open: the deal is still open"
    );
    lost.stage = Some("Closed Won".into());
    assert_eq!(label(&rules(""), &lost), "won 2025-04-10");
}

#[test]
fn faults_of_a_rule_file_are_named() {
    let refused = |text: &str| {
        let error = LabelRules::from_toml(text).unwrap_err();
        assert!(error.hint().is_some());
        error.to_string()
    };
    let table = [
        ("[won]\nstages = ['a']\n".to_owned(), "missing field `lost`"),
        (
            format!("horizon = 3\n{RULES}"),
            "line 1, column 1 of the label rules: unknown field `horizon`",
        ),
        (
            format!("calls = 'first'\n{RULES}"),
            "line 1, column 9 of the label rules: unknown variant `first`, expected `each` or `last`",
        ),
        (
            format!("horizon_days = -3\n{RULES}"),
            "`horizon_days` of the label rules is -3, expected 1 to 36500",
        ),
        (
            format!("minimum_age_days = 0\n{RULES}"),
            "`minimum_age_days` of the label rules is 0",
        ),
        (
            format!("as_of = 2025-01-01T10:00:00\n{RULES}"),
            "`as_of` of the label rules is not a day",
        ),
        (
            format!("{RULES}stage = 1"),
            "line 5, column 1 of the label rules: unknown field `stage`",
        ),
        (
            "[won]\nstages = []\n[lost]\nstages = ['a']".to_owned(),
            "`stages` in `[won]`",
        ),
        (
            "[won]\nstages = ['A b']\n[lost]\nstages = [' a  B ']".to_owned(),
            "stage `a b` of the label rules is both won and lost",
        ),
        ("[won".to_owned(), "line 1, column 5 of the label rules: "),
    ];
    for (text, message) in table {
        let got = refused(&text);
        assert!(got.contains(message), "{text}\n got: {got}");
    }
}

#[test]
fn only_the_last_call_before_the_outcome_is_labelled_if_so_wished() {
    let rules = rules("calls = 'last'");
    let as_of = day("2025-12-31");
    let won = deal("Closed Won", Some("2025-04-10"));
    let calls = [
        ("a", "2025-02-01"),
        ("b", "2025-03-01"),
        ("c", "2025-03-01"),
        ("late", "2025-05-01"),
    ];
    let mut last = LastCalls::new(&rules, as_of);
    for (id, call) in calls {
        last.observe(&won, Some(day(call)), id);
    }
    last.observe(&won, None, "undated");
    let labels = calls.map(|(id, call)| shown(last.label(&won, Some(day(call)), id)));
    assert_eq!(
        labels,
        [
            "refused: only the last call of a deal is labelled",
            "refused: only the last call of a deal is labelled",
            "won 2025-04-10",
            "refused: the call is later than the outcome",
        ]
    );
    let mut open = deal("Negotiation", None);
    open.id = "open".into();
    for (id, call) in [("x", "2025-02-01"), ("y", "2025-03-01")] {
        last.observe(&open, Some(day(call)), id);
        assert_eq!(
            shown(last.label(&open, Some(day(call)), id)),
            "open: the deal is still open"
        );
    }
    assert!(last.is_last("open", "y") && !last.is_last("open", "x"));
}
