//! What can be asked of any [`VectorStore`](crate::VectorStore) beyond the nearest points: built of its contract alone, so that every store answers
//! alike.

mod comparables;
mod diversity;
mod fusion;
mod grouping;
mod next_turns;
mod recommendation;
mod search;

pub use comparables::{Comparable, Comparables, comparables};
pub use diversity::diverse;
pub use fusion::{hybrid, reciprocal_rank_fusion};
pub use grouping::nearest_calls;
pub use next_turns::{SaidNext, said_next};
pub use recommendation::{recommend, towards, unknown_calls};
pub use search::{Search, Sought, search};
