//! What a language model may call: [`Tool`], and [`TypedTool`], by which tools are written.

use std::fmt;

use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::schema::schema_of;

/// What a model is told of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolDescription {
    /// Lower case with underscores; unique among the tools of an agent.
    pub name: String,
    /// When to call it and what it answers, in a few sentences.
    pub description: String,
    /// JSON Schema of the arguments, an object.
    pub input: Schema,
    /// JSON Schema of the answer.
    pub output: Schema,
}

/// Why a tool gave no answer. Its text goes back to the model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// There is no such tool.
    #[error("there is no tool `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The arguments do not fit the schema.
    #[error("the arguments of `{tool}` do not fit its schema: {reason}")]
    Arguments {
        /// Which tool.
        tool: String,
        /// Which field, and what was expected.
        reason: String,
    },
    /// The answer can't be written as JSON.
    #[error("the answer of `{tool}` can't be written")]
    Unwritable {
        /// Which tool.
        tool: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It failed for its own reason.
    #[error("`{tool}` failed: {source}")]
    Failed {
        /// Which tool.
        tool: String,
        /// Why.
        source: Cause,
    },
}

impl ToolError {
    /// A tool's own failure.
    pub fn failed(tool: impl Into<String>, source: impl Diagnostic) -> Self {
        Self::Failed {
            tool: tool.into(),
            source: Cause::new(source),
        }
    }
}

impl Diagnostic for ToolError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } => ErrorKind::NotFound,
            Self::Arguments { .. } => ErrorKind::InvalidInput,
            Self::Unwritable { .. } => ErrorKind::Internal,
            Self::Failed { source, .. } => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { .. } | Self::Arguments { .. } | Self::Unwritable { .. } => None,
            Self::Failed { source, .. } => source.hint(),
        }
    }
}

/// What a language model, an agent or a foreign framework may call.
///
/// # Laws
///
/// - **Read only.** A call changes nothing.
/// - **Schema.** Arguments that do not fit [`ToolDescription::input`] are [`ToolError::Arguments`]; every answer fits
///   [`ToolDescription::output`].
pub trait Tool: fmt::Debug + Send + Sync {
    /// What a model is told.
    fn description(&self) -> &ToolDescription;

    /// Answers.
    ///
    /// # Errors
    ///
    /// [`ToolError`]; never a panic.
    fn call(&self, arguments: Value) -> BoxFuture<'_, Result<Value, ToolError>>;
}

/// A tool with types: input and output schemas follow from them.
///
/// [`Described`] makes a [`Tool`] of it.
pub trait TypedTool: fmt::Debug + Send + Sync {
    /// [`ToolDescription::name`].
    const NAME: &'static str;
    /// [`ToolDescription::description`].
    const DESCRIPTION: &'static str;
    /// The arguments. `#[serde(deny_unknown_fields)]`, so that what is misspelt is told.
    type Input: DeserializeOwned + JsonSchema + Send + 'static;
    /// The answer.
    type Output: Serialize + JsonSchema + Send + 'static;

    /// Answers.
    ///
    /// # Errors
    ///
    /// [`ToolError::Failed`].
    fn run(&self, input: Self::Input) -> BoxFuture<'_, Result<Self::Output, ToolError>>;

    /// What a model is told.
    fn described() -> ToolDescription
    where
        Self: Sized,
    {
        ToolDescription {
            name: Self::NAME.to_owned(),
            description: Self::DESCRIPTION.to_owned(),
            input: schema_of::<Self::Input>(),
            output: schema_of::<Self::Output>(),
        }
    }
}

/// A [`TypedTool`] as a [`Tool`]: arguments are read by its types, the field that does not fit is named.
#[derive(Debug)]
pub struct Described<T> {
    tool: T,
    description: ToolDescription,
}

impl<T: TypedTool> Described<T> {
    /// Describes it.
    pub fn new(tool: T) -> Self {
        Self {
            tool,
            description: T::described(),
        }
    }
}

impl<T: TypedTool> Tool for Described<T> {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Value) -> BoxFuture<'_, Result<Value, ToolError>> {
        Box::pin(async move {
            let input = serde_path_to_error::deserialize(arguments).map_err(|error| {
                ToolError::Arguments {
                    tool: T::NAME.to_owned(),
                    reason: error.to_string(),
                }
            })?;
            let output = self.tool.run(input).await?;
            serde_json::to_value(output).map_err(|error| ToolError::Unwritable {
                tool: T::NAME.to_owned(),
                source: error,
            })
        })
    }
}
