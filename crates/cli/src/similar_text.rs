//! Comparable calls as people read them.

use upturn::Outcome;

use crate::commands::similar::{Near, SimilarReport};
use crate::snippet::quoted;

/// Both sides, or the one that was asked for.
pub(crate) fn text(report: &SimilarReport, asked: Option<Outcome>) -> String {
    let sides = [Outcome::Won, Outcome::Lost].into_iter();
    let shown = sides.filter(|outcome| asked.is_none_or(|asked| asked == *outcome));
    let side = |outcome| one_side(report.side(outcome), outcome);
    shown.map(side).collect::<Vec<_>>().join("\n\n")
}

fn one_side(near: &[Near], outcome: Outcome) -> String {
    let outcome = outcome.as_str();
    if near.is_empty() {
        return format!("nearest {outcome}: no such call is in the collection");
    }
    let lines: Vec<String> = near.iter().map(one).collect();
    format!("nearest {outcome}\n{}", lines.join("\n"))
}

/// The citation with cosine, what was said, and how the seller went on.
fn one(near: &Near) -> String {
    let Near {
        id,
        turns,
        like,
        score,
        text,
        said_next,
    } = near;
    let quoted = quoted(text, said_next.as_ref());
    format!("  {score:.3}  {id}, {turns}; like {like} here\n{quoted}")
}
