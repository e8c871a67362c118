//! What was said, taken apart once for all measures: [`Said`], its [`Sentence`]s and the [`Phrases`] looked for in them.

mod said;

pub(crate) use said::Said;
pub(crate) use upturn_acts::text::{Phrases, Sentence, sentences, spoken_sentences, words};
