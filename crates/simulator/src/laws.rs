//! The laws of a simulation as a whole, each measured on conversations of one seed.

use std::collections::{HashMap, HashSet};

use upturn_core::Conversation;

use crate::auc::auc;
use crate::phrases::Phrases;
use crate::{SimulatedCall, SimulatorConfig, Trade, best_auc, simulate};

fn calls(count: usize, seed: u64) -> Vec<SimulatedCall> {
    simulate(&SimulatorConfig::new(count).with_seed(seed)).collect()
}

/// Short conversations: tests without optimisation take their time.
fn short_calls(count: usize, seed: u64) -> Vec<SimulatedCall> {
    let config = SimulatorConfig::new(count).with_seed(seed);
    simulate(&config.with_turns(6..=16)).collect()
}

fn as_lines(calls: &[SimulatedCall]) -> Vec<String> {
    calls
        .iter()
        .map(|call| serde_json::to_string(&call.conversation).unwrap())
        .collect()
}

/// Sentences of at least six words, without hesitations' commas and in small letters.
fn long_sentences(conversation: &Conversation) -> HashSet<String> {
    conversation
        .turns()
        .iter()
        .flat_map(|turn| turn.text.split_inclusive(['.', '?']))
        .map(|sentence| sentence.trim().to_lowercase().replace(',', ""))
        .filter(|sentence| sentence.split(' ').count() >= 6)
        .collect()
}

/// Words of the last turns, in small letters.
fn words(call: &SimulatedCall, last: usize) -> Vec<String> {
    let turns = call.conversation.turns();
    let from = turns.len().saturating_sub(last);
    turns[from..]
        .iter()
        .flat_map(|turn| turn.text.split(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// AUC on the second half of a naive Bayes of words present, trained on the first half, reading the last turns.
fn naive_bayes_auc(calls: &[SimulatedCall], last: usize) -> f64 {
    let (train, test) = calls.split_at(calls.len() / 2);
    let mut counts: HashMap<String, [f64; 2]> = HashMap::new();
    let mut totals = [0.0_f64; 2];
    for call in train {
        let class = usize::from(call.conversation.outcome().unwrap().is_won());
        totals[class] += 1.0;
        for word in words(call, last).into_iter().collect::<HashSet<_>>() {
            counts.entry(word).or_default()[class] += 1.0;
        }
    }
    let weight = |word: &String| {
        counts.get(word).map_or(0.0, |[lost, won]| {
            ((won + 1.0) / (totals[1] + 2.0) / ((lost + 1.0) / (totals[0] + 2.0))).ln()
        })
    };
    let mut scored: Vec<(f64, bool)> = test
        .iter()
        .map(|call| {
            let seen: HashSet<String> = words(call, last).into_iter().collect();
            let mut seen: Vec<&String> = seen.iter().collect();
            seen.sort();
            (
                seen.into_iter().map(weight).sum(),
                call.conversation.outcome().unwrap().is_won(),
            )
        })
        .collect();
    auc(&mut scored).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (one, again, other) = (calls(30, 5), calls(30, 5), calls(30, 6));
    assert_eq!(as_lines(&one), as_lines(&again));
    let both = as_lines(&one).into_iter().zip(as_lines(&other));
    assert!(both.into_iter().all(|(one, other)| one != other));
}

#[test]
fn a_conversation_depends_on_its_index_and_not_on_how_many_are_asked_for() {
    assert_eq!(calls(40, 5)[..12], calls(12, 5)[..]);
    assert_eq!(
        simulate(&SimulatorConfig::new(40).with_seed(5)).nth(33),
        calls(34, 5).pop()
    );
}

#[test]
fn every_conversation_asked_for_is_written_and_has_its_own_id() {
    let calls = short_calls(1_000, 2);
    let ids: HashSet<_> = calls.iter().map(|call| call.conversation.id()).collect();
    assert_eq!((calls.len(), ids.len()), (1_000, 1_000));
    for trade in Trade::ALL {
        let count = ids
            .iter()
            .filter(|id| id.as_str().starts_with(trade.as_str()))
            .count();
        assert!((333..=334).contains(&count), "{trade}: {count}");
    }
    let only: Vec<_> =
        simulate(&SimulatorConfig::new(5).with_trade(Some(Trade::RealEstate))).collect();
    assert!(
        only.iter()
            .all(|call| call.conversation.id().as_str().starts_with("real-estate-"))
    );
}

#[test]
fn every_conversation_survives_the_canonical_form() {
    for call in calls(100, 3) {
        let line = serde_json::to_string(&call.conversation).unwrap();
        let back: Conversation = serde_json::from_str(&line).unwrap();
        assert_eq!(back, call.conversation);
    }
}

#[test]
fn lengths_stay_within_the_bounds_and_reach_them() {
    let lengths: Vec<usize> = calls(1_000, 4)
        .iter()
        .map(|call| call.conversation.turns().len())
        .collect();
    assert_eq!(lengths.iter().min(), Some(&6));
    assert_eq!(lengths.iter().max(), Some(&80));
    let config = SimulatorConfig::new(300).with_turns(8..=11);
    for call in simulate(&config) {
        assert!((8..=11).contains(&call.conversation.turns().len()));
    }
}

#[test]
fn a_hundred_turns_are_some_two_thousand_words_and_the_longest_call_has_four_hundred() {
    let of = |turns| simulate(&SimulatorConfig::new(30).with_turns(turns..=turns));
    let words = of(100).map(|call| words(&call, 100).len()).sum::<usize>() / 30;
    assert!((1_900..2_200).contains(&words), "{words}");
    let mut longest = of(400).take(3);
    assert!(longest.all(|call| call.conversation.turns().len() == 400));
}

#[test]
fn outcomes_are_draws_of_the_true_probability() {
    let calls = short_calls(4_000, 7);
    for bin in 0..10 {
        let within: Vec<_> = calls
            .iter()
            .filter(|call| {
                let p = call.win_probability.value();
                p >= f64::from(bin) / 10.0 && p < f64::from(bin + 1) / 10.0
            })
            .collect();
        let n = within.len() as f64;
        let expected: f64 = within.iter().map(|call| call.win_probability.value()).sum();
        let variance: f64 = within
            .iter()
            .map(|call| call.win_probability.value() * (1.0 - call.win_probability.value()))
            .sum();
        let won = within
            .iter()
            .filter(|call| call.conversation.outcome().unwrap().is_won())
            .count() as f64;
        assert!(n > 50.0, "bin {bin} holds {n}");
        assert!(
            (won - expected).abs() < 3.5 * variance.sqrt(),
            "bin {bin}: {won} of {n}, expected {expected}"
        );
    }
}

#[test]
fn the_best_auc_and_the_base_rate_lie_where_the_documentation_says() {
    let calls = short_calls(4_000, 8);
    let best = best_auc(&calls).unwrap();
    assert!((0.88..0.93).contains(&best), "{best}");
    let won = calls
        .iter()
        .filter(|call| call.conversation.outcome().unwrap().is_won())
        .count();
    assert!((1_640..2_000).contains(&won), "{won}");
    assert_eq!(best_auc(&calls[..1]), None);
}

#[test]
fn one_class_has_no_best_auc() {
    let won: Vec<_> = short_calls(60, 1)
        .into_iter()
        .filter(|call| call.conversation.outcome().unwrap().is_won())
        .collect();
    assert!(won.len() > 1);
    assert_eq!(best_auc(&won), None);
}

#[test]
fn two_conversations_rarely_share_a_sentence() {
    for trade in Trade::ALL {
        let config = SimulatorConfig::new(400)
            .with_seed(9)
            .with_trade(Some(trade));
        let sentences: Vec<_> = simulate(&config)
            .map(|call| long_sentences(&call.conversation))
            .collect();
        let (mut shared, mut all) = (0, 0);
        for pair in sentences.windows(2) {
            shared += pair[0].intersection(&pair[1]).count();
            all += pair[0].len();
        }
        assert!(shared * 100 < all, "{trade}: {shared} of {all}");
    }
}

#[test]
fn the_words_carry_the_outcome_but_the_last_two_turns_and_the_length_do_not() {
    let calls = short_calls(4_000, 10);
    let (whole, closing) = (
        naive_bayes_auc(&calls, usize::MAX),
        naive_bayes_auc(&calls, 2),
    );
    assert!(whole > 0.7, "whole: {whole}");
    assert!((0.46..0.54).contains(&closing), "closing: {closing}");
    let mut lengths: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call.conversation.turns().len() as f64,
                call.conversation.outcome().unwrap().is_won(),
            )
        })
        .collect();
    let length = auc(&mut lengths).unwrap();
    assert!((0.46..0.54).contains(&length), "length: {length}");
}

#[test]
fn nothing_besides_the_words_tells_the_outcome() {
    let calls = short_calls(2_500, 11);
    for column in [
        |call: &SimulatedCall| call.conversation.metadata().rep.clone(),
        |call: &SimulatedCall| call.conversation.metadata().industry.clone(),
    ] {
        let (train, test) = calls.split_at(calls.len() / 2);
        let mut rates: HashMap<Option<String>, (f64, f64)> = HashMap::new();
        for call in train {
            let rate = rates.entry(column(call)).or_default();
            rate.0 += call.conversation.outcome().unwrap().target();
            rate.1 += 1.0;
        }
        let mut scored: Vec<_> = test
            .iter()
            .map(|call| {
                let score = rates.get(&column(call)).map_or(0.5, |(won, n)| won / n);
                (score, call.conversation.outcome().unwrap().is_won())
            })
            .collect();
        let reached = auc(&mut scored).unwrap();
        assert!((0.45..0.55).contains(&reached), "{reached}");
    }
}

#[test]
fn the_true_probability_stands_nowhere_in_the_conversation() {
    for call in calls(200, 12) {
        let line = serde_json::to_string(&call.conversation).unwrap();
        let probability = call.win_probability.value().to_string();
        let digits: String = probability.chars().take(6).collect();
        assert!(!line.contains(&digits), "{}", call.conversation.id());
        assert!(call.conversation.metadata().extra.is_empty());
    }
}

#[test]
fn no_sentence_announces_the_outcome() {
    let announcements = [
        "we'll sign",
        "i'll sign",
        "where do i sign",
        "we'll take it",
        "i'll take it",
        "we'll buy",
        "i'll buy",
        "won't buy",
        "won't be buying",
        "it's a deal",
        "deal is",
        "not interested",
        "go with you",
        "go with someone else",
        "closed won",
        "closed lost",
        "count us in",
        "no deal",
    ];
    for call in short_calls(600, 13) {
        for turn in call.conversation.turns() {
            let text = turn.text.to_lowercase();
            for announcement in announcements {
                assert!(
                    !text.contains(announcement),
                    "`{announcement}` in {}",
                    call.conversation.id()
                );
            }
        }
    }
}

#[test]
fn every_slot_is_filled_and_every_alternative_chosen() {
    for call in calls(300, 14) {
        for turn in call.conversation.turns() {
            let broken = ['[', ']', '{', '}', '|']
                .iter()
                .any(|mark| turn.text.contains(*mark));
            let gap =
                turn.text.contains("  ") || turn.text.contains(" ,") || turn.text.contains(" .");
            assert!(!broken && !gap, "{}", turn.text);
        }
    }
}

#[test]
fn each_trade_has_several_hundred_lines_and_none_twice() {
    for trade in Trade::ALL {
        let lines = Phrases::of(trade).every_line();
        let distinct: HashSet<_> = lines.iter().collect();
        assert_eq!(distinct.len(), lines.len(), "{trade}");
        assert!(lines.len() >= 280, "{trade}: {}", lines.len());
    }
}

#[test]
fn every_line_is_well_formed() {
    let slots = [
        "buyer",
        "rep",
        "product",
        "rival",
        "decider",
        "deadline",
        "people",
        "place",
        "feature",
        "pain",
        "colleague",
        "month",
        "weekday",
        "number",
        "hours",
        "percent",
        "amount",
    ];
    for line in Trade::ALL
        .into_iter()
        .flat_map(|trade| Phrases::of(trade).every_line())
    {
        for (opens, closes) in [('[', ']'), ('{', '}')] {
            assert_eq!(
                line.matches(opens).count(),
                line.matches(closes).count(),
                "{line}"
            );
        }
        for slot in line
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
        {
            assert!(slots.contains(&slot), "{line}");
        }
        assert!(line.ends_with(['.', '?']), "{line}");
    }
}
