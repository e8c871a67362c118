//! From a table's line to a sentence: [`Composer`] chooses alternatives, fills slots and never repeats a line if it can.

use rand::RngExt;
use upturn_core::Speaker;

use crate::account::Persons;
use crate::chance::{Dice, happens, pick};
use crate::phrases::{Lines, Slots, courtesy, is_name};

/// How often a line that was already said is drawn again before it is said twice.
const ATTEMPTS: usize = 6;

/// What stays the same throughout a conversation.
#[derive(Debug)]
struct Setting {
    persons: Persons,
    product: &'static str,
    rival: &'static str,
    decider: &'static str,
    deadline: &'static str,
    people: &'static str,
}

/// Writes the sentences of one conversation.
pub(crate) struct Composer {
    setting: Setting,
    slots: &'static Slots,
    said: Vec<&'static str>,
}

impl Composer {
    /// A composer for one conversation between these persons.
    pub(crate) fn draw(persons: Persons, slots: &'static Slots, dice: &mut Dice) -> Self {
        Self {
            setting: Setting {
                persons,
                product: pick(dice, slots.product),
                rival: pick(dice, slots.rival),
                decider: pick(dice, slots.decider),
                deadline: pick(dice, slots.deadline),
                people: pick(dice, slots.people),
            },
            slots,
            said: Vec::new(),
        }
    }

    /// A sentence from a table, as it stands.
    pub(crate) fn plain(&mut self, lines: Lines, speaker: Speaker, dice: &mut Dice) -> String {
        let line = self.fresh(lines, dice);
        capitalised(&self.render(line, speaker, dice))
    }

    /// A sentence from a table, at times with a lead-in and a tail.
    pub(crate) fn spoken(&mut self, lines: Lines, speaker: Speaker, dice: &mut Dice) -> String {
        let mut sentence = self.plain(lines, speaker, dice);
        if happens(dice, 0.22)
            && let Some(body) = sentence.strip_suffix('.')
        {
            sentence = format!("{body}{}.", pick(dice, courtesy::TAILS));
        }
        if happens(dice, 0.3) {
            sentence = format!("{}{}", pick(dice, courtesy::LEAD_INS), joined(&sentence));
        }
        sentence
    }

    /// A line that was not said yet, if a few draws find one.
    fn fresh(&mut self, lines: Lines, dice: &mut Dice) -> &'static str {
        let mut line = pick(dice, lines);
        for _ in 1..ATTEMPTS {
            if !self.said.contains(&line) {
                break;
            }
            line = pick(dice, lines);
        }
        self.said.push(line);
        line
    }

    /// Chooses among `[a|b]`, fills `{slot}`.
    fn render(&self, line: &str, speaker: Speaker, dice: &mut Dice) -> String {
        let mut out = String::with_capacity(line.len() + 32);
        let mut rest = line;
        while let Some((before, opened)) = rest.split_once('[') {
            self.fill(before, speaker, dice, &mut out);
            let (group, after) = opened.split_once(']').unwrap_or((opened, ""));
            let options: Vec<&str> = group.split('|').collect();
            self.fill(pick(dice, &options), speaker, dice, &mut out);
            rest = after;
        }
        self.fill(rest, speaker, dice, &mut out);
        out
    }

    /// Appends a text with its slots filled.
    fn fill(&self, text: &str, speaker: Speaker, dice: &mut Dice, out: &mut String) {
        let mut rest = text;
        while let Some((before, opened)) = rest.split_once('{') {
            out.push_str(before);
            let (slot, after) = opened.split_once('}').unwrap_or((opened, ""));
            let value = self.value(slot, dice);
            match speaker {
                Speaker::Seller => out.push_str(&as_seen_by_seller(&value)),
                Speaker::Buyer | Speaker::Other => out.push_str(&value),
            }
            rest = after;
        }
        out.push_str(rest);
    }

    /// What fills a slot; an unknown slot stays empty, which a test excludes.
    fn value(&self, slot: &str, dice: &mut Dice) -> String {
        let Setting {
            persons,
            product,
            rival,
            decider,
            deadline,
            people,
        } = &self.setting;
        let word = match slot {
            "buyer" => persons.buyer,
            "rep" => persons.rep,
            "product" => product,
            "rival" => rival,
            "decider" => decider,
            "deadline" => deadline,
            "people" => people,
            "place" => pick(dice, self.slots.place),
            "feature" => pick(dice, self.slots.feature),
            "pain" => pick(dice, self.slots.pain),
            "colleague" => pick(dice, courtesy::COLLEAGUES),
            "month" => pick(dice, courtesy::MONTHS),
            "weekday" => pick(dice, courtesy::WEEKDAYS),
            "number" => pick(dice, courtesy::NUMBERS),
            "hours" => pick(dice, courtesy::HOURS),
            "percent" => return format!("{} percent", dice.random_range(3..=40)),
            "amount" => return self.amount(dice),
            _ => "",
        };
        word.to_owned()
    }

    /// A price of the trade: log-uniform between its bounds, rounded to its step, `84,500`.
    fn amount(&self, dice: &mut Dice) -> String {
        let (lowest, highest, step) = self.slots.amounts;
        let ratio = f64::from(highest) / f64::from(lowest);
        let value = f64::from(lowest) * ratio.powf(dice.random::<f64>());
        let steps = (value / f64::from(step)).round();
        grouped(&format!("{:.0}", steps * f64::from(step)))
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The buyer's "my wife" is the seller's "your wife".
fn as_seen_by_seller(value: &str) -> String {
    value
        .split(' ')
        .map(|word| match word {
            "my" | "our" => "your",
            "us" => "you",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The sentence with a capital letter in front.
pub(crate) fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The sentence as it continues another: its first word small unless it is a name or `I`.
pub(crate) fn joined(sentence: &str) -> String {
    let first = sentence
        .split([' ', ',', '.', '?', '\''])
        .next()
        .unwrap_or_default();
    if first == "I" || is_name(first) {
        return sentence.to_owned();
    }
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |letter| {
        letter.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::Trade;
    use crate::phrases::Phrases;

    fn composer(dice: &mut Dice) -> Composer {
        let persons = Persons {
            buyer: "Ada",
            rep: "Bo",
        };
        Composer::draw(persons, Phrases::of(Trade::Insurance).slots, dice)
    }

    #[test]
    fn an_alternative_is_chosen_and_a_slot_filled() {
        let dice = &mut Dice::seed_from_u64(1);
        let mut composer = composer(dice);
        let text = composer.plain(
            &["[hello|hi] {buyer}, [I'm {rep}|this is {rep}]."],
            Speaker::Seller,
            dice,
        );
        assert!(text.starts_with('H') && text.contains(" Ada, ") && text.ends_with(" Bo."));
    }

    #[test]
    fn a_line_is_not_said_twice_while_others_are_left() {
        let dice = &mut Dice::seed_from_u64(2);
        let mut composer = composer(dice);
        let one = composer.plain(&["a.", "b."], Speaker::Buyer, dice);
        let other = composer.plain(&["a.", "b."], Speaker::Buyer, dice);
        assert_ne!(one, other);
    }

    #[test]
    fn the_seller_speaks_of_the_buyers_family_as_yours() {
        assert_eq!(
            as_seen_by_seller("my wife and the kids"),
            "your wife and the kids"
        );
        assert_eq!(as_seen_by_seller("the three of us"), "the three of you");
    }

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped("980"), "980");
        assert_eq!(grouped("84500"), "84,500");
        assert_eq!(grouped("1234567"), "1,234,567");
    }

    #[test]
    fn a_name_keeps_its_capital_letter() {
        assert_eq!(joined("The house is dark."), "the house is dark.");
        assert_eq!(joined("Tessaly raised me."), "Tessaly raised me.");
        assert_eq!(joined("I'm late."), "I'm late.");
        assert_eq!(joined("It rains."), "it rains.");
    }
}
