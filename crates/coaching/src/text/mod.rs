//! What was said, taken apart once for all measures: [`Said`], its [`Sentence`]s and the [`Phrases`] looked for in them.

mod money;
mod phrases;
mod said;
mod sentence;

pub(crate) use phrases::Phrases;
pub(crate) use said::Said;
pub(crate) use sentence::{Sentence, sentences, spoken_sentences, words};
