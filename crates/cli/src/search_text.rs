//! Moments that were searched for, as people read them.

use upturn::Outcome;

use crate::commands::search::{Found, SearchReport};
use crate::question::Ranking;
use crate::snippet::quoted;

/// The moments under what they are ranked by, and how to see more.
pub(crate) fn text(report: &SearchReport) -> String {
    let SearchReport {
        scores,
        page,
        found,
        ..
    } = report;
    if found.is_empty() {
        return match page {
            1 => "nothing of the kind is in the collection".to_owned(),
            page => format!("page {page} is empty: there is no more"),
        };
    }
    let (name, digits) = match scores {
        Ranking::Cosine => ("meaning", 3),
        Ranking::Bm25 => ("words", 3),
        Ranking::ReciprocalRankFusion => ("meaning and words", 4),
    };
    let lines: Vec<String> = found.iter().map(|found| one(found, digits)).collect();
    let more = if report.more {
        format!("\nmore with --page {}", page + 1)
    } else {
        String::new()
    };
    format!("best by {name}\n{}{more}", lines.join("\n"))
}

/// The citation with its score, what was said, and how the seller went on.
fn one(
    Found {
        id,
        turns,
        outcome,
        score,
        text,
        said_next,
    }: &Found,
    digits: usize,
) -> String {
    let outcome = outcome.map_or("open", Outcome::as_str);
    let quoted = quoted(text, said_next.as_ref());
    format!("  {score:.digits$}  {outcome}  {id}, {turns}\n{quoted}")
}

#[cfg(test)]
mod tests {
    use upturn::retrieval::SaidNext;
    use upturn::{ConversationId, Fingerprint, TurnRange};

    use super::*;

    fn found(name: &str, outcome: Option<Outcome>, next: Option<&str>) -> Found {
        Found {
            id: ConversationId::new(name).unwrap(),
            turns: TurnRange { start: 2, end: 4 },
            outcome,
            score: 0.032_787,
            text: "buyer: It is\ntoo much.".to_owned(),
            said_next: next.map(|text| SaidNext {
                turns: TurnRange { start: 4, end: 6 },
                text: text.to_owned(),
            }),
        }
    }

    fn report(scores: Ranking, page: usize, more: bool, found: Vec<Found>) -> SearchReport {
        SearchReport {
            scores,
            page,
            limit: 2,
            more,
            found,
            model_fingerprint: Fingerprint::new("ab"),
        }
    }

    #[test]
    fn no_moment_stands_without_its_call_its_turns_and_how_the_call_ended() {
        let both = vec![
            found("a", Some(Outcome::Won), Some("Let us see.")),
            found("b", None, None),
        ];
        assert_eq!(
            text(&report(Ranking::ReciprocalRankFusion, 1, true, both)),
            "best by meaning and words\n  \
             0.0328  won  a, turns 3-4\n         buyer: It is too much.\n         then the seller: Let us see.\n  \
             0.0328  open  b, turns 3-4\n         buyer: It is too much.\n\
             more with --page 2"
        );
        let last = vec![found("c", Some(Outcome::Lost), None)];
        assert_eq!(
            text(&report(Ranking::Cosine, 3, false, last)),
            "best by meaning\n  0.033  lost  c, turns 3-4\n         buyer: It is too much."
        );
    }

    #[test]
    fn an_empty_page_says_whether_it_is_the_first() {
        let empty = |page| text(&report(Ranking::Bm25, page, false, Vec::new()));
        assert_eq!(empty(1), "nothing of the kind is in the collection");
        assert_eq!(empty(4), "page 4 is empty: there is no more");
    }
}
