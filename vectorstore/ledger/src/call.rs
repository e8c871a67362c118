//! A call as it was indexed: [`IndexedCall`].

use upturn_core::{Conversation, ConversationId, EncodedMoment, Point, points};

use crate::ContentHash;

/// A call's points, and what they were made of.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedCall {
    /// Which call.
    pub conversation: ConversationId,
    /// What was said in it, and what is known of it.
    pub content: ContentHash,
    /// One a moment and one for all.
    pub points: Vec<Point>,
}

impl IndexedCall {
    /// A call with its encoded moments; see [`points()`](upturn_core::points).
    pub fn new(conversation: &Conversation, moments: &[EncodedMoment]) -> Self {
        Self {
            conversation: conversation.id().clone(),
            content: ContentHash::of(conversation),
            points: points(conversation, moments),
        }
    }
}
