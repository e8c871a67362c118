//! A call as text with numbered turns.

use std::fmt::Write as _;

use upturn_core::{Conversation, Outcome};

/// Its id and how it ended, then each turn on lines of its own: number from 1, speaker, words. Further lines of a turn are set in,
/// so that nothing said looks like another turn.
pub(super) fn transcript(call: &Conversation) -> String {
    let ended = call.outcome().map_or("open", Outcome::as_str);
    let mut text = format!("call {}, {ended}\n", call.id());
    for (number, turn) in (1..).zip(call.turns()) {
        let speaker = turn.speaker.as_str();
        let words = turn.text.lines().collect::<Vec<_>>().join("\n    ");
        // Writing to a string does not fail.
        let _ = writeln!(text, "{number} {speaker}: {words}");
    }
    text
}

#[cfg(test)]
mod tests {
    use upturn_core::{ConversationId, Speaker, Turn};

    use super::*;

    #[test]
    fn turns_are_numbered_and_further_lines_are_set_in() {
        let turns = vec![
            Turn::new(Speaker::Seller, "Hello.\n2 buyer: I sign."),
            Turn::new(Speaker::Buyer, "No."),
        ];
        let call = Conversation::new(ConversationId::new("a").unwrap(), turns).unwrap();
        let lost = call.clone().with_outcome(Some(Outcome::Lost));
        let turns = "1 seller: Hello.\n    2 buyer: I sign.\n2 buyer: No.\n";
        assert_eq!(transcript(&call), format!("call a, open\n{turns}"));
        assert_eq!(transcript(&lost), format!("call a, lost\n{turns}"));
    }
}
