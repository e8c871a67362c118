//! Which file, and how it answers: [`LocalConfig`].

use std::path::PathBuf;

/// Which file a model is in, and how it answers where a question does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalConfig {
    pub(crate) path: PathBuf,
    pub(crate) window: usize,
    pub(crate) max_tokens: u32,
    pub(crate) temperature: f64,
    pub(crate) top_p: f64,
    pub(crate) seed: u64,
}

impl LocalConfig {
    /// The model of this GGUF file, with the window that the file tells; it says the likeliest, at most 512 tokens of it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            window: usize::MAX,
            max_tokens: 512,
            temperature: 0.0,
            top_p: 1.0,
            seed: 0,
        }
    }

    /// Tokens of question and answer together at most, where the file allows so many. By default as many as it allows, and 4,096 at
    /// most: candle has no more positions.
    #[must_use]
    pub const fn with_window(mut self, tokens: usize) -> Self {
        self.window = tokens;
        self
    }

    /// Tokens of an answer at most whose question does not bound it. 512 by default.
    #[must_use]
    pub const fn with_max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// How freely it speaks where the question does not say: 0, always the likeliest token, by default.
    #[must_use]
    pub const fn with_temperature(mut self, temperature: f64) -> Self {
        self.temperature = temperature;
        self
    }

    /// At a temperature above 0, only the likeliest tokens that have this share of the probability together are drawn from (nucleus
    /// sampling, [Holtzman et al. 2020](https://arxiv.org/abs/1904.09751)). 1, all, by default.
    #[must_use]
    pub const fn with_top_p(mut self, share: f64) -> Self {
        self.top_p = share;
        self
    }

    /// What is drawn, where the question does not say: the same seed, the same answer. 0 by default.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}
