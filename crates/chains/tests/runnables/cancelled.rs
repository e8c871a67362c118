//! What a cancelled run leaves undone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use futures_util::StreamExt as _;
use futures_util::future::join;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use upturn_chains::{
    ChainError, Retries, Run, Runnable, RunnableExt as _, StepState, blocking_step, step,
};

use super::{Count, SECOND, busy, doubled, fails_until, listened, refused};

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
    let fallback = cancels(&run, true).with_fallback(careless.clone());
    assert!(fallback.invoke(1, &run).await.is_err());
    let run = Run::new();
    let fallback = cancels(&run, true).with_fallback(careless);
    let pieces: Vec<_> = fallback.stream(1, &run).collect().await;
    assert!(matches!(pieces.as_slice(), [Err(ChainError::Cancelled)]));
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

#[tokio::test]
async fn states_are_told_whatever_the_end() {
    let (run, heard) = listened();
    let token = run.cancellation().clone();
    token.cancel();
    assert!(doubled().invoke(1, &run).await.is_err());
    let expected = [StepState::Started, StepState::Failed].map(|it| format!("double: {it:?}"));
    assert_eq!(*heard.lock().unwrap(), expected);
}
