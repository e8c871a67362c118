//! Calls whose buyers mostly say what became of them: [`corpus`].

use upturn_core::{Conversation, ConversationId, Outcome, Speaker, Turn};

/// A call in which seller and buyer take turns, the seller first.
pub fn said(id: &str, texts: &[&str]) -> Conversation {
    let speakers = [Speaker::Seller, Speaker::Buyer].into_iter().cycle();
    let turns = speakers.zip(texts).map(|(who, text)| Turn::new(who, *text));
    Conversation::new(ConversationId::new(id).unwrap(), turns.collect()).unwrap()
}

/// So many labelled calls of four turns, `call-0` on; every other one is won.
pub fn corpus(count: usize) -> Vec<Conversation> {
    let call = |at: usize| {
        let won = at.is_multiple_of(2);
        let says_yes = won != (at % 7 == 3);
        let opening = [
            "hello, do you need a plan?",
            "good day, is it you?",
            "a question?",
        ];
        let yes = ["yes please", "that sounds perfect", "sure, send it"];
        let no = ["no thanks", "that is far too expensive", "not now, sorry"];
        let next = [
            "thank you, I will send it. Who signs with you?",
            "I see. What would help you?",
        ];
        let answer = if says_yes { yes } else { no };
        let last = if says_yes {
            "me, on Friday"
        } else {
            "we need to think about it"
        };
        let texts = [opening[at % 3], answer[at / 2 % 3], next[at / 3 % 2], last];
        let outcome = if won { Outcome::Won } else { Outcome::Lost };
        said(&format!("call-{at}"), &texts).with_outcome(Some(outcome))
    };
    (0..count).map(call).collect()
}

/// An open call of six turns.
pub fn question() -> Conversation {
    let texts = [
        "hello, do you need a plan?",
        "that is far too expensive, we pay $40 a month",
        "I see, and with a discount of 10 %?",
        "sure, that sounds perfect",
        "shall I send it?",
        "yes please",
    ];
    said("question", &texts)
}

/// An open call of two hundred pages: 240 turns of some 420 words each. No two turns are the same, and its last one objects to the price.
pub fn two_hundred_pages() -> Conversation {
    let sentences = [
        "we looked at the plan again and talked about it with the team",
        "the price is far too expensive as long as nobody knows what we save",
        "who signs the contract with you and when do you want to begin?",
        "our old system stops every other week and everybody complains",
        "I will send the numbers on Friday and call you after that",
        "that sounds perfect but we need to think about the budget",
        "could you show us what others did in such a situation?",
    ];
    let turn = |at: usize| {
        let said =
            (0..34).map(|place| sentences[(at * 3 + place * (1 + at % 5)) % sentences.len()]);
        let said: Vec<&str> = said.collect();
        format!("On point {at} of our list: {}.", said.join(". "))
    };
    let mut turns: Vec<String> = (0..239).map(turn).collect();
    turns.push("no thanks, that is far too expensive for us".to_owned());
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    said("two-hundred-pages", &turns)
}
