//! Which recipe was taken and why: [`RecipeChoice`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FEW_LABELS, Labels, MANY_LABELS, Recipe};
use crate::TrainingConfig;
use crate::trainer::LEAST_OF_EACH;

/// A recipe, why it was taken, and for which labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeChoice {
    /// What was taken.
    pub recipe: Recipe,
    /// Why.
    pub reason: RecipeReason,
    /// What was counted.
    pub labels: Labels,
}

/// Why a recipe was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipeReason {
    /// Fewer than [`FEW_LABELS`] calls.
    FewLabels,
    /// Enough calls, but fewer of one outcome than cross-fitting takes.
    FewOfAnOutcome,
    /// Enough calls, but of fewer accounts than cross-fitting takes.
    FewAccounts,
    /// From [`FEW_LABELS`] to [`MANY_LABELS`] calls.
    SomeLabels,
    /// More than [`MANY_LABELS`] calls.
    ManyLabels,
    /// The user or the calling program named it.
    Asked,
    /// The user asked for the settings of [`TrainingConfig::distilled`].
    Distilled,
    /// Nobody named it: epochs, phases, a loss or a sampler that were asked for come to it.
    Implied,
    /// The labels bear a fine-tuning, and a measurement would repeat it in every fold.
    EveryFold,
}

impl RecipeChoice {
    /// What the labels bear.
    ///
    /// Laws: one label more never leads back from a recipe that fine-tunes to one that does not, if the accounts do not
    /// grow fewer; whatever is chosen but [`Recipe::FewLabels`] can be cross-fitted with the default settings.
    ///
    /// ```
    /// use upturn_training::{Labels, Recipe, RecipeChoice};
    ///
    /// let labels = |won, lost| Labels { won, lost, accounts: won + lost };
    /// assert_eq!(RecipeChoice::for_labels(labels(8, 6)).recipe, Recipe::FewLabels);
    /// assert_eq!(RecipeChoice::for_labels(labels(60, 80)).recipe, Recipe::Contrastive);
    /// assert_eq!(RecipeChoice::for_labels(labels(500, 700)).recipe, Recipe::Joint);
    /// ```
    pub fn for_labels(labels: Labels) -> Self {
        let (recipe, reason) = if labels.total() < FEW_LABELS {
            (Recipe::FewLabels, RecipeReason::FewLabels)
        } else if labels.rarer() < LEAST_OF_EACH {
            (Recipe::FewLabels, RecipeReason::FewOfAnOutcome)
        } else if labels.accounts < 2 * TrainingConfig::default().folds {
            (Recipe::FewLabels, RecipeReason::FewAccounts)
        } else if labels.total() <= MANY_LABELS {
            (Recipe::Contrastive, RecipeReason::SomeLabels)
        } else {
            (Recipe::Joint, RecipeReason::ManyLabels)
        };
        Self {
            recipe,
            reason,
            labels,
        }
    }

    /// What somebody asked for by its name.
    pub const fn asked(recipe: Recipe, labels: Labels) -> Self {
        Self {
            recipe,
            reason: RecipeReason::Asked,
            labels,
        }
    }

    /// [`Recipe::Joint`] by the settings of [`TrainingConfig::distilled`], which are the caller's to take.
    pub const fn distilled(labels: Labels) -> Self {
        Self {
            reason: RecipeReason::Distilled,
            ..Self::asked(Recipe::Joint, labels)
        }
    }

    /// What other settings that somebody asked for come to.
    pub const fn implied(recipe: Recipe, labels: Labels) -> Self {
        Self {
            reason: RecipeReason::Implied,
            ..Self::asked(recipe, labels)
        }
    }

    /// The same for a measurement that leaves the encoder as it is, because it would be fine-tuned anew for every fold.
    #[must_use]
    pub const fn left_frozen(self) -> Self {
        Self {
            recipe: Recipe::Frozen,
            reason: RecipeReason::EveryFold,
            ..self
        }
    }
}

impl fmt::Display for RecipeChoice {
    /// One sentence, without a full stop: what was taken, from how much, why, and what that means.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            recipe,
            reason,
            labels,
        } = *self;
        let Labels {
            won,
            lost,
            accounts,
        } = labels;
        write!(
            f,
            "recipe `{recipe}` for {} labelled calls ({won} won, {lost} lost) of {accounts} accounts, ",
            labels.total()
        )?;
        match reason {
            RecipeReason::FewLabels => write!(f, "fewer than {FEW_LABELS}")?,
            RecipeReason::FewOfAnOutcome => write!(f, "fewer than {LEAST_OF_EACH} of one outcome")?,
            RecipeReason::FewAccounts => f.write_str("too few accounts to hold some out")?,
            RecipeReason::SomeLabels => write!(f, "from {FEW_LABELS} to {MANY_LABELS}")?,
            RecipeReason::ManyLabels => write!(f, "more than {MANY_LABELS}")?,
            RecipeReason::Asked => f.write_str("as asked for")?,
            RecipeReason::Distilled => {
                f.write_str(
                    "asked for as `distilled`, in which all layers learn from the words first",
                )?;
            }
            RecipeReason::Implied => {
                f.write_str("which follows from `--epochs`, `--recipe` or a phase")?;
            }
            RecipeReason::EveryFold => {
                f.write_str(
                    "since only `--epochs` or `--recipe-kind` fine-tunes anew in every fold",
                )?;
            }
        }
        f.write_str(match recipe {
            Recipe::FewLabels => {
                ": the encoder stays as it is, only the base rate and the nearest calls speak, and little more than the \
                 base rate can be expected"
            }
            Recipe::Contrastive => {
                ": the encoder learns to set won calls apart from lost ones, then all parts are fitted"
            }
            Recipe::Joint => ": the encoder learns from the calls, then all parts are fitted",
            Recipe::Frozen => ": the encoder stays as it is, all parts are fitted",
        })
    }
}
