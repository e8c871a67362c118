//! How people really talk: fillers, restarts, cut-off sentences.

use rand::RngExt;

use crate::chance::{Dice, happens, pick};
use crate::composer::{capitalised, joined};
use crate::phrases::courtesy;

/// A text with hesitations: `rate` is the chance of a filler before a word; sentences restart twice as often.
pub(crate) fn hesitate(text: &str, rate: f64, dice: &mut Dice) -> String {
    if rate <= 0.0 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut starts = true;
    for word in text.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        if starts {
            out.push_str(&first_word(word, rate, dice));
        } else {
            if happens(dice, rate) {
                add_filler(&mut out, dice);
            }
            out.push_str(word);
        }
        starts = word.ends_with(['.', '?']);
    }
    out
}

/// The first word of a sentence, at times after a noise or said twice.
fn first_word(word: &str, rate: f64, dice: &mut Dice) -> String {
    if happens(dice, rate) {
        format!(
            "{} {}",
            capitalised(pick(dice, courtesy::FILLERS)),
            joined(word)
        )
    } else if happens(dice, 2.0 * rate) && !word.ends_with(['.', ',', '?']) {
        format!("{word}, {}", joined(word))
    } else {
        word.to_owned()
    }
}

/// Appends a noise, set off by commas.
fn add_filler(out: &mut String, dice: &mut Dice) {
    let before = out.trim_end().len();
    out.truncate(before);
    if !out.ends_with([',', '.', '?']) {
        out.push(',');
    }
    out.push(' ');
    out.push_str(pick(dice, courtesy::FILLERS));
    out.push(' ');
}

/// The text as far as its speaker gets before somebody breaks in: half to nine tenths of its words, then a dash.
pub(crate) fn cut_off(text: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let kept = (words.len() * dice.random_range(5..=9) / 10).max(1);
    let said = words.get(..kept).unwrap_or(&words).join(" ");
    format!("{}\u{2014}", said.trim_end_matches(['.', ',', '?']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;

    use super::*;

    const TEXT: &str = "We lose a day on it. Nobody knows why.";

    proptest! {
        #[test]
        fn hesitation_keeps_every_word(seed in any::<u64>(), rate in 0.0f64..0.5) {
            let spoken = hesitate(TEXT, rate, &mut Dice::seed_from_u64(seed)).to_lowercase().replace(',', "");
            let mut heard = spoken.split(' ');
            for word in TEXT.to_lowercase().split(' ') {
                prop_assert!(heard.any(|one| one == word), "{word}: {spoken}");
            }
        }

        #[test]
        fn a_cut_off_text_is_a_beginning_and_a_dash(seed in any::<u64>()) {
            let said = cut_off(TEXT, &mut Dice::seed_from_u64(seed));
            let begun = said.strip_suffix('\u{2014}');
            prop_assert!(begun.is_some_and(|begun| TEXT.starts_with(begun) && begun.len() < TEXT.len()));
        }
    }

    #[test]
    fn a_fluent_speaker_says_the_text_as_written() {
        assert_eq!(hesitate(TEXT, 0.0, &mut Dice::seed_from_u64(1)), TEXT);
    }
}
