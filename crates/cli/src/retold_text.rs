//! What a language model made of an answer, in front of the answer itself.

use upturn::answers::{Retold, sentence_line};
use upturn::coaching::CitedSentence;

use crate::context::Context;

/// The answer, behind the model's words where any were kept; says why where none were.
pub(crate) fn before(retold: Option<&Retold>, answer: &str, context: &Context) -> String {
    let Some(retold) = retold else {
        return answer.to_owned();
    };
    if let Some(note) = &retold.note {
        context.printer.warning(note);
        return answer.to_owned();
    }
    let line = |it: &CitedSentence| format!("  {}", sentence_line(it));
    let kept: Vec<String> = retold.kept().iter().map(line).collect();
    format!("{}\n{}\n\n{answer}", heading(retold), kept.join("\n"))
}

/// That it is a model's, and what was dropped of it.
pub(crate) fn heading(retold: &Retold) -> String {
    let told = retold.heading();
    let mut letters = told.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
