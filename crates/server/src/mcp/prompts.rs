//! Which prompts there are: [`PromptSource`].

use std::collections::BTreeMap;
use std::fmt;

use futures_util::future::BoxFuture;
use upturn_core::Cause;

/// What a host shows of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptDescription {
    /// Lower case with underscores; unique.
    pub name: String,
    /// What it is for, in a sentence.
    pub description: String,
    /// What it takes.
    pub arguments: Vec<PromptArgument>,
}

/// One input of a prompt: text that a person chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptArgument {
    /// Lower case with underscores; unique within the prompt.
    pub name: String,
    /// What it means, in a sentence.
    pub description: String,
    /// Whether the prompt can't do without it.
    pub required: bool,
}

/// Lists prompts and renders them.
pub trait PromptSource: fmt::Debug + Send + Sync {
    /// All prompts, in the order they are shown.
    fn list(&self) -> Vec<PromptDescription>;

    /// What a model is told. `name` is one of the list; `arguments` are some of its arguments, all the required ones among them.
    ///
    /// # Errors
    ///
    /// The implementation's own.
    fn render<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a BTreeMap<String, String>,
    ) -> BoxFuture<'a, Result<String, Cause>>;
}
