//! What to warn of: [`Rules`] over measures and metadata, the [`Warning`]s they give, and their measured [`RuleLift`].
//!
//! Rules stand in a TOML file that the user can edit; [`Rules::DEFAULT`] is the text of the one that is shipped.

mod comparison;
mod condition;
mod error;
mod file;
mod judgement;
mod known;
mod lift;
mod rule;
mod rules;
mod truth;

#[cfg(test)]
mod tests;

pub use comparison::ComparisonFault;
pub(crate) use comparison::{Comparison, Limits, check_kind};
pub use error::{RuleFault, RulesError};
pub use judgement::{Cite, CitedValue, Judgement, Unjudged, Warning};
pub(crate) use known::{known, measured};
pub use lift::RuleLift;
pub(crate) use rule::When;
pub use rules::Rules;
pub(crate) use truth::Truth;
