//! `upturn demo`: the whole way once, on simulated calls.

mod contest;
mod live;
mod material;
mod settings;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use upturn::encoder::EncoderOptions;
use upturn::training::{CachedMoments, publish};
use upturn::{Model, VectorStore};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::held_out::HeldOut;
use crate::indexing::Filling;
use crate::numbers::{count, measure, share};
use crate::place::Place;
use crate::pretrained;
use crate::training_options::DEFAULT_ENCODER;
use contest::{Contest, PREFIXES};
use live::Live;
use material::Material;
use settings::Settings;

const EXAMPLES: &str = "Examples:\n  upturn demo\n  upturn demo --calls 600 --seed 1 --dir ./demo";

const STOPPED: &str = "the demo's folder holds what was done so far";

/// Run the whole way once on simulated calls: a few minutes, nothing to prepare.
///
/// Pulls the encoder, simulates calls, holds some accounts out, fine-tunes on the others, fills a collection, and
/// measures on the calls held out: fine-tuned against the same predictor on generic embeddings, and against the best
/// that anyone could know. Then it follows one call turn by turn and shows the evidence.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// How many calls to simulate; a quarter is held out.
    #[arg(long, value_name = "N", default_value_t = 200)]
    calls: usize,
    /// Seed of everything random.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Where data, model and collection go: a folder that is new or empty. A temporary folder, which is kept, by default.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// The demo for programs.
#[derive(Debug, Serialize)]
struct DemoReport {
    folder: PathBuf,
    calls: usize,
    held_out: usize,
    contest: Contest,
    live: Live,
    seconds: f64,
}

impl DemoArgs {
    /// Runs the demo.
    ///
    /// # Errors
    ///
    /// If the folder can't be used, the encoder can't be had, or a step fails.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        let settings = Settings::of(self.calls, self.seed, self.dir)?;
        context.watch_interrupt()?;
        let report = settings
            .run(context, began)
            .map_err(context.unless_interrupted(STOPPED))?;
        context.printer.tell(&settings.by_hand(&report))?;
        if context.printer.is_json() {
            context.printer.answer("", &report)?;
        }
        Ok(Exit::Done)
    }
}

impl Settings {
    fn run(&self, context: &Context, began: Instant) -> Result<DemoReport, Failure> {
        let printer = context.printer;
        let progress = context.progress();
        let encoder = pretrained::open(
            DEFAULT_ENCODER,
            &EncoderOptions::default(),
            context,
            &progress,
        )?;
        printer.tell(&format!(
            "encoder      {DEFAULT_ENCODER}, {} layers",
            encoder.config().layers
        ))?;
        let material = Material::simulate(self)?;
        printer.tell(&material.text())?;
        let encoder = CachedMoments::new(encoder);
        let held_out = HeldOut {
            config: &self.config,
            encoder: &encoder,
            prefixes: &PREFIXES,
            progress: &progress,
            checkpoints: None,
        };
        let model = self.train(&material, &held_out, context)?;
        let store = self.index(&material, &model, &held_out, context)?;
        let measured = Contest::hold(&material, &model, &store, &held_out)?;
        printer.tell(&measured.text())?;
        let live = Live::follow(&material, &model, &store, self, context)?;
        printer.tell(&live.evidence_text())?;
        Ok(DemoReport {
            folder: self.folder.clone(),
            calls: material.calls.len(),
            held_out: material.held_out().len(),
            contest: measured,
            live,
            seconds: began.elapsed().as_secs_f64(),
        })
    }

    fn train(
        &self,
        material: &Material,
        held_out: &HeldOut<'_>,
        context: &Context,
    ) -> Result<Model, Failure> {
        let began = Instant::now();
        let trained = held_out.fit(&material.training())?;
        publish(&trained, &self.config, &self.model())?;
        let model = Model::open(self.model())?;
        context.printer.tell(&format!(
            "fine-tuned   the encoder (layers trained: {}) in {:.0} s: {} ({})",
            self.config.trainable_layers,
            began.elapsed().as_secs_f64(),
            self.model().display(),
            model.fingerprint().short(),
        ))?;
        Ok(model)
    }

    fn index(
        &self,
        material: &Material,
        model: &Model,
        held_out: &HeldOut<'_>,
        context: &Context,
    ) -> Result<Arc<dyn VectorStore>, Failure> {
        let filling = Filling {
            place: &Place::Folder(self.store()),
            layout: None,
            model,
            calls: &material.training(),
            progress: held_out.progress,
            printer: context.printer,
        };
        let (index, filled) = filling.fill()?;
        let text = format!(
            "indexed      {} points by Qdrant's engine: {}",
            count(filled.points),
            self.store().display()
        );
        context.printer.tell(&text)?;
        Ok(Arc::new(index))
    }
}

impl Material {
    fn text(&self) -> String {
        let (held, training) = (self.held_out(), self.training());
        format!(
            "simulated    {} calls, {} won, in three trades\nheld out     {} calls of other accounts than the {} learnt from; \
             knowing each true probability gives AUC {} on them",
            count(self.calls.len()),
            share(
                self.calls
                    .iter()
                    .filter(|call| material::is_won(call))
                    .count(),
                self.calls.len()
            ),
            count(held.len()),
            count(training.len()),
            measure(self.best_auc()),
        )
    }
}
