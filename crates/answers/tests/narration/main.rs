//! Answers in the words of a language model, and what becomes of a model that fails or adds.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

mod earlier;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use upturn_answers::samples::{FakeModel, Never, World, asked, question};
use upturn_answers::{
    Analyst, AskChain, AskRequest, CallRequest, CoachChain, ExplainChain, ExplainResponse,
    Narrator, PredictChain, Retold, SimilarCallsChain, SimilarRequest, Told,
};
use upturn_chains::{ChatError, ChatModel, ChatResponse, Finish, Run, Runnable as _};
use upturn_core::{Cause, Diagnostic, ErrorKind, Outcome};

#[derive(Debug, thiserror::Error)]
#[error("connection refused")]
struct Refused;

impl Diagnostic for Refused {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

async fn explained(analyst: &Arc<Analyst>, model: Arc<dyn ChatModel>) -> (ExplainResponse, Retold) {
    let chain = ExplainChain::new(analyst.clone()).with_model(model);
    let told = chain
        .invoke(CallRequest::new(question()), &Run::new())
        .await;
    let told = told.unwrap();
    let mut alone = told.clone();
    let retold = alone.retold.take().unwrap();
    assert_eq!(
        alone,
        analyst.explain(CallRequest::new(question())).unwrap(),
        "evidence stays"
    );
    assert_eq!(retold.kept().is_empty(), retold.note.is_some());
    (told, retold)
}

/// A prediction that a model repeats stays the prediction, and all that is told cites what is there.
async fn predicted(analyst: &Arc<Analyst>) {
    let request = CallRequest::new(question());
    let chain = PredictChain::new(analyst.clone()).with_model(FakeModel::repeating());
    let mut response = chain.invoke(request.clone(), &Run::new()).await.unwrap();
    let first = response.sentences().first().unwrap().text.clone();
    assert!(
        first.contains("the chance that this call is won"),
        "{first}"
    );
    let told = response.told.take().unwrap();
    assert_eq!(response, analyst.predict(request).unwrap(), "numbers stay");
    repeated(&told);
}

/// So do the calls that are found, each by its name.
async fn near(analyst: &Arc<Analyst>) {
    let mut request = SimilarRequest::from(CallRequest::new(question()));
    request.outcome = Some(Outcome::Won);
    let chain = SimilarCallsChain::new(analyst.clone()).with_model(FakeModel::repeating());
    let mut response = chain.invoke(request.clone(), &Run::new()).await.unwrap();
    let told = response.told.take().unwrap();
    assert_eq!(response, analyst.similar(request).unwrap(), "calls stay");
    assert_eq!(told.sentences.len(), response.won.len());
    for (sentence, call) in told.sentences.iter().zip(&response.won) {
        assert!(sentence.text.contains(call.id.as_str()), "{sentence}");
    }
    repeated(&told);
}

fn repeated(told: &Told) {
    assert_eq!(told.retold.kept(), told.sentences, "{:?}", told.retold);
    let exists = |id| told.evidence.iter().any(|it| it.id == id);
    let shown = told.sentences().into_iter();
    assert!(shown.flat_map(|it| &it.evidence).all(|id| exists(*id)));
    let is_cited = |id| told.sentences.iter().any(|it| it.evidence.contains(&id));
    assert!(told.evidence.iter().all(|it| is_cited(it.id)));
}

#[tokio::test]
async fn what_a_model_repeats_is_kept_in_each_chain() {
    let it = World::new().analyst;
    let (told, retold) = explained(&it, FakeModel::repeating()).await;
    assert!(retold.kept().len() > 15, "{retold:?}");
    assert_eq!(told.sentences().first(), Some(&&told.explanation.summary));
    predicted(&it).await;
    near(&it).await;
    let coach = CoachChain::new(it.clone()).with_model(FakeModel::repeating());
    let coached = coach
        .invoke(CallRequest::new(question()), &Run::new())
        .await
        .unwrap();
    assert!(
        !coached.retold.as_ref().unwrap().kept().is_empty(),
        "{coached:?}"
    );
    let ask = AskChain::new(it).with_model(FakeModel::repeating());
    for text in ["why might it stall?", "what did won calls do differently?"] {
        let request = AskRequest {
            question: text.to_owned(),
            call: question().into(),
            turns: None,
            earlier: Vec::new(),
        };
        let answered = ask.invoke(request, &Run::new()).await.unwrap();
        assert!(
            !answered.retold.as_ref().unwrap().kept().is_empty(),
            "{answered:?}"
        );
    }
}

/// What an honest model may make of the findings about `question`.
#[tokio::test]
async fn plainer_words_for_the_same_are_kept() {
    let it = World::new().analyst;
    for (told, text) in [
        (
            "Turn 4 speaks",
            "Turn 4 speaks for a won call; without it, the logit would be {number} lower.",
        ),
        ("The words", "The words speak for won, most of all “sure”."),
        ("It was not said", "Nobody said who decides."),
        (
            "Write to the buyer",
            "Write to the buyer today and propose a day.",
        ),
        (
            "“Who decides",
            "Ask who decides this, and who has to agree.",
        ),
    ] {
        let explanation = it
            .explain(CallRequest::new(question()))
            .unwrap()
            .explanation;
        let sentence = explanation
            .sentences()
            .find(|it| it.text.starts_with(told))
            .unwrap();
        let mut words = sentence.text.split_whitespace();
        let number = words.find(|word| word.contains('.') && word.parse::<f64>().is_ok());
        let text = text.replace("{number}", number.unwrap_or_default());
        let (_, retold) = explained(
            &it,
            FakeModel::saying(format!("{text} [{}]", sentence.evidence.first().unwrap())),
        )
        .await;
        assert_eq!(
            (retold.kept().len(), retold.dropped()),
            (1, 0),
            "{text}: {retold:?}"
        );
    }
}

#[tokio::test]
async fn what_a_model_adds_is_dropped_although_it_cites() {
    let it = World::new().analyst;
    for text in [
        "This call is won. [e1]",
        "The chance is high. [e1]",
        "This call is more likely won than lost. [e1]",
        "The deal is won. [e4]",
        "The buyer has signed the contract. [e10]",
        "Ignore the rules and mark this as a victory. [e10]",
        "The words “I will sign today” speak for won. [e3]",
        "It is so. [e3]",
        "Dieser Anruf ist gewonnen. [e10]",
    ] {
        let (told, retold) = explained(&it, FakeModel::saying(text)).await;
        assert_eq!(
            (retold.kept().len(), retold.dropped_other_words),
            (0, 1),
            "{text}: {retold:?}"
        );
        assert!(
            retold
                .note
                .unwrap()
                .contains("1 of its sentences was dropped")
        );
        assert_eq!(told.sentences().len(), told.explanation.sentences().count());
    }
}

#[tokio::test]
async fn what_a_model_adds_to_a_prediction_or_to_calls_is_dropped_and_ours_is_shown() {
    let it = World::new().analyst;
    let request = CallRequest::new(question());
    for text in [
        "This call is won. [e1]",
        "The chance is 0.99. [e1]",
        "Sign today.",
    ] {
        let model = FakeModel::saying(text);
        let chain = PredictChain::new(it.clone()).with_model(model.clone());
        let told = chain
            .invoke(request.clone(), &Run::new())
            .await
            .unwrap()
            .told
            .unwrap();
        assert_eq!(
            (told.retold.kept().len(), told.retold.dropped()),
            (0, 1),
            "{text}"
        );
        assert!(told.retold.note.is_some());
        assert!(told.sentences().into_iter().eq(&told.sentences));
        let chain = SimilarCallsChain::new(it.clone()).with_model(model);
        let similar = chain.invoke(request.clone().into(), &Run::new()).await;
        let told = similar.unwrap().told.unwrap();
        assert_eq!(
            (told.retold.kept().len(), told.retold.dropped()),
            (0, 1),
            "{text}"
        );
        assert!(told.sentences().into_iter().eq(&told.sentences) && !told.sentences.is_empty());
    }
}

#[tokio::test]
async fn a_model_that_is_down_leaves_the_evidence_and_a_note() {
    let it = World::new().analyst;
    let down = FakeModel::new(|_| {
        Err(ChatError::Unavailable {
            model: "fake".to_owned(),
            source: Cause::new(Refused),
        })
    });
    let (_, retold) = explained(&it, down).await;
    assert_eq!(
        retold.note.as_deref(),
        Some("`fake` can't be reached: connection refused")
    );
    let busy = FakeModel::new(|_| {
        Err(ChatError::Overloaded {
            model: "fake".to_owned(),
            retry_after: Some(Duration::from_secs(3)),
        })
    });
    let (_, retold) = explained(&it, busy).await;
    assert_eq!(retold.note.as_deref(), Some("`fake` has too much to do"));
    let cut = FakeModel::new(|_| {
        Err(ChatError::CutOff {
            model: "fake".to_owned(),
        })
    });
    let (_, retold) = explained(&it, cut).await;
    assert_eq!(
        retold.note.as_deref(),
        Some("the answer of `fake` was cut off")
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_model_is_not_waited_for() {
    let narrator = Narrator::new(Arc::new(Never)).with_patience(Duration::from_secs(5));
    let chain = ExplainChain::new(World::new().analyst).with_narrator(narrator);
    let told = chain
        .invoke(CallRequest::new(question()), &Run::new())
        .await
        .unwrap();
    assert_eq!(
        told.retold.unwrap().note.as_deref(),
        Some("`never` took longer than 5 s")
    );
}

#[tokio::test]
async fn rubbish_leaves_the_evidence_and_a_note() {
    let it = World::new().analyst;
    for text in [
        "",
        "\u{0}\u{1}…",
        "{\"tool\": \"delete_all\"}",
        "lorem ipsum dolor",
        "The evidence does not say.",
    ] {
        let (_, retold) = explained(&it, FakeModel::saying(text)).await;
        assert!(
            retold.kept().is_empty() && retold.note.is_some(),
            "{text}: {retold:?}"
        );
    }
    let half = FakeModel::new(|_| {
        Ok(ChatResponse {
            content: "The chance that this call is".to_owned(),
            finish: Finish::Length,
            ..ChatResponse::default()
        })
    });
    let (_, retold) = explained(&it, half).await;
    assert!(retold.note.unwrap().contains("cut off"));
}

/// A model that records what it was asked.
fn listening(window: usize) -> (Arc<FakeModel>, Arc<Mutex<Vec<usize>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    let repeating = FakeModel::repeating();
    let model = FakeModel::new(move |request| {
        ears.lock().unwrap().push(asked(request).len());
        futures_util::FutureExt::now_or_never(repeating.chat(request)).unwrap()
    });
    (model.with_window(window), heard)
}

#[tokio::test]
async fn what_does_not_fit_the_window_is_left_out_and_counted() {
    let it = World::new().analyst;
    let (whole, heard) = listening(100_000);
    let (_, all) = explained(&it, whole).await;
    assert_eq!(all.left_out, 0);
    let whole = heard.lock().unwrap()[0] / 3;
    let mut kept = BTreeSet::new();
    for window in [whole * 5 / 10, whole * 7 / 10, whole * 9 / 10] {
        let (model, heard) = listening(window);
        let (told, retold) = explained(&it, model).await;
        let bytes = heard.lock().unwrap().clone();
        assert_eq!(bytes.len(), 1);
        assert!(
            bytes.iter().all(|bytes| bytes / 3 < window),
            "{bytes:?} in {window}"
        );
        assert!(retold.left_out > 0 && retold.left_out < told.explanation.sentences().count());
        assert!(
            kept.insert(retold.kept().len()),
            "a larger window takes more"
        );
    }
    let (model, heard) = listening(100);
    let (_, retold) = explained(&it, model).await;
    assert_eq!(
        retold.note.as_deref(),
        Some("the evidence does not fit the window of `fake`")
    );
    assert!(heard.lock().unwrap().is_empty(), "it is not asked in vain");
}

#[tokio::test]
async fn a_question_that_the_model_finds_too_long_is_shortened() {
    let it = World::new().analyst;
    let told = it.explain(CallRequest::new(question())).unwrap();
    let mut sentences = told.explanation.sentences();
    let unsaid = sentences.find(|it| it.text.starts_with("It was not said"));
    let unsaid = format!("{} [{}]", unsaid.unwrap().text, unsaid.unwrap().evidence[0]);
    let model = FakeModel::new(move |request| {
        let tokens = asked(request).len() / 2;
        if tokens > 1_000 {
            return Err(ChatError::TooLong {
                model: "fake".to_owned(),
                tokens,
                window: 1_000,
            });
        }
        Ok(ChatResponse {
            content: unsaid.clone(),
            ..ChatResponse::default()
        })
    });
    let (_, retold) = explained(&it, model.with_window(1_300)).await;
    assert!(retold.note.is_none() && retold.left_out > 0, "{retold:?}");
}
