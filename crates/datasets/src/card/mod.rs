//! The card of a data set: what is in it, where it came from, what was done to it. [`CardBuilder`] watches the calls pass
//! by, [`Card`] holds the numbers and prints them as JSON, Markdown or one HTML page that needs nothing else.
//!
//! Memory does not grow with the calls: lengths go into logarithmic histograms (a quantile is off by at most 2.2 %), of
//! each segment the first 1,000 values are counted apart. This is *not* a judgement: what the numbers mean is for people.

mod builder;
mod content;
mod context;
mod escape;
mod figures;
mod histogram;
mod html;
mod length_charts;
mod markdown;
mod months;
mod numbers;
mod rate_charts;
mod segments;
mod sentences;
mod talk;
mod tally;

pub use builder::{CardBuilder, CardOptions};
pub use content::{Card, Group, Segment};
pub use context::CardContext;
pub use histogram::{HistogramBar, Length};
pub use talk::{SpokenWords, Talk, TalkShares};
pub use tally::{Rate, Tally};
