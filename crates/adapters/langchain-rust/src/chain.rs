//! A step of upturn's as langchain-rust's `Chain`: [`StepChain`].

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::Stream;
use futures_util::stream;
use langchain_rust::chain::{Chain, ChainError};
use langchain_rust::language_models::GenerateResult;
use langchain_rust::prompt::PromptArgs;
use langchain_rust::schemas::StreamData;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use upturn_chains::{Run, Runnable, caught, in_full};

use crate::json_step::JsonStep;

/// The variable that holds the input.
const INPUT: &str = "input";
/// The variable that holds the output.
const OUTPUT: &str = "output";

/// A step as a chain: the variable `input` is what the step is given, `output` what it says.
///
/// An output that is text stays as it is; one of any other type, a prediction say, is its JSON. An `input` that is no text is
/// handed over as its JSON.
#[derive(Debug)]
pub struct StepChain<Output> {
    step: Arc<dyn Runnable<String, Output>>,
}

impl<Output> Clone for StepChain<Output> {
    fn clone(&self) -> Self {
        Self {
            step: Arc::clone(&self.step),
        }
    }
}

impl<Output: Serialize + Send + 'static> StepChain<Output> {
    /// Wraps a step.
    pub const fn new(step: Arc<dyn Runnable<String, Output>>) -> Self {
        Self { step }
    }

    /// Wraps a step from a request: `input` is its JSON, as a value or as text.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use langchain_rust::chain::Chain as _;
    /// use langchain_rust::prompt_args;
    /// use serde_json::json;
    /// use upturn_answers::{Analyst, AskChain};
    /// use upturn_langchain_rust::StepChain;
    ///
    /// # async fn of(analyst: Arc<Analyst>) -> Result<(), Box<dyn std::error::Error>> {
    /// let chain = StepChain::of_json(Arc::new(AskChain::new(analyst)));
    /// let request = json!({"question": "why might this deal stall?", "call": "call-7"});
    /// let answer = chain.invoke(prompt_args! { "input" => request }).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn of_json<Input: DeserializeOwned + Send + 'static>(
        step: Arc<dyn Runnable<Input, Output>>,
    ) -> Self {
        Self::new(Arc::new(JsonStep(step)))
    }

    async fn said(&self, variables: PromptArgs) -> Result<String, ChainError> {
        let input = input(variables)?;
        let run = Run::new();
        let invoked = caught(self.step.invoke(input, &run)).await;
        let panicked = |error| Err(upturn_chains::ChainError::step(self.step.name(), error));
        let output = invoked.unwrap_or_else(panicked);
        let output = output.map_err(|error| ChainError::OtherError(in_full(&error)))?;
        Ok(text(serde_json::to_value(output)?))
    }
}

fn input(mut variables: PromptArgs) -> Result<String, ChainError> {
    let missing = || ChainError::MissingInputVariable(INPUT.to_owned());
    variables.remove(INPUT).map(text).ok_or_else(missing)
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[async_trait]
impl<Output: Serialize + Send + 'static> Chain for StepChain<Output> {
    async fn call(&self, variables: PromptArgs) -> Result<GenerateResult, ChainError> {
        Ok(GenerateResult {
            generation: self.said(variables).await?,
            ..GenerateResult::default()
        })
    }

    async fn stream(
        &self,
        variables: PromptArgs,
    ) -> Result<Pin<Box<dyn Stream<Item = Result<StreamData, ChainError>> + Send>>, ChainError>
    {
        let chain = self.clone();
        Ok(Box::pin(stream::once(async move {
            let said = chain.said(variables).await?;
            Ok(StreamData::new(Value::String(said.clone()), None, said))
        })))
    }

    fn get_input_keys(&self) -> Vec<String> {
        vec![INPUT.to_owned()]
    }

    fn get_output_keys(&self) -> Vec<String> {
        vec![OUTPUT.to_owned()]
    }
}
