//! Messages as the model was taught to read them: [`Template`].

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Value};
use serde::Serialize;
use upturn_chains::{Message, Role};

use crate::LocalError;
use crate::gguf::Gguf;
use crate::vocabulary::Vocabulary;

const SOURCE: &str = "tokenizer.chat_template";
/// The only template of an environment.
const ONLY: &str = "chat";

/// The chat template of a file, in Jinja as `transformers` renders it.
pub(crate) struct Template(Environment<'static>);

/// What templates expect to be given.
#[derive(Serialize)]
struct Given<'a> {
    messages: Vec<Said>,
    add_generation_prompt: bool,
    bos_token: &'a str,
    eos_token: &'a str,
}

#[derive(Serialize)]
struct Said {
    role: &'static str,
    content: String,
}

impl Template {
    pub(crate) fn new(file: &Gguf) -> Result<Self, LocalError> {
        let source = file.text(SOURCE)?.to_owned();
        let unusable = |error: &Error| LocalError::Template {
            path: file.path().to_owned(),
            line: error.line().unwrap_or(1),
            reason: error
                .detail()
                .map_or_else(|| error.kind().to_string(), str::to_owned),
        };
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        environment.set_syntax(syntax.build().map_err(|error| unusable(&error))?);
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", refuse);
        environment
            .add_template_owned(ONLY, source)
            .map_err(|error| unusable(&error))?;
        Ok(Self(environment))
    }

    /// The text that the model goes on from; none where the template takes no such messages.
    pub(crate) fn render(&self, messages: &[Message], vocabulary: &Vocabulary) -> Option<String> {
        let said = messages.iter().map(|message| Said {
            role: role(message.role),
            content: vocabulary.harmless(&message.content),
        });
        let given = Given {
            messages: said.collect(),
            add_generation_prompt: true,
            bos_token: vocabulary.first(),
            eos_token: vocabulary.last(),
        };
        let template = self.0.get_template(ONLY).ok()?;
        template.render(Value::from(Serde(&given))).ok()
    }
}

/// Templates refuse messages by this. What they say of it is not kept: it may hold what was said.
fn refuse(_reason: Value) -> Result<Value, Error> {
    Err(Error::from(ErrorKind::InvalidOperation))
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    }
}
