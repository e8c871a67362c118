//! Tools, calls and prompts as MCP hosts see them: [`McpServer`].

mod address;
mod calls;
mod failure;
mod handler;
mod prompts;
mod requested;
mod resources;
mod served;
mod told;
mod tools;
mod transcript;

pub use calls::CallSource;
pub(crate) use handler::Handler;
pub use prompts::{PromptArgument, PromptDescription, PromptSource};

use std::fmt;
use std::sync::Arc;

use upturn_chains::Tool;

use crate::ServerError;
use tools::Tools;

/// Tools, calls and prompts as MCP hosts see them. Copies offer the same.
#[derive(Clone)]
pub struct McpServer {
    tools: Arc<Tools>,
    calls: Option<Arc<dyn CallSource>>,
    prompts: Option<Arc<dyn PromptSource>>,
}

impl McpServer {
    /// Offers these tools, in this order.
    ///
    /// # Errors
    ///
    /// [`ServerError::TwoTools`] and [`ServerError::Schema`].
    pub fn new(tools: Vec<Arc<dyn Tool>>) -> Result<Self, ServerError> {
        Ok(Self {
            tools: Arc::new(Tools::new(tools)?),
            calls: None,
            prompts: None,
        })
    }

    /// Offers calls as resources `upturn://call/ID`. None by default.
    #[must_use]
    pub fn with_calls(mut self, calls: Arc<dyn CallSource>) -> Self {
        self.calls = Some(calls);
        self
    }

    /// Offers prompts. None by default.
    #[must_use]
    pub fn with_prompts(mut self, prompts: Arc<dyn PromptSource>) -> Self {
        self.prompts = Some(prompts);
        self
    }
}

impl fmt::Debug for McpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpServer")
            .field("tools", &self.tools.names())
            .field("calls", &self.calls)
            .field("prompts", &self.prompts)
            .finish()
    }
}
