//! Outputs piece by piece.

use std::collections::VecDeque;
use std::sync::Mutex;

use futures_util::future::{BoxFuture, join};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, sleep};
use upturn_chains::{ChainError, Retries, Run, Runnable, RunnableExt as _};
use upturn_core::{Diagnostic as _, ErrorKind};

use super::{Count, SECOND, busy, doubled, fails_until, listened, refused, size};

/// What a stream does next.
#[derive(Debug, Clone, Copy)]
enum Line {
    Piece(&'static str),
    Wait(u32),
    Busy,
    Refused,
    Cancelled,
    Panic,
}

use Line::{Busy, Cancelled, Panic, Piece, Refused, Wait};

/// Does what stands in its script, another list of lines each time that it is asked.
#[derive(Debug)]
struct Script(&'static str, Mutex<VecDeque<Vec<Line>>>);

impl Script {
    fn new(name: &'static str, lists: impl IntoIterator<Item = Vec<Line>>) -> Self {
        Self(name, Mutex::new(lists.into_iter().collect()))
    }

    /// Lists that are left.
    fn left(&self) -> usize {
        self.1.lock().unwrap().len()
    }
}

async fn told(line: Line) -> Option<Result<String, ChainError>> {
    match line {
        Piece(piece) => Some(Ok(piece.to_owned())),
        Busy => Some(Err(busy(None))),
        Refused => Some(Err(refused())),
        Cancelled => Some(Err(ChainError::Cancelled)),
        Panic => panic!("Xylophone"),
        Wait(seconds) => {
            sleep(SECOND * seconds).await;
            None
        }
    }
}

impl Runnable<u32, String> for Script {
    fn name(&self) -> &str {
        self.0
    }

    fn invoke<'a>(&'a self, input: u32, run: &'a Run) -> BoxFuture<'a, Result<String, ChainError>> {
        Box::pin(self.stream(input, run).try_collect())
    }

    fn stream<'a>(&'a self, _: u32, run: &'a Run) -> BoxStream<'a, Result<String, ChainError>> {
        let lines = self.1.lock().unwrap().pop_front().unwrap();
        run.stream_step(self.0, stream::iter(lines).filter_map(told))
    }
}

/// Once: these lines.
fn script(lines: &[Line]) -> Script {
    Script::new("script", [lines.to_vec()])
}

/// The pieces, and the error behind them.
async fn pieces(
    chain: &impl Runnable<u32, String>,
    run: &Run,
) -> (Vec<String>, Option<ChainError>) {
    let mut stream = chain.stream(7, run);
    let mut pieces = Vec::new();
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(piece) => pieces.push(piece),
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (pieces, Some(error));
            }
        }
    }
    (pieces, None)
}

/// All pieces of a chain that does not fail.
async fn all(chain: &impl Runnable<u32, String>) -> Vec<String> {
    let (pieces, error) = pieces(chain, &Run::new()).await;
    assert!(error.is_none(), "{error:?}");
    pieces
}

#[tokio::test]
async fn a_pipe_streams_the_pieces_of_its_last_step() {
    let chain = doubled().pipe(Script::new("script", vec![vec![Piece("a"), Piece("b")]; 2]));
    assert_eq!(all(&chain).await, ["a", "b"]);
    assert_eq!(chain.invoke(7, &Run::new()).await.unwrap(), "ab");
    let count = Count::default();
    let broken = fails_until(9, &count, refused).pipe(script(&[]));
    let (pieces, error) = pieces(&broken, &Run::new()).await;
    assert!(pieces.is_empty() && matches!(error, Some(ChainError::Chat(_))));
}

#[tokio::test]
async fn a_stream_is_told_from_its_first_piece_to_its_end() {
    let (run, heard) = listened();
    let chain = doubled().pipe(script(&[Piece("a"), Piece("b")]));
    let mut stream = chain.stream(7, &run);
    assert!(heard.lock().unwrap().is_empty(), "nothing was asked for");
    assert_eq!(stream.next().await.unwrap().unwrap(), "a");
    let begun = [
        "double | script: Started",
        "double: Started",
        "double: Done",
        "script: Started",
    ];
    assert_eq!(*heard.lock().unwrap(), begun);
    assert_eq!(stream.next().await.unwrap().unwrap(), "b");
    assert!(stream.next().await.is_none());
    let ended = ["script: Done", "double | script: Done"];
    assert_eq!(heard.lock().unwrap().split_off(4), ended);
}

#[tokio::test]
async fn the_end_of_a_stream_that_is_dropped_is_told_from_the_inside_out() {
    let (run, heard) = listened();
    let chain = doubled().pipe(script(&[Piece("a"), Piece("b")]));
    let mut stream = chain.stream(7, &run);
    stream.next().await.unwrap().unwrap();
    drop(stream);
    let ended = ["script: Failed", "double | script: Failed"];
    assert_eq!(heard.lock().unwrap().split_off(4), ended);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_a_stream_between_its_pieces_and_within_one() {
    let run = Run::new();
    let chain = doubled().pipe(script(&[Piece("a"), Piece("b")]));
    let mut stream = chain.stream(7, &run);
    stream.next().await.unwrap().unwrap();
    run.cancellation().cancel();
    assert!(matches!(
        stream.next().await,
        Some(Err(ChainError::Cancelled))
    ));
    assert!(stream.next().await.is_none());

    let run = Run::new();
    let chain = doubled().pipe(script(&[Piece("a"), Wait(60), Piece("b")]));
    let begun = Instant::now();
    let cancel = async {
        sleep(SECOND).await;
        run.cancellation().cancel();
    };
    let ((pieces, error), ()) = join(pieces(&chain, &run), cancel).await;
    assert_eq!(pieces, ["a"]);
    assert!(matches!(error, Some(ChainError::Cancelled)));
    assert_eq!(begun.elapsed(), SECOND);
}

#[tokio::test]
async fn a_panic_in_a_piece_is_an_error_of_its_step_and_tells_nothing_of_what_was_said() {
    let (run, heard) = listened();
    let chain = doubled().pipe(script(&[Piece("a"), Panic, Piece("b")]));
    let (pieces, error) = pieces(&chain, &run).await;
    assert_eq!(pieces, ["a"]);
    let error = error.unwrap();
    assert_eq!(error.to_string(), "step `script` panicked");
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(!format!("{error:?}").contains("Xylophone"));
    let ended = ["script: Failed", "double | script: Failed"];
    assert_eq!(heard.lock().unwrap().split_off(4), ended);
}

#[tokio::test]
async fn a_branch_streams_the_step_that_its_predicate_chooses() {
    for (limit, expected) in [(10, ["l", "arge"]), (20, ["s", "mall"])] {
        let small = script(&[Piece("s"), Piece("mall")]);
        let large = script(&[Piece("l"), Piece("arge")]);
        let chain = doubled().branch(move |&it| it < limit, small, large);
        assert_eq!(all(&chain).await, expected);
    }
}

#[tokio::test]
async fn a_stream_falls_back_before_its_first_piece_and_not_behind_it() {
    let other = || script(&[Piece("o"), Piece("ther")]);
    let chain = script(&[Refused]).with_fallback(other());
    assert_eq!(all(&chain).await, ["o", "ther"]);
    let chain = script(&[Piece("a"), Piece("b")]).with_fallback(script(&[]));
    assert_eq!(all(&chain).await, ["a", "b"]);
    let chain = script(&[Piece("a"), Refused]).with_fallback(other());
    let (pieces, error) = pieces(&chain, &Run::new()).await;
    assert_eq!(pieces, ["a"]);
    assert!(matches!(error, Some(ChainError::Chat(_))));
}

#[tokio::test]
async fn a_stream_that_ends_as_cancelled_falls_back_to_nothing() {
    let run = Run::new();
    let other = std::sync::Arc::new(script(&[Piece("other")]));
    let chain = script(&[Cancelled]).with_fallback(other.clone());
    let (_, error) = pieces(&chain, &run).await;
    assert!(matches!(error, Some(ChainError::Cancelled)));
    assert_eq!(other.left(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_tried_again_before_its_first_piece_and_not_behind_it() {
    let tried = |lists: Vec<Vec<Line>>| {
        let script = Script::new("script", lists);
        script.with_retry(Retries::new(size(3)))
    };
    let chain = tried(vec![vec![Busy], vec![Busy], vec![Piece("a"), Piece("b")]]);
    assert_eq!(all(&chain).await, ["a", "b"]);
    for (lists, told) in [
        (vec![vec![Piece("a"), Busy], vec![Piece("b")]], vec!["a"]),
        (vec![vec![Refused], vec![Piece("b")]], vec![]),
        (vec![vec![Busy]; 3], vec![]),
    ] {
        let (pieces, error) = pieces(&tried(lists), &Run::new()).await;
        assert_eq!(pieces, told);
        assert!(matches!(error, Some(ChainError::Chat(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_stream_is_for_the_whole() {
    let lines = [Wait(1), Piece("a"), Wait(1), Piece("b"), Wait(1)];
    let chain = script(&lines).with_timeout(4 * SECOND);
    assert_eq!(all(&chain).await, ["a", "b"]);
    let chain = script(&lines).with_timeout(SECOND * 3 / 2);
    let begun = Instant::now();
    let (pieces, error) = pieces(&chain, &Run::new()).await;
    assert_eq!(pieces, ["a"]);
    assert!(matches!(error, Some(ChainError::TimedOut { .. })));
    assert_eq!(begun.elapsed(), SECOND * 3 / 2);
}

#[tokio::test]
async fn what_is_kept_is_one_piece() {
    let chain = script(&[Piece("a"), Piece("b")]).with_cache(size(1), |&input| input);
    for _ in 0..2 {
        assert_eq!(all(&chain).await, ["ab"]);
    }
}
