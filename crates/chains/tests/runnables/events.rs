//! Which step is told, and within which.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use upturn_chains::{All, ChainError, Run, Runnable, RunnableExt as _, StepEvent, StepState, step};

use super::{Count, doubled, fails_until, refused};

/// All that is told of one use.
async fn events(chain: impl Runnable<u32, u32>, streamed: bool) -> Vec<StepEvent> {
    let (run, events) = Run::new().with_events();
    if streamed {
        chain.stream(1, &run).for_each(async |_| ()).await;
    } else {
        let _ = chain.invoke(1, &run).await;
    }
    drop(run);
    events.collect().await
}

/// Each step with its parent, in the order in which they started.
fn started(events: &[StepEvent]) -> Vec<(u64, Option<u64>, &str)> {
    let started = events.iter().filter(|it| it.state == StepState::Started);
    started
        .map(|it| (it.id, it.parent, it.step.as_str()))
        .collect()
}

#[tokio::test]
async fn equal_steps_side_by_side_are_told_apart() {
    let steps: Vec<Box<dyn Runnable<u32, u32>>> =
        vec![Box::new(doubled()), Box::new(doubled().pipe(doubled()))];
    let chain = All::new("all", steps).map(|it| it.iter().sum());
    let events = events(chain, false).await;
    let expected = [
        (1, None, "all | map"),
        (2, Some(1), "all"),
        (3, Some(2), "double"),
        (4, Some(2), "double | double"),
        (5, Some(4), "double"),
        (6, Some(4), "double"),
    ];
    assert_eq!(started(&events), expected);
}

#[tokio::test]
async fn a_stream_is_the_parent_of_what_its_pieces_run() {
    let chain = doubled().pipe(doubled().with_timeout(super::SECOND));
    let events = events(chain, true).await;
    let expected = [
        (1, None, "double | double, in time"),
        (2, Some(1), "double"),
        (3, Some(1), "double, in time"),
        (4, Some(3), "double"),
    ];
    assert_eq!(started(&events), expected);
}

#[tokio::test(start_paused = true)]
async fn every_step_is_told_twice_and_its_parent_around_it() {
    let count = Count::default();
    for streamed in [true, false] {
        let shaky = fails_until(9, &count, refused).parallel(doubled());
        let chain = shaky.map(|(it, _)| it).with_fallback(doubled());
        let mut open = BTreeMap::new();
        for event in events(chain, streamed).await {
            if event.state == StepState::Started {
                assert!(event.parent.is_none_or(|it| open.contains_key(&it)));
                assert_eq!(open.insert(event.id, event.parent), None);
            } else {
                assert_eq!(open.remove(&event.id), Some(event.parent));
                assert!(open.values().all(|it| *it != Some(event.id)));
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[tokio::test]
async fn a_run_within_a_step_of_another_is_on_its_own() {
    let chain = step("around", async |(): ()| {
        Ok::<_, ChainError>(events(doubled(), false).await)
    });
    let (run, around) = Run::new().with_events();
    let within = chain.invoke((), &run).await.unwrap();
    assert_eq!(started(&within), [(1, None, "double")]);
    drop(run);
    let around: Vec<_> = around.collect().await;
    assert_eq!(started(&around), [(1, None, "around")]);
}

#[tokio::test]
async fn every_listener_hears_every_step() {
    let (run, heard) = super::listened();
    let (run, events) = run.with_events();
    doubled().invoke(1, &run).await.unwrap();
    drop(run);
    assert_eq!(events.count().await, 2);
    assert_eq!(heard.lock().unwrap().len(), 2);
}
