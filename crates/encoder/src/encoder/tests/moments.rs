//! Moments of prefixes, at once and turn by turn.

use super::*;

#[test]
fn moments_of_a_batch_are_those_of_each_alone() {
    let encoder = tiny();
    let call = |id: &str, turns: usize| {
        let turns = (0..turns).map(|at| {
            let speaker = if at % 2 == 0 {
                Speaker::Seller
            } else {
                Speaker::Buyer
            };
            Turn::new(speaker, format!("price {at} and the contract of {id}"))
        });
        Conversation::new(ConversationId::new(id).unwrap(), turns.collect()).unwrap()
    };
    let calls = [call("a", 3), call("b", 30), call("c", 1)];
    let prefixes: Vec<_> = calls.iter().map(Conversation::whole).collect();
    let together = encoder.encode(&prefixes).unwrap();
    for (prefix, moments) in prefixes.iter().zip(&together) {
        let alone = encoder
            .encode(std::slice::from_ref(prefix))
            .unwrap()
            .remove(0);
        assert_eq!(alone.len(), moments.len());
        for (one, other) in alone.iter().zip(moments) {
            assert_eq!(one.moment, other.moment);
            assert!(one.embedding.cosine(&other.embedding) > 0.99999);
            assert_eq!(one.turns.len(), other.turns.len());
            for (one, other) in one.turns.iter().zip(&other.turns) {
                let pairs = one.vector.iter().zip(&other.vector);
                let gap = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(gap < 1e-4, "{gap}");
            }
        }
    }
}

#[test]
fn every_turn_has_a_unit_vector_and_its_speaker() {
    let turns = vec![
        Turn::new(Speaker::Seller, "hello"),
        Turn::new(Speaker::Buyer, "what does it cost"),
        Turn::new(Speaker::Buyer, "a month"),
    ];
    let call = Conversation::new(ConversationId::new("a").unwrap(), turns).unwrap();
    let moments = tiny().encode(&[Prefix::whole(&call)]).unwrap().remove(0);
    let turns: Vec<_> = moments.iter().flat_map(|moment| &moment.turns).collect();
    let speakers: Vec<_> = turns.iter().map(|turn| turn.speaker).collect();
    assert_eq!(speakers, [Speaker::Seller, Speaker::Buyer, Speaker::Buyer]);
    for turn in turns {
        let norm: f32 = turn.vector.iter().map(|value| value * value).sum();
        assert!((norm - 1.0).abs() < 1e-4, "{norm}");
    }
}

/// Against the definition, written out: the direction of the turns' mean, each as heavy as it has tokens.
#[test]
fn a_moment_lies_where_its_turns_lie_on_average() {
    let encoder = tiny();
    let said = ["hello", "what does it cost a month, for ten people?", ""];
    let turns = said.map(|text| Turn::new(Speaker::Buyer, text));
    let call = Conversation::new(ConversationId::new("a").unwrap(), turns.to_vec()).unwrap();
    let moments = encoder.encode(&[call.whole()]).unwrap().remove(0);
    assert_eq!(moments.len(), 1);
    let mut mean = vec![0f32; encoder.config().hidden];
    for text in said {
        let tokens = encoder.tokenizer().text(text, 64).unwrap().len() as f32;
        let turn = encoder.embed_documents(&[text]).unwrap().remove(0);
        for (mean, value) in mean.iter_mut().zip(turn.as_slice()) {
            *mean += tokens * value;
        }
    }
    let mean = upturn_core::Embedding::normalized(mean).unwrap();
    assert!(mean.cosine(&moments[0].embedding) > 0.999_999);
}

#[test]
fn going_on_gives_what_the_whole_prefix_gives() {
    let encoder = Encoder::open(
        &fixtures().join("tiny-bert"),
        &EncoderOptions {
            moment_tokens: Some(24),
            ..EncoderOptions::default()
        },
    )
    .unwrap();
    let said = [
        "hello, what do you need?",
        "a price before friday, for ten people, with support, and can you send one to my boss as well, please?",
        "",
        "sure",
        "thank you, and how long does it take until we can start with it?",
        "two weeks",
        "no",
    ];
    let speakers = [Speaker::Seller, Speaker::Buyer, Speaker::Buyer];
    let turns = said.iter().zip(speakers.iter().cycle());
    let turns = turns
        .map(|(text, speaker)| Turn::new(*speaker, *text))
        .collect();
    let call = Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap();
    let whole = |turns| {
        encoder
            .encode(&[Prefix::first(&call, turns)])
            .unwrap()
            .remove(0)
    };
    // One turn more each time, and from nothing or any prefix to the end at once.
    let steps = (1..said.len()).map(|turns| (turns, turns + 1));
    for (from, to) in steps.chain((0..said.len()).map(|turns| (turns, said.len()))) {
        let mut known = if from == 0 { Vec::new() } else { whole(from) };
        let after = encoder
            .encode_after(Prefix::first(&call, to), &known)
            .unwrap();
        known.truncate(known.len().saturating_sub(1));
        known.extend(after);
        assert_eq!(known, whole(to), "{from} to {to}");
    }
    // Several steps at once, from nothing and from two turns on.
    for (from, places) in [(0, vec![1, 2, 3, 4, 5, 6, 7]), (2, vec![3, 6, 7])] {
        let mut known = if from == 0 { Vec::new() } else { whole(from) };
        let steps = encoder.encode_along(call.whole(), &known, &places).unwrap();
        assert_eq!(steps.len(), places.len());
        for (to, after) in places.into_iter().zip(steps) {
            known.truncate(known.len().saturating_sub(1));
            known.extend(after);
            assert_eq!(known, whole(to), "{from} along {to}");
        }
    }
}
