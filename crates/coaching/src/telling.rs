//! By which moments a call is compared with others: [`moments`].

use upturn_core::{EncodedMoment, Prefix};

use crate::WhatMovedIt;

/// Most moments of a finished call that are looked for elsewhere.
const MOST: usize = 4;
/// Fewer words than this say little by themselves: what was said before them is looked for as well.
const LEAST_WORDS: usize = 20;

/// Of a call that goes on its last moments, because what others said next is wanted there; of a finished one those that moved it most;
/// all if none did. Greetings are alike in all calls, and tell nothing of how they end.
pub(crate) fn moments(
    prefix: Prefix<'_>,
    all: &[EncodedMoment],
    moved: &WhatMovedIt,
) -> Vec<EncodedMoment> {
    if !prefix.is_finished() {
        return last(all).to_vec();
    }
    let most = moved.most(MOST);
    let tells = |it: &&EncodedMoment| {
        let turns = it.moment.turns;
        most.iter()
            .any(|moved| moved.turns.start < turns.end && turns.start < moved.turns.end)
    };
    let telling: Vec<EncodedMoment> = all.iter().filter(tells).cloned().collect();
    if telling.is_empty() {
        all.to_vec()
    } else {
        telling
    }
}

/// As many of the last ones as hold some words.
fn last(all: &[EncodedMoment]) -> &[EncodedMoment] {
    let mut words = 0;
    let enough = all.iter().rposition(|it| {
        words += it.moment.text.split_whitespace().count();
        words >= LEAST_WORDS
    });
    all.get(enough.unwrap_or(0)..).unwrap_or(all)
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, ConversationId, Embedding, Moment, Speaker, Turn, TurnRange};

    use super::*;
    use crate::Moved;

    fn call(words: &[usize]) -> (Conversation, Vec<EncodedMoment>) {
        let said = words.iter().map(|words| "word ".repeat(*words));
        let turns: Vec<Turn> = said.map(|it| Turn::new(Speaker::Buyer, it)).collect();
        let moments = turns.iter().enumerate().map(|(at, turn)| EncodedMoment {
            moment: Moment {
                conversation: ConversationId::new("c").unwrap(),
                turns: TurnRange {
                    start: at,
                    end: at + 1,
                },
                text: turn.text.clone(),
            },
            embedding: Embedding::from_unit(vec![1.0]).unwrap(),
            turns: Vec::new(),
        });
        let moments = moments.collect();
        let id = ConversationId::new("c").unwrap();
        (Conversation::new(id, turns).unwrap(), moments)
    }

    fn starts(moments: &[EncodedMoment]) -> Vec<usize> {
        moments.iter().map(|it| it.moment.turns.start).collect()
    }

    #[test]
    fn a_call_that_goes_on_is_compared_by_what_was_said_last() {
        for (words, expected) in [
            (vec![30, 30, 30], vec![2]),
            (vec![30, 19, 1], vec![1, 2]),
            (vec![3, 2, 1], vec![0, 1, 2]),
        ] {
            let (call, all) = call(&words);
            let live = Prefix::first(&call, words.len());
            assert_eq!(
                starts(&moments(live, &all, &WhatMovedIt::default())),
                expected
            );
        }
    }

    #[test]
    fn a_finished_call_is_compared_by_what_moved_it() {
        let (call, all) = call(&[9; 8]);
        let mut moved = WhatMovedIt::default();
        let every = starts(&moments(call.whole(), &all, &moved));
        assert_eq!(every.len(), 8, "nothing is known to have moved it");
        let logits = [0.01, -0.2, 0.04, 0.3, 0.1, -0.06, 0.0, 0.07];
        moved.moments = logits
            .iter()
            .enumerate()
            .map(|(at, logit)| Moved {
                turns: TurnRange {
                    start: at,
                    end: at + 1,
                },
                logit: *logit,
            })
            .collect();
        assert_eq!(starts(&moments(call.whole(), &all, &moved)), [1, 3, 4, 7]);
    }
}
