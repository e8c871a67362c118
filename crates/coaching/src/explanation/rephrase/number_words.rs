//! English number words: [`word_number`].

use super::number::{Named, Number, Unit, unit};

/// A word of a text and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
/// Words that are numbers in a way that is not computed with: they must stand there as they are.
const VERBATIM: &[&str] = &[
    "half",
    "halves",
    "halved",
    "quarter",
    "quarters",
    "second",
    "third",
    "thirds",
    "fourth",
    "fourths",
    "fifth",
    "fifths",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "tenths",
    "eleventh",
    "twelfth",
    "twice",
    "thrice",
    "double",
    "doubled",
    "doubles",
    "triple",
    "tripled",
    "triples",
    "quadruple",
    "dozen",
    "dozens",
    "hundreds",
    "thousands",
    "millions",
    "billion",
    "billions",
    "hundredth",
    "thousandth",
];

#[derive(Clone, Copy)]
enum Value {
    Small(f64),
    Tens(f64),
    Hundred,
    Thousands(f64),
}

fn value(word: &str) -> Option<Value> {
    let place = |words: &[&str]| words.iter().position(|it| *it == word);
    if let Some(at) = place(&SMALL) {
        return Some(Value::Small(at as f64));
    }
    if let Some(at) = place(&TENS) {
        return Some(Value::Tens(20.0 + 10.0 * at as f64));
    }
    match word {
        "hundred" => Some(Value::Hundred),
        "thousand" => Some(Value::Thousands(1e3)),
        "million" => Some(Value::Thousands(1e6)),
        _ => None,
    }
}

/// A number that grows word by word.
#[derive(Default)]
struct Sum {
    whole: f64,
    current: f64,
    last: Option<Value>,
    end: usize,
}

impl Sum {
    /// Takes a word in; false if it begins another number.
    fn take(&mut self, value: Value) -> bool {
        let fits = match (self.last, value) {
            (None | Some(Value::Hundred | Value::Thousands(_)), _)
            | (Some(_), Value::Hundred | Value::Thousands(_)) => true,
            (Some(Value::Tens(_)), Value::Small(number)) => (1.0..10.0).contains(&number),
            (Some(_), Value::Small(_) | Value::Tens(_)) => false,
        };
        if !fits {
            return false;
        }
        match value {
            Value::Small(number) | Value::Tens(number) => self.current += number,
            Value::Hundred => self.current = 100.0 * self.current.max(1.0),
            Value::Thousands(times) => {
                self.whole += times * self.current.max(1.0);
                self.current = 0.0;
            }
        }
        self.last = Some(value);
        true
    }

    fn named(&self, text: &str) -> Option<Named> {
        self.last?;
        Some(Named::Number(Number {
            value: self.whole + self.current,
            sign: None,
            decimals: 0,
            unit: text.get(self.end..).map_or(Unit::None, unit),
        }))
    }
}

/// The numbers that are written as words.
pub(super) fn word_number(text: &str, words: &[Word<'_>]) -> Vec<Named> {
    let mut named = Vec::new();
    let mut sum = Sum::default();
    for (
        at,
        Word {
            text: word,
            at: start,
        },
    ) in words.iter().enumerate()
    {
        let lower = word.to_lowercase();
        if VERBATIM.contains(&lower.as_str()) {
            named.push(Named::Verbatim(lower.clone()));
        }
        let joined = text
            .get(sum.end..*start)
            .is_some_and(|it| matches!(it, " " | "-" | "‑"));
        let large = matches!(sum.last, Some(Value::Hundred | Value::Thousands(_)));
        let next = words
            .get(at + 1)
            .and_then(|it| value(&it.text.to_lowercase()));
        let end = start + word.len();
        if lower == "and" && joined && large && next.is_some() {
            sum.end = end;
            continue;
        }
        let own = value(&lower);
        if !joined || !own.is_some_and(|own| sum.take(own)) {
            named.extend(sum.named(text));
            sum = Sum::default();
            let Some(own) = own else { continue };
            sum.take(own);
        }
        sum.end = end;
    }
    named.extend(sum.named(text));
    named
}
