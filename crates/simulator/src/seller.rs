//! The seller: a skill that evolves, and the [`Move`] it chooses next.

use rand::seq::IndexedRandom;

use crate::buyer::{Factor, Level};
use crate::chance::{Dice, happens, normal};

/// What a seller does with a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// Asks an open question.
    Ask(Factor),
    /// Takes up an objection.
    Answer(Factor),
    /// Proposes a step that suits the buyer, which touches a factor.
    NextStep(Factor),
    /// Asks for a yes.
    Lead(Factor),
    /// Waves an objection away.
    BrushOff(Factor),
    /// Talks features; the buyer comes back to a factor.
    Pitch(Factor),
    /// Hurries the buyer, which touches a factor.
    Pressure(Factor),
    /// Says something of no consequence.
    Aside,
}

impl Move {
    /// What the buyer will speak about next, if the move leads anywhere.
    pub(crate) const fn topic(self) -> Option<Factor> {
        match self {
            Self::Ask(factor)
            | Self::Answer(factor)
            | Self::NextStep(factor)
            | Self::Lead(factor)
            | Self::BrushOff(factor)
            | Self::Pitch(factor)
            | Self::Pressure(factor) => Some(factor),
            Self::Aside => None,
        }
    }

    /// Whether it helps the buyer; `None` where it does neither good nor harm.
    pub(crate) const fn helps(self) -> Option<bool> {
        match self {
            Self::Ask(_) | Self::Answer(_) | Self::NextStep(_) => Some(true),
            Self::BrushOff(_) | Self::Pitch(_) | Self::Pressure(_) => Some(false),
            Self::Lead(_) | Self::Aside => None,
        }
    }
}

/// A seller in the middle of a conversation.
#[derive(Debug)]
pub(crate) struct Seller {
    /// Chance of a good move, from 0.05 to 0.95.
    skill: f64,
    /// Factors in the order in which they were last spoken about, the longest ago first.
    agenda: Vec<Factor>,
}

impl Seller {
    /// A seller of random skill with nothing known yet.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        Self {
            skill: (0.5 + 0.25 * normal(dice)).clamp(0.05, 0.95),
            agenda: Factor::ALL.to_vec(),
        }
    }

    /// Chooses the next move. `heard` is what the buyer last said; `late` is how much of the conversation is over, 0..=1.
    pub(crate) fn choose(
        &mut self,
        heard: Option<(Factor, Level)>,
        late: f64,
        dice: &mut Dice,
    ) -> Move {
        if happens(dice, 0.06) {
            return Move::Aside;
        }
        let good = happens(dice, self.skill);
        let objection = heard.filter(|(_, level)| *level == Level::Adverse);
        if let Some((factor, _)) = objection.filter(|_| happens(dice, 0.75)) {
            return self.touch(if good {
                Move::Answer(factor)
            } else {
                Move::BrushOff(factor)
            });
        }
        let factor = self.next_topic(dice);
        let forward = happens(dice, 0.1 + 0.35 * late);
        let chosen = match (good, forward) {
            (true, false) => Move::Ask(factor),
            (true, true) => Move::NextStep(factor),
            (false, true) => Move::Pressure(factor),
            (false, false) if happens(dice, 0.5) => Move::Pitch(factor),
            (false, false) => Move::Lead(factor),
        };
        self.touch(chosen)
    }

    /// Grows a little after a good reception and sinks after a bad one.
    pub(crate) fn notice(&mut self, done: Move) {
        let by = match done.helps() {
            Some(true) => 0.01,
            Some(false) => -0.01,
            None => 0.0,
        };
        self.skill = (self.skill + by).clamp(0.05, 0.95);
    }

    /// One of the factors that were not spoken about for longest, at times any.
    fn next_topic(&self, dice: &mut Dice) -> Factor {
        let overdue = if happens(dice, 0.8) {
            2
        } else {
            Factor::ALL.len()
        };
        self.agenda
            .get(..overdue)
            .unwrap_or(&self.agenda)
            .choose(dice)
            .copied()
            .unwrap_or(Factor::Need)
    }

    /// Moves the topic of a move to the end of the agenda.
    fn touch(&mut self, chosen: Move) -> Move {
        if let Some(factor) = chosen.topic() {
            self.agenda.retain(|one| *one != factor);
            self.agenda.push(factor);
        }
        chosen
    }
}
