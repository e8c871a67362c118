//! One file a command: what was typed → settings → one call of the facade → what is printed.

pub(crate) mod alerts;
pub(crate) mod ask;
pub(crate) mod bench;
pub(crate) mod compare;
pub(crate) mod demo;
pub(crate) mod embed;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod follow;
pub(crate) mod forget;
pub(crate) mod index;
pub(crate) mod ingest;
pub(crate) mod inspect;
pub(crate) mod measures;
pub(crate) mod model;
pub(crate) mod predict;
pub(crate) mod redact;
pub(crate) mod schema;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod select;
pub(crate) mod similar;
pub(crate) mod simulate;
pub(crate) mod split;
pub(crate) mod train;
