use proptest::prelude::*;

use super::*;

fn meeting(account: u8, day: i32, people: &[u8]) -> Meeting {
    Meeting {
        account: Some([account; HASH]),
        day: Some(day),
        people: people.iter().map(|person| [*person; HASH]).collect(),
    }
}

fn told(meetings: &[Meeting]) -> Vec<(Option<usize>, Option<i32>)> {
    let told = Acquaintance::of(meetings).into_iter();
    told.map(|told| (told.contacts, told.days_since_buyer))
        .collect()
}

#[test]
fn people_add_up_and_days_count_from_the_last_earlier_call() {
    let calls = [
        meeting(1, 30, &[2, 3]),
        meeting(1, 10, &[1]),
        meeting(2, 11, &[9]),
        meeting(1, 30, &[1]),
        meeting(1, 37, &[]),
    ];
    let expected = [
        (Some(3), Some(20)),
        (Some(1), None),
        (Some(1), None),
        // Of two calls on one day neither was before the other.
        (Some(1), Some(20)),
        (Some(3), Some(7)),
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn without_names_an_account_or_a_day_nothing_is_told() {
    let mut calls = [
        meeting(1, 10, &[]),
        meeting(1, 12, &[4]),
        meeting(1, 12, &[4]),
    ];
    calls[1].day = None;
    calls[2].account = None;
    assert_eq!(told(&calls), [(None, None); 3]);
    assert!(!Acquaintance::is_known(&Acquaintance::of(&calls)));
}

fn meetings() -> impl Strategy<Value = Vec<Meeting>> {
    let one = (0u8..3, 0i32..20, prop::collection::vec(0u8..6, 0..3));
    let one = one.prop_map(|(account, day, people)| meeting(account, day, &people));
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn no_later_call_changes_what_an_earlier_one_is_told(calls in meetings(), more in meetings(), day in 0i32..20) {
        let until: Vec<Meeting> = calls.into_iter().filter(|call| call.day <= Some(day)).collect();
        let before = told(&until);
        let later = more.into_iter().map(|mut call| {
            // The same day is as late as any: nobody knows the order.
            call.day = call.day.map(|later| day + later);
            call
        });
        let all: Vec<Meeting> = until.iter().cloned().chain(later).collect();
        prop_assert_eq!(&told(&all)[..until.len()], &before[..]);
    }

    #[test]
    fn the_order_of_the_calls_changes_nothing(calls in meetings()) {
        let turned: Vec<Meeting> = calls.iter().rev().cloned().collect();
        let mut back = told(&turned);
        back.reverse();
        prop_assert_eq!(back, told(&calls));
    }
}
