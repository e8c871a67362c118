//! Whether a sum of money is named: [`names_money`].

use unicode_segmentation::UnicodeSegmentation;

const SIGNS: &str = "$€£¥₹";
const UNITS: &[&str] = &[
    "dollar", "dollars", "bucks", "usd", "euro", "euros", "eur", "pound", "pounds", "gbp", "cent",
    "cents", "quid",
];
const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty",
    "thirty", "forty", "fifty", "hundred", "thousand", "million", "k",
];

/// A number beside a sign (`$500`, `500 €`) or before a unit of money, in digits or words (`fifty cents`).
pub(super) fn names_money(text: &str) -> bool {
    let mut before = Token::Other;
    text.split_word_bounds()
        .filter(|token| !token.trim().is_empty())
        .map(Token::of)
        .any(|token| {
            let found = matches!(
                (before, token),
                (Token::Number, Token::Sign | Token::Unit) | (Token::Sign, Token::Number)
            );
            // `$ .50`: a point after a sign parts nothing.
            if token != Token::Point || before != Token::Sign {
                before = token;
            }
            found
        })
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Number,
    Sign,
    Unit,
    Point,
    Other,
}

impl Token {
    fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        if text.starts_with(|c: char| c.is_numeric()) || NUMBERS.contains(&lower.as_str()) {
            Self::Number
        } else if text.chars().all(|c| SIGNS.contains(c)) {
            Self::Sign
        } else if UNITS.contains(&lower.as_str()) {
            Self::Unit
        } else if text == "." {
            Self::Point
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::names_money;

    #[test]
    fn sums_are_found_in_signs_and_words() {
        for sum in [
            "it is $500",
            "500 € a month",
            "$ .50 then",
            "twenty dollars",
            "5k dollars",
            "£1,200.50",
            "30 cents",
        ] {
            assert!(names_money(sum), "{sum}");
        }
        for none in [
            "the dollar fell",
            "500 seats",
            "$ and €",
            "page 5. Dollars are green",
            "",
        ] {
            assert!(!names_money(none), "{none}");
        }
    }
}
