//! What ends an agent before its answer.

use super::*;

#[tokio::test]
async fn no_step_begins_beyond_the_budget_of_steps() {
    let script = (0..9).fold(model(), |script, n| {
        script.calls([look_up(&n.to_string(), 0)])
    });
    let model = Arc::new(script);
    let budget = Budget {
        steps: 3,
        ..Budget::default()
    };
    let answer = ask(&agent(&model).with_budget(budget)).await.unwrap();
    assert_eq!(answer.ending, stopped(StopReason::Steps));
    assert_eq!((answer.steps, model.asked().len()), (3, 3));
    assert_eq!(answer.calls.len(), 2, "what was found so far is kept");
}

#[tokio::test]
async fn no_step_begins_that_could_exceed_the_budget_of_tokens() {
    for tokens in [0, 100, 400, 900, 3_000] {
        let response = ChatResponse {
            content: "so far".to_owned(),
            tool_calls: vec![look_up("a", 0)],
            usage: Usage {
                prompt: 150,
                completion: 50,
            },
            finish: Finish::ToolCalls,
        };
        let model = Arc::new(model().always(response));
        let budget = Budget {
            tokens,
            steps: 99,
            ..Budget::default()
        };
        let answer = ask(&agent(&model).with_budget(budget)).await.unwrap();
        assert_eq!(answer.ending, stopped(StopReason::Tokens));
        let used = answer.usage.prompt + answer.usage.completion;
        assert!(used <= tokens, "{used} of {tokens}");
        let mut left = tokens;
        for request in model.asked() {
            let most = request.estimated_tokens() as u64 + u64::from(request.max_tokens.unwrap());
            assert!(most <= left, "a call could have taken {most} of {left}");
            left -= 200;
        }
        assert_eq!(answer.content, if tokens < 400 { "" } else { "so far" });
    }
}

#[tokio::test]
async fn an_answer_that_the_budget_cut_short_was_stopped() {
    let short = ChatResponse {
        content: "half".to_owned(),
        finish: Finish::Length,
        ..ChatResponse::default()
    };
    let model = Arc::new(model().answers(short.clone()).answers(short));
    let agent = agent(&model);
    assert_eq!(ask(&agent).await.unwrap().ending, Ending::Length);
    let budget = Budget {
        tokens: 500,
        ..Budget::default()
    };
    let answer = ask(&agent.with_budget(budget)).await.unwrap();
    assert_eq!(answer.ending, stopped(StopReason::Tokens));
    assert_eq!(answer.content, "half");
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_late_is_cut_short() {
    let hour = Duration::from_hours(1);
    let script = model().calls([look_up("a", 0)]).says("late").after(hour);
    let model = Arc::new(script);
    let start = tokio::time::Instant::now();
    let answer = ask(&agent(&model)).await.unwrap();
    assert_eq!(answer.ending, stopped(StopReason::Time));
    assert_eq!(start.elapsed(), Budget::default().time);
    assert_eq!((answer.steps, answer.calls.len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_is_late_is_answered_for_and_the_others_are_kept() {
    let calls = [look_up("a", 1), look_up("b", 9_999), look_up("c", 2)];
    let model = Arc::new(model().calls(calls).says("next"));
    let agent = agent(&model).with_calls_at_once(2);
    let mut memory = WindowMemory::default();
    let run = Run::new();
    let answer = agent.answer(&mut memory, "why?", &run).await.unwrap();
    assert_eq!(answer.ending, stopped(StopReason::Time));
    let errors: Vec<bool> = answer.calls.iter().map(|it| it.is_error).collect();
    assert_eq!(errors, [false, true, false]);
    assert!(
        answer.calls[1]
            .answer
            .contains("no answer: the time was over")
    );
    let answer = agent.answer(&mut memory, "and now?", &run).await.unwrap();
    assert_eq!(answer.content, "next");
    assert_eq!(
        model.asked()[1].messages.len(),
        7,
        "no call is left unanswered"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_at_once_and_leaves_no_call_unanswered() {
    let model = Arc::new(model().calls([look_up("a", 9_999)]));
    let agent = agent(&model);
    let token = CancellationToken::new();
    let run = Run::new().with_cancellation(token.clone());
    let mut memory = WindowMemory::default();
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        token.cancel();
    };
    let (answer, ()) = tokio::join!(agent.answer(&mut memory, "why?", &run), cancel);
    assert!(matches!(answer, Err(ChainError::Cancelled)));
    let room = Room {
        tokens: 1_000,
        spend: 0,
    };
    let recalled = memory.recall(room).await.unwrap();
    assert_eq!(recalled.messages, [Message::new(Role::User, "why?")]);
}

#[tokio::test]
async fn no_more_than_sixteen_tools_are_called_in_one_step() {
    let calls = (0..20).map(|n| look_up(&n.to_string(), 0));
    let model = Arc::new(model().calls(calls).says("done"));
    let answer = ask(&agent(&model)).await.unwrap();
    let refused = answer.calls.iter().filter(|it| it.is_error).count();
    assert_eq!((answer.calls.len(), refused), (20, 4));
}
