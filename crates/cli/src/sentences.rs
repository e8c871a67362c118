//! Whether words are learnt from single sentences, as typed: [`Sentences`].

use clap::ValueEnum;
use upturn::training::WhenSentences;

/// [`WhenSentences`].
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Sentences {
    /// Where they say more.
    #[default]
    Better,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<Sentences> for WhenSentences {
    fn from(when: Sentences) -> Self {
        match when {
            Sentences::Better => Self::Better,
            Sentences::Always => Self::Always,
            Sentences::Never => Self::Never,
        }
    }
}
