//! Answers without a language model: the evidence itself.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::error::Error;
use std::num::NonZeroUsize;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;
use upturn_answers::samples::{World, question};
use upturn_answers::{
    AskChain, AskRequest, CallRef, CallRequest, CoachChain, CompareChain, CompareRequest, Exchange,
    ExplainChain, MeasureChain, PredictChain, SearchChain, SearchMomentsRequest, SimilarCallsChain,
    SimilarRequest,
};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::EvidenceId;
use upturn_core::{ConversationId, Diagnostic as _, ErrorKind, Outcome};

type Tested = Result<(), Box<dyn Error>>;

fn call(id: &str) -> CallRef {
    CallRef::Id(ConversationId::new(id).unwrap())
}

fn asks(text: &str) -> AskRequest {
    AskRequest {
        question: text.to_owned(),
        call: call("question"),
        turns: None,
        earlier: Vec::new(),
    }
}

/// The answer, which reads back from JSON as it was.
async fn answer<I, O>(chain: &dyn Runnable<I, O>, input: I) -> Result<O, ChainError>
where
    I: Send + 'static,
    O: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + Send + 'static,
{
    let output = chain.invoke(input, &Run::new()).await?;
    let json = serde_json::to_string(&output).unwrap();
    assert_eq!(serde_json::from_str::<O>(&json).unwrap(), output);
    Ok(output)
}

#[tokio::test]
async fn every_chain_answers_what_the_analyst_answers() -> Tested {
    let world = World::new();
    let before = world.contents();
    let it = world.analyst.clone();
    let one = CallRequest::new(call("question"));
    let predicted = answer(&PredictChain::new(it.clone()), one.clone()).await?;
    assert_eq!(predicted, it.predict(one.clone())?);
    let explained = answer(&ExplainChain::new(it.clone()), one.clone()).await?;
    assert_eq!(explained, it.explain(one.clone())?);
    assert_eq!(explained.explanation.prediction, predicted.prediction);
    let coached = answer(&CoachChain::new(it.clone()), one.clone()).await?;
    assert_eq!(coached, it.coach(one.clone())?);
    assert_eq!(coached.summary, explained.explanation.summary);
    let measured = answer(&MeasureChain::new(it.clone()), one.clone()).await?;
    assert_eq!(measured, it.measure(one.clone())?);
    let similar = SimilarRequest::from(one);
    let near = answer(&SimilarCallsChain::new(it.clone()), similar.clone()).await?;
    assert_eq!(near, it.similar(similar)?);
    assert_eq!((near.won.len(), near.lost.len()), (5, 5));
    let sought = SearchMomentsRequest::new("far too expensive");
    let found = answer(&SearchChain::new(it.clone()), sought.clone()).await?;
    assert_eq!(found, it.search(&sought)?);
    assert_eq!(
        found.found.first().map(|it| it.text.as_str()),
        Some("buyer: that is far too expensive")
    );
    let pair = CompareRequest {
        call: call("question"),
        turns: None,
        other: call("call-0"),
    };
    let compared = answer(&CompareChain::new(it.clone()), pair.clone()).await?;
    assert_eq!(compared, it.compare(pair)?);
    assert_eq!(compared.other.outcome, Some(Outcome::Won));
    let asked = answer(&AskChain::new(it.clone()), asks("why might it stall?")).await?;
    assert_eq!(asked, it.ask(asks("why might it stall?"))?);
    assert!(!asked.answer.sentences.is_empty());
    assert_eq!(world.contents(), before, "answers change nothing");
    Ok(())
}

#[tokio::test]
async fn every_sentence_cites_what_its_answer_holds() -> Tested {
    let it = World::new().analyst;
    let coached = it.coach(CallRequest::new(call("question")))?;
    let sentences = [&coached.actions[..], &coached.questions, &coached.caveats].concat();
    for sentence in sentences.iter().chain([&coached.summary]) {
        let exists = |id: &EvidenceId| coached.evidence.iter().any(|it| it.id == *id);
        assert!(sentence.evidence.iter().all(exists), "{sentence}");
    }
    for question in [
        "why might it stall?",
        "what did won calls do differently?",
        "ferrets?",
    ] {
        let answer = it.ask(asks(question))?.answer;
        for sentence in &answer.sentences {
            let exists = |id: &EvidenceId| answer.evidence.iter().any(|it| it.id == *id);
            assert!(sentence.evidence.iter().all(exists), "{sentence}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_call_by_its_id_and_the_call_itself_are_answered_alike() -> Tested {
    let it = World::new().analyst;
    let by_id = it.predict(CallRequest::new(call("question")))?;
    assert_eq!(by_id, it.predict(CallRequest::new(question()))?);
    assert!(by_id.finished);
    Ok(())
}

#[tokio::test]
async fn of_a_call_that_goes_on_only_the_turns_so_far_are_known() -> Tested {
    let it = World::new().analyst;
    let two = NonZeroUsize::new(2).unwrap();
    let known = it.predict(CallRequest::new(call("question")).with_turns(two))?;
    assert_eq!((known.turns, known.finished), (2, false));
    let whole = it.predict(CallRequest::new(call("question")))?;
    assert!((known.prediction.logit - whole.prediction.logit).abs() > 0.0);
    let pair = CompareRequest {
        call: call("call-1"),
        turns: Some(two),
        other: call("call-0"),
    };
    let compared = it.compare(pair)?;
    assert_eq!(compared.call.outcome, None, "it is not over");
    assert!(compared.pair.aligned.iter().all(|it| it.here.end <= 2));
    Ok(())
}

#[tokio::test]
async fn an_unknown_call_is_told_with_how_many_are_known() {
    let it = World::new().analyst;
    let chain = PredictChain::new(it);
    let error = answer(&chain, CallRequest::new(call("nobody")))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let source = error.source().unwrap().to_string();
    assert_eq!(
        source,
        "there is no call `nobody` among the 121 that are known by id"
    );
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn a_blank_question_is_refused() {
    let it = World::new().analyst;
    let blank = it.ask(asks(" \n")).unwrap_err();
    assert_eq!(
        (blank.kind(), blank.to_string().as_str()),
        (ErrorKind::InvalidInput, "`question` is blank")
    );
    let blank = it.search(&SearchMomentsRequest::new("")).unwrap_err();
    assert_eq!(blank.to_string(), "`text` is blank");
}

#[tokio::test]
async fn without_a_collection_there_is_a_prediction_and_a_reason() -> Tested {
    let world = World::new();
    world.store.break_down();
    let it = world.analyst;
    let why = "collection `calls` did not answer: it is broken";
    let ends_so = |told: &Option<String>| {
        let told = told.as_deref().unwrap_or_default();
        assert!(told.ends_with(why), "{told}");
    };
    let one = CallRequest::new(call("question"));
    let predicted = it.predict(one.clone())?;
    assert!(predicted.prediction.evidence.is_empty());
    ends_so(&predicted.evidence_missing);
    ends_so(&it.explain(one.clone())?.evidence_missing);
    ends_so(&it.coach(one.clone())?.evidence_missing);
    ends_so(&it.ask(asks("why might it stall?"))?.evidence_missing);
    let error = it.similar(one.into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    Ok(())
}

#[tokio::test]
async fn a_cancelled_run_ends() {
    let token = CancellationToken::new();
    token.cancel();
    let run = Run::new().with_cancellation(token);
    let chain = PredictChain::new(World::new().analyst);
    let ended = chain.invoke(CallRequest::new(call("question")), &run).await;
    assert!(matches!(ended, Err(ChainError::Cancelled)));
}

#[test]
fn nothing_that_was_said_is_shown_by_debug() {
    let it = World::new().analyst;
    let shown = [
        format!(
            "{:?}",
            it.similar(CallRequest::new(call("question")).into())
                .unwrap()
        ),
        format!(
            "{:?}",
            it.search(&SearchMomentsRequest::new("far too expensive"))
                .unwrap()
        ),
        format!(
            "{:?}",
            it.ask(asks("who else found it expensive?")).unwrap()
        ),
        format!("{:?}", it.coach(CallRequest::new(question())).unwrap()),
        format!("{:?}", asks("is it expensive?")),
    ];
    for shown in shown {
        assert!(
            !shown.contains("expensive") && !shown.contains("perfect"),
            "{shown}"
        );
    }
}

#[test]
fn a_question_without_a_subject_is_answered_as_the_one_it_refers_to() {
    let it = World::new().analyst;
    let earlier = ["who else found it expensive?", "and then?"];
    let earlier: Vec<Exchange> = earlier
        .iter()
        .map(|question| Exchange::new(*question, &it.ask(asks(question)).unwrap()))
        .collect();
    let first = it.ask(asks("who else found it expensive?")).unwrap();
    let again = it.ask(asks("show me more of them").with_earlier(earlier));
    let again = again.unwrap();
    assert_eq!(
        again.refers_to.as_deref(),
        Some("who else found it expensive?")
    );
    assert_eq!(again.answer, first.answer);
    assert!(!format!("{again:?}").contains("expensive"), "{again:?}");
    assert_eq!(first.refers_to, None);
}
