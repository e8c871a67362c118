//! What the turns of a call do together: [`CallActs`].

use upturn_core::Speaker;

use crate::{Step, TurnActs};

/// Steps that are proposed, those the other side agrees to, and objections of the buyer.
///
/// A proposal is agreed to when the other side, in what it says next, accepts before it refuses anything. What the buyer commits
/// to unasked is agreed as well.
///
/// Laws: places rise; no turn agrees twice; a function of the turns' acts in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallActs {
    /// Places of the turns that propose a step.
    pub proposals: Vec<usize>,
    /// What was agreed, by the turn of the agreement.
    pub agreements: Vec<Agreement>,
    /// How many objections the buyer raises: one for each kind in a turn.
    pub objections: usize,
}

/// One agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Place of the turn that proposed it; `None` if the buyer commits unasked.
    pub proposal: Option<usize>,
    /// Place of the turn that agrees.
    pub turn: usize,
}

/// A turn with its place.
type Placed<'a> = (usize, &'a TurnActs);

impl CallActs {
    /// Numbers in a [`row`](Self::row).
    pub const WIDTH: usize = 3;

    /// Puts together what each turn of a call does, from the first one on.
    pub fn of<'a>(turns: impl Iterator<Item = &'a TurnActs>) -> Self {
        let counted: Vec<Placed<'a>> = turns.enumerate().filter(|(_, it)| it.counts()).collect();
        let proposes = |(_, turn): &&Placed<'_>| turn.does(Step::Proposes);
        let runs: Vec<&[Placed<'_>]> = counted
            .chunk_by(|(_, one), (_, next)| one.speaker == next.speaker)
            .collect();
        Self {
            proposals: counted.iter().filter(proposes).map(|it| it.0).collect(),
            agreements: agreements(&runs),
            objections: by(&counted, Speaker::Buyer)
                .map(|(_, turn)| turn.objections.len())
                .sum(),
        }
    }

    /// How many proposals, agreements and objections there are.
    pub fn row(&self) -> [f64; Self::WIDTH] {
        let counts = [self.proposals.len(), self.agreements.len(), self.objections];
        counts.map(|count| count as f64)
    }
}

fn by<'a, 'b>(turns: &'b [Placed<'a>], speaker: Speaker) -> impl Iterator<Item = &'b Placed<'a>> {
    turns
        .iter()
        .filter(move |(_, turn)| turn.speaker == speaker)
}

/// Of runs, each of turns of one side; neighbours are of different sides.
fn agreements(runs: &[&[Placed<'_>]]) -> Vec<Agreement> {
    let answers = runs.windows(2).filter_map(|pair| match pair {
        [asks, answers] => answer(asks, answers),
        _ => None,
    });
    let unasked = runs.iter().flat_map(|run| by(run, Speaker::Buyer));
    let unasked = unasked
        .filter(|(_, turn)| !turn.does(Step::Refuses) && turn.does(Step::Commits))
        .map(|(place, _)| Agreement {
            proposal: None,
            turn: *place,
        });
    let mut agreements: Vec<Agreement> = answers.chain(unasked).collect();
    agreements.sort_by_key(|agreed| (agreed.turn, agreed.proposal.is_none()));
    agreements.dedup_by_key(|agreed| agreed.turn);
    agreements
}

/// The agreement of one run with the last proposal of the run before it.
fn answer(asks: &[Placed<'_>], answers: &[Placed<'_>]) -> Option<Agreement> {
    let mut latest = asks.iter().rev();
    let (proposal, _) = latest.find(|(_, turn)| turn.does(Step::Proposes))?;
    let mut clear = answers
        .iter()
        .take_while(|(_, turn)| !turn.does(Step::Refuses));
    let (turn, _) = clear.find(|(_, turn)| turn.does(Step::Accepts))?;
    Some(Agreement {
        proposal: Some(*proposal),
        turn: *turn,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use upturn_core::Turn;

    use super::*;

    fn acts(turns: &[(Speaker, &str)]) -> CallActs {
        let turns: Vec<TurnActs> = turns
            .iter()
            .map(|(speaker, text)| TurnActs::of(&Turn::new(*speaker, *text)))
            .collect();
        CallActs::of(turns.iter())
    }

    fn counts(found: &CallActs) -> [usize; CallActs::WIDTH] {
        let CallActs {
            proposals,
            agreements,
            objections,
        } = found;
        [proposals.len(), agreements.len(), *objections]
    }

    #[test]
    fn a_proposal_is_agreed_to_by_what_the_other_side_says_next() {
        let (s, b) = (Speaker::Seller, Speaker::Buyer);
        let agreed = acts(&[
            (s, "Shall we schedule a demo?"),
            (Speaker::Other, "Coffee?"),
            (b, "Sure, that works."),
        ]);
        let expected = Agreement {
            proposal: Some(0),
            turn: 2,
        };
        assert_eq!(agreed.agreements, [expected]);
        assert_eq!(counts(&agreed), [1, 1, 0]);
        let refused = acts(&[
            (s, "Shall we schedule a demo?"),
            (b, "No, that is too expensive for us."),
            (b, "Sure, that works."),
        ]);
        assert_eq!(counts(&refused), [1, 0, 1]);
    }

    #[test]
    fn who_commits_unasked_agrees_and_a_seller_raises_no_objection() {
        let (s, b) = (Speaker::Seller, Speaker::Buyer);
        let found = acts(&[(b, "I would like to order."), (s, "That is too expensive.")]);
        assert_eq!(counts(&found), [0, 1, 0]);
        assert_eq!(found.agreements.first().map(|it| it.proposal), Some(None));
    }

    proptest! {
        #[test]
        fn places_rise_within_the_call(said in prop::collection::vec((0usize..3, 0usize..6), 0..12)) {
            let speakers = [Speaker::Seller, Speaker::Buyer, Speaker::Other];
            let texts = ["Shall we schedule a call?", "Sure.", "No.", "I will donate", "too expensive", "…"];
            let turns: Vec<(Speaker, &str)> = said.iter().map(|(who, what)| (speakers[*who], texts[*what])).collect();
            let found = acts(&turns);
            let places: Vec<usize> = found.agreements.iter().map(|it| it.turn).collect();
            prop_assert!(places.is_sorted_by(|one, next| one < next) && found.proposals.is_sorted());
            prop_assert!(places.iter().chain(&found.proposals).all(|place| *place < turns.len()));
            prop_assert!(found.agreements.iter().all(|it| it.proposal.is_none_or(|asked| asked < it.turn)));
        }
    }
}
