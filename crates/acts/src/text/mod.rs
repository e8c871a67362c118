//! What is said, taken apart: [`Sentence`]s and the [`Phrases`] looked for in them.

mod money;
mod phrases;
mod sentence;

pub use phrases::Phrases;
pub use sentence::{Sentence, sentences, spoken_sentences, words};
