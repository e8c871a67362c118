//! What holds of any history.

use super::*;

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
