use proptest::prelude::*;
use upturn_core::{Conversation, ConversationId, Speaker, Turn};

use super::*;
use crate::{Encoder, EncoderOptions};

fn tiny() -> TextTokenizer {
    let folder = std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/tiny-bert"
    ));
    Encoder::open(folder, &EncoderOptions::default())
        .unwrap()
        .tokenizer()
        .clone()
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let speaker = prop_oneof![
        Just(Speaker::Seller),
        Just(Speaker::Buyer),
        Just(Speaker::Other)
    ];
    let text = prop_oneof![
        4 => "[a-z]{1,6}( [a-z]{1,6}){0,12}[.?!]?",
        1 => Just(String::new()),
        1 => "[A-Zé€ü]{1,8}( [a-z]{1,9}){20,40}",
    ];
    prop::collection::vec(
        (speaker, text).prop_map(|(speaker, text)| Turn::new(speaker, text)),
        1..24,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn moments_hold_every_turn_and_fit_the_window(turns in turns(), window in 8usize..64) {
        let packed = pack(&tiny(), &turns, window).unwrap();
        let mut next = 0;
        for moment in &packed {
            prop_assert_eq!(moment.turns.start, next);
            prop_assert!(!moment.turns.is_empty());
            prop_assert!(moment.tokens <= window);
            next = moment.turns.end;
        }
        prop_assert_eq!(next, turns.len());
    }

    #[test]
    fn an_appended_turn_changes_at_most_the_last_moment(turns in turns(), window in 8usize..64) {
        let tokenizer = tiny();
        let longer = pack(&tokenizer, &turns, window).unwrap();
        for keep in 1..turns.len() {
            let shorter = pack(&tokenizer, &turns[..keep], window).unwrap();
            let stable = shorter.len() - 1;
            prop_assert_eq!(&shorter[..stable], &longer[..stable]);
        }
    }

    // From 24 tokens on, any of these words fits the window alone; a longer one would have to be cut inside.
    #[test]
    fn a_moment_has_the_tokens_of_its_text(turns in turns(), window in 24usize..64) {
        let tokenizer = tiny();
        for moment in pack(&tokenizer, &turns, window).unwrap() {
            prop_assert_eq!(tokenizer.text(&moment.text, usize::MAX).unwrap().len(), moment.tokens);
        }
    }

    #[test]
    fn a_turn_alone_is_its_text_or_the_end_of_it(turns in turns(), window in 8usize..64) {
        let tokenizer = tiny();
        for turn in turns {
            let whole = tokenizer.text(&turn.text, usize::MAX).unwrap();
            let kept = alone(&tokenizer, &turn, window).unwrap().ids;
            prop_assert!(kept.len() <= window);
            prop_assert!(whole.ends_with(&kept[1..]));
            prop_assert_eq!(kept == whole, whole.len() <= window);
        }
    }
}

#[test]
fn a_turn_that_is_too_long_keeps_its_last_words() {
    let text = "one two three four five six seven eight nine ten eleven twelve price";
    let turns = [Turn::new(Speaker::Buyer, text)];
    let packed = pack(&tiny(), &turns, 10).unwrap();
    assert_eq!(packed.len(), 1);
    assert!(
        packed[0].text.starts_with("buyer: ") && packed[0].text.ends_with(" price"),
        "{}",
        packed[0].text
    );
    assert!(packed[0].text.len() < text.len());
}

#[test]
fn sentences_of_one_speaker_stand_behind_one_mark() {
    let turns = [
        Turn::new(Speaker::Seller, "hello."),
        Turn::new(Speaker::Seller, "how are you?"),
        Turn::new(Speaker::Buyer, "fine."),
    ];
    let conversation =
        Conversation::new(ConversationId::new("c").unwrap(), turns.to_vec()).unwrap();
    let packed = pack(&tiny(), conversation.turns(), 64).unwrap();
    assert_eq!(packed[0].text, "seller: hello. how are you?\nbuyer: fine.");
}
