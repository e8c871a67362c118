//! From a wish to conversations: [`simulate`].

use rand::{RngExt, SeedableRng};
use upturn_core::{Conversation, ConversationId, Date, Metadata, Outcome, Probability};

use crate::account::{self, Account, Persons};
use crate::chance::Dice;
use crate::clock::timed;
use crate::dialogue::Dialogue;
use crate::phrases::Phrases;
use crate::{SimulatorConfig, Trade};

/// A conversation and the truth about it.
///
/// `Debug` shows no word that was said: [`upturn_core::Turn`] hides them.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedCall {
    /// What was said, with outcome and metadata. It doesn't hold the probability.
    pub conversation: Conversation,
    /// The chance of which the outcome is one draw.
    pub win_probability: Probability,
}

/// Writes conversations one at a time, as they are asked for.
///
/// # Laws
///
/// - **Repeatable.** The same configuration gives the same conversations.
/// - **Independent.** Conversation `i` depends on the seed and `i`, not on how many are asked for or were taken before.
/// - **Honest.** The outcome is a draw of [`SimulatedCall::win_probability`]; nothing else depends on that draw.
/// - **Complete.** Exactly `config.calls` conversations, with ids such as `software-000042`.
pub fn simulate(config: &SimulatorConfig) -> impl Iterator<Item = SimulatedCall> + use<> {
    let config = config.clone();
    (0..config.calls).filter_map(move |index| one(&config, index))
}

/// Conversation `index`. `None` would mean that nothing was said in it, which a law excludes.
fn one(config: &SimulatorConfig, index: usize) -> Option<SimulatedCall> {
    let (trade, ordinal) = place(config.trade, index);
    let mut dice = Dice::seed_from_u64(config.seed);
    dice.set_stream(u64::try_from(index).ok()?);
    let account = Account::of(trade, config.seed, u64::try_from(ordinal).ok()?);
    let (rep, rep_name) = account::rep(&mut dice);
    let persons = Persons {
        buyer: account.buyer,
        rep,
    };
    let turns = length(config.bounds(), &mut dice);
    let date = date(&mut dice);
    let (lines, state) = Dialogue::hold(turns, Phrases::of(trade), persons, &mut dice);
    let turns = timed(lines, &mut dice);
    let outcome = if state.converts(&mut dice) {
        Outcome::Won
    } else {
        Outcome::Lost
    };
    let id = ConversationId::new(format!("{trade}-{ordinal:06}")).ok()?;
    let conversation = Conversation::new(id, turns)
        .ok()?
        .with_outcome(Some(outcome))
        .with_metadata(Metadata {
            account: Some(account.name),
            rep: Some(rep_name),
            industry: Some(account.industry.to_owned()),
            date,
            source: Some("simulator".to_owned()),
            language: Some("en".to_owned()),
            ..Metadata::default()
        });
    Some(SimulatedCall {
        conversation,
        win_probability: state.win_probability(),
    })
}

/// The trade of conversation `index` and its place within that trade.
fn place(trade: Option<Trade>, index: usize) -> (Trade, usize) {
    let ordinal = index / Trade::ALL.len();
    match (trade, index % Trade::ALL.len()) {
        (Some(trade), _) => (trade, index),
        (None, 0) => (Trade::Software, ordinal),
        (None, 1) => (Trade::Insurance, ordinal),
        (None, _) => (Trade::RealEstate, ordinal),
    }
}

/// A length in turns: log-uniform, so that short conversations are more frequent; it tells nothing about the outcome.
fn length((shortest, longest): (usize, usize), dice: &mut Dice) -> usize {
    let ratio = (longest + 1) as f64 / shortest as f64;
    let drawn = shortest as f64 * ratio.powf(dice.random::<f64>());
    (shortest..=longest)
        .rev()
        .find(|turns| *turns as f64 <= drawn)
        .unwrap_or(shortest)
}

/// A day of the years 2024 and 2025.
fn date(dice: &mut Dice) -> Option<Date> {
    Date::new(
        dice.random_range(2024..=2025),
        dice.random_range(1..=12),
        dice.random_range(1..=28),
    )
    .ok()
}
