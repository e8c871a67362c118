//! What is tried again, how often, and after what wait.

use tokio::time::Instant;
use upturn_chains::{ChainError, Retries, Run, Runnable as _, RunnableExt as _};

use super::{Count, SECOND, busy, fails_until, refused, size};

#[tokio::test(start_paused = true)]
async fn transient_failures_are_tried_again_as_often_as_said() {
    for (good, tries, works) in [(1, 3, true), (3, 3, true), (4, 3, false), (2, 1, false)] {
        let count = Count::default();
        let chain = fails_until(good, &count, || busy(None)).with_retry(Retries::new(size(tries)));
        assert_eq!(
            chain.invoke(7, &Run::new()).await.is_ok(),
            works,
            "{good} {tries}"
        );
        assert_eq!(count.get(), good.min(tries));
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_not_tried_again() {
    let count = Count::default();
    let chain = fails_until(9, &count, refused).with_retry(Retries::default());
    assert!(chain.invoke(7, &Run::new()).await.is_err());
    assert_eq!(count.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn waits_grow_and_are_at_most_doubled_by_chance() {
    let count = Count::default();
    let retries = Retries::new(size(4))
        .with_first_wait(SECOND)
        .with_longest_wait(2 * SECOND);
    let chain = fails_until(9, &count, || busy(None)).with_retry(retries);
    let begun = Instant::now();
    assert!(chain.invoke(7, &Run::new()).await.is_err());
    let waited = begun.elapsed().as_secs();
    assert!((5..=10).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_left_alone_for_as_long_as_it_asks() {
    let count = Count::default();
    let retry_after = Some(20 * SECOND);
    let shaky = fails_until(2, &count, move || busy(retry_after));
    let begun = Instant::now();
    let chain = shaky.with_retry(Retries::default());
    assert!(chain.invoke(7, &Run::new()).await.is_ok());
    assert_eq!(begun.elapsed().as_secs(), 20);

    let count = Count::default();
    let impatient = Retries::default().with_longest_wait(19 * SECOND);
    let shaky = fails_until(2, &count, move || busy(retry_after));
    let chain = shaky.with_retry(impatient);
    assert!(matches!(
        chain.invoke(7, &Run::new()).await,
        Err(ChainError::Chat(_))
    ));
    assert_eq!(count.get(), 1);
}
