//! A step whose outputs are kept: [`WithCache`].

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::Runnable;
use super::recent::Recent;
use crate::{ChainError, Run};

/// A step whose outputs are kept by a key of the input, called `step, kept`. They live as long as it does, in memory only.
///
/// # Laws
///
/// - **Once.** While its key is kept, an input is computed once, however many ask at the same time.
/// - **Bounded.** At most `size` keys are kept, those that were used last.
/// - **Failures pass.** An error is not kept: the next who asks, or who waited, tries anew within its own run.
/// - **Whole.** A stream is one piece: what is kept is a whole, and there is no way to lay together the pieces of any type.
pub struct WithCache<Inner, ToKey, Key, Output> {
    name: String,
    inner: Inner,
    key: ToKey,
    kept: Mutex<Recent<Key, Arc<OnceCell<Output>>>>,
}

impl<Inner, ToKey, Key, Output> WithCache<Inner, ToKey, Key, Output>
where
    Key: Clone + Eq + Hash,
    Output: Send + 'static,
{
    pub(super) fn new<Input>(inner: Inner, size: NonZeroUsize, key: ToKey) -> Self
    where
        Input: Send + 'static,
        Inner: Runnable<Input, Output>,
    {
        Self {
            name: format!("{}, kept", inner.name()),
            inner,
            key,
            kept: Mutex::new(Recent::new(size)),
        }
    }

    fn cell(&self, key: Key) -> Arc<OnceCell<Output>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key)
    }
}

impl<Inner: fmt::Debug, ToKey, Key, Output> fmt::Debug for WithCache<Inner, ToKey, Key, Output> {
    /// Nothing of what is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WithCache").field(&self.inner).finish()
    }
}

impl<Input, Output, Inner, ToKey, Key> Runnable<Input, Output>
    for WithCache<Inner, ToKey, Key, Output>
where
    Input: Send + 'static,
    Output: Clone + Send + Sync + 'static,
    Inner: Runnable<Input, Output>,
    ToKey: Fn(&Input) -> Key + Send + Sync,
    Key: Clone + Eq + Hash + Send,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>> {
        let work = async move {
            let cell = self.cell((self.key)(&input));
            let output = cell.get_or_try_init(|| self.inner.invoke(input, run));
            output.await.cloned()
        };
        run.step(&self.name, work).boxed()
    }
}
