//! How the encoder learns, as a file says it: [`Recipe`].

use std::path::Path;

use serde::Deserialize;
use upturn::training::loss::LossConfig;
use upturn::training::sampler::SamplerConfig;
use upturn::training::{Adaptation, Contrast, Distillation, HeadStart, Lora};
use upturn::{Diagnostic, ErrorKind};

use crate::failure::Failure;
use crate::rules_file::RulesFile;

/// What a file may say; what it leaves out stays as the options have it.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipe {
    /// What a step makes small.
    pub(crate) loss: Option<LossConfig>,
    /// Which calls a step sees.
    pub(crate) sampler: Option<SamplerConfig>,
    /// Epochs on what is said next, before all others.
    pub(crate) adaptation: Option<Adaptation>,
    /// Epochs on what the words say of each turn.
    pub(crate) distillation: Option<Distillation>,
    /// Epochs on pairs of calls, before those on outcomes.
    pub(crate) contrast: Option<Contrast>,
    /// Low-rank updates in place of whole tensors.
    pub(crate) lora: Option<Lora>,
    /// Where the head begins.
    pub(crate) head_start: Option<HeadStart>,
}

/// The file is no recipe.
#[derive(Debug, thiserror::Error)]
#[error("not a recipe: {source}")]
struct NoRecipe {
    source: serde_json::Error,
}

impl Diagnostic for NoRecipe {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some(r#"such as `{"loss": {"type": "SupCon", "temperature": 0.3}}`"#.to_owned())
    }
}

/// Reads a recipe.
///
/// # Errors
///
/// Where the file is, and what is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Recipe, Failure> {
    RulesFile::read(path)?.parse(parse)
}

fn parse(text: &str) -> Result<Recipe, NoRecipe> {
    serde_json::from_str(text).map_err(|source| NoRecipe { source })
}

#[cfg(test)]
mod tests {
    use upturn::training::LoraTargets;

    use super::*;

    #[test]
    fn a_recipe_says_what_it_says_and_no_more() {
        let recipe = parse(r#"{"loss": {"type": "BatchHardTriplet"}}"#).unwrap();
        assert!(recipe.sampler.is_none());
        assert!(matches!(recipe.loss, Some(LossConfig::BatchHardTriplet(_))));
    }

    #[test]
    fn a_recipe_names_every_phase_and_leaves_the_rest_as_it_is() {
        let text = r#"{
            "adaptation": {"epochs": 3, "sampler": {"pairs": 32}, "windows": {"context": 2}},
            "distillation": {"next_turn": 0.5},
            "contrast": {"loss": {"type": "MultipleNegativesRanking", "scale": 10}, "balance": "unique"},
            "lora": {"rank": 4, "targets": "all"},
            "head_start": "zero",
            "sampler": {"type": "HardNegatives", "negatives": 5}
        }"#;
        let recipe = parse(text).unwrap();
        let adaptation = recipe.adaptation.unwrap();
        assert_eq!((adaptation.epochs, adaptation.sampler.pairs), (3, 32));
        assert_eq!(adaptation.windows.context, 2);
        assert_eq!(adaptation.tokens, Adaptation::default().tokens);
        let distillation = Distillation {
            next_turn: 0.5,
            ..Distillation::default()
        };
        assert_eq!(recipe.distillation, Some(distillation));
        let contrast = recipe.contrast.unwrap();
        assert_eq!(contrast.epochs, Contrast::default().epochs);
        let lora = Lora {
            rank: 4,
            targets: LoraTargets::All,
            ..Lora::default()
        };
        assert_eq!(recipe.lora, Some(lora));
        assert_eq!(recipe.head_start, Some(HeadStart::Zero));
        assert_eq!(recipe.sampler.unwrap().mines(), Some(5));
        for typo in [
            r#"{"adaptation": {"epoch": 1}}"#,
            r#"{"contrast": {"pair": 1}}"#,
            r#"{"lora": {"ranks": 1}}"#,
            r#"{"contrast": {"loss": {"type": "SupCon"}}}"#,
        ] {
            assert!(parse(typo).is_err(), "{typo}");
        }
    }

    #[test]
    fn what_is_no_recipe_is_told_with_its_place() {
        let error = parse("{\n  \"los\": 1}").unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("unknown field `los`") && message.contains("line 2"),
            "{message}"
        );
    }
}
