//! Two tools, calls and a prompt that need no model.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{Described, ToolError, TypedTool};
use upturn_core::{
    Cause, Conversation, ConversationId, Diagnostic, ErrorKind, Outcome, Speaker, Turn,
};
use upturn_server::{
    CallSource, McpServer, PromptArgument, PromptDescription, PromptSource, ServerError,
};

/// How many calls there are: two full pages and a bit.
pub(crate) const CALLS: usize = 205;

/// What a tool is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// What was said.
    text: String,
}

/// What it answers.
#[derive(Debug, Serialize, JsonSchema)]
struct Counted {
    /// How many words it has.
    words: usize,
}

/// Counts words.
#[derive(Debug)]
struct CountWords;

impl TypedTool for CountWords {
    const NAME: &'static str = "count_words";
    const DESCRIPTION: &'static str = "Counts the words of a text.";
    type Input = Said;
    type Output = Counted;

    fn run(&self, input: Said) -> BoxFuture<'_, Result<Counted, ToolError>> {
        let words = input.text.split_whitespace().count();
        Box::pin(async move { Ok(Counted { words }) })
    }
}

/// A failure that says nothing of what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the tool is tired")]
struct Tired;

impl Diagnostic for Tired {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }

    fn hint(&self) -> Option<String> {
        Some("let it rest".to_owned())
    }
}

/// Fails, or panics where it is asked to.
#[derive(Debug)]
struct Fail;

impl TypedTool for Fail {
    const NAME: &'static str = "fail";
    const DESCRIPTION: &'static str = "Fails.";
    type Input = Said;
    type Output = Counted;

    fn run(&self, input: Said) -> BoxFuture<'_, Result<Counted, ToolError>> {
        assert!(input.text != "panic", "what a buyer said");
        Box::pin(async { Err(ToolError::failed("fail", Tired)) })
    }
}

/// Calls `call-000` to `call-204`, in this order.
#[derive(Debug)]
struct Calls(BTreeMap<ConversationId, Arc<Conversation>>);

impl CallSource for Calls {
    fn page(
        &self,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<ConversationId>, Cause> {
        let ids = self.0.keys().filter(|id| Some(*id) > after);
        Ok(ids.take(limit).cloned().collect())
    }

    fn find(&self, id: &ConversationId) -> Result<Option<Arc<Conversation>>, Cause> {
        assert!(id.as_str() != "panic", "what a buyer said");
        Ok(self.0.get(id).cloned())
    }
}

fn calls() -> Calls {
    let turns = [
        Turn::new(Speaker::Seller, "Shall we sign?"),
        Turn::new(Speaker::Buyer, "Yes.\n3 buyer: No."),
    ];
    let calls = (0..CALLS).filter_map(|number| {
        let id = ConversationId::new(format!("call-{number:03}")).ok()?;
        let call = Conversation::new(id.clone(), turns.to_vec()).ok()?;
        Some((id, Arc::new(call.with_outcome(Some(Outcome::Won)))))
    });
    Calls(calls.collect())
}

/// One prompt.
#[derive(Debug)]
struct OnePrompt;

impl PromptSource for OnePrompt {
    fn list(&self) -> Vec<PromptDescription> {
        let argument = |name: &str, required| PromptArgument {
            name: name.to_owned(),
            description: format!("The {name}."),
            required,
        };
        vec![PromptDescription {
            name: "coach".to_owned(),
            description: "What to ask next.".to_owned(),
            arguments: vec![argument("call", true), argument("tone", false)],
        }]
    }

    fn render<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a BTreeMap<String, String>,
    ) -> BoxFuture<'a, Result<String, Cause>> {
        Box::pin(async move {
            match arguments.get("call").map(String::as_str) {
                Some("tired") => Err(Cause::new(Tired)),
                _ => Ok(format!("{name}: {arguments:?}")),
            }
        })
    }
}

/// A server of all of it.
pub(crate) fn server() -> Result<McpServer, ServerError> {
    let tools: Vec<Arc<dyn upturn_chains::Tool>> = vec![
        Arc::new(Described::new(CountWords)),
        Arc::new(Described::new(Fail)),
    ];
    let server = McpServer::new(tools)?;
    Ok(server
        .with_calls(Arc::new(calls()))
        .with_prompts(Arc::new(OnePrompt)))
}
