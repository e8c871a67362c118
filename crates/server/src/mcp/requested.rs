//! Prompts as MCP lists and renders them.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use rmcp::model::{
    GetPromptResult, JsonObject, Prompt, PromptArgument as ListedArgument, PromptMessage, Role,
};
use serde_json::Value;

use super::failure::Failure;
use super::{PromptArgument, PromptDescription, PromptSource};

/// All prompts, as hosts see them.
pub(super) fn all(prompts: Option<&dyn PromptSource>) -> Vec<Prompt> {
    described(prompts).into_iter().map(listed).collect()
}

fn described(prompts: Option<&dyn PromptSource>) -> Vec<PromptDescription> {
    prompts.map(PromptSource::list).unwrap_or_default()
}

/// What a model is told.
pub(super) async fn get(
    prompts: Option<&dyn PromptSource>,
    name: &str,
    arguments: JsonObject,
) -> Result<GetPromptResult, Failure> {
    let all = described(prompts);
    let described = all.iter().find(|it| it.name == name);
    let (Some(described), Some(prompts)) = (described, prompts) else {
        return Err(Failure::NoPrompt {
            name: name.to_owned(),
            known: all.into_iter().map(|it| it.name).collect(),
        });
    };
    let arguments = taken(described, arguments)?;
    let text = rendered(prompts, name, &arguments).await?;
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(described.description.clone()))
}

async fn rendered(
    prompts: &dyn PromptSource,
    name: &str,
    arguments: &BTreeMap<String, String>,
) -> Result<String, Failure> {
    let rendered = AssertUnwindSafe(async { prompts.render(name, arguments).await });
    let rendered = rendered.catch_unwind().await;
    Ok(rendered.map_err(|_| Failure::Panicked)??)
}

/// The arguments as texts: all that are required, and none that is unknown.
fn taken(
    PromptDescription {
        name: prompt,
        arguments: known,
        ..
    }: &PromptDescription,
    mut given: JsonObject,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut texts = BTreeMap::new();
    for PromptArgument { name, required, .. } in known {
        let (prompt, argument) = (prompt.clone(), name.clone());
        match given.remove(name) {
            Some(Value::String(text)) => {
                texts.insert(argument, text);
            }
            Some(_) => return Err(Failure::NoText { prompt, argument }),
            None if *required => return Err(Failure::Missing { prompt, argument }),
            None => {}
        }
    }
    match given.into_iter().next() {
        Some((argument, _)) => Err(Failure::Unexpected {
            prompt: prompt.clone(),
            argument,
        }),
        None => Ok(texts),
    }
}

fn listed(prompt: PromptDescription) -> Prompt {
    let PromptDescription {
        name,
        description,
        arguments,
    } = prompt;
    let arguments = arguments.into_iter().map(|argument| {
        ListedArgument::new(argument.name)
            .with_description(argument.description)
            .with_required(argument.required)
    });
    Prompt::new(name, Some(description), Some(arguments.collect()))
}
