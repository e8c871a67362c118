//! What a language model is told: [`PromptTemplate`] and, by name, [`Prompts`].
//!
//! A prompt is a file `NAME.prompt.md`: TOML between two lines `+++`, then a template in Jinja's language.
//!
//! ```text
//! +++
//! name = "greeting"
//! version = 1
//! inputs = ["who", "said"]
//! judged_on = [{ model = "SmolLM2-135M-Instruct", date = "2026-11-27", verdict = "repeats what was said" }]
//! +++
//! Answer {{ who | inline }}. {{ fence_rule() }}
//!
//! {{ said | fenced("words") }}
//! ```
//!
//! | in a template | what it gives |
//! |---|---|
//! | `text \| fenced("label")` | data between marks that it cannot break out of ([`fenced`]) |
//! | `text \| inline` | data on one line ([`inline`]) |
//! | `list \| ids` | `[e1, e4]` |
//! | `fence_rule()` | the sentence that tells the model what the marks mean ([`FENCE_RULE`]) |
//!
//! Nothing is escaped as HTML: a prompt is no page.

mod engine;
mod error;
mod fence;
mod front_matter;
mod prompts;
mod shipped;
mod template;

pub use error::PromptError;
pub use fence::{FENCE_RULE, fenced, inline};
pub use front_matter::Judged;
pub use prompts::Prompts;
pub use template::{PromptStep, PromptTemplate};
