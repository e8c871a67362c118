//! Where calls are listed and found: [`CallSource`].

use std::fmt;
use std::sync::Arc;

use upturn_core::{Cause, Conversation, ConversationId};

/// Lists calls and finds them by their id. It may read files or ask a server, and is asked from threads that may wait.
///
/// # Laws
///
/// - **Order.** All pages together name each call once, in an order that stays.
pub trait CallSource: fmt::Debug + Send + Sync {
    /// The ids that follow `after`, at most `limit`; the first ones where it is none.
    ///
    /// # Errors
    ///
    /// The implementation's own; of kind `InvalidInput` where nothing can follow `after`.
    fn page(
        &self,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<ConversationId>, Cause>;

    /// The call of this id, if there is one.
    ///
    /// # Errors
    ///
    /// The implementation's own, where it can't say.
    fn find(&self, id: &ConversationId) -> Result<Option<Arc<Conversation>>, Cause>;
}
