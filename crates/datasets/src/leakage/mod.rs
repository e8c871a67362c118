//! Leaks: what tells the outcome although nobody could have known it when the call took place.
//!
//! A model that reads "let us schedule that demo" under every won call learns the template, not how to sell, and its
//! test scores are worthless. [`LeakGuard`] watches a data set pass by and writes a [`LeakReport`];
//! [`cut_after_outcome`] takes away what was said after the outcome was known.
//!
//! | check | unit | flagged when |
//! |---|---|---|
//! | a column predicts the outcome | AUC with 95 % interval, cross-fitted over accounts | the lower end exceeds 0.85 |
//! | a value of a column, a word of an id or a file name, a closing phrase stands in one class | accounts | ≥ 15 % of one class, 20 times the other's share, and significant |
//! | the same for a word that names an outcome (`won`, `failed`, a final `1`) | accounts | ≥ 5 %, 4 times, and significant |
//! | a bag of words knows the outcome | AUC, cross-fitted over accounts | ≥ 0.98 and its lower end exceeds 0.9; or the closing turns reach 0.95 where all before them lose 0.15 |
//!
//! Significant means: Fisher's exact test, one-sided, at 1 % divided by the number of words tested (Bonferroni), so that
//! clean data raise a false alarm in at most one of a hundred data sets per family of words. The unit is an *account in
//! a class*, not a call: ten calls of one account are one piece of evidence.
//!
//! This is *not* a proof of absence: a leak in few calls, or one spread over many words, stays below these bars.

mod account_words;
mod auc;
mod columns;
mod concentration;
mod cut;
mod finding;
mod guard;
mod label_words;
mod observed;
mod phrases;
mod predictive_columns;
mod reservoir;
mod telling_words;
mod tokens;
mod word_check;

pub use auc::Auc;
pub use concentration::{Accounts, Concentration};
pub use cut::{CallOrder, Cut, cut_after_outcome};
pub use finding::{Finding, WordPlace, WordsAuc};
pub use guard::{LeakGuard, LeakOptions, LeakReport};
