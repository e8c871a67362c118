//! Fits the encoder and the predictor to outcomes.
//!
//! [`Trainer::fit`] fine-tunes the upper layers of an [`Encoder`](upturn_encoder::Encoder) with a [`loss`], cross-fits
//! the parts of the prediction on calls that neither the encoder nor the parts have seen, and returns a
//! [`TrainedModel`] that [`publish`] writes as one model folder.
//!
//! Before the outcomes it may learn what is said next ([`Adaptation`]), what the words know ([`Distillation`]) and which
//! calls end alike ([`Contrast`]), with whole tensors or low-rank updates ([`Lora`]).
//!
//! [`loss`] holds what a step makes small, [`sampler`] which calls it sees; both can be named in a file.
//! A run survives what ends it: with [`Checkpoints`] it goes on where it was, to the same bits. A [`Monitor`] watches it:
//! [`JsonLines`] and [`TensorBoard`] write down what they see.
//!
//! It is *not* an evaluation: how good a model is on calls of others is `upturn-eval`'s to say.

mod adaptation;
mod baselines;
mod benchmark;
mod cached;
mod card;
mod checkpoint;
mod config;
mod contrast;
mod conversation;
mod cross_fit;
mod cuts;
mod data_fingerprint;
mod distillation;
mod divergence;
mod encoder_alone;
mod error;
#[cfg(test)]
mod examples;
mod fine_tune;
mod first_look;
mod frozen;
mod head;
mod like_lengths;
mod lora;
pub mod loss;
mod memory;
mod moment_index;
mod monitor;
mod optimiser;
mod passes;
mod publish;
mod recipe;
pub mod sampler;
mod schedule;
mod sentences;
mod trained_on;
mod trained_part;
mod trained_weights;
mod trainer;
mod voters;
mod worth;

pub use adaptation::Adaptation;
pub use baselines::{Baseline, BaselineAnswers, baselines};
pub use benchmark::BenchmarkStep;
pub use cached::CachedMoments;
pub use checkpoint::{Checkpoints, Start, discard};
pub use config::TrainingConfig;
pub use contrast::{Contrast, PairLoss};
pub use cross_fit::OutOfFoldRows;
pub use data_fingerprint::data_fingerprint;
pub use distillation::Distillation;
pub use divergence::Divergence;
pub use encoder_alone::EncoderAlone;
pub use error::TrainingError;
pub use fine_tune::{FineTuned, fine_tune};
pub use first_look::FirstLook;
pub use head::HeadStart;
pub use lora::{Lora, LoraTargets};
pub use memory::MemoryBudget;
pub use monitor::{
    EpochReport, JsonLines, Monitor, Monitors, Silent, StepReport, TensorBoard, TrainingEvent,
};
pub use optimiser::{AdamW, ParameterGroup};
pub use passes::Passes;
pub use publish::{PREDICTOR_FILE, publish};
pub use recipe::{FEW_LABELS, Labels, MANY_LABELS, Recipe, RecipeChoice, RecipeReason};
pub use schedule::warm_up_then_linear;
pub use sentences::WhenSentences;
pub use trained_on::{Seen, TRAINED_ON_FILE, TrainedOn};
pub use trainer::{StoreFactory, TrainedModel, Trainer};
pub use worth::{AgainstPretrained, Worth};
