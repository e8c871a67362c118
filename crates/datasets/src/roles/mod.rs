//! Who sells and who buys: [`RoleRules`] give every party of a transcript its side, or say why they cannot.
//!
//! Each party is decided by the first of these that knows it:
//!
//! 1. **Stated**: the source says it ([`Party::side`](crate::Party::side)).
//! 2. **Mapping**: `[labels]` of the rules, by label, name or e-mail address.
//! 3. **Domain**: the domain of the e-mail address, where `seller_domains` are given: the seller's, or somebody else's.
//! 4. **Diarisation**: the words of the label (`Agent`, `customer_1`, `Sales Rep`).
//!
//! If of two who speak one is decided, the other is the other side. If nothing is known of two who speak, **opens and
//! asks** looks at what they say (`opening`). Who does not speak decides nothing.
//!
//! A conversation in which not both sides are found is set aside with the reason, [`Undecided`]; sides are not guessed
//! beyond the one rule that says so in its name, and [`Roles::rule`] tells which rule decided.

mod assign;
mod error;
mod glob;
mod label_words;
mod opening;
mod rules;
mod undecided;

pub use assign::{RoleRule, Roles, Weakest};
pub use error::RoleError;
pub(crate) use label_words::is_name;
pub use rules::RoleRules;
pub use undecided::Undecided;

#[cfg(test)]
mod tests;
