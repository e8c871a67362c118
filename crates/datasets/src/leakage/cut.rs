//! What was said after the outcome was known is taken away: [`cut_after_outcome`].

use upturn_core::{Conversation, Speaker, Turn};

use super::columns::OUTCOME_MS;
use crate::RejectReason;

/// A call without what was said after its outcome was known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cut {
    /// What remains, or why the call is to be set aside.
    pub content: Result<Conversation, RejectReason>,
    /// How many turns were taken away; 0 for a call that is set aside.
    pub turns_cut: usize,
    /// How the day of the call stands to that of its outcome.
    pub order: CallOrder,
}

/// How the day of a call stands to the day on which its outcome became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallOrder {
    /// The call came first.
    Before,
    /// Both on one day: which came first is not known, and the call may tell its outcome. To be counted.
    SameDay,
    /// One of the days is missing. To be counted.
    Unknown,
    /// The outcome came first.
    After,
}

/// Takes away what was said after the outcome was known.
///
/// The rule:
///
/// - A call dated after its `outcome_date` is set aside with [`RejectReason::AfterOutcome`]. Same-day calls and those of
///   which a day is missing are kept; [`Cut::order`] says so, for the caller to count.
/// - Where `outcome_ms` stands in `metadata.extra` (milliseconds from the start of the call), a turn that starts at or
///   after it is cut. A turn without a start belongs to the turn before it; one that starts earlier is kept whole, even
///   if it goes on beyond.
/// - A call of which nothing remains is set aside with [`RejectReason::AfterOutcome`], one of which a side is lost by the
///   cut with [`RejectReason::OneSide`], one whose `outcome_ms` is no whole number with [`RejectReason::WrongType`]: a cut
///   that cannot be made must not go unnoticed.
///
/// The rule does not need an outcome: a call that is open but has an `outcome_date` is cut like any other.
pub fn cut_after_outcome(conversation: Conversation) -> Cut {
    let order = order(&conversation);
    let cut = |content, turns_cut| Cut {
        content,
        turns_cut,
        order,
    };
    if order == CallOrder::After {
        return cut(Err(RejectReason::AfterOutcome), 0);
    }
    let known_ms = match outcome_ms(&conversation) {
        Ok(Some(known_ms)) => known_ms,
        Ok(None) => return cut(Ok(conversation), 0),
        Err(reason) => return cut(Err(reason), 0),
    };
    let kept = before(conversation.turns(), known_ms);
    let turns_cut = conversation.turns().len() - kept.len();
    if turns_cut == 0 {
        return cut(Ok(conversation), 0);
    }
    match shortened(&conversation, kept) {
        Ok(shorter) => cut(Ok(shorter), turns_cut),
        Err(reason) => cut(Err(reason), 0),
    }
}

fn order(conversation: &Conversation) -> CallOrder {
    let metadata = conversation.metadata();
    let (Some(date), Some(known)) = (metadata.date, metadata.outcome_date) else {
        return CallOrder::Unknown;
    };
    match date.cmp(&known) {
        std::cmp::Ordering::Less => CallOrder::Before,
        std::cmp::Ordering::Equal => CallOrder::SameDay,
        std::cmp::Ordering::Greater => CallOrder::After,
    }
}

fn outcome_ms(conversation: &Conversation) -> Result<Option<u64>, RejectReason> {
    let value = conversation.metadata().extra.get(OUTCOME_MS);
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let ms = value.as_u64().ok_or_else(|| RejectReason::WrongType {
        field: format!("metadata.{OUTCOME_MS}"),
        expected: "a whole number from 0",
    })?;
    Ok(Some(ms))
}

/// The turns that start before the moment.
fn before(turns: &[Turn], known_ms: u64) -> Vec<Turn> {
    let mut is_before = true;
    let keep = |turn: &&Turn| {
        is_before = turn.start_ms.map_or(is_before, |start| start < known_ms);
        is_before
    };
    turns.iter().filter(keep).cloned().collect()
}

/// The call with fewer turns, if both sides still say something that did.
fn shortened(whole: &Conversation, kept: Vec<Turn>) -> Result<Conversation, RejectReason> {
    let speaks = |turns: &[Turn], side| {
        let says = |turn: &Turn| turn.speaker == side && !turn.text.trim().is_empty();
        turns.iter().any(says)
    };
    if kept.iter().all(|turn| turn.text.trim().is_empty()) {
        return Err(RejectReason::AfterOutcome);
    }
    for side in [Speaker::Seller, Speaker::Buyer] {
        if speaks(whole.turns(), side) && !speaks(&kept, side) {
            return Err(RejectReason::OneSide { missing: side });
        }
    }
    let shorter = Conversation::new(whole.id().clone(), kept)?;
    Ok(shorter
        .with_outcome(whole.outcome())
        .with_metadata(whole.metadata().clone()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(metadata: &str, starts: &[Option<u64>]) -> Conversation {
        let sides = ["seller", "buyer"];
        let turns: Vec<_> = starts
            .iter()
            .enumerate()
            .map(|(at, start)| {
                let start = start.map_or("null".to_owned(), |start| start.to_string());
                format!(
                    r#"{{"speaker":"{}","text":"t{at}","start_ms":{start}}}"#,
                    sides[at % 2]
                )
            })
            .collect();
        let line = format!(
            r#"{{"id":"a","turns":[{}],"outcome":"won","metadata":{{{metadata}}}}}"#,
            turns.join(",")
        );
        serde_json::from_str(&line).unwrap()
    }

    fn days(date: &str, known: &str) -> Cut {
        let metadata = format!(r#""date":"{date}","outcome_date":"{known}""#);
        cut_after_outcome(call(&metadata, &[None, None]))
    }

    #[test]
    fn a_call_after_its_outcome_is_set_aside_and_one_of_the_same_day_is_kept() {
        let after = days("2026-03-05", "2026-03-04");
        assert_eq!(after.content, Err(RejectReason::AfterOutcome));
        let same = days("2026-03-04", "2026-03-04");
        assert!(same.content.is_ok() && same.order == CallOrder::SameDay);
        assert_eq!(days("2026-03-03", "2026-03-04").order, CallOrder::Before);
        let unknown = cut_after_outcome(call(r#""date":"2026-03-03""#, &[None, None]));
        assert!(unknown.content.is_ok() && unknown.order == CallOrder::Unknown);
    }

    #[test]
    fn turns_from_the_moment_on_are_cut_with_those_without_a_time_behind_them() {
        let starts = [Some(0), None, Some(500), None, Some(999), Some(400)];
        let cut = cut_after_outcome(call(r#""outcome_ms":500"#, &starts));
        let kept: Vec<String> = cut
            .content
            .unwrap()
            .turns()
            .iter()
            .map(|turn| turn.text.clone())
            .collect();
        assert_eq!(
            (kept, cut.turns_cut),
            (["t0", "t1", "t5"].map(str::to_owned).to_vec(), 3)
        );
    }

    #[test]
    fn a_cut_that_leaves_too_little_or_cannot_be_made_sets_the_call_aside() {
        let content = |ms: &str, starts: &[_]| {
            cut_after_outcome(call(&format!(r#""outcome_ms":{ms}"#), starts)).content
        };
        let starts = [Some(5), Some(9)];
        assert_eq!(content("5", &starts), Err(RejectReason::AfterOutcome));
        assert_eq!(
            content("9", &starts),
            Err(RejectReason::OneSide {
                missing: Speaker::Buyer
            })
        );
        assert!(matches!(
            content("-1", &starts),
            Err(RejectReason::WrongType { .. })
        ));
        assert!(content("null", &starts).is_ok() && content("10", &starts).is_ok());
    }

    proptest! {
        #[test]
        fn turns_are_kept_or_counted(starts in prop::collection::vec(prop::option::of(0u64..20), 2..12), ms in 0u64..22) {
            let cut = cut_after_outcome(call(&format!(r#""outcome_ms":{ms}"#), &starts));
            if let Ok(kept) = cut.content {
                prop_assert_eq!(kept.turns().len() + cut.turns_cut, starts.len());
                prop_assert!(kept.turns().iter().all(|turn| turn.start_ms.is_none_or(|start| start < ms)));
            }
        }
    }
}
