//! Predictions of methods as a CSV file: one line for each conversation, prefix and seed.
//!
//! The columns are `id,prefix,seed,label`, optionally `group`, and one for each method. `prefix` is the share of the
//! turns that were known, `seed` names the folds, `label` is 1 for won and 0 for lost, and a method's column holds its
//! probability of won.

mod columns;
pub(crate) mod read;
pub(crate) mod write;

/// Columns every table has, in the order they are written.
const KEYS: [&str; 4] = [ID, PREFIX, SEED, LABEL];
const ID: &str = "id";
const PREFIX: &str = "prefix";
const SEED: &str = "seed";
const LABEL: &str = "label";
/// A column that may be there and is no method. Groups come from the data that are compared.
const GROUP: &str = "group";

/// Whether a column of this name could be a method's.
fn is_method(column: &str) -> bool {
    !column.is_empty() && !KEYS.contains(&column) && column != GROUP
}

/// Whether a number can be the share of turns that were known.
fn is_prefix(share: f64) -> bool {
    share > 0.0 && share <= 1.0
}

#[cfg(test)]
mod tests;
