//! Turns to tokens, tokens to terms: [`lines`] and [`terms`].

use upturn_core::{Prefix, Turn};

/// Signs that are tokens: a question, an exclamation, hesitation and amounts say something in a sales call.
const SIGNS: [char; 9] = ['!', '?', '.', ',', '$', '€', '£', '¥', '%'];

/// Lines of a turn: marked and as said.
pub(crate) const LINES: usize = 2;

/// Each turn's tokens twice, lower case: first marked with the speaker (`buyer_price`), then as said.
///
/// A token is a run of letters and apostrophes, a number with its decimals and the sign of its currency (`$0.50`), or
/// one of a few signs.
pub(crate) fn lines(prefix: Prefix<'_>) -> Vec<Vec<String>> {
    prefix.turns().iter().flat_map(lines_of).collect()
}

/// Those of one turn.
pub(crate) fn lines_of(turn: &Turn) -> [Vec<String>; LINES] {
    let said = tokens(&turn.text.to_lowercase());
    let speaker = turn.speaker.as_str();
    let marked = said.iter().map(|word| format!("{speaker}_{word}"));
    [marked.collect(), said]
}

/// The sentences of a turn, each as its tokens marked with the speaker; what has no token is no sentence.
///
/// A sentence ends at a stop, a question or an exclamation mark that is followed by white space.
pub(crate) fn sentences_of(turn: &Turn) -> Vec<Vec<String>> {
    let text = turn.text.to_lowercase();
    let speaker = turn.speaker.as_str();
    let marked = |sentence| -> Vec<String> {
        let tokens = tokens(sentence).into_iter();
        tokens.map(|word| format!("{speaker}_{word}")).collect()
    };
    let sentences = cut(&text).into_iter().map(marked);
    sentences.filter(|tokens| !tokens.is_empty()).collect()
}

/// A text behind each end of a sentence.
fn cut(text: &str) -> Vec<&str> {
    let ends = |(at, c): (usize, char)| {
        let before = text.get(..at)?;
        (c.is_whitespace() && before.ends_with(['.', '?', '!'])).then_some(at)
    };
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in text.char_indices().filter_map(ends).chain([text.len()]) {
        pieces.extend(text.get(from..at));
        from = at;
    }
    pieces
}

/// The tokens of a text as it stands.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = number(rest).or_else(|| word(rest));
        if let Some((token, behind)) = length.and_then(|length| rest.split_at_checked(length)) {
            found.push(token.replace('’', "'"));
            rest = behind;
            continue;
        }
        if SIGNS.contains(&first) {
            found.push(first.to_string());
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    found
}

/// Bytes of a number in front: `12`, `0.5`, `$1,500`.
fn number(text: &str) -> Option<usize> {
    let digits = text.trim_start_matches(['$', '€', '£', '¥']);
    let sign = text.len() - digits.len();
    let one_sign = text.chars().next().map_or(0, char::len_utf8);
    if sign > one_sign || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut end = 0;
    let mut before = ' ';
    for (at, c) in digits.char_indices() {
        let inside = matches!(before, '.' | ',');
        match c {
            '0'..='9' => end = at + 1,
            '.' | ',' if !inside => {}
            _ => break,
        }
        before = c;
    }
    Some(sign + end)
}

/// Bytes of a word in front.
fn word(text: &str) -> Option<usize> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '_');
    let end = text.find(|c| !inside(c)).unwrap_or(text.len());
    (end > 0).then_some(end)
}

/// Visits every token and every pair of neighbouring tokens of a line, the pair joined by a space.
pub(crate) fn terms(lines: &[Vec<String>], mut visit: impl FnMut(&str)) {
    let mut pair = String::new();
    for line in lines {
        for token in line {
            visit(token);
        }
        for neighbours in line.windows(2) {
            if let [first, second] = neighbours {
                pair.clear();
                pair.push_str(first);
                pair.push(' ');
                pair.push_str(second);
                visit(&pair);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, ConversationError, ConversationId, Speaker, Turn};

    use super::*;

    #[test]
    fn a_turn_stands_marked_and_as_said() -> Result<(), ConversationError> {
        let turns = vec![
            Turn::new(Speaker::Seller, "I don’t pay"),
            Turn::new(Speaker::Buyer, "Élan!"),
        ];
        let conversation = Conversation::new(ConversationId::new("c")?, turns)?;
        let found = lines(conversation.whole());
        assert_eq!(found[0], ["seller_i", "seller_don't", "seller_pay"]);
        assert_eq!(found[1], ["i", "don't", "pay"]);
        assert_eq!(found[3], ["élan", "!"]);
        let mut pairs = Vec::new();
        terms(&found[1..], |term| pairs.push(term.to_owned()));
        assert_eq!(pairs[..5], ["i", "don't", "pay", "i don't", "don't pay"]);
        assert!(!pairs.iter().any(|pair| pair.starts_with("pay ")));
        Ok(())
    }

    #[test]
    fn sentences_end_at_marks_before_white_space() {
        for (text, expected) in [
            (
                "I can't. Not for 1.5k!  Why?",
                vec![
                    "buyer_i buyer_can't buyer_.",
                    "buyer_not buyer_for buyer_1.5 buyer_k buyer_!",
                    "buyer_why buyer_?",
                ],
            ),
            (
                "no mark at all",
                vec!["buyer_no buyer_mark buyer_at buyer_all"],
            ),
            (
                "v1.2 is fine",
                vec!["buyer_v1 buyer_. buyer_2 buyer_is buyer_fine"],
            ),
            ("...\n— ", vec!["buyer_. buyer_. buyer_."]),
            (" ", vec![]),
        ] {
            let found = sentences_of(&Turn::new(Speaker::Buyer, text));
            let found: Vec<String> = found.iter().map(|it| it.join(" ")).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn amounts_and_signs_are_tokens() {
        for (text, expected) in [
            ("$0.50, or $1,500?", vec!["$0.50", ",", "or", "$1,500", "?"]),
            ("10% off. 3..", vec!["10", "%", "off", ".", "3", ".", "."]),
            ("$$5 -> 7.", vec!["$", "$5", "7", "."]),
            ("दिन में", vec!["दिन", "में"]),
            ("", vec![]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }
}
