//! One conversation from greeting to goodbye: [`Dialogue`] lets seller and buyer act on each other turn by turn.

use rand::RngExt;
use rand::seq::IndexedRandom;
use upturn_core::Speaker;

use crate::account::Persons;
use crate::buyer::{BuyerState, Factor, Level};
use crate::chance::{Dice, happens, pick};
use crate::clock::Line;
use crate::composer::{Composer, joined};
use crate::disfluency::{cut_off, hesitate};
use crate::phrases::mood::MOOD;
use crate::phrases::{Lines, Phrases, courtesy, reaction};
use crate::seller::{Move, Seller};

/// Turns of goodbye, never cut and never touched by the state.
const CLOSING: usize = 2;

/// From this length on a conversation opens with two turns of greeting.
const LONG_ENOUGH_TO_GREET: usize = 10;

/// How often a person hesitates per word: three in ten never do, the others up to every twentieth word.
fn hesitation(dice: &mut Dice) -> f64 {
    if happens(dice, 0.3) {
        0.0
    } else {
        0.05 * dice.random::<f64>()
    }
}

/// A conversation while it is being held.
pub(crate) struct Dialogue<'a> {
    dice: &'a mut Dice,
    phrases: &'static Phrases,
    composer: Composer,
    state: BuyerState,
    seller: Seller,
    /// What the buyer last spoke about.
    heard: Option<(Factor, Level)>,
    /// Chance of a hesitation per word, of seller and buyer.
    hesitation: (f64, f64),
    lines: Vec<Line>,
}

impl<'a> Dialogue<'a> {
    /// Holds a conversation of exactly `turns` turns; gives its lines and the buyer's final state.
    pub(crate) fn hold(
        turns: usize,
        phrases: &'static Phrases,
        persons: Persons,
        dice: &'a mut Dice,
    ) -> (Vec<Line>, BuyerState) {
        let composer = Composer::draw(persons, phrases.slots, dice);
        let state = BuyerState::draw(dice);
        let seller = Seller::draw(dice);
        let hesitation = (hesitation(dice), hesitation(dice));
        let mut dialogue = Self {
            dice,
            phrases,
            composer,
            state,
            seller,
            heard: None,
            hesitation,
            lines: Vec::with_capacity(turns),
        };
        dialogue.open(turns);
        dialogue.talk(turns.saturating_sub(CLOSING));
        dialogue.close();
        (dialogue.lines, dialogue.state)
    }

    /// Greets, where there is time for it.
    fn open(&mut self, turns: usize) {
        if turns >= LONG_ENOUGH_TO_GREET {
            let hello = self.plain(courtesy::SELLER_GREETINGS, Speaker::Seller);
            self.say(Speaker::Seller, &hello);
            let hello = self.plain(courtesy::BUYER_GREETINGS, Speaker::Buyer);
            self.say(Speaker::Buyer, &hello);
        }
    }

    /// Exchanges until there are `end` turns.
    fn talk(&mut self, end: usize) {
        let exchanges = end.saturating_sub(self.lines.len()) as f64 / 2.0;
        let step = 1.0 / (1.0 + exchanges / 6.0);
        while self.lines.len() < end {
            let left = end - self.lines.len();
            if left == 1 {
                // A question without an answer would hang in the air.
                let aside = self.spoken(self.phrases.seller.asides, Speaker::Seller);
                self.say(Speaker::Seller, &aside);
            } else {
                let late = self.lines.len() as f64 / end as f64;
                let chosen = self.seller.choose(self.heard, late, self.dice);
                self.state.hear(chosen, step, self.dice);
                self.seller.notice(chosen);
                let interrupted = self.seller_speaks(chosen, left);
                self.buyer_speaks(chosen, interrupted);
            }
        }
    }

    /// Says goodbye in the order in which the turns alternate.
    fn close(&mut self) {
        let buyer_first = self
            .lines
            .last()
            .is_some_and(|line| line.speaker == Speaker::Seller);
        let seller = self.plain(courtesy::SELLER_CLOSINGS, Speaker::Seller);
        let buyer = self.plain(courtesy::BUYER_CLOSINGS, Speaker::Buyer);
        if buyer_first {
            self.say(Speaker::Buyer, &buyer);
            self.say(Speaker::Seller, &seller);
        } else {
            self.say(Speaker::Seller, &seller);
            self.say(Speaker::Buyer, &buyer);
        }
    }

    /// The seller's part of an exchange, in one turn or, with a listener's noise between, in two. Whether it was cut off.
    fn seller_speaks(&mut self, chosen: Move, left: usize) -> bool {
        let mut parts = Vec::new();
        if self.lines.is_empty() {
            parts.push(self.plain(courtesy::SELLER_GREETINGS, Speaker::Seller));
        }
        if chosen != Move::Aside && happens(self.dice, 0.15) {
            parts.push(self.spoken(self.phrases.seller.asides, Speaker::Seller));
        }
        parts.push(self.spoken(self.lines_of(chosen), Speaker::Seller));
        if matches!(chosen, Move::Pitch(_)) && happens(self.dice, 0.5) {
            parts.push(self.spoken(self.phrases.seller.pitch, Speaker::Seller));
        }
        if left >= 4 && parts.len() > 1 && happens(self.dice, 0.4) {
            let last = parts.pop().unwrap_or_default();
            self.say(Speaker::Seller, &parts.join(" "));
            let noise = pick(self.dice, courtesy::BACKCHANNELS).to_owned();
            self.push(Speaker::Buyer, noise, true);
            parts = vec![last];
        }
        let text = parts.join(" ");
        let interrupted = happens(self.dice, 0.05);
        let text = if interrupted {
            cut_off(&text, self.dice)
        } else {
            text
        };
        self.say(Speaker::Seller, &text);
        interrupted
    }

    /// The buyer's part of an exchange: a reaction, one or two statements of the present state, at times a
    /// remark on the whole or an aside.
    fn buyer_speaks(&mut self, done: Move, interrupts: bool) {
        let mut parts = Vec::new();
        if interrupts {
            parts.push(pick(self.dice, courtesy::INTERRUPTIONS).to_owned());
        } else if happens(self.dice, 0.45) {
            let reaction = self.reaction_to(done);
            parts.push(self.plain(reaction, Speaker::Buyer));
        }
        let evades = happens(self.dice, 0.08);
        if !evades {
            let factor = done.topic().unwrap_or_else(|| self.any_factor());
            parts.push(self.state_in_words(factor, true));
            if happens(self.dice, 0.45) {
                let factor = if happens(self.dice, 0.4) {
                    factor
                } else {
                    self.any_factor()
                };
                parts.push(self.state_in_words(factor, false));
            }
        }
        if !evades && happens(self.dice, 0.35) {
            let mood = self.state.mood(self.dice);
            parts.push(self.spoken(MOOD.lines(mood), Speaker::Buyer));
        }
        if evades || happens(self.dice, 0.15) {
            parts.push(self.spoken(self.phrases.buyer.asides, Speaker::Buyer));
        }
        if interrupts && let Some(first) = parts.get_mut(1) {
            *first = joined(first);
        }
        let text = hesitate(&parts.join(" "), self.hesitation.1, self.dice);
        self.push(Speaker::Buyer, text, interrupts);
    }

    /// One sentence on where a factor stands now; `answers` if it is what the seller will react to.
    fn state_in_words(&mut self, factor: Factor, answers: bool) -> String {
        let level = self.state.express(factor, self.dice);
        if answers || level == Level::Adverse {
            self.heard = Some((factor, level));
        }
        self.spoken(self.phrases.buyer.lines(factor, level), Speaker::Buyer)
    }

    /// The table a move is put into words from.
    fn lines_of(&self, chosen: Move) -> Lines {
        let seller = self.phrases.seller;
        match chosen {
            Move::Ask(factor) => seller.ask.lines(factor),
            Move::Answer(factor) => seller.answer.lines(factor),
            Move::Lead(factor) => seller.lead.lines(factor),
            Move::BrushOff(factor) => seller.brush_off.lines(factor),
            Move::NextStep(_) => seller.next_step,
            Move::Pitch(_) => seller.pitch,
            Move::Pressure(_) => seller.pressure,
            Move::Aside => seller.asides,
        }
    }

    /// How the buyer takes a move: mostly as meant, else flatly.
    fn reaction_to(&mut self, done: Move) -> Lines {
        match done.helps() {
            Some(true) if happens(self.dice, 0.7) => reaction::WARM,
            Some(false) if happens(self.dice, 0.7) => reaction::COLD,
            Some(_) | None => reaction::FLAT,
        }
    }

    fn any_factor(&mut self) -> Factor {
        Factor::ALL
            .choose(self.dice)
            .copied()
            .unwrap_or(Factor::Need)
    }

    fn plain(&mut self, lines: Lines, speaker: Speaker) -> String {
        self.composer.plain(lines, speaker, self.dice)
    }

    fn spoken(&mut self, lines: Lines, speaker: Speaker) -> String {
        self.composer.spoken(lines, speaker, self.dice)
    }

    /// Adds a turn with its speaker's hesitations.
    fn say(&mut self, speaker: Speaker, text: &str) {
        let rate = match speaker {
            Speaker::Seller => self.hesitation.0,
            Speaker::Buyer | Speaker::Other => self.hesitation.1,
        };
        let text = hesitate(text, rate, self.dice);
        self.push(speaker, text, false);
    }

    fn push(&mut self, speaker: Speaker, text: String, overlaps: bool) {
        self.lines.push(Line {
            speaker,
            text,
            overlaps,
        });
    }
}
