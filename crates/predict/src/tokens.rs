//! Turns to tokens, tokens to terms: [`tokens`] and [`terms`].

use std::fmt::Write as _;

use upturn_core::Prefix;

/// The tokens of each turn, first marked with the speaker, then as said; all lower case.
///
/// A token is a longest run of at least two letters, digits or underscores: scikit-learn's `(?u)\b\w\w+\b`. It departs
/// from Python in one point: vowel signs of Indic scripts belong to the word they stand in instead of cutting it.
pub(crate) fn tokens(prefix: Prefix<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for turn in prefix.turns() {
        let said = turn.text.to_lowercase();
        for word in said.split_whitespace() {
            push_runs(&format!("{}_{word}", turn.speaker.as_str()), &mut found);
        }
        push_runs(&said, &mut found);
    }
    found
}

fn push_runs(text: &str, into: &mut Vec<String>) {
    let runs = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    into.extend(
        runs.filter(|run| run.chars().nth(1).is_some())
            .map(str::to_owned),
    );
}

/// Visits every token and every pair of neighbouring tokens, the pair joined by a space.
pub(crate) fn terms(tokens: &[String], mut visit: impl FnMut(&str)) {
    let mut pair = String::new();
    for token in tokens {
        visit(token);
    }
    for neighbours in tokens.windows(2) {
        if let [first, second] = neighbours {
            pair.clear();
            // Writing to a string cannot fail.
            let _ = write!(pair, "{first} {second}");
            visit(&pair);
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
            Turn::new(Speaker::Seller, "I don't pay $50!"),
            Turn::new(Speaker::Buyer, "Élan"),
        ];
        let conversation = Conversation::new(ConversationId::new("c")?, turns)?;
        let found = tokens(conversation.whole());
        let marked = ["seller_i", "seller_don", "seller_pay", "seller_", "50"];
        assert_eq!(found[..5], marked);
        assert_eq!(found[5..], ["don", "pay", "50", "buyer_élan", "élan"]);
        let mut pairs = Vec::new();
        terms(&found[5..7], |term| pairs.push(term.to_owned()));
        assert_eq!(pairs, ["don", "pay", "don pay"]);
        Ok(())
    }
}
