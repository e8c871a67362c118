//! What a fine-tuning does besides epochs on outcomes.

use crate::TrainingConfig;

/// A row for each phase before the outcomes, and one for low-rank updates; none where there is nothing of it.
pub(super) fn rows(config: &TrainingConfig) -> Vec<(&'static str, String)> {
    let adapts = config.adapts().map(|adaptation| adaptation.epochs);
    let distils = config.distils().map(|distillation| distillation.epochs);
    let contrasts = config.contrasts().map(|contrast| contrast.epochs);
    [
        ("epochs of next-turn adaptation", adapts),
        ("epochs of distillation from words", distils),
        ("epochs of contrastive pairs", contrasts),
        (
            "rank of the updates (LoRA)",
            config.lora.map(|lora| lora.rank),
        ),
    ]
    .into_iter()
    .filter_map(|(name, number)| Some((name, number?.to_string())))
    .collect()
}
