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

const STAGES: [&str; 4] = ["Prospecting", "Negotiation", "Closed Won", "Closed Lost"];

prop_compose! {
    /// A day of 2025, by its number.
    fn any_day()(number in 0u32..360) -> Date {
        rules::later(Date::constant(2025, 1, 1), number)
    }
}

prop_compose! {
    fn any_change(days: std::ops::Range<u32>)(number in days, stage in prop::sample::select(&STAGES[..])) -> StageChange {
        StageChange::new(rules::later(Date::constant(2025, 1, 1), number), stage)
    }
}

fn any_rules() -> impl Strategy<Value = LabelRules> {
    (prop::option::of(1u32..200), prop::option::of(1u32..200)).prop_map(|(horizon, age)| {
        let line = |key: &str, days: Option<u32>| {
            days.map_or(String::new(), |days| format!("{key} = {days}\n"))
        };
        rules(&(line("horizon_days", horizon) + &line("minimum_age_days", age)))
    })
}

/// How a deal stood, read off the cut history from its start.
fn naive(history: &[StageChange], as_of: Date) -> Option<(Outcome, Date)> {
    let mut ended: Option<(Outcome, Date)> = None;
    let mut days: Vec<Date> = history.iter().map(StageChange::day).collect();
    days.sort_unstable();
    for day in days.into_iter().filter(|day| *day <= as_of) {
        let has = |stage: &str| history.iter().any(|c| c.day() == day && c.stage == stage);
        let outcome = match (has("Closed Won"), has("Closed Lost")) {
            (true, _) => Some(Outcome::Won),
            (false, true) => Some(Outcome::Lost),
            (false, false) => None,
        };
        ended = match (ended, outcome) {
            (_, None) => None,
            (Some((before, known)), Some(now)) if before == now => Some((before, known)),
            (_, Some(now)) => Some((now, day)),
        };
    }
    ended
}

proptest! {
    #[test]
    fn the_label_uses_nothing_after_as_of(
        rules in any_rules(), call in any_day(), split in 0u32..360,
        early in prop::collection::vec(any_change(0..360), 0..5),
        later_a in prop::collection::vec(any_change(0..400), 1..4), later_b in prop::collection::vec(any_change(0..400), 1..4),
        now_a in prop::sample::select(&STAGES[..]), now_b in prop::sample::select(&STAGES[..]), expected in any_day(),
    ) {
        let as_of = rules::later(Date::constant(2025, 1, 1), split);
        // What was known on the day is the same; all that came later, the present row included, is not.
        let build = |later: &[StageChange], now: &str| {
            let early = early.iter().filter(|change| change.day() <= as_of);
            let later = later.iter().map(|change| {
                let days = u32::from(change.day().day().unsigned_abs());
                StageChange::new(rules::later(as_of, days), change.stage.clone())
            });
            let mut deal = deal(now, None);
            let is_ended = now.starts_with("Closed");
            deal.closed = Some(if is_ended { rules::later(as_of, 40) } else { expected });
            deal.with_history(early.cloned().chain(later).collect())
        };
        let (a, b) = (build(&later_a, now_a), build(&later_b, now_b));
        prop_assert_eq!(rules.label(&a, Some(call), as_of), rules.label(&b, Some(call), as_of));
    }

    #[test]
    fn the_label_is_what_the_cut_history_says(history in prop::collection::vec(any_change(0..360), 0..7), call in any_day(), as_of in any_day()) {
        let deal = deal("Prospecting", None).with_history(history);
        let label = rules("").label(&deal, Some(call), as_of);
        let expected = match naive(deal.history(), as_of) {
            _ if call > as_of => Label::Refused { reason: RefusalReason::AfterAsOf },
            Some((_, known)) if call > known => Label::Refused { reason: RefusalReason::AfterOutcome },
            Some((outcome, known)) => Label::of(outcome, known),
            None => Label::Open { why: OpenReason::StillOpen },
        };
        prop_assert_eq!(label, expected);
    }

    #[test]
    fn a_label_is_known_between_the_call_and_as_of_and_within_the_horizon(
        rules in any_rules(), call in any_day(), as_of in any_day(), closed in prop::option::of(any_day()),
        stage in prop::sample::select(&STAGES[..]), history in prop::collection::vec(any_change(0..360), 0..5),
    ) {
        let mut deal = deal(stage, None);
        deal.closed = closed;
        let label = rules.label(&deal.with_history(history), Some(call), as_of);
        if let Some(known) = label.known() {
            prop_assert!(call <= known && known <= as_of, "{call} {known} {as_of}");
            if let (Some(days), Label::Won { .. }) = (rules.horizon_days(), label) {
                prop_assert!(known <= rules::later(call, days));
            }
        }
        prop_assert_eq!(label.outcome().is_some(), label.known().is_some());
    }

    #[test]
    fn one_call_of_each_deal_is_the_last_whatever_the_order(calls in prop::collection::vec((0usize..3, (0u32..9).prop_map(|n| rules::later(Date::constant(2025, 1, 1), n))), 1..12), closed in (0u32..12).prop_map(|n| rules::later(Date::constant(2025, 1, 1), n)), seed in 0usize..100) {
        let rules = rules("calls = 'last'");
        let as_of = Date::constant(2025, 12, 31);
        let deals = ["x", "y", "z"].map(|id| { let mut d = deal("Closed Won", None); d.closed = Some(closed); d.id = id.into(); d });
        let named: Vec<_> = calls.iter().enumerate().map(|(id, (deal, day))| (&deals[*deal], *day, format!("c{id}"))).collect();
        let mut turned = named.clone();
        turned.rotate_left(seed % named.len());
        let label_all = |order: &[(&Deal, Date, String)]| {
            let mut last = LastCalls::new(&rules, as_of);
            for (deal, day, id) in order { last.observe(deal, Some(*day), id); }
            named.iter().map(|(deal, day, id)| last.label(deal, Some(*day), id)).collect::<Vec<_>>()
        };
        let labels = label_all(&named);
        prop_assert_eq!(&labels, &label_all(&turned));
        for deal in &deals {
            let usable = named.iter().filter(|(of, day, _)| of.id == deal.id && *day <= closed).count();
            let labelled = named.iter().zip(&labels).filter(|((of, ..), label)| of.id == deal.id && label.outcome().is_some()).count();
            prop_assert_eq!(labelled, usable.min(1));
        }
    }
}
