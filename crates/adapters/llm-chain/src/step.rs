//! A prompt of ours as llm-chain's `Step`: [`step`].

use llm_chain::prompt::{ChatMessageCollection, PromptTemplate, StringTemplate};
use llm_chain::step::Step;

/// A step that says `prompt` as the system and llm-chain's parameter `text` as the user.
///
/// Neither is read as a template: a transcript within the prompt may say `{{ text }}`, or what Tera would refuse. `text` is
/// a parameter as llm-chain means it, hence what the step before gave in a sequential chain.
///
/// ```
/// use llm_chain::Parameters;
/// use upturn_llm_chain::step;
///
/// let said = step("The buyer said: {% if %}").format(&Parameters::new_with_text("What now? {{ text }}"))?;
/// assert_eq!(said.to_text(), "System: The buyer said: {% if %}\nUser: What now? {{ text }}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn step(prompt: impl Into<String>) -> Step {
    let messages = ChatMessageCollection::new()
        .with_system(StringTemplate::static_string(prompt))
        .with_user(StringTemplate::tera("{{ text }}"));
    Step::for_prompt_template(PromptTemplate::Chat(messages))
}
