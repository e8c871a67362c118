//! How each encoder is tried: [`Trials`].

use upturn::training::{Labels, Recipe, RecipeChoice, TrainingConfig};

use super::error::SelectError;
use crate::failure::Failure;
use crate::recipe_kind::{Asked, RecipeKind};

/// What was typed of how to try encoders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// `--recipe-kind`.
    pub(super) kind: RecipeKind,
    /// `--epochs`.
    pub(super) epochs: Option<usize>,
    /// `--seed`.
    pub(super) seed: u64,
}

/// Settings that differ in the epochs alone.
///
/// Law: but for the epochs, an encoder is fine-tuned and left frozen by the same settings.
#[derive(Debug)]
pub(super) struct Trials {
    /// The recipe of all of them.
    pub(super) choice: RecipeChoice,
    /// Frozen, then fine-tuned where that is tried.
    pub(super) configs: Vec<TrainingConfig>,
    /// Whether encoders were to be fine-tuned, and the labels are too few.
    pub(super) too_few: bool,
}

impl Wanted {
    /// Whether encoders are to be tried fine-tuned, too.
    pub(super) fn fine_tunes(self) -> bool {
        let named = self.kind.named().is_some_and(Recipe::fine_tunes);
        named || self.epochs.is_some_and(|epochs| epochs > 0)
    }

    /// Refuses what is no comparison whatever the calls are.
    ///
    /// # Errors
    ///
    /// [`SelectError::Alone`], or that two options contradict each other.
    pub(super) fn check(self, encoders: usize) -> Result<(), Failure> {
        let asked = Asked {
            kind: self.kind,
            epochs: self.epochs,
            ..Asked::default()
        };
        asked.check()?;
        if encoders < 2 && !self.fine_tunes() {
            return Err(SelectError::Alone.into());
        }
        Ok(())
    }

    /// The recipe that was named, else the one that the labels bear; frozen, and fine-tuned where that is wanted and the
    /// recipe has it.
    ///
    /// # Errors
    ///
    /// [`SelectError::TooFew`], or which setting is outside its range.
    pub(super) fn trials(self, labels: Labels, encoders: usize) -> Result<Trials, Failure> {
        let named = self.kind.named();
        let choice = named.map_or_else(
            || RecipeChoice::for_labels(labels),
            |recipe| RecipeChoice::asked(recipe, labels),
        );
        let tunes = self.fine_tunes() && choice.recipe.fine_tunes();
        if encoders < 2 && !tunes {
            let labels = labels.total();
            return Err(SelectError::TooFew { labels }.into());
        }
        let recipe = if choice.recipe.fine_tunes() && !tunes {
            Recipe::Frozen
        } else {
            choice.recipe
        };
        let choice = RecipeChoice { recipe, ..choice };
        let default = TrainingConfig::default();
        let settings = choice.settings(TrainingConfig {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(default.epochs),
            ..default
        });
        let frozen = TrainingConfig {
            epochs: 0,
            ..settings.clone()
        };
        let configs = if tunes {
            vec![frozen, settings]
        } else {
            vec![frozen]
        };
        for config in &configs {
            config.check()?;
        }
        Ok(Trials {
            choice,
            configs,
            too_few: self.fine_tunes() && !tunes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe_kind::tests::labels;

    fn wanted(kind: RecipeKind, epochs: Option<usize>) -> Wanted {
        Wanted {
            kind,
            epochs,
            seed: 7,
        }
    }

    #[test]
    fn frozen_and_fine_tuned_differ_in_the_epochs_alone() {
        for (kind, of_each, recipe) in [
            (RecipeKind::Auto, 70, Recipe::Contrastive),
            (RecipeKind::Auto, 700, Recipe::Joint),
            (RecipeKind::Joint, 70, Recipe::Joint),
            (RecipeKind::Contrastive, 7, Recipe::Contrastive),
        ] {
            let trials = wanted(kind, Some(3)).trials(labels(of_each), 1).unwrap();
            let [frozen, tuned] = &trials.configs[..] else {
                panic!("{trials:?}");
            };
            assert_eq!((trials.choice.recipe, tuned.epochs), (recipe, 3));
            let stopped = TrainingConfig {
                epochs: 0,
                ..tuned.clone()
            };
            assert_eq!(*frozen, stopped);
            assert!(!frozen.tunes() && !trials.too_few);
        }
    }

    #[test]
    fn a_recipe_named_without_epochs_has_the_default_ones() {
        let trials = wanted(RecipeKind::Joint, None).trials(labels(70), 1);
        let epochs: Vec<usize> = trials.unwrap().configs.iter().map(|it| it.epochs).collect();
        assert_eq!(epochs, [0, TrainingConfig::default().epochs]);
    }

    #[test]
    fn too_few_labels_leave_frozen_encoders_alone() {
        let few = wanted(RecipeKind::Auto, Some(2));
        let trials = few.trials(labels(7), 2).unwrap();
        assert_eq!(
            (trials.choice.recipe, trials.too_few),
            (Recipe::FewLabels, true)
        );
        assert_eq!((trials.configs.len(), trials.configs[0].epochs), (1, 0));
        assert!(few.trials(labels(7), 1).is_err());
    }

    #[test]
    fn nobody_is_fine_tuned_unasked() {
        let trials = wanted(RecipeKind::Auto, None)
            .trials(labels(70), 2)
            .unwrap();
        assert_eq!(
            (trials.choice.recipe, trials.too_few),
            (Recipe::Frozen, false)
        );
        assert_eq!((trials.configs.len(), trials.configs[0].epochs), (1, 0));
        assert!(wanted(RecipeKind::Auto, None).check(1).is_err());
        assert!(wanted(RecipeKind::Frozen, Some(1)).check(2).is_err());
        assert!(wanted(RecipeKind::Joint, Some(0)).check(2).is_err());
    }
}
