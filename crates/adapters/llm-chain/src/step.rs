//! A prompt of ours as llm-chain's `Step`: [`prompt_step`].

use llm_chain::prompt::{ChatMessageCollection, PromptTemplate as ForeignTemplate, StringTemplate};
use llm_chain::step::Step;
use serde::Serialize;
use upturn_chains::{PromptError, PromptTemplate};

/// A step that says the prompt, rendered of its inputs, as the system and llm-chain's parameter `text` as the user.
///
/// Neither is read as a template of llm-chain's: a transcript within the prompt may say `{{ text }}`, or what Tera would refuse.
/// What others said stands behind the marks that the prompt puts around it. `text` is a parameter as llm-chain means it, hence
/// what the step before gave in a sequential chain.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use llm_chain::Parameters;
/// use upturn_chains::Prompts;
/// use upturn_llm_chain::prompt_step;
///
/// let prompt = Prompts::shipped().get("explain_call")?;
/// let said = prompt_step(&prompt, &BTreeMap::from([("call", "call 7 {% if %}")]))?
///     .format(&Parameters::new_with_text("What now? {{ text }}"))?
///     .to_text();
/// assert!(said.contains("\n| call 7 {% if %}\n"));
/// assert!(said.ends_with("\nUser: What now? {{ text }}\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of [`PromptTemplate::render`].
pub fn prompt_step(prompt: &PromptTemplate, inputs: &impl Serialize) -> Result<Step, PromptError> {
    let messages = ChatMessageCollection::new()
        .with_system(StringTemplate::static_string(prompt.render(inputs)?))
        .with_user(StringTemplate::tera("{{ text }}"));
    Ok(Step::for_prompt_template(ForeignTemplate::Chat(messages)))
}
