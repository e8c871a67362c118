//! How steps compose.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed step is a failed test, and some steps panic"
)]

mod cancelled;
mod events;
mod retries;
mod streams;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use upturn_chains::{
    All, ChainError, ChatError, Retries, Run, Runnable, RunnableExt, StepEvent, blocking_step, step,
};
use upturn_core::{Diagnostic, ErrorKind};

const SECOND: Duration = Duration::from_secs(1);

fn size(size: usize) -> NonZeroUsize {
    NonZeroUsize::new(size).unwrap()
}

/// Counts how often it is asked.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn up(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn busy(retry_after: Option<Duration>) -> ChainError {
    let model = "fake".to_owned();
    ChatError::Overloaded { model, retry_after }.into()
}

fn refused() -> ChainError {
    let (model, reason) = ("fake".to_owned(), "no key".to_owned());
    ChatError::Refused { model, reason }.into()
}

/// Fails with what `error` gives until the try of this number.
fn fails_until(
    good: usize,
    count: &Count,
    error: impl Fn() -> ChainError + Send + Sync,
) -> impl Runnable<u32, u32> {
    let count = count.clone();
    step("shaky", move |input: u32| {
        let result = if count.up() < good {
            Err(error())
        } else {
            Ok(input)
        };
        async move { result }
    })
}

fn slow(name: &'static str, seconds: u64) -> impl Runnable<u32, u32> {
    step(name, move |input: u32| async move {
        sleep(SECOND * u32::try_from(seconds).unwrap()).await;
        Ok(input + 1)
    })
}

fn doubled() -> impl Runnable<u32, u32> {
    step("double", async |input: u32| Ok(input * 2))
}

/// A run and what its listener hears.
fn listened() -> (Run, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = {
        let heard = Arc::clone(&heard);
        move |StepEvent { step, state, .. }| {
            heard.lock().unwrap().push(format!("{step}: {state:?}"));
        }
    };
    (Run::new().with_listener(listener), heard)
}

#[tokio::test]
async fn every_step_is_told_from_the_outside_in() {
    let (run, heard) = listened();
    let chain = doubled().map(|it| it + 1).pipe(doubled());
    assert_eq!(chain.invoke(1, &run).await.unwrap(), 6);
    let expected = [
        "double | map | double: Started",
        "double | map: Started",
        "double: Started",
        "double: Done",
        "double | map: Done",
        "double: Started",
        "double: Done",
        "double | map | double: Done",
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn steps_side_by_side_take_as_long_as_the_slowest() {
    let begun = Instant::now();
    let both = slow("a", 1).parallel(slow("b", 3).map(|it| it.to_string()));
    let output = both.invoke(1, &Run::new()).await.unwrap();
    assert_eq!(output, (2, "2".to_owned()));
    assert_eq!(begun.elapsed().as_secs(), 3);

    let steps: Vec<Box<dyn Runnable<u32, u32>>> = vec![
        Box::new(slow("a", 2)),
        Box::new(doubled()),
        Box::new(slow("c", 1)),
    ];
    let begun = Instant::now();
    let all = All::new("all", steps);
    assert_eq!(all.invoke(5, &Run::new()).await.unwrap(), [6, 10, 6]);
    assert_eq!(begun.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_ends_what_goes_on_beside_it_and_its_end_is_told() {
    let (run, heard) = listened();
    let count = Count::default();
    let both = slow("slow", 60).parallel(fails_until(9, &count, refused));
    let begun = Instant::now();
    assert!(matches!(
        both.invoke(1, &run).await,
        Err(ChainError::Chat(_))
    ));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let heard = heard.lock().unwrap();
    let started = heard.iter().filter(|it| it.ends_with("Started")).count();
    let failed = heard.iter().filter(|it| it.ends_with("Failed")).count();
    assert_eq!((started, failed), (3, 3), "{heard:?}");
}

#[tokio::test]
async fn a_branch_takes_the_step_that_its_predicate_chooses() {
    let small = step("small", async |it: u32| Ok(format!("{it} is small")));
    let large = step("large", async |it: u32| Ok(format!("{it} is large")));
    let chain = doubled().branch(|&it| it < 10, small, large);
    assert_eq!(chain.name(), "double | small or large");
    assert_eq!(chain.invoke(1, &Run::new()).await.unwrap(), "2 is small");
    assert_eq!(chain.invoke(5, &Run::new()).await.unwrap(), "10 is large");
}

#[tokio::test]
async fn a_fallback_is_asked_only_after_a_failure() {
    let (first, other) = (Count::default(), Count::default());
    let chain = fails_until(2, &first, refused).with_fallback(fails_until(0, &other, refused));
    assert_eq!(chain.invoke(7, &Run::new()).await.unwrap(), 7);
    assert_eq!((first.get(), other.get()), (1, 1));
    assert_eq!(chain.invoke(7, &Run::new()).await.unwrap(), 7);
    assert_eq!((first.get(), other.get()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_step_that_takes_too_long_fails_and_says_so() {
    let error = slow("slow", 5)
        .with_timeout(2 * SECOND)
        .invoke(1, &Run::new())
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "step `slow` took longer than 2s");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let in_time = slow("slow", 1)
        .with_timeout(2 * SECOND)
        .invoke(1, &Run::new())
        .await;
    assert_eq!(in_time.unwrap(), 2);
    let again = slow("slow", 5)
        .with_timeout(SECOND)
        .with_retry(Retries::default());
    let begun = Instant::now();
    assert!(matches!(
        again.invoke(1, &Run::new()).await,
        Err(ChainError::TimedOut { .. })
    ));
    assert!(begun.elapsed() > 3 * SECOND, "three tries of a second each");
}

/// Counts, takes a second, and keeps two outputs by the input's last digit.
fn kept(count: &Count) -> impl Runnable<u32, u32> {
    let count = count.clone();
    let slow = step("slow", move |input: u32| {
        count.up();
        async move {
            sleep(SECOND).await;
            Ok(input)
        }
    });
    slow.with_cache(size(2), |input| input % 10)
}

#[tokio::test(start_paused = true)]
async fn equal_inputs_at_once_are_computed_once() {
    let (count, run) = (Count::default(), Run::new());
    let chain = kept(&count);
    let all = join_all([1, 11, 1, 2, 1].map(|input| chain.invoke(input, &run))).await;
    let all: Vec<u32> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all, [1, 1, 1, 2, 1]);
    assert_eq!(count.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_used_least_recently_is_forgotten() {
    let (count, run) = (Count::default(), Run::new());
    let chain = kept(&count);
    for (input, computed) in [(1, 1), (2, 2), (1, 2), (3, 3), (1, 3), (2, 4)] {
        chain.invoke(input, &run).await.unwrap();
        assert_eq!(count.get(), computed, "{input}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_not_kept_and_who_waited_tries_itself() {
    let (count, run) = (Count::default(), Run::new());
    let chain = fails_until(2, &count, refused).with_cache(size(1), |&input| input);
    assert!(chain.invoke(1, &run).await.is_err());
    assert!(chain.invoke(1, &run).await.is_ok());
    assert!(chain.invoke(1, &run).await.is_ok());
    assert_eq!(count.get(), 2);

    let count = Count::default();
    let chain = kept(&count);
    let token = CancellationToken::new();
    let gone = Run::new().with_cancellation(token.clone());
    let cancel = async {
        sleep(SECOND / 2).await;
        token.cancel();
    };
    let (leader, (waiter, ())) =
        join(chain.invoke(1, &gone), join(chain.invoke(1, &run), cancel)).await;
    assert!(matches!(leader, Err(ChainError::Cancelled)));
    assert_eq!(waiter.unwrap(), 1);
    assert_eq!(count.get(), 2);
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_step_and_tells_nothing_of_what_was_said() {
    let run = Run::new();
    let quiet = step("quiet", |input: u32| async move {
        assert!(input > 1, "Xylophone");
        Ok(input)
    });
    let blocking = blocking_step("blocking", |input: u32| {
        assert!(input > 1, "Xylophone");
        Ok(input)
    });
    let mapped = doubled().map(|input| {
        assert!(input > 2, "Xylophone");
        input
    });
    let steps: [Box<dyn Runnable<u32, u32>>; 3] =
        [Box::new(quiet), Box::new(blocking), Box::new(mapped)];
    for step in steps {
        let error = step.invoke(1, &run).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("step `{}` panicked", step.name())
        );
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(!format!("{error:?}").contains("Xylophone"));
        assert!(step.invoke(4, &run).await.is_ok());
    }
}

#[tokio::test]
async fn shared_steps_are_steps() {
    let shared: Arc<dyn Runnable<u32, u32>> = Arc::new(doubled());
    let chain = Arc::clone(&shared).pipe(Arc::clone(&shared)).pipe(shared);
    assert_eq!(chain.invoke(1, &Run::new()).await.unwrap(), 8);
}
