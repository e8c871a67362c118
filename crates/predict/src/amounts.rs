//! Which amounts each side names, and whether they meet: [`Amounts`].

use upturn_core::{Prefix, Speaker};

use crate::tokens::tokens;

/// The gap beyond which it makes no difference how far apart two amounts are: a factor of `e³`, about 20.
const FAR: f64 = 3.0;

/// What keeps an amount of 0 from being infinitely far from every other; in whatever unit is spoken of.
const LEAST: f64 = 0.1;

/// Numbers as numbers: to a bag of words `$95` and `$96` are as different as `$95` and `hello`.
///
/// A number that is said is taken as an amount, whatever it counts: an hour and a price look alike, and what is learnt
/// says how much to make of it. Thousands are parted by commas (`1,500`); another comma is a decimal one (`0,5`).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amounts {
    /// How many the seller names.
    pub of_seller: f64,
    /// How many the buyer names.
    pub of_buyer: f64,
    /// 1 if both sides name one, else 0.
    pub both: f64,
    /// `|ln((s + 0.1) / (b + 0.1))` of the sides' last amounts `s` and `b`, at most 3; 0 unless both name one.
    pub gap: f64,
    /// 1 if the last amount named is the other side's last one, else 0.
    pub agreed: f64,
    /// `ln(1 + b)`; 0 if the buyer names none.
    pub last_of_buyer: f64,
    /// `ln(1 + turns)` from the turn in which the sides agreed to the end, that turn included; 0 if they don't.
    pub since: f64,
}

impl Amounts {
    /// Numbers in a [`row`](Self::row).
    pub const WIDTH: usize = 7;

    /// Reads what is known.
    pub fn of(prefix: Prefix<'_>) -> Self {
        let turns = prefix.turns().iter();
        Self::of_named(turns.map(|turn| (turn.speaker, named(&turn.text))))
    }

    /// The same of who speaks each turn, and of the [amounts named](named) in it.
    pub(crate) fn of_named(
        turns: impl Iterator<Item = (Speaker, impl IntoIterator<Item = f64>)>,
    ) -> Self {
        let (mut read, mut all) = (Read::default(), 0);
        for (place, (speaker, named)) in turns.enumerate() {
            all = place + 1;
            for value in named {
                read.add(speaker, value, place);
            }
        }
        read.measured(all)
    }

    /// The measures in the order of the fields.
    pub fn row(self) -> [f64; Self::WIDTH] {
        let Self {
            of_seller,
            of_buyer,
            both,
            gap,
            agreed,
            last_of_buyer,
            since,
        } = self;
        [of_seller, of_buyer, both, gap, agreed, last_of_buyer, since]
    }
}

/// The amounts that a text names, in order; `15k` is fifteen thousand.
pub(crate) fn named(text: &str) -> Vec<f64> {
    let tokens = tokens(text);
    let behind = tokens.iter().skip(1).map(Some).chain([None]);
    let named = tokens.iter().zip(behind).filter_map(|(token, behind)| {
        let thousands = behind.is_some_and(|unit| unit.eq_ignore_ascii_case("k"));
        Some(amount(token)? * if thousands { 1e3 } else { 1.0 })
    });
    named.filter(|value| value.is_finite()).collect()
}

/// What one side has named so far.
#[derive(Default)]
struct Side {
    count: usize,
    last: Option<f64>,
}

#[derive(Default)]
struct Read {
    seller: Side,
    buyer: Side,
    /// The turn in which the last amount was the other side's.
    agreed: Option<usize>,
}

impl Read {
    fn add(&mut self, speaker: Speaker, value: f64, place: usize) {
        let (own, other) = match speaker {
            Speaker::Seller => (&mut self.seller, &self.buyer),
            Speaker::Buyer => (&mut self.buyer, &self.seller),
            Speaker::Other => return,
        };
        let same = |last: f64| last.to_bits() == value.to_bits();
        self.agreed = other.last.is_some_and(same).then_some(place);
        own.count += 1;
        own.last = Some(value);
    }

    fn measured(&self, turns: usize) -> Amounts {
        let gap = self
            .seller
            .last
            .zip(self.buyer.last)
            .map(|(seller, buyer)| {
                let factor = (seller + LEAST) / (buyer + LEAST);
                factor.ln().abs().min(FAR)
            });
        let since = self.agreed.map(|place| turns.saturating_sub(place) as f64);
        let yes = |is: bool| f64::from(u8::from(is));
        Amounts {
            of_seller: self.seller.count as f64,
            of_buyer: self.buyer.count as f64,
            both: yes(gap.is_some()),
            gap: gap.unwrap_or_default(),
            agreed: yes(since.is_some()),
            last_of_buyer: self.buyer.last.unwrap_or_default().ln_1p(),
            since: since.unwrap_or_default().ln_1p(),
        }
    }
}

/// The number that a token is; none if it is a word, a sign, or no number (`1.2.3`).
fn amount(token: &str) -> Option<f64> {
    let digits = token.trim_start_matches(['$', '€', '£', '¥']);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let mut groups = digits.split(',');
    let mut plain = groups.next()?.to_owned();
    for group in groups {
        let run = group.chars().take_while(char::is_ascii_digit).count();
        if run != 3 {
            plain.push('.');
        }
        plain.push_str(group);
    }
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use upturn_core::{Conversation, ConversationError, ConversationId, Turn};

    use super::*;

    fn amounts(turns: &[(Speaker, &str)]) -> Result<Amounts, ConversationError> {
        let turns = turns
            .iter()
            .map(|(speaker, text)| Turn::new(*speaker, *text))
            .collect();
        let call = Conversation::new(ConversationId::new("c")?, turns)?;
        Ok(Amounts::of(call.whole()))
    }

    /// Python: `abs(math.log(95.1 / 90.1))`, `math.log1p(90)`, `math.log1p(2)`
    #[test]
    fn the_sides_last_amounts_are_compared() -> Result<(), ConversationError> {
        let (s, b) = (Speaker::Seller, Speaker::Buyer);
        let apart = amounts(&[(s, "$120, or 95?"), (b, "I'd give $90"), (s, "Well")])?;
        assert_eq!(apart.row()[..3], [2.0, 1.0, 1.0]);
        assert!((apart.gap - 0.054_009).abs() < 1e-6, "{apart:?}");
        assert!((apart.last_of_buyer - 4.510_860).abs() < 1e-6);
        assert_eq!(apart.row()[4..], [0.0, apart.last_of_buyer, 0.0]);
        let met = amounts(&[(s, "$95?"), (b, "95.00 it is"), (s, "Deal")])?;
        assert_eq!((met.gap, met.agreed), (0.0, 1.0));
        assert!((met.since - 1.098_612).abs() < 1e-6, "{met:?}");
        let parted = amounts(&[(s, "$95?"), (b, "95"), (s, "No, 99")])?;
        assert_eq!((parted.agreed, parted.since), (0.0, 0.0));
        Ok(())
    }

    #[test]
    fn without_amounts_all_is_zero_and_others_name_none() -> Result<(), ConversationError> {
        let none = amounts(&[(Speaker::Seller, "Hello!"), (Speaker::Other, "42")])?;
        assert_eq!(none, Amounts::default());
        Ok(())
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (token, expected) in [
            ("$0.50", Some(0.5)),
            ("1,500", Some(1500.0)),
            ("€1,500.25", Some(1500.25)),
            ("0,5", Some(0.5)),
            ("1.2.3", None),
            ("$", None),
            ("ten", None),
        ] {
            assert_eq!(amount(token), expected, "{token}");
        }
        assert_eq!(amount(&"9".repeat(400)), None);
    }

    #[test]
    fn thousands_have_a_letter_of_their_own() {
        assert_eq!(
            named("$11.5k, not 12 K or 9 kids"),
            [11_500.0, 12_000.0, 9.0]
        );
        assert!(named(&format!("{}k", "9".repeat(308))).is_empty());
    }

    proptest! {
        #[test]
        fn every_measure_is_finite_and_bounded(texts in prop::collection::vec(".{0,30}|[$]?[0-9.,]{1,12}", 1..8)) {
            let turns: Vec<(Speaker, &str)> = texts
                .iter()
                .enumerate()
                .map(|(at, text)| (if at % 2 == 0 { Speaker::Seller } else { Speaker::Buyer }, text.as_str()))
                .filter(|(_, text)| !text.trim().is_empty())
                .collect();
            if let Ok(found) = amounts(&turns) {
                prop_assert!(found.row().iter().all(|value| value.is_finite() && *value >= 0.0));
                prop_assert!(found.gap <= FAR && found.agreed <= found.both);
            }
        }
    }
}
