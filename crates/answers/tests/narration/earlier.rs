//! What was asked before.

use std::sync::{Arc, Mutex};

use upturn_answers::samples::{FakeModel, World, asked, question};
use upturn_answers::{AskChain, AskRequest, Exchange};
use upturn_chains::{ChatModel as _, Run, Runnable as _};

/// What a model is told of a question that two others went before, with so large a window, and how much was left out.
async fn told_after_two(window: usize) -> (String, usize) {
    let earlier = |question: String| Exchange {
        question,
        answer: "Nobody knows.".to_owned(),
    };
    let oldest = earlier(format!("what of the {}?", "price ".repeat(1_000)));
    let last = earlier("did they name a date?".to_owned());
    let heard = Arc::new(Mutex::new(String::new()));
    let ears = heard.clone();
    let repeating = FakeModel::repeating();
    let model = FakeModel::new(move |request| {
        *ears.lock().unwrap() = asked(request);
        futures_util::FutureExt::now_or_never(repeating.chat(request)).unwrap()
    });
    let request =
        AskRequest::new("why might it stall?", question()).with_earlier(vec![oldest, last]);
    let chain = AskChain::new(World::new().analyst).with_model(model.with_window(window));
    let answered = chain.invoke(request, &Run::new()).await.unwrap();
    let told = heard.lock().unwrap().clone();
    (told, answered.retold.unwrap().left_out)
}

#[tokio::test]
async fn of_what_was_asked_before_the_oldest_is_left_out_first() {
    let (all, left_out) = told_after_two(100_000).await;
    assert_eq!(left_out, 0);
    let oldest = all.find("| question: what of the price").unwrap();
    assert!(oldest < all.find("| question: did they name a date?").unwrap());
    let (less, left_out) = told_after_two(all.len() / 3).await;
    assert_eq!(left_out, 1);
    assert!(less.contains("| question: did they name a date?\n| answer: Nobody knows.\n"));
    assert!(!less.contains("price price"), "{less}");
}
