//! What hosts may read and be prompted with: [`OfferedCalls`], [`OfferedPrompts`].

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use upturn::chains::Prompts;
use upturn::server::{CallSource, PromptArgument, PromptDescription, PromptSource};
use upturn::{Cause, Conversation, ConversationId};

/// Prompts whose inputs are plain texts, with what each is for.
const OFFERED: [(&str, &str); 2] = [
    ("explain_call", "How likely a call is won, and why"),
    ("coach_call", "What to do and to ask next in a call"),
];

/// Calls by id.
#[derive(Default)]
pub(crate) struct OfferedCalls(BTreeMap<ConversationId, Arc<Conversation>>);

impl FromIterator<Conversation> for OfferedCalls {
    fn from_iter<I: IntoIterator<Item = Conversation>>(calls: I) -> Self {
        let named = |call: Conversation| (call.id().clone(), Arc::new(call));
        Self(calls.into_iter().map(named).collect())
    }
}

impl fmt::Debug for OfferedCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfferedCalls")
            .field("calls", &self.0.len())
            .finish()
    }
}

impl CallSource for OfferedCalls {
    fn page(
        &self,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<ConversationId>, Cause> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let following = self.0.range((from, Bound::Unbounded));
        Ok(following.take(limit).map(|(id, _)| id.clone()).collect())
    }

    fn find(&self, id: &ConversationId) -> Result<Option<Arc<Conversation>>, Cause> {
        Ok(self.0.get(id).cloned())
    }
}

/// Shipped prompts that a person can fill in.
#[derive(Debug)]
pub(crate) struct OfferedPrompts(Prompts);

impl OfferedPrompts {
    /// Of these.
    pub(crate) const fn new(prompts: Prompts) -> Self {
        Self(prompts)
    }
}

impl PromptSource for OfferedPrompts {
    fn list(&self) -> Vec<PromptDescription> {
        let described = |(name, description): (&str, &str)| PromptDescription {
            name: name.to_owned(),
            description: description.to_owned(),
            arguments: vec![PromptArgument {
                name: "call".to_owned(),
                description: "The id of the call".to_owned(),
                required: true,
            }],
        };
        OFFERED.into_iter().map(described).collect()
    }

    fn render<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a BTreeMap<String, String>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<String, Cause>> + Send + 'a>> {
        let rendered = self.0.get(name).and_then(|it| it.render(arguments));
        Box::pin(std::future::ready(rendered.map_err(Cause::new)))
    }
}
