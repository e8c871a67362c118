//! How steps compose: [`RunnableExt`].

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::time::Duration;

use super::{Both, Branch, Map, Pipe, Runnable, WithCache, WithFallback, WithRetry, WithTimeout};
use crate::Retries;

/// How steps compose. Every composition is a step of its own: told, cancelled and traced like any other. They run on tokio.
///
/// ```
/// use upturn_chains::{ChainError, Run, Runnable, RunnableExt, step};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let words = step("words", async |text: String| {
///     Ok::<_, ChainError>(text.split(' ').count())
/// });
/// let even = words.map(|count| count % 2 == 0);
/// assert!(even.invoke("how are you doing".to_owned(), &Run::new()).await?);
/// # Ok(())
/// # }
/// ```
///
/// What does not fit does not compile: each composition shows what does, and what does not for one type.
pub trait RunnableExt<Input, Output>: Runnable<Input, Output> + Sized
where
    Input: Send + 'static,
    Output: Send + 'static,
{
    /// Gives the output to another step.
    ///
    /// ```
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let next = step("next", async |_: usize| Ok::<bool, ChainError>(true));
    /// let _ = length.pipe(next);
    /// ```
    ///
    /// Not to a step that takes something else:
    ///
    /// ```compile_fail,E0631
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let next = step("next", async |_: String| Ok::<bool, ChainError>(true));
    /// let _ = length.pipe(next);
    /// ```
    fn pipe<Next, Last>(self, next: Next) -> Pipe<Self, Next, Output>
    where
        Next: Runnable<Output, Last>,
        Last: Send + 'static,
    {
        Pipe::new(self, next)
    }

    /// Changes the output by a function that is quick and can't fail.
    fn map<Function, New>(self, function: Function) -> Map<Self, Function, Output>
    where
        Function: Fn(Output) -> New + Send + Sync,
        New: Send + 'static,
    {
        Map::new(self, function)
    }

    /// Gives the same input to another step as well, side by side; for any number of them see [`All`](super::All).
    ///
    /// ```
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let other = step("other", async |_: String| Ok::<bool, ChainError>(true));
    /// let _ = length.parallel(other);
    /// ```
    ///
    /// Not to a step that takes something else:
    ///
    /// ```compile_fail,E0631
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let other = step("other", async |_: usize| Ok::<bool, ChainError>(true));
    /// let _ = length.parallel(other);
    /// ```
    fn parallel<Other, Second>(self, other: Other) -> Both<Self, Other>
    where
        Input: Clone,
        Other: Runnable<Input, Second>,
        Second: Send + 'static,
    {
        Both::new(self, other)
    }

    /// Gives the output to the one step where the predicate holds of it, and to the other where not.
    ///
    /// ```
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let short = step("short", async |_: usize| Ok::<u8, ChainError>(0));
    /// let long = step("long", async |_: usize| Ok::<u8, ChainError>(1));
    /// let _ = length.branch(|length| *length < 9, short, long);
    /// ```
    ///
    /// Both give the same:
    ///
    /// ```compile_fail,E0271
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let short = step("short", async |_: usize| Ok::<u8, ChainError>(0));
    /// let long = step("long", async |_: usize| Ok::<u16, ChainError>(1));
    /// let _ = length.branch(|length| *length < 9, short, long);
    /// ```
    fn branch<Predicate, Then, Otherwise, Last>(
        self,
        predicate: Predicate,
        then: Then,
        otherwise: Otherwise,
    ) -> Pipe<Self, Branch<Predicate, Then, Otherwise>, Output>
    where
        Predicate: Fn(&Output) -> bool + Send + Sync,
        Then: Runnable<Output, Last>,
        Otherwise: Runnable<Output, Last>,
        Last: Send + 'static,
    {
        Pipe::new(self, Branch::new(predicate, then, otherwise))
    }

    /// Gives the input to another step where this one fails, except when the run is cancelled.
    ///
    /// ```
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let other = step("other", async |_: String| Ok::<usize, ChainError>(0));
    /// let _ = length.with_fallback(other);
    /// ```
    ///
    /// The other gives the same:
    ///
    /// ```compile_fail,E0271
    /// # use upturn_chains::{ChainError, RunnableExt, step};
    /// let length = step("length", async |text: String| Ok::<usize, ChainError>(text.len()));
    /// let other = step("other", async |_: String| Ok::<u32, ChainError>(0));
    /// let _ = length.with_fallback(other);
    /// ```
    fn with_fallback<Other>(self, other: Other) -> WithFallback<Self, Other>
    where
        Input: Clone,
        Other: Runnable<Input, Output>,
    {
        WithFallback::new(self, other)
    }

    /// Tries again after transient failures ([`ChainError::is_transient`](crate::ChainError::is_transient)).
    fn with_retry(self, retries: Retries) -> WithRetry<Self>
    where
        Input: Clone,
    {
        WithRetry::new(self, retries)
    }

    /// Fails with [`ChainError::TimedOut`](crate::ChainError::TimedOut) after this time.
    fn with_timeout(self, limit: Duration) -> WithTimeout<Self> {
        WithTimeout::new(self, limit)
    }

    /// Keeps the outputs of the `size` keys used last. What the key of an input leaves out must not matter to the output.
    fn with_cache<ToKey, Key>(
        self,
        size: NonZeroUsize,
        key: ToKey,
    ) -> WithCache<Self, ToKey, Key, Output>
    where
        ToKey: Fn(&Input) -> Key + Send + Sync,
        Key: Clone + Eq + Hash + Send,
        Output: Clone + Sync,
    {
        WithCache::new(self, size, key)
    }
}

impl<Input, Output, R> RunnableExt<Input, Output> for R
where
    Input: Send + 'static,
    Output: Send + 'static,
    R: Runnable<Input, Output>,
{
}
