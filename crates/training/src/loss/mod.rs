//! What training makes small, one loss a file, each with its formula and source.

mod binary_cross_entropy;
mod sup_con;

pub use binary_cross_entropy::binary_cross_entropy;
pub use sup_con::sup_con;

#[cfg(test)]
pub(crate) mod finite_differences;
