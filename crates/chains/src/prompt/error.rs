//! Why there is no prompt: [`PromptError`].

use std::path::PathBuf;

use upturn_core::{Diagnostic, ErrorKind};

/// Why there is no prompt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// No prompt has this name.
    #[error("there is no prompt `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is, in order.
        known: Vec<String>,
    },
    /// A folder or a file of prompts can't be read.
    #[error("the prompts can't be read")]
    Unreadable {
        /// Which file, and why.
        #[source]
        source: std::io::Error,
    },
    /// The front matter is not what it should be.
    #[error("line {line} of prompt `{name}`: {reason}")]
    FrontMatter {
        /// Which prompt.
        name: String,
        /// Where, from 1.
        line: usize,
        /// What was expected.
        reason: String,
    },
    /// A file is not named like the prompt in it.
    #[error("`{}` holds the prompt `{name}`", path.display())]
    Misnamed {
        /// Which file.
        path: PathBuf,
        /// What its front matter says.
        name: String,
    },
    /// The template can't be read or rendered.
    #[error("line {line} of prompt `{name}`: {reason}")]
    Template {
        /// Which prompt.
        name: String,
        /// Where in the file, from 1.
        line: usize,
        /// What is wrong, without what was given.
        reason: String,
    },
    /// The template uses names that its front matter does not declare.
    #[error("prompt `{name}` uses {} without declaring it", named(undeclared))]
    Undeclared {
        /// Which prompt.
        name: String,
        /// Which names, in order.
        undeclared: Vec<String>,
    },
    /// A prompt that takes the place of a shipped one takes other inputs.
    #[error(
        "prompt `{name}` takes {} where the shipped one takes {}",
        named(inputs),
        named(shipped)
    )]
    OtherInputs {
        /// Which prompt.
        name: String,
        /// What it takes.
        inputs: Vec<String>,
        /// What the shipped one takes.
        shipped: Vec<String>,
    },
    /// An input is not given.
    #[error("prompt `{name}` is not given {}", named(missing))]
    Missing {
        /// Which prompt.
        name: String,
        /// Which inputs, in order.
        missing: Vec<String>,
    },
    /// What is given is no input.
    #[error("prompt `{name}` does not take {}", named(unexpected))]
    Unexpected {
        /// Which prompt.
        name: String,
        /// Which names, in order.
        unexpected: Vec<String>,
    },
    /// What is given has no named fields.
    #[error("prompt `{name}` takes named inputs, got {got}")]
    NotNamed {
        /// Which prompt.
        name: String,
        /// What kind of value was given.
        got: String,
    },
}

impl Diagnostic for PromptError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } => ErrorKind::NotFound,
            Self::Missing { .. } | Self::Unexpected { .. } | Self::NotNamed { .. } => {
                ErrorKind::Internal
            }
            Self::Unreadable { .. }
            | Self::FrontMatter { .. }
            | Self::Misnamed { .. }
            | Self::Template { .. }
            | Self::Undeclared { .. }
            | Self::OtherInputs { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { known, .. } => Some(format!("there are {}", named(known))),
            Self::Misnamed { name, .. } => Some(format!("call the file `{name}.prompt.md`")),
            Self::Undeclared { .. } => {
                Some("add what it uses to `inputs` in the front matter".to_owned())
            }
            Self::OtherInputs { shipped, .. } => Some(format!(
                "declare `inputs` as the shipped one does: {}",
                named(shipped)
            )),
            Self::Unreadable { .. }
            | Self::FrontMatter { .. }
            | Self::Template { .. }
            | Self::Missing { .. }
            | Self::Unexpected { .. }
            | Self::NotNamed { .. } => None,
        }
    }
}

/// Each name in backticks.
fn named(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
