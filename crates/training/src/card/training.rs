//! How a model was trained, so that it can be done again.

use std::fmt;

use serde::Serialize;

use super::rows;
use crate::loss::LossConfig;
use crate::sampler::SamplerConfig;
use crate::{Adaptation, Contrast, Distillation, HeadStart, Lora, Passes, TrainingConfig, Worth};

/// What `upturn train --recipe FILE` reads.
#[derive(Debug, Serialize)]
struct RecipeFile<'a> {
    loss: &'a LossConfig,
    sampler: &'a SamplerConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    adaptation: Option<&'a Adaptation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distillation: Option<&'a Distillation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contrast: Option<&'a Contrast>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lora: Option<&'a Lora>,
    head_start: HeadStart,
}

/// Everything that decides how the encoder learns, and what came of it; nothing where it does not learn.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    config: &TrainingConfig,
    passes: &[Passes],
) -> fmt::Result {
    if !config.tunes() {
        return Ok(());
    }
    f.write_str("\n### How the encoder learnt\n")?;
    let mut all = vec![("epochs done and kept", said(passes))];
    all.extend(worth(passes));
    all.extend([
        ("patience", format!("{} epochs", config.patience)),
        ("learning rate of the encoder", rate(config.learning_rate)),
        ("learning rate of the head", rate(config.head_learning_rate)),
        ("schedule", schedule(config.warm_up)),
        ("optimiser", optimiser(config)),
        ("calls cut behind a random turn", percent(config.cut_share)),
        ("loss", loss(&config.loss)),
        ("sampler", type_of(&config.sampler)),
    ]);
    rows(f, &all)?;
    let file = RecipeFile {
        loss: &config.loss,
        sampler: &config.sampler,
        adaptation: config.adapts(),
        distillation: config.distils(),
        contrast: config.contrasts(),
        lora: config.lora.as_ref(),
        head_start: config.head_start,
    };
    let json = serde_json::to_string_pretty(&file).map_err(|_| fmt::Error)?;
    write!(
        f,
        "\nLosses, sampler and phases to the last number, as `upturn train --recipe FILE` reads them; every other setting is under \
         `settings` in `metrics.json`:\n\n```json\n{json}\n```\n"
    )
}

/// `fold-1: 2 done, 1 kept`, for each.
fn said(passes: &[Passes]) -> String {
    let one = |passes: &Passes| {
        let Passes {
            name,
            done,
            best_epoch,
            worth,
        } = passes;
        if worth.keeps_tuned() {
            format!("{name}: {done} done, epoch {best_epoch} kept")
        } else {
            format!("{name}: {done} done, none kept")
        }
    };
    passes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A row with the losses on calls held out, where these were asked for; that of `final` is of all folds.
fn worth(passes: &[Passes]) -> Vec<(&'static str, String)> {
    let Some(Worth {
        against_pretrained: Some(against),
        ..
    }) = passes.last().map(|last| last.worth)
    else {
        return Vec::new();
    };
    let said = format!(
        "{:.4} fine-tuned, {:.4} as it came, {} calls",
        against.tuned, against.pretrained, against.calls
    );
    vec![("log-loss of the encoder alone on calls held out", said)]
}

fn schedule(warm_up: f64) -> String {
    format!(
        "up from 0 over {} of the steps, then down to 0 in a straight line",
        percent(warm_up)
    )
}

fn optimiser(config: &TrainingConfig) -> String {
    format!(
        "AdamW, weight decay {} of matrices, gradients cut at a norm of {}",
        config.weight_decay, config.max_gradient_norm
    )
}

/// `0.9 BinaryCrossEntropy + 0.1 SupCon`.
fn loss(loss: &LossConfig) -> String {
    if let LossConfig::Mixture(mixture) = loss {
        let terms = mixture.terms.iter();
        let terms = terms.map(|term| format!("{} {}", short(term.weight), type_of(&term.loss)));
        terms.collect::<Vec<_>>().join(" + ")
    } else {
        type_of(loss)
    }
}

/// The name that a recipe gives it.
fn type_of(named: &impl Serialize) -> String {
    let value = serde_json::to_value(named).unwrap_or_default();
    let name = value.get("type").and_then(serde_json::Value::as_str);
    name.unwrap_or("-").to_owned()
}

fn rate(rate: f64) -> String {
    format!("{rate:e}")
}

fn percent(share: f64) -> String {
    format!("{} %", short(100.0 * share))
}

/// Four decimals at most: 1 less 0.9 is no 0.1 in binary.
fn short(number: f64) -> f64 {
    (1e4 * number).round() / 1e4
}
