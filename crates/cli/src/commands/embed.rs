//! `upturn embed`: texts to vectors.

use std::io::{self, BufRead};

use clap::Args;
use serde::Serialize;
use upturn::{Embeddings, Fingerprint};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use crate::pretrained;
use crate::training_options::DEFAULT_ENCODER;

const EXAMPLES: &str = "Examples:\n  upturn embed \"what does it cost?\"\n  \
    upturn embed --encoder model --precision int8 --format json < lines.txt";

/// Turn texts into vectors.
///
/// Each text becomes a vector of length 1; texts of like meaning get vectors with a large inner product. Without a text
/// on the command line every line of standard input is one. For people a line of numbers a text is printed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EmbedArgs {
    /// The texts.
    #[arg(value_name = "TEXT")]
    texts: Vec<String>,
    /// A model folder, or a name that `upturn model pull` knows; pulled where the cache lacks it.
    #[arg(long, value_name = "FOLDER_OR_NAME", default_value = DEFAULT_ENCODER)]
    encoder: String,
    #[command(flatten)]
    inference: InferenceArgs,
}

#[derive(Debug, Serialize)]
struct EmbedReport {
    encoder_fingerprint: Fingerprint,
    dimension: usize,
    embeddings: Vec<Vec<f32>>,
}

impl EmbedArgs {
    /// Embeds them.
    ///
    /// # Errors
    ///
    /// If the encoder can't be had, or standard input can't be read.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let options = self.inference.options();
        let encoder = pretrained::open(&self.encoder, &options, context, &context.progress())?;
        let texts = if self.texts.is_empty() {
            let lines = io::stdin().lock().lines();
            lines.collect::<io::Result<_>>().map_err(CliError::Stdin)?
        } else {
            self.texts
        };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = encoder.embed_documents(&texts)?;
        let report = EmbedReport {
            encoder_fingerprint: encoder.fingerprint().clone(),
            dimension: Embeddings::dimension(&encoder),
            embeddings: vectors
                .iter()
                .map(|vector| vector.as_slice().to_vec())
                .collect(),
        };
        context.printer.answer(&text(&report.embeddings), &report)?;
        Ok(Exit::Done)
    }
}

fn text(vectors: &[Vec<f32>]) -> String {
    let line = |vector: &Vec<f32>| {
        let numbers: Vec<String> = vector.iter().map(|number| format!("{number:.6}")).collect();
        numbers.join(" ")
    };
    vectors.iter().map(line).collect::<Vec<_>>().join("\n")
}
