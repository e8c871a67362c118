//! Readers of what recorders, chat programs and exports write: each turns one kind of file into [`Record`]s.

mod record;

pub use record::{Record, Records};
