//! What happened in a call, in numbers that cite their turns: [`Measures`], taken by a [`Meter`].
//!
//! Each measure stands in a file of its own, with its definition, unit, range, what `None` means, and its source. None of
//! them says what is good: a reference of labelled calls says how won and lost ones differ, rules say when to warn.

mod competitors;
mod decision;
mod evidence;
mod hesitation;
mod interactivity;
mod meter;
mod monologue;
mod name;
mod next_step;
mod objections;
mod offers;
mod patience;
mod place;
mod pricing;
mod questions;
mod runs;
mod sentiment;
mod silence;
mod talk;
mod value;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use competitors::Competitor;
pub use decision::Decision;
pub use hesitation::Hesitation;
pub use interactivity::Interactivity;
pub use meter::Meter;
pub use monologue::Monologue;
pub use name::{MeasureKind, MeasureName};
pub use next_step::{Agreed, NextStep};
pub use objections::{
    Answer, Objection, ObjectionDetector, ObjectionKind, PrototypeObjections, WordObjections,
};
pub use offers::{LastOffer, LastOffers};
pub use patience::Patience;
pub use pricing::Pricing;
pub(crate) use questions::kind_of;
pub use questions::{Asked, Question, QuestionKind, Questions};
pub use sentiment::Sentiment;
pub use silence::Silence;
pub use talk::Talk;

/// All measures of a prefix.
///
/// # Laws
///
/// - **Names don't matter.** The id, the account and the rep change nothing.
/// - **No future.** Only the turns of the prefix are read, and whether it is finished.
/// - **Citations exist.** Every range lies within the turns that were measured.
/// - **Finite.** No number is NaN or infinite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measures {
    /// Turns measured.
    pub turns: usize,
    /// Whether it is known that nothing more will be said.
    pub finished: bool,
    /// Who speaks how much.
    pub talk: Talk,
    /// The seller's longest monologue.
    pub seller_monologue: Option<Monologue>,
    /// The buyer's longest monologue.
    pub buyer_monologue: Option<Monologue>,
    /// How often the word passes.
    pub interactivity: Interactivity,
    /// How long the seller waits before answering.
    pub patience: Option<Patience>,
    /// Whether the buyer still answers.
    pub silence: Silence,
    /// Competitors that are named; `None` if the user watches for none.
    pub competitors: Option<Vec<Competitor>>,
    /// Questions by side and kind.
    pub questions: Option<Questions>,
    /// How the seller hesitates.
    pub seller_hesitation: Option<Hesitation>,
    /// How the buyer hesitates.
    pub buyer_hesitation: Option<Hesitation>,
    /// How the buyer's words feel.
    pub buyer_sentiment: Option<Sentiment>,
    /// What was proposed and agreed.
    pub next_step: Option<NextStep>,
    /// Where money is talked about.
    pub pricing: Option<Pricing>,
    /// What each side last offered for the deal's amount.
    #[serde(default)]
    pub offers: Option<LastOffers>,
    /// Where it is said who decides.
    pub decision: Option<Decision>,
    /// What the buyer holds against it.
    pub objections: Option<Vec<Objection>>,
}
