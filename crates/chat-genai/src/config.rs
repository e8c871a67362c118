//! Where a model is and what it is called: [`GenaiConfig`].

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use upturn_core::{Diagnostic, ErrorKind};

/// Whose protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// OpenAI, by chat completions.
    OpenAi,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama on this machine, by its OpenAI-compatible door: it takes schemas of answers, which its own does not through `genai`.
    Ollama,
    /// Any address that speaks OpenAI's protocol: vLLM, llama.cpp, LM Studio, a gateway. It must be given.
    Compatible,
}

impl Provider {
    /// Where it is unless told otherwise.
    const fn url(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some("https://api.openai.com/v1/"),
            Self::Anthropic => Some("https://api.anthropic.com/v1/"),
            Self::Gemini => Some("https://generativelanguage.googleapis.com/v1beta/"),
            Self::Ollama => Some("http://localhost:11434/v1/"),
            Self::Compatible => None,
        }
    }

    const fn needs_key(self) -> bool {
        matches!(self, Self::OpenAi | Self::Anthropic | Self::Gemini)
    }
}

/// A key that is never shown.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Where a model is and what it is called.
#[derive(Debug, Clone)]
pub struct GenaiConfig {
    pub(crate) provider: Provider,
    pub(crate) model: String,
    pub(crate) key: Option<Key>,
    url: Option<String>,
    pub(crate) window: usize,
    pub(crate) timeout: Duration,
}

impl GenaiConfig {
    /// A model by its provider's name for it, with a window of 128,000 tokens and a timeout of 2 minutes.
    pub fn new(provider: Provider, model: impl Into<String>) -> Self {
        Self {
            provider,
            model: model.into(),
            key: None,
            url: None,
            window: 128_000,
            timeout: Duration::from_mins(2),
        }
    }

    /// The key; blank is none. None by default, which Ollama and compatible addresses may do with.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        let key = key.into().trim().to_owned();
        self.key = (!key.is_empty()).then_some(Key(key));
        self
    }

    /// The address up to and with its version, as `http://127.0.0.1:8000/v1`; the provider's own by default.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Tokens of question and answer together; providers do not tell it. 128,000 by default.
    #[must_use]
    pub const fn with_window(mut self, tokens: usize) -> Self {
        self.window = tokens;
        self
    }

    /// The longest wait for an answer, or for the next piece of a stream. 2 minutes by default.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The address, with a slash at its end, so that paths are added and not replaced.
    pub(crate) fn address(&self) -> Result<Url, GenaiError> {
        if self.key.is_none() && self.provider.needs_key() {
            return Err(GenaiError::NoKey {
                provider: self.provider,
            });
        }
        let url = self.url.as_deref().or(self.provider.url());
        let url = url.ok_or(GenaiError::NoUrl)?;
        let mut url = Url::parse(url).map_err(|_| GenaiError::Url)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(GenaiError::Url);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(url)
    }
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenaiError {
    /// The provider takes no question without a key.
    #[error("`{provider:?}` needs a key")]
    NoKey {
        /// Which.
        provider: Provider,
    },
    /// A compatible address must be given.
    #[error("the address of the model is not given")]
    NoUrl,
    /// The address is none. It is not told: it may hold a password.
    #[error("the address of the model is no http or https address without user and password")]
    Url,
    /// There is no HTTP client.
    #[error("the HTTP client can't be made")]
    Client(#[source] reqwest::Error),
    /// There is no TLS.
    #[error("TLS can't be set up")]
    Tls(#[source] rustls::Error),
    /// `genai` takes no client.
    #[error("the client of chat models can't be made")]
    Genai,
}

impl Diagnostic for GenaiError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoKey { .. } | Self::NoUrl | Self::Url => ErrorKind::InvalidInput,
            Self::Client(_) | Self::Tls(_) | Self::Genai => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoKey { .. } => "give it with `with_key`",
            Self::NoUrl => {
                "give it with `with_url`, up to and with its version: http://127.0.0.1:8000/v1"
            }
            Self::Url => "give a key with `with_key`, not in the address",
            Self::Client(_) | Self::Tls(_) | Self::Genai => return None,
        };
        Some(hint.to_owned())
    }
}
