use proptest::prelude::*;
use upturn_core::{Conversation, ConversationError, ConversationId, Turn};

use super::*;

const S: Speaker = Speaker::Seller;
const B: Speaker = Speaker::Buyer;

fn call(
    amount: Option<f64>,
    turns: &[(Speaker, String)],
) -> Result<Conversation, ConversationError> {
    let turns = turns
        .iter()
        .map(|(speaker, text)| Turn::new(*speaker, text))
        .collect();
    let metadata = Metadata {
        amount,
        ..Metadata::default()
    };
    Ok(Conversation::new(ConversationId::new("c")?, turns)?.with_metadata(metadata))
}

fn said(turns: &[(Speaker, &str)]) -> Vec<(Speaker, String)> {
    let turns = turns.iter();
    turns
        .map(|(speaker, text)| (*speaker, (*text).to_owned()))
        .collect()
}

/// Python: `math.log1p(2)`, `math.log1p(4)`
#[test]
fn offers_are_shares_of_what_the_deal_is_about() -> Result<(), ConversationError> {
    let turns = said(&[
        (B, "Is the 2015 model still there? Would you take $7k?"),
        (S, "I could do 9,500, and you get 4 tyres"),
        (B, "8,500 then"),
        (Speaker::Other, "9,000"),
    ]);
    let found = call(Some(1e4), &turns)?;
    let offers = Offers::of(found.whole()).unwrap();
    let expected = Offers {
        by_buyer: 1.0,
        by_seller: 1.0,
        buyer_count: 1.098_612,
        seller_count: std::f64::consts::LN_2,
        opened_below: 0.3,
        buyer_below: 0.15,
        seller_below: 0.05,
        met: 0.0,
        turns: 1.609_438,
    };
    for (got, expected) in offers.row().into_iter().zip(expected.row()) {
        assert!((got - expected).abs() < 1e-5, "{offers:?}");
    }
    let times_turns = [1.609_438, 0.15 * 1.609_438, 0.05 * 1.609_438];
    for (got, expected) in offers.row().into_iter().skip(9).zip(times_turns) {
        assert!((got - expected).abs() < 1e-6, "{got} {expected}");
    }
    Ok(())
}

#[test]
fn a_side_that_offers_nothing_stands_at_the_amount() -> Result<(), ConversationError> {
    let silent = call(Some(300.0), &said(&[(S, "Hello, 2 left")]))?;
    let offers = Offers::of(silent.whole()).unwrap();
    assert_eq!(offers.row()[..8], [0.0; 8]);
    for amount in [None, Some(0.0), Some(-5.0), Some(f64::NAN)] {
        let unknown = call(amount, &said(&[(S, "300")]))?;
        assert_eq!(Offers::of(unknown.whole()), None, "{amount:?}");
    }
    Ok(())
}

#[test]
fn sides_meet_within_a_hundredth_of_the_amount() -> Result<(), ConversationError> {
    for (last, met) in [("$451", 1.0), ("$470", 0.0)] {
        let haggle = call(Some(500.0), &said(&[(S, "$450"), (B, last)]))?;
        assert_eq!(
            Offers::of(haggle.whole()).map(|it| it.met),
            Some(met),
            "{last}"
        );
    }
    Ok(())
}

proptest! {
    /// In whatever currency all is said: ten times everything is the same haggle.
    #[test]
    fn offers_know_no_currency(
        whole in 1_u32..100_000,
        named in prop::collection::vec((any::<bool>(), 0_u32..200_000), 1..9),
    ) {
        let read = |times: u32| {
            let turns: Vec<(Speaker, String)> = named
                .iter()
                .map(|&(seller, amount)| (if seller { S } else { B }, (amount * times).to_string()))
                .collect();
            let found = call(Some(f64::from(whole * times)), &turns).unwrap();
            Offers::of(found.whole()).unwrap()
        };
        let (once, tenfold) = (read(1).row(), read(10).row());
        for (once, tenfold) in once.into_iter().zip(tenfold) {
            prop_assert!((once - tenfold).abs() < 1e-9);
            prop_assert!(once.is_finite());
        }
    }

    /// What is said later, and by whom else, changes nothing of a prefix.
    #[test]
    fn a_prefix_has_the_offers_of_its_turns(texts in prop::collection::vec("[$]?[0-9]{1,4}k?|.{1,20}", 2..8)) {
        let turns: Vec<(Speaker, String)> = texts
            .into_iter()
            .filter(|text| !text.trim().is_empty())
            .enumerate()
            .map(|(at, text)| (if at % 2 == 0 { S } else { B }, text))
            .collect();
        prop_assume!(turns.len() > 1);
        let (whole, half) = (call(Some(1e3), &turns).unwrap(), turns.len() / 2);
        let cut = call(Some(1e3), &turns[..half]).unwrap();
        prop_assert_eq!(Offers::of(Prefix::first(&whole, half)), Offers::of(cut.whole()));
    }
}
