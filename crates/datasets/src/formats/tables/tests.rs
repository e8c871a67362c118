//! Laws of both kinds of tables, over invented calls.

mod csv;
mod fixtures;
mod hostile;
mod model;
mod parquet;
mod rules;
