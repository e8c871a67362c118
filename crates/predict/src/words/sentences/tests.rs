use upturn_core::{Conversation, ConversationId, Outcome};

use super::*;

/// One of two buyers' sentences decides; what the seller says does not.
fn corpus(calls: usize) -> Vec<Conversation> {
    let call = |at: usize| {
        let decides = ["Too dear for us.", "We will sign."][at % 2];
        let turns = vec![
            Turn::new(
                Speaker::Seller,
                ["Hello there.", "Good day to you."][at / 2 % 2],
            ),
            Turn::new(Speaker::Buyer, format!("Let me see. {decides} Goodbye.")),
        ];
        // One of ten ends otherwise than was said.
        let won = (at % 2 == 1) != at.is_multiple_of(10);
        Conversation::new(ConversationId::new(format!("c{at}")).unwrap(), turns)
            .unwrap()
            .with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
    };
    (0..calls).map(call).collect()
}

pub(super) fn lessons(calls: &[Conversation]) -> Vec<Lesson<'_>> {
    calls
        .iter()
        .map(|call| Lesson {
            prefix: call.whole(),
            outcome: call.outcome().unwrap(),
        })
        .collect()
}

fn fitted(calls: &[Conversation]) -> Result<Sentences, PredictError> {
    let config = PredictorConfig::default();
    Sentences::fit(&lessons(calls), 0.3, &config, Room::unlimited())
}

#[test]
fn weights_are_found_on_unseen_groups_and_are_never_negative() {
    let sentences = fitted(&corpus(120)).unwrap();
    let [words, buyer, seller] = sentences.weights;
    assert!(words >= 0.0 && seller >= 0.0);
    assert!(buyer > seller, "{buyer} {seller}");
}

#[test]
fn no_more_lessons_are_asked_about_than_are_enough() {
    let config = PredictorConfig::default();
    let asked = |calls: usize| {
        let calls = corpus(calls);
        let unseen = Unseen::of(&lessons(&calls), 0.3, &config, Room::unlimited()).unwrap();
        (unseen.won.len(), unseen.fold.iter().max().copied())
    };
    assert_eq!(asked(ENOUGH / 10), (ENOUGH / 10, Some(FOLDS - 1)));
    // Four fifths of 12,500 are 10,000.
    assert_eq!(asked(ENOUGH / 4 * 5), (ENOUGH, Some(FOLDS - 2)));
}

#[test]
fn one_outcome_teaches_nothing() {
    let mut won = corpus(40);
    won.retain(|call| call.outcome() == Some(Outcome::Won));
    assert!(matches!(
        fitted(&won),
        Err(PredictError::OneOutcome { lost: 0, .. })
    ));
}

#[test]
fn the_terms_and_the_lexicons_intercept_add_up_to_the_logit() {
    let calls = corpus(120);
    let lessons = lessons(&calls);
    let config = PredictorConfig {
        sentences_c: Some(0.3),
        ..PredictorConfig::default()
    };
    let counts = vec![1.0; lessons.len()];
    let lexicon = Lexicon::of_lessons(&lessons, &counts, &config, Room::unlimited()).unwrap();
    let sentences = fitted(&calls).unwrap();
    for call in &calls[..4] {
        let prefix = call.whole();
        let terms = sentences.contributions(lexicon.contributions(prefix), prefix);
        let sum: f64 = terms.iter().map(|term| term.logit).sum();
        let logit = sentences.logit(lexicon.logit(prefix), sentences.of(prefix));
        assert!((sum + sentences.weights[0] * lexicon.intercept() - logit).abs() < 1e-9);
        let sizes = terms.iter().map(|term| term.logit.abs());
        assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
}

#[test]
fn a_score_that_is_always_the_same_weighs_nothing() {
    let scores: Vec<[f64; 3]> = (0..40).map(|at| [f64::from(at % 2), 0.7, 0.0]).collect();
    let won: Vec<bool> = (0..40).map(|at| at % 2 == 1).collect();
    let [first, second, third] = weights(&scores, &won).unwrap();
    assert!(first > 1.0 && second.abs() < 1e-12 && third.abs() < 1e-12);
}

/// A seller who says the same in every call has one score, which sums of it in another order round differently.
#[test]
fn a_score_that_differs_by_rounding_weighs_nothing() {
    let rounded = |at: u32| 0.1 + f64::from(at % 3) * f64::EPSILON;
    let scores: Vec<[f64; 3]> = (0..40)
        .map(|at| [f64::from(at % 2), rounded(at), -0.1])
        .collect();
    let won: Vec<bool> = (0..40).map(|at| at % 2 == 1).collect();
    let [first, second, third] = weights(&scores, &won).unwrap();
    assert!(first > 1.0 && second.abs() < 1e-12 && third.abs() < 1e-12);
}

/// An application may give calls of which one side was never written down.
#[test]
fn a_side_that_says_nothing_weighs_nothing_and_stops_nobody() {
    let mut calls = corpus(120);
    for call in &mut calls {
        let buyer: Vec<Turn> = call.turns()[1..].to_vec();
        let heard = Conversation::new(call.id().clone(), buyer).unwrap();
        *call = heard.with_outcome(call.outcome());
    }
    let [_, buyer, seller] = fitted(&calls).unwrap().weights;
    assert!(buyer > 0.0 && seller.abs() < 1e-12, "{buyer} {seller}");
}
