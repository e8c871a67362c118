use upturn_core::{Conversation, ConversationId, Outcome};

use super::*;

fn lesson((call, outcome): &(Conversation, Outcome)) -> Lesson<'_> {
    Lesson {
        prefix: call.whole(),
        outcome: *outcome,
    }
}

fn call(id: &str, seller: &str, buyer: &str) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, seller),
        Turn::new(Speaker::Buyer, buyer),
    ];
    Conversation::new(ConversationId::new(id).unwrap(), turns).unwrap()
}

fn corpus() -> Vec<(Conversation, Outcome)> {
    let said = [
        (
            "Hello there, would you like a demo?",
            "Maybe. The price is too high!",
            Outcome::Lost,
        ),
        (
            "Hello, would you like to see the price?",
            "Yes, I would like a demo, send the contract",
            Outcome::Won,
        ),
        (
            "The contract is ready, shall I send it?",
            "The price is too high, don't call again",
            Outcome::Lost,
        ),
        (
            "Would you sign? The demo went well",
            "Yes yes yes, I'd sign the contract",
            Outcome::Won,
        ),
    ];
    let numbered = said.iter().enumerate();
    numbered
        .map(|(at, (seller, buyer, outcome))| (call(&format!("c{at}"), seller, buyer), *outcome))
        .collect()
}

/// Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6: sentences by `re.split(r"(?<=[.?!])(?=\s)", turn)`, their tokens and
/// neighbouring pairs as sets, `idf = ln((1 + S) / (1 + df)) + 1` over the `S` sentences of a side, rows of idf divided by
/// their lengths `q`, `w = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(rows, y).coef_[0]`, and of each call
/// `Σ w·row·q / (Σ q + mean(q))`.
#[test]
fn agrees_with_scikit_learn() -> Result<(), PredictError> {
    let corpus = corpus();
    let lessons: Vec<Lesson<'_>> = corpus.iter().map(lesson).collect();
    let asked = call(
        "new",
        "Would you like the contract?",
        "Yes, the price is right, yes",
    );
    let expected = [
        (
            Speaker::Seller,
            11,
            [
                -0.053_176_910_3,
                -0.065_012_556_5,
                -0.121_118_777_4,
                0.065_165_06,
                0.028_493_685_7,
            ],
        ),
        (
            Speaker::Buyer,
            14,
            [
                -0.265_881_776_6,
                0.427_707_343_2,
                -0.219_614_651_9,
                0.427_707_343_2,
                0.077_922_875_2,
            ],
        ),
    ];
    for (speaker, terms, scores) in expected {
        let side = Side::fit(&lessons, speaker, (2, 1.0), Room::unlimited())?;
        assert_eq!(side.terms.len(), terms);
        let all = corpus.iter().map(|(call, _)| call).chain([&asked]);
        for (call, expected) in all.zip(scores) {
            let score = side.score(side.of(call.whole()));
            assert!((score - expected).abs() < 1e-6, "{score} {expected}");
        }
    }
    Ok(())
}

#[test]
fn the_terms_of_a_call_add_up_and_nothing_known_says_nothing() -> Result<(), PredictError> {
    let corpus = corpus();
    let lessons: Vec<Lesson<'_>> = corpus.iter().map(lesson).collect();
    let side = Side::fit(&lessons, Speaker::Buyer, (1, 1.0), Room::unlimited())?;
    for (call, _) in &corpus {
        let shares = side.contributions(call.whole());
        let sum: f64 = shares.iter().map(|share| share.logit).sum();
        assert!(!shares.is_empty());
        assert!((sum - side.score(side.of(call.whole()))).abs() < 1e-12);
    }
    let foreign = call("new", "Yes, yes", "Xylophon");
    assert_eq!(side.of(foreign.whole()), Sums::default());
    assert!(side.contributions(foreign.whole()).is_empty());
    Ok(())
}

#[test]
fn a_side_that_says_nothing_can_not_be_learnt_from() {
    let silent = [
        (call("a", "Yes", ""), Outcome::Won),
        (call("b", "No", " "), Outcome::Lost),
    ];
    let lessons: Vec<Lesson<'_>> = silent.iter().map(lesson).collect();
    let fitted = Side::fit(&lessons, Speaker::Buyer, (1, 1.0), Room::unlimited());
    assert!(matches!(
        fitted,
        Err(PredictError::OneOutcome { won: 0, lost: 0 })
    ));
}
