//! An answer that is a value, asked twice if it must be: [`ask_parsed`].

use super::{OutputError, OutputParser};
use crate::{ChainError, ChatModel, ChatRequest, ChatResponse, Message, Role, Run, Usage};

/// A value that a model gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The value.
    pub output: T,
    /// What all of its answers took.
    pub usage: Usage,
    /// Whether the model had to correct itself.
    pub repaired: bool,
}

/// Asks, and reads the answer. A model whose answer can't be read is shown why and asked once more.
///
/// Sets the schema of the request to that of the parser. Its [`instructions`](OutputParser::instructions) are the caller's to put
/// into the prompt: ours say them in words that fit; they are repeated when a model is asked again.
///
/// # Errors
///
/// [`ChainError::Chat`], [`ChainError::Cancelled`], and [`ChainError::Output`] with what was wrong with the second answer.
pub async fn ask_parsed<T>(
    model: &dyn ChatModel,
    mut request: ChatRequest,
    parser: &dyn OutputParser<T>,
    run: &Run,
) -> Result<Parsed<T>, ChainError> {
    request.schema = parser.schema();
    let first = ask(model, &request, run).await?;
    let mut usage = first.usage;
    let (output, repaired) = match parser.parse(&first.content) {
        Ok(output) => (output, false),
        Err(error) => {
            let again = repair(&error, &parser.instructions());
            let said = Message::new(Role::Assistant, first.content);
            request
                .messages
                .extend([said, Message::new(Role::User, again)]);
            let second = ask(model, &request, run).await?;
            usage += second.usage;
            (parser.parse(&second.content)?, true)
        }
    };
    Ok(Parsed {
        output,
        usage,
        repaired,
    })
}

async fn ask(
    model: &dyn ChatModel,
    request: &ChatRequest,
    run: &Run,
) -> Result<ChatResponse, ChainError> {
    let asked = async { Ok(model.chat(request).await?) };
    run.step(model.name(), asked).await
}

fn repair(error: &OutputError, instructions: &str) -> String {
    format!("Your answer can't be used: {error}.\n\nAnswer once more. {instructions}")
}
