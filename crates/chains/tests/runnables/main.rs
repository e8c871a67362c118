//! How steps compose.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{join, join_all};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use upturn_chains::{
    All, ChainError, ChatError, Retries, Run, Runnable, RunnableExt, StepEvent, StepState,
    blocking_step, step,
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
        move |StepEvent { step, state }| heard.lock().unwrap().push(format!("{step}: {state:?}"))
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

#[tokio::test(start_paused = true)]
async fn a_wait_between_tries_ends_when_the_run_is_cancelled() {
    let token = CancellationToken::new();
    let run = Run::new().with_cancellation(token.clone());
    let count = Count::default();
    let retries = Retries::default().with_first_wait(20 * SECOND);
    let chain = fails_until(9, &count, || busy(None)).with_retry(retries);
    let cancel = async {
        sleep(SECOND).await;
        token.cancel();
    };
    let (result, ()) = join(chain.invoke(7, &run), cancel).await;
    assert!(matches!(result, Err(ChainError::Cancelled)));
    assert_eq!(count.get(), 1);
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
async fn who_cancels_does_not_wait_for_a_blocking_step() {
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (begun, released) = (Mutex::new(begun), Mutex::new(released));
    let blocking = blocking_step("blocking", move |(): ()| {
        begun.lock().unwrap().send(()).unwrap();
        released.lock().unwrap().recv().ok();
        Ok(())
    });
    let token = CancellationToken::new();
    let run = Run::new().with_cancellation(token.clone());
    let working = tokio::spawn(async move { blocking.invoke((), &run).await });
    tokio::task::spawn_blocking(move || begins.recv())
        .await
        .unwrap()
        .unwrap();
    token.cancel();
    assert!(matches!(working.await.unwrap(), Err(ChainError::Cancelled)));
    drop(release);
}

/// Cancels its run in its last breath, then fails or not.
fn cancels(run: &Run, fails: bool) -> impl Runnable<u32, u32> {
    let token = run.cancellation().clone();
    step("cancels", move |input: u32| {
        token.cancel();
        async move { if fails { Err(refused()) } else { Ok(input) } }
    })
}

/// A step of somebody who does not use [`Run::step`].
#[derive(Debug, Clone, Default)]
struct Careless(Arc<AtomicUsize>);

impl Runnable<u32, u32> for Careless {
    fn name(&self) -> &'static str {
        "careless"
    }

    fn invoke<'a>(
        &'a self,
        input: u32,
        _: &'a Run,
    ) -> futures_util::future::BoxFuture<'a, Result<u32, ChainError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(input) })
    }
}

#[tokio::test]
async fn not_even_a_careless_step_or_a_function_follows_a_cancelled_one() {
    let count = Count::default();
    let careless = Careless(Arc::clone(&count.0));
    let counts = count.clone();
    let run = Run::new();
    let map = cancels(&run, false).map(move |_| u32::try_from(counts.up()).unwrap());
    assert!(map.invoke(1, &run).await.is_err());
    let run = Run::new();
    let pipe = cancels(&run, false).pipe(careless.clone());
    assert!(pipe.invoke(1, &run).await.is_err());
    let run = Run::new();
    let pipe = cancels(&run, false).pipe(careless.clone());
    let pieces: Vec<_> = pipe.stream(1, &run).collect().await;
    assert!(matches!(pieces.as_slice(), [Err(ChainError::Cancelled)]));
    let run = Run::new();
    let fallback = cancels(&run, true).with_fallback(careless);
    assert!(fallback.invoke(1, &run).await.is_err());
    assert_eq!(count.get(), 0);
}

#[tokio::test]
async fn what_ends_as_cancelled_is_not_replaced() {
    let count = Count::default();
    let within = step("within", async |_: u32| {
        Err::<u32, _>(ChainError::Cancelled)
    });
    let chain = within.with_fallback(fails_until(0, &count, refused));
    let result = chain.invoke(1, &Run::new()).await;
    assert!(matches!(result, Err(ChainError::Cancelled)));
    assert_eq!(count.get(), 0);
}

/// Gives its input's digits piece by piece.
#[derive(Debug)]
struct Digits;

impl Runnable<u32, String> for Digits {
    fn name(&self) -> &'static str {
        "digits"
    }

    fn invoke<'a>(
        &'a self,
        input: u32,
        run: &'a Run,
    ) -> futures_util::future::BoxFuture<'a, Result<String, ChainError>> {
        Box::pin(run.step("digits", async move { Ok(input.to_string()) }))
    }

    fn stream<'a>(
        &'a self,
        input: u32,
        _: &'a Run,
    ) -> futures_util::stream::BoxStream<'a, Result<String, ChainError>> {
        let digits = input.to_string().into_bytes().into_iter();
        let digits = digits.map(|digit| Ok(char::from(digit).to_string()));
        futures_util::stream::iter(digits.collect::<Vec<_>>()).boxed()
    }
}

#[tokio::test]
async fn a_pipe_streams_the_pieces_of_its_last_step() {
    let run = Run::new();
    let chain = doubled().pipe(Digits);
    let pieces: Vec<String> = chain.stream(617, &run).map(Result::unwrap).collect().await;
    assert_eq!(pieces, ["1", "2", "3", "4"]);
    assert_eq!(pieces.concat(), chain.invoke(617, &run).await.unwrap());
    let count = Count::default();
    let broken = fails_until(9, &count, refused).pipe(Digits);
    let pieces: Vec<_> = broken.stream(1, &run).collect().await;
    assert!(matches!(pieces.as_slice(), [Err(ChainError::Chat(_))]));
}

#[tokio::test]
async fn shared_steps_are_steps() {
    let shared: Arc<dyn Runnable<u32, u32>> = Arc::new(doubled());
    let chain = Arc::clone(&shared).pipe(Arc::clone(&shared)).pipe(shared);
    assert_eq!(chain.invoke(1, &Run::new()).await.unwrap(), 8);
}

#[tokio::test]
async fn states_are_told_whatever_the_end() {
    let (run, heard) = listened();
    let token = run.cancellation().clone();
    token.cancel();
    assert!(doubled().invoke(1, &run).await.is_err());
    let expected = [StepState::Started, StepState::Failed].map(|it| format!("double: {it:?}"));
    assert_eq!(*heard.lock().unwrap(), expected);
}
