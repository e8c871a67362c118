//! Which language model tells answers in its own words: [`NarratorArgs`].

use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use upturn::answers::Narrator;
use upturn::chains::{ChatModel, Prompts, Retries, RetryingChat};
use upturn::chat_genai::{GenaiChat, GenaiConfig, Provider};
#[cfg(feature = "local")]
use upturn::chat_local::{LocalChat, LocalConfig};

use crate::context::Context;
#[cfg(feature = "local")]
use crate::error::CliError;
use crate::failure::Failure;

/// The longest wait before a provider that is busy is asked again. Both waits of three tries leave room for an answer within the
/// minute that a narrator waits.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Which language model, if any.
#[derive(Debug, Args)]
#[command(next_help_heading = "Language model (none is needed)")]
pub(crate) struct NarratorArgs {
    /// Let this model tell answers in its own words; for `local`, the path of its file. What cites nothing, cites what does not exist or says other numbers is
    /// dropped. The provider's key is taken from `UPTURN_CHAT_API_KEY` of the environment.
    #[arg(long, value_name = "NAME")]
    chat_model: Option<String>,
    /// Whose protocol it speaks.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "compatible",
        requires = "chat_model"
    )]
    chat_provider: ChatProvider,
    /// Its address, as `http://127.0.0.1:8000/v1`; the provider's own by default.
    #[arg(long, value_name = "URL", requires = "chat_model")]
    chat_url: Option<String>,
    /// Tokens of question and answer together at most.
    #[arg(
        long,
        value_name = "TOKENS",
        default_value = "8192",
        requires = "chat_model"
    )]
    chat_window: usize,
    /// Folder with prompts of yours, `NAME.prompt.md`, instead of the shipped ones of the same name.
    #[arg(long, value_name = "DIR", requires = "chat_model")]
    prompts: Option<std::path::PathBuf>,
}

/// Providers by the names that are typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChatProvider {
    /// OpenAI.
    Openai,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama on this machine.
    Ollama,
    /// Any address that speaks OpenAI's protocol: it must be given.
    Compatible,
    /// A GGUF file of the llama family, computed here.
    #[cfg(feature = "local")]
    Local,
}

impl NarratorArgs {
    /// The narrator; none if no model was named. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// If the provider needs a key or an address that is not given, or the model's file or a prompt can't be used.
    pub(crate) fn narrator(self, context: &Context) -> Result<Option<Narrator>, Failure> {
        let Some(name) = self.chat_model.as_deref() else {
            return Ok(None);
        };
        let mut narrator = Narrator::new(self.model(name, context)?);
        if let Some(folder) = self.prompts {
            narrator = narrator.with_prompts(Arc::new(Prompts::with_folder(folder)?));
        }
        Ok(Some(narrator))
    }

    fn model(&self, name: &str, context: &Context) -> Result<Arc<dyn ChatModel>, Failure> {
        let provider = match self.chat_provider {
            ChatProvider::Openai => Provider::OpenAi,
            ChatProvider::Anthropic => Provider::Anthropic,
            ChatProvider::Gemini => Provider::Gemini,
            ChatProvider::Ollama => Provider::Ollama,
            ChatProvider::Compatible => Provider::Compatible,
            #[cfg(feature = "local")]
            ChatProvider::Local => {
                if self.chat_url.is_some() {
                    return Err(CliError::LocalUrl.into());
                }
                let config = LocalConfig::new(name).with_window(self.chat_window);
                return Ok(Arc::new(LocalChat::open(config)?));
            }
        };
        let mut config = GenaiConfig::new(provider, name).with_window(self.chat_window);
        if let Some(key) = &context.environment.chat_key {
            config = config.with_key(key.0.clone());
        }
        if let Some(url) = &self.chat_url {
            config = config.with_url(url);
        }
        let model = RetryingChat::new(Arc::new(GenaiChat::new(config)?));
        let retries = Retries::default().with_longest_wait(LONGEST_WAIT);
        Ok(Arc::new(model.with_retries(retries)))
    }
}
