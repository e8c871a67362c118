use upturn_core::{Conversation, ConversationId, Speaker, Turn};

use super::*;

fn conversation(id: &str, seller: &str, buyer: &str) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, seller),
        Turn::new(Speaker::Buyer, buyer),
    ];
    Conversation::new(ConversationId::new(id).unwrap(), turns).unwrap()
}

fn corpus() -> Vec<(Conversation, bool)> {
    [
        (
            "Hello there, would you like a demo?",
            "Maybe. The price is too high!",
            false,
        ),
        (
            "Hello, would you like to see the price?",
            "Yes, I would like a demo, send the contract",
            true,
        ),
        (
            "The contract is ready, shall I send it?",
            "The price is too high, don't call again",
            false,
        ),
        (
            "Would you sign? The demo went well",
            "Yes yes yes, I'd sign the contract",
            true,
        ),
    ]
    .iter()
    .enumerate()
    .map(|(at, (seller, buyer, won))| (conversation(&format!("c{at}"), seller, buyer), *won))
    .collect()
}

fn examples(corpus: &[(Conversation, bool)]) -> Vec<WordsExample<'_>> {
    corpus
        .iter()
        .map(|(conversation, won)| WordsExample {
            prefix: conversation.whole(),
            won: *won,
            count: 1.0,
        })
        .collect()
}

fn asked() -> Conversation {
    conversation(
        "new",
        "Would you like the contract?",
        "Yes, the price is right, yes",
    )
}

/// Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6, with `line = lambda s: re.findall(r"[$]?\d+(?:[.,]\d+)*|[\w']+|[!?.,$%]",
/// s.lower())`, of each turn `line(turn)` and the same marked with the speaker, and of both the words and
/// `" ".join(pair) for pair in zip(line, line[1:])` as `terms`:
/// `v = TfidfVectorizer(analyzer=terms, min_df=2, sublinear_tf=True).fit(texts)`,
/// `m = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit(v.transform(texts), y)`; `len(v.vocabulary_)`,
/// `m.decision_function(v.transform(texts + [asked]))`, and the largest of `v.transform([asked]) * m.coef_`.
#[test]
fn agrees_with_scikit_learn() -> Result<(), PredictError> {
    let corpus = corpus();
    let lexicon = Lexicon::fit(&examples(&corpus), 2, 1.0)?;
    assert_eq!(lexicon.len(), 53);
    let expected = [
        -0.313_739_59,
        0.284_855_72,
        -0.426_716_97,
        0.456_362_75,
        0.134_302_33,
    ];
    let asked = asked();
    let all = corpus.iter().map(|(one, _)| one).chain([&asked]);
    for (conversation, expected) in all.zip(expected) {
        let got = lexicon.logit(conversation.whole());
        assert!((got - expected).abs() < 1e-5, "{got} {expected}");
    }
    let terms = lexicon.contributions(asked.whole());
    let named: Vec<&str> = terms
        .iter()
        .take(3)
        .map(|term| term.term.as_str())
        .collect();
    assert_eq!(named, ["buyer_yes", "yes", "is"]);
    assert!((terms[0].logit - 0.072_372_01).abs() < 1e-5);
    Ok(())
}

#[test]
fn terms_and_intercept_sum_to_the_logit() -> Result<(), PredictError> {
    let corpus = corpus();
    let lexicon = Lexicon::fit(&examples(&corpus), 1, 1.0)?;
    let asked = asked();
    let sum: f64 = lexicon
        .contributions(asked.whole())
        .iter()
        .map(|term| term.logit)
        .sum();
    assert!((lexicon.intercept() + sum - lexicon.logit(asked.whole())).abs() < 1e-12);
    let strange = conversation("s", "Zxqv", "Qwrt");
    assert_eq!(
        lexicon.logit(strange.whole()).to_bits(),
        lexicon.intercept().to_bits()
    );
    Ok(())
}

#[test]
fn a_turns_score_is_the_sum_over_its_terms_and_knows_no_other_turn() -> Result<(), PredictError> {
    let corpus = corpus();
    let lexicon = Lexicon::fit(&examples(&corpus), 1, 1.0)?;
    let [yes, no] = [
        conversation("y", "Hello", "Yes, send the contract"),
        conversation("n", "Hello", "The price is too high"),
    ]
    .map(|call| lexicon.turn_scores(call.whole()));
    assert_eq!((yes.len(), no.len()), (2, 2));
    assert!(yes[1] > 0.0 && no[1] < 0.0);
    assert_eq!(yes[0].to_bits(), no[0].to_bits());
    let one = |term: &str| {
        let term = lexicon
            .terms
            .place(term)
            .and_then(|place| lexicon.terms.at(place));
        term.map_or(0.0, |(_, term)| term.idf * term.weight)
    };
    let twice = lexicon.turn_scores(conversation("t", "", "yes yes").whole());
    let expected =
        2.0 * (one("yes") + one("buyer_yes")) + one("yes yes") + one("buyer_yes buyer_yes");
    assert!((twice[1] - expected).abs() < 1e-12 && expected != 0.0);
    assert_eq!(twice[0].to_bits(), 0.0_f64.to_bits());
    Ok(())
}

#[test]
fn prefixes_of_one_conversation_are_one_for_the_threshold() -> Result<(), PredictError> {
    let corpus = corpus();
    let repeated: Vec<WordsExample<'_>> = examples(&corpus).repeat(3);
    assert_eq!(Lexicon::fit(&repeated, 2, 1.0)?.len(), 53);
    let strict = Lexicon::fit(&examples(&corpus), 5, 1.0)?;
    assert!(strict.is_empty());
    assert!(strict.logit(corpus[0].0.whole()).abs() < 1e-6);
    Ok(())
}

#[test]
fn debug_shows_no_word() -> Result<(), PredictError> {
    let corpus = corpus();
    let examples = examples(&corpus);
    let shown = format!("{:?} {examples:?}", Lexicon::fit(&examples, 1, 1.0)?);
    assert!(!shown.contains("price") && !shown.contains("contract"));
    Ok(())
}
