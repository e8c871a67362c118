//! Which words speak for which side, and where they stand.

use upturn_core::{Speaker, Turn, TurnRange};
use upturn_predict::TermLogit;

use super::wording::{logit, side};
use super::{EvidenceId, ExplanationParts, Register};
use crate::text::words;

/// Most terms told that speak as their part does, and most that speak against it.
const FOR: usize = 3;
const AGAINST: usize = 1;

/// A term that was found in the call.
struct Found {
    text: String,
    by: Option<Speaker>,
    logit: f64,
    id: EvidenceId,
}

/// The words' part in a sentence, with the turns in which its weightiest terms stand first.
pub(super) fn sentence_of_words(
    share: f64,
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> (String, Vec<EvidenceId>) {
    let turns = parts.prefix.turns();
    let said: Vec<Vec<String>> = turns.iter().map(|turn| words(&turn.text)).collect();
    let mut terms: Vec<&TermLogit> = parts.words.iter().collect();
    terms.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
    let mut some = |wanted: bool, most: usize| {
        let mut found: Vec<Found> = Vec::new();
        let speaking = terms.iter().filter(|term| (term.logit > 0.0) == wanted);
        for term in speaking {
            if found.len() == most {
                break;
            }
            found.extend(find(term, turns, &said, register).filter(|new| is_new(new, &found)));
        }
        found
    };
    let (with, against) = (some(share > 0.0, FOR), some(share <= 0.0, AGAINST));
    let mut text = format!("The words, and who said them, speak for {}", side(share));
    if !with.is_empty() {
        text = format!("{text}, most of all {}", list(&with));
    }
    if !against.is_empty() {
        text = format!("{text}; against it {}", list(&against));
    }
    let evidence = with.iter().chain(&against).map(|found| found.id).collect();
    (text + ".", evidence)
}

/// A term is marked with its speaker and stands unmarked as well; one of both is enough.
fn is_new(new: &Found, found: &[Found]) -> bool {
    found.iter().all(|known| known.text != new.text)
}

fn list(found: &[Found]) -> String {
    let one = |found: &Found| {
        let by = found
            .by
            .map_or_else(String::new, |by| format!("{}, ", by.as_str()));
        format!("“{}” ({by}{})", found.text, logit(found.logit))
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Where a term stands first, if its words stand in a turn at all; a term of signs alone is not told.
fn find(
    term: &TermLogit,
    turns: &[Turn],
    said: &[Vec<String>],
    register: &mut Register<'_>,
) -> Option<Found> {
    let (by, text) = unmarked(&term.term);
    let wanted = words(&text);
    if wanted.is_empty() {
        return None;
    }
    let fits = |(turn, said): (&Turn, &Vec<String>)| {
        by.is_none_or(|by| turn.speaker == by)
            && said.windows(wanted.len()).any(|window| window == wanted)
    };
    let start = turns.iter().zip(said).position(fits)?;
    let end = start + 1;
    Some(Found {
        text,
        by,
        logit: term.logit,
        id: register.here(TurnRange { start, end })?,
    })
}

/// `buyer_too buyer_much` as what the buyer said: `too much`.
fn unmarked(term: &str) -> (Option<Speaker>, String) {
    let speakers = [Speaker::Seller, Speaker::Buyer, Speaker::Other];
    let marked = speakers.into_iter().find_map(|by| {
        let mark = format!("{}_", by.as_str());
        let tokens: Option<Vec<&str>> = term.split(' ').map(|it| it.strip_prefix(&mark)).collect();
        Some((Some(by), tokens?.join(" ")))
    });
    marked.unwrap_or_else(|| (None, term.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_who_said_a_term() {
        let told = |term| unmarked(term);
        assert_eq!(
            told("buyer_too buyer_much"),
            (Some(Speaker::Buyer), "too much".to_owned())
        );
        assert_eq!(told("too much"), (None, "too much".to_owned()));
        assert_eq!(told("buyer_guide x"), (None, "buyer_guide x".to_owned()));
    }
}
