//! How long a question is: [`estimated_tokens`], [`fits`].

use super::{ChatError, ChatModel, ChatRequest, Message, ToolCall};
use crate::ToolDescription;

/// ASCII characters of one token. English text has about 4, numbers and JSON about 3.
const ASCII_PER_TOKEN: usize = 3;
/// What a provider adds around each message and tool.
const AROUND: usize = 8;
/// Room for an answer whose length the question does not bound; a quarter of a small window.
const ANSWER: usize = 256;

/// Tokens of a text, rather too many than too few: one for each 3 ASCII characters begun, one for each other character.
///
/// Unit: tokens. The tokenizers of providers differ and are not at hand; English text has about three quarters of the estimate.
pub fn estimated_tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let other = text.chars().filter(|it| !it.is_ascii()).count();
    ascii.div_ceil(ASCII_PER_TOKEN) + other
}

impl ToolCall {
    fn estimated_tokens(&self) -> usize {
        AROUND
            + estimated_tokens(&self.name)
            + estimated_tokens(&self.id)
            + estimated_tokens(&self.arguments.to_string())
    }
}

impl Message {
    /// [`estimated_tokens`] of what is said and called, and 8 for what a provider adds.
    pub fn estimated_tokens(&self) -> usize {
        let calls = self.tool_calls.iter().map(ToolCall::estimated_tokens);
        AROUND + estimated_tokens(&self.content) + calls.sum::<usize>()
    }
}

impl ToolDescription {
    fn estimated_tokens(&self) -> usize {
        AROUND
            + estimated_tokens(&self.name)
            + estimated_tokens(&self.description)
            + estimated_tokens(&self.input.as_value().to_string())
    }
}

impl ChatRequest {
    /// Of messages, tools and schema; without the answer.
    pub fn estimated_tokens(&self) -> usize {
        let messages = self.messages.iter().map(Message::estimated_tokens);
        let tools = self.tools.iter().map(ToolDescription::estimated_tokens);
        let schema = self.schema.iter();
        let schema = schema.map(|it| estimated_tokens(&it.as_value().to_string()));
        messages.chain(tools).chain(schema).sum()
    }

    /// Tokens that the answer needs in a window: [`max_tokens`](Self::max_tokens), or 256, or a quarter of a window that has fewer than 1,024.
    pub fn room_for_answer(&self, window: usize) -> usize {
        let told = self.max_tokens.map(|it| it as usize);
        told.unwrap_or_else(|| ANSWER.min(window / 4))
    }
}

/// Whether question and answer fit into the model's window; every [`ChatModel`] asks this before it sends anything.
///
/// # Errors
///
/// [`ChatError::TooLong`].
pub fn fits(model: &dyn ChatModel, request: &ChatRequest) -> Result<(), ChatError> {
    let window = model.window();
    let tokens = request.estimated_tokens() + request.room_for_answer(window);
    if tokens <= window {
        return Ok(());
    }
    Err(ChatError::TooLong {
        model: model.name().to_owned(),
        tokens,
        window,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, ScriptedChat};

    #[test]
    fn three_ascii_characters_or_one_other_are_a_token() {
        for (text, tokens) in [
            ("", 0),
            ("a", 1),
            ("abc", 1),
            ("abcd", 2),
            ("日本", 2),
            ("für", 2),
        ] {
            assert_eq!(estimated_tokens(text), tokens, "{text}");
        }
    }

    #[test]
    fn the_room_for_the_answer_counts() {
        let model = ScriptedChat::new("small").with_window(100);
        let mut request = ChatRequest {
            messages: vec![Message::new(Role::User, "x".repeat(3 * 60))],
            ..ChatRequest::default()
        };
        assert!(fits(&model, &request).is_ok());
        request.max_tokens = Some(40);
        let error = fits(&model, &request).unwrap_err();
        assert_eq!(
            error.to_string(),
            "question and answer have about 108 tokens, `small` takes 100"
        );
    }
}
