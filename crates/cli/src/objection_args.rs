//! By what objections are found: [`ObjectionArgs`].

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use upturn::coaching::{Background, Meter, PrototypeObjections, TrackerQuality, TrackersConfig};
use upturn::encoder::Encoder;

use crate::failure::Failure;
use crate::printer::Printer;
use crate::rules_file;

/// By words, or by prototypes as well.
#[derive(Debug, Args)]
pub(crate) struct ObjectionArgs {
    /// Find objections not by words alone, but by an encoder as well: sentences of the buyer that are like examples of each kind,
    /// the shipped ones or yours, which begin as `upturn schema prototypes` prints them. With the shipped ones and a general encoder
    /// it finds more and is right no more often than words, which therefore stay the default. Every call that is measured has
    /// to be embedded. Who else objected is still looked for by words.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    prototypes: Option<OsString>,
}

/// What each kind of objection sounds like; nothing where words alone are asked for.
pub(crate) struct Prototypes(Option<TrackersConfig>);

impl ObjectionArgs {
    /// Reads the prototypes.
    ///
    /// # Errors
    ///
    /// If the file can't be used.
    pub(crate) fn prototypes(&self) -> Result<Prototypes, Failure> {
        Ok(Prototypes(match &self.prototypes {
            None => None,
            // No file was named.
            Some(file) if file.is_empty() => Some(PrototypeObjections::shipped()),
            Some(file) => {
                let file = Path::new(file);
                rules_file::given(Some(file), PrototypeObjections::prototypes_from_toml)?
            }
        }))
    }
}

impl Prototypes {
    /// A meter that finds objections so; says how well the encoder finds the examples themselves, to who wants to hear more.
    ///
    /// # Errors
    ///
    /// If the encoder fails.
    pub(crate) fn watching(
        self,
        meter: Meter,
        encoder: &Arc<Encoder>,
        printer: Printer,
    ) -> Result<Meter, Failure> {
        let Some(config) = self.0 else {
            return Ok(meter);
        };
        let detector =
            PrototypeObjections::of_config(config, encoder.clone(), &Background::default())?;
        for quality in detector.qualities() {
            printer.detail(&tried(quality));
        }
        Ok(meter.with_objections(Arc::new(detector)))
    }
}

fn tried(it: &TrackerQuality) -> String {
    format!(
        "prototypes of {}: find {} of their {} examples, each left out, and {} of {} ordinary sentences",
        it.tracker, it.recall, it.examples, it.background_found, it.background
    )
}
