//! The program `upturn`: what was typed becomes settings, settings become one call of the facade, its answer is printed.
//!
//! `commands` has one file a command; `printer` is the only place that prints, `environment` the only one that reads
//! environment variables. No command computes anything that another program could want: that lives behind the facade.

mod allocator;
mod answer_args;
mod arguments;
mod balance;
mod bar;
mod call;
mod card_files;
mod checkpoint_options;
mod cite_text;
mod coach_args;
mod commands;
mod context;
mod dataset;
mod encoding;
mod environment;
mod error;
mod exit;
mod failure;
mod filter_args;
mod folders;
mod followed_file;
mod held_out;
mod indexing;
mod inference;
mod ingest_text;
mod interrupt;
mod interval_note;
mod key_part;
mod layout_args;
mod live_screen;
mod machine;
mod mcp_sources;
mod model_folders;
mod monitoring_options;
mod narrator_args;
mod numbers;
mod objection_args;
mod output_file;
mod part_files;
mod pipeline;
mod place;
mod prediction_text;
mod pretrained;
mod printer;
mod progress;
mod pseudonym_key;
mod question;
mod question_error;
mod recipe;
mod recipe_kind;
mod retold_text;
mod rules_file;
mod runtime;
mod search_text;
mod seen;
mod sentences;
mod server;
mod similar_text;
mod snippet;
mod sources;
mod table;
mod today;
mod training_events;
mod training_options;
mod work_folder;

use std::process::ExitCode;

fn main() -> ExitCode {
    allocator::keep_for_a_while();
    arguments::run()
}
