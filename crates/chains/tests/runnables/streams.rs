//! Outputs piece by piece.

use futures_util::StreamExt as _;
use upturn_chains::{ChainError, Run, Runnable, RunnableExt as _};

use super::{Count, doubled, fails_until, refused};

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
