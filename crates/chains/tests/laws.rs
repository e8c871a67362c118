//! Laws of steps, whatever they are made of.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use upturn_chains::{ChainError, ChatError, Run, Runnable, RunnableExt, step};

type Boxed = Box<dyn Runnable<u64, u64>>;

/// What a step does with a number: some fail, some wait, each does something else.
fn arithmetic(factor: u64, added: u64) -> Boxed {
    Box::new(step("arithmetic", move |input: u64| async move {
        sleep(Duration::from_millis(input % 7)).await;
        let output = input.wrapping_mul(factor).wrapping_add(added);
        if output.is_multiple_of(5) {
            let (model, reason) = (input.to_string(), "five".to_owned());
            Err(ChainError::Chat(ChatError::Refused { model, reason }))
        } else {
            Ok(output)
        }
    }))
}

/// A result that can be compared.
fn shown(result: Result<u64, ChainError>) -> Result<u64, String> {
    result.map_err(|error| format!("{error:?}"))
}

/// On a clock that does not wait.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(work)
}

fn numbers() -> impl Strategy<Value = (u64, u64)> {
    (1_u64..100, 0_u64..100)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_batch_gives_what_each_input_gives_in_order(
        (factor, added) in numbers(),
        inputs in prop::collection::vec(0_u64..1000, 0..20),
        at_once in 0_usize..25,
    ) {
        let (batch, alone) = block_on(async {
            let chain = arithmetic(factor, added).map(|it| it + 1);
            let run = Run::new();
            let mut alone = Vec::new();
            for &input in &inputs {
                alone.push(shown(chain.invoke(input, &run).await));
            }
            let batch = chain.batch(inputs, at_once, &run).await;
            (batch.into_iter().map(shown).collect::<Vec<_>>(), alone)
        });
        prop_assert_eq!(batch, alone);
    }

    #[test]
    fn pipe_is_associative(
        a in numbers(), b in numbers(), c in numbers(), input in 0_u64..1000,
    ) {
        let (left, right) = block_on(async {
            let make = |(factor, added)| arithmetic(factor, added);
            let left = make(a).pipe(make(b)).pipe(make(c));
            let right = make(a).pipe(make(b).pipe(make(c)));
            let run = Run::new();
            assert_eq!(left.name(), right.name());
            (shown(left.invoke(input, &run).await), shown(right.invoke(input, &run).await))
        });
        prop_assert_eq!(left, right);
    }

    #[test]
    fn the_function_that_changes_nothing_changes_nothing(
        (factor, added) in numbers(), input in 0_u64..1000,
    ) {
        let (mapped, plain) = block_on(async {
            let run = Run::new();
            let mapped = arithmetic(factor, added).map(|it| it).invoke(input, &run).await;
            let plain = arithmetic(factor, added).invoke(input, &run).await;
            (shown(mapped), shown(plain))
        });
        prop_assert_eq!(mapped, plain);
    }

    #[test]
    fn nothing_runs_after_the_step_in_which_the_run_was_cancelled(
        length in 1_usize..8,
        at in 0_usize..8,
        waits in any::<bool>(),
        nested in any::<bool>(),
    ) {
        let at = at % length;
        let token = CancellationToken::new();
        let run = Run::new().with_cancellation(token.clone());
        let begun = Arc::new(AtomicUsize::new(0));
        let make = |number| -> Boxed {
            let (token, begun) = (token.clone(), Arc::clone(&begun));
            Box::new(step("one", move |input: u64| {
                begun.fetch_add(1, Ordering::SeqCst);
                if number == at {
                    token.cancel();
                }
                async move {
                    if waits {
                        sleep(Duration::from_secs(1)).await;
                    }
                    Ok(input)
                }
            }))
        };
        // The run is cancelled even where its last step had an output in the same breath: something has to follow.
        let last = length;
        let chain = (0..=last).map(make).reduce(|before, after| -> Boxed {
            if nested {
                Box::new(before.pipe(after).map(|it| it))
            } else {
                Box::new(before.pipe(after))
            }
        });
        let result = block_on(async { chain.unwrap().invoke(1, &run).await });
        prop_assert!(matches!(result, Err(ChainError::Cancelled)));
        prop_assert_eq!(begun.load(Ordering::SeqCst), at + 1);
    }
}
