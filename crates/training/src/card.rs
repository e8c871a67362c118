//! What a model says of itself: `card.md` and `metrics.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use upturn_core::Embeddings;
use upturn_predict::Stage;

use crate::{EpochReport, FirstLook, TrainedModel, TrainingConfig};

/// `metrics.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Metrics {
    calls: usize,
    won: usize,
    out_of_fold: BTreeMap<Stage, FirstLook>,
    epochs: Vec<EpochReport>,
}

pub(crate) fn metrics(model: &TrainedModel) -> Metrics {
    Metrics {
        calls: model.calls,
        won: model.won,
        out_of_fold: model.first_look(),
        epochs: model.epochs.clone(),
    }
}

/// `next-turn adaptation (1 epoch)`, or `none`.
fn phases(config: &TrainingConfig) -> String {
    let epochs = |name, epochs| match epochs {
        1 => format!("{name} (1 epoch)"),
        epochs => format!("{name} ({epochs} epochs)"),
    };
    let adapts = config.adapts();
    let contrasts = config.contrasts();
    let all: Vec<String> = [
        adapts.map(|adaptation| epochs("next-turn adaptation", adaptation.epochs)),
        contrasts.map(|contrast| epochs("contrastive pairs", contrast.epochs)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join(", ")
    }
}

/// `low-rank updates of rank 8`, or `whole tensors`.
fn updates(config: &TrainingConfig) -> String {
    match config.lora {
        Some(lora) => format!("low-rank updates (LoRA) of rank {}", lora.rank),
        None => "whole tensors".to_owned(),
    }
}

pub(crate) fn card(model: &TrainedModel, config: &TrainingConfig) -> String {
    let mut text = format!(
        "# A model of upturn\n\n\
         Gives the chance that a sales conversation is won, from any prefix of it.\n\n\
         | | |\n|---|---|\n\
         | encoder fingerprint | `{}` |\n\
         | learnt from | {} calls, {} won |\n\
         | epochs, trained layers | {}, {} |\n\
         | phases before them | {} |\n\
         | what learns in a layer | {} |\n\
         | seed | {} |\n\
         | cross-fitted calls, live prefixes | {}, {} |\n",
        Embeddings::fingerprint(&model.encoder),
        model.calls,
        model.won,
        config.epochs,
        config.trainable_layers,
        phases(config),
        updates(config),
        config.seed,
        model.out_of_fold.finished.len(),
        model.out_of_fold.live.len(),
    );
    for (stage, look) in model.first_look() {
        for (name, value) in look.metrics {
            if let Some(value) = value {
                let _ = writeln!(text, "| {name} out of fold, {stage} | {value:.4} |");
            }
        }
    }
    text.push_str(
        "\nThe out-of-fold figures are of calls that neither encoder nor parts had seen; blend and calibration had. \
         They are a first look: `upturn evaluate` measures on folds that nothing has seen.\n\n\
         ## When not to use it\n\n\
         On calls of another trade or language than it learnt from; to rank or judge persons; where a decision has no \
         human in it.\n",
    );
    text
}
