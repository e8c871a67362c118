//! Where calls are found by their id: [`ConversationStore`].

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use upturn_core::{Cause, Conversation, ConversationId};

/// Finds calls by their id: what LangChain calls a docstore, of conversations. It may read files or ask a server, and is asked from threads that may wait.
pub trait ConversationStore: fmt::Debug + Send + Sync {
    /// The call of this id, if there is one.
    ///
    /// # Errors
    ///
    /// The implementation's own, where it can't say.
    fn find(&self, id: &ConversationId) -> Result<Option<Arc<Conversation>>, Cause>;

    /// How many calls there are.
    ///
    /// # Errors
    ///
    /// As [`find`](Self::find).
    fn count(&self) -> Result<usize, Cause>;
}

/// Calls in memory. Empty by default; of two with one id the later one is kept.
#[derive(Clone, Default)]
pub struct ConversationsInMemory(HashMap<ConversationId, Arc<Conversation>>);

impl FromIterator<Conversation> for ConversationsInMemory {
    fn from_iter<I: IntoIterator<Item = Conversation>>(calls: I) -> Self {
        let named = |call: Conversation| (call.id().clone(), Arc::new(call));
        Self(calls.into_iter().map(named).collect())
    }
}

impl ConversationStore for ConversationsInMemory {
    fn find(&self, id: &ConversationId) -> Result<Option<Arc<Conversation>>, Cause> {
        Ok(self.0.get(id).cloned())
    }

    fn count(&self) -> Result<usize, Cause> {
        Ok(self.0.len())
    }
}

impl fmt::Debug for ConversationsInMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationsInMemory")
            .field("calls", &self.0.len())
            .finish()
    }
}
