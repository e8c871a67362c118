//! Which recipe to train by, as typed: [`RecipeKind`] and [`Asked`].

use clap::ValueEnum;
use upturn::training::{Labels, Recipe, RecipeChoice, RecipeReason, TrainingConfig};
use upturn::{Diagnostic, ErrorKind};

/// What is learnt from the calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecipeKind {
    /// What the number of labelled calls bears: `few` below 50, `contrastive` up to 500, `joint` beyond. With `--epochs` it
    /// is the same, but `joint` below 50 too, and `frozen` with 0; `evaluate` without `--epochs` takes `frozen` for the last
    /// two.
    #[default]
    Auto,
    /// A frozen encoder, the base rate and the nearest calls, nothing else: from two calls of each outcome on.
    Few,
    /// The encoder learns to set won calls apart from lost ones, then all parts are fitted.
    Contrastive,
    /// The encoder learns the outcomes, then all parts are fitted.
    Joint,
    /// All layers of the encoder learn what the words say of each turn and then the outcomes, then all parts are fitted:
    /// what did best on public calls. It is `--layers all --distil-epochs 4 --epochs 3 --learning-rate 2e-5
    /// --contrastive-weight 0 --cut-share 0`; each of them that is typed wins. Meant for a card (`--device cuda`): minutes
    /// for a thousand calls there, hours on two cores, in `evaluate` for every fold. `auto` never chooses it.
    Distilled,
    /// A frozen encoder, all parts.
    Frozen,
}

impl RecipeKind {
    /// The recipe that was named; none for `auto`.
    pub(crate) const fn named(self) -> Option<Recipe> {
        match self {
            Self::Auto => None,
            Self::Few => Some(Recipe::FewLabels),
            Self::Contrastive => Some(Recipe::Contrastive),
            Self::Joint | Self::Distilled => Some(Recipe::Joint),
            Self::Frozen => Some(Recipe::Frozen),
        }
    }
}

/// What was typed of how to learn.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    /// `--recipe-kind`.
    pub(crate) kind: RecipeKind,
    /// `--epochs`.
    pub(crate) epochs: Option<usize>,
    /// Whether `--recipe` names a file with a loss or a sampler.
    pub(crate) file: bool,
    /// Whether the encoder is to learn what is said next.
    pub(crate) adapts: bool,
    /// Whether it is to learn what the words know.
    pub(crate) distils: bool,
    /// How much else could be typed.
    pub(crate) reach: Reach,
}

/// What a command lets be typed of how to learn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Kind and epochs; the rest is alike.
    #[default]
    Epochs,
    /// Layers, rates, losses and phases too, as [`RecipeKind::Distilled`] takes them.
    Settings,
}

/// Two options say opposite things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Contradiction {
    /// An encoder that stays as it is has no epochs.
    #[error(
        "`--recipe-kind {recipe}` leaves the encoder as it is, `--epochs {epochs}` fine-tunes it"
    )]
    Epochs {
        /// What was named.
        recipe: Recipe,
        /// What was asked for besides.
        epochs: usize,
    },
    /// An encoder that learns needs epochs.
    #[error("`--recipe-kind {recipe}` fine-tunes the encoder, `--epochs 0` leaves it as it is")]
    NoEpochs {
        /// What was named.
        recipe: Recipe,
    },
    /// An encoder that stays as it is does not adapt.
    #[error("`--recipe-kind {recipe}` leaves the encoder as it is, `--adapt-epochs` moves it")]
    Adapts {
        /// What was named.
        recipe: Recipe,
    },
    /// An encoder that stays as it is has no teacher.
    #[error("`--recipe-kind {recipe}` leaves the encoder as it is, `--distil-epochs` moves it")]
    Distils {
        /// What was named.
        recipe: Recipe,
    },
    /// An encoder that stays as it is has no loss.
    #[error(
        "`--recipe-kind {recipe}` leaves the encoder as it is, the file of `--recipe` says how it learns"
    )]
    File {
        /// What was named.
        recipe: Recipe,
    },
    /// More is settled by the name than this comparison knows of.
    #[error(
        "`--recipe-kind distilled` settles layers, rates and losses, which `select` keeps alike"
    )]
    Settings,
}

impl Diagnostic for Contradiction {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Settings => {
                "`upturn evaluate --recipe-kind distilled` measures it, an encoder at a time"
            }
            Self::Epochs { .. }
            | Self::NoEpochs { .. }
            | Self::Adapts { .. }
            | Self::Distils { .. }
            | Self::File { .. } => "leave one of the two out",
        };
        Some(hint.to_owned())
    }
}

impl Asked {
    /// Refuses options that contradict each other.
    ///
    /// # Errors
    ///
    /// [`Contradiction`].
    pub(crate) fn check(self) -> Result<(), Contradiction> {
        let Some(recipe) = self.kind.named() else {
            return Ok(());
        };
        if self.kind == RecipeKind::Distilled && self.reach == Reach::Epochs {
            return Err(Contradiction::Settings);
        }
        let phases = self.adapts || self.distils;
        match (recipe.fine_tunes(), self.epochs) {
            (false, Some(epochs)) if epochs > 0 => Err(Contradiction::Epochs { recipe, epochs }),
            (true, Some(0)) if !phases => Err(Contradiction::NoEpochs { recipe }),
            (false, _) if self.file => Err(Contradiction::File { recipe }),
            (false, _) if self.adapts => Err(Contradiction::Adapts { recipe }),
            (false, _) if self.distils => Err(Contradiction::Distils { recipe }),
            _ => Ok(()),
        }
    }

    /// The recipe for these labels. A kind that was named counts first, then phases and file, which say what is wanted
    /// without naming it; else the labels decide. Epochs say how long, and not what: 0 of them leave an encoder as it is, and
    /// any other number is for the recipe that the labels bear, or for [`Recipe::Joint`] where these bear none.
    ///
    /// Law: of the same labels, typed epochs come to the same recipe in `train` and `evaluate`.
    pub(crate) fn choose(self, labels: Labels, config: &TrainingConfig) -> RecipeChoice {
        let implied = if config.tunes() {
            Recipe::Joint
        } else {
            Recipe::Frozen
        };
        let borne = RecipeChoice::for_labels(labels);
        match self.kind.named() {
            Some(_) if self.kind == RecipeKind::Distilled => RecipeChoice::distilled(labels),
            Some(recipe) => RecipeChoice::asked(recipe, labels),
            None if self.file || config.has_phases() => RecipeChoice::implied(implied, labels),
            None if self.epochs == Some(0) => RecipeChoice::implied(Recipe::Frozen, labels),
            None if self.epochs.is_some() && !borne.recipe.fine_tunes() => {
                RecipeChoice::implied(Recipe::Joint, labels)
            }
            None => borne,
        }
    }

    /// The same for a measurement that trains once a fold, and so fine-tunes only where a kind, epochs or phases say so:
    /// what the labels or a loss alone would fine-tune stays as it is, because it would be fine-tuned anew for every fold.
    pub(crate) fn choose_for_folds(self, labels: Labels, config: &TrainingConfig) -> RecipeChoice {
        let choice = self.choose(labels, config);
        let frozen = match choice.reason {
            RecipeReason::Asked | RecipeReason::Distilled => false,
            RecipeReason::Implied => self.epochs.is_none() && !choice.recipe.fine_tunes(),
            RecipeReason::FewLabels
            | RecipeReason::FewOfAnOutcome
            | RecipeReason::FewAccounts
            | RecipeReason::SomeLabels
            | RecipeReason::ManyLabels
            | RecipeReason::EveryFold => self.epochs.is_none() && choice.recipe.fine_tunes(),
        };
        if frozen { choice.left_frozen() } else { choice }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use upturn::training::{Adaptation, Distillation};

    use super::*;

    /// So many calls of each outcome, each of an account of its own.
    pub(crate) fn labels(of_each: usize) -> Labels {
        Labels {
            won: of_each,
            lost: of_each,
            accounts: 2 * of_each,
        }
    }

    fn frozen() -> TrainingConfig {
        TrainingConfig::default().frozen()
    }

    fn kind(kind: RecipeKind) -> Asked {
        Asked {
            kind,
            ..Asked::default()
        }
    }

    fn epochs(epochs: usize) -> Asked {
        Asked {
            epochs: Some(epochs),
            ..Asked::default()
        }
    }

    fn file() -> Asked {
        Asked {
            file: true,
            ..Asked::default()
        }
    }

    #[test]
    fn what_was_typed_wins_over_what_the_labels_bear() {
        let (frozen, tuned) = (frozen(), TrainingConfig::default());
        for (asked, config, of_each, recipe) in [
            (Asked::default(), &tuned, 7, Recipe::FewLabels),
            (Asked::default(), &tuned, 70, Recipe::Contrastive),
            (Asked::default(), &tuned, 700, Recipe::Joint),
            (epochs(0), &frozen, 7, Recipe::Frozen),
            (epochs(0), &frozen, 70, Recipe::Frozen),
            (epochs(2), &tuned, 7, Recipe::Joint),
            (epochs(2), &tuned, 70, Recipe::Contrastive),
            (epochs(2), &tuned, 700, Recipe::Joint),
            (file(), &tuned, 7, Recipe::Joint),
            (kind(RecipeKind::Few), &tuned, 700, Recipe::FewLabels),
            (kind(RecipeKind::Frozen), &tuned, 700, Recipe::Frozen),
        ] {
            assert_eq!(
                asked.choose(labels(of_each), config).recipe,
                recipe,
                "{asked:?}"
            );
        }
    }

    #[test]
    fn in_every_fold_only_what_was_typed_fine_tunes() {
        let (frozen, tuned) = (frozen(), TrainingConfig::default());
        let adapted = TrainingConfig {
            adaptation: Some(Adaptation::default()),
            ..frozen.clone()
        };
        let choice = Asked::default().choose_for_folds(labels(700), &adapted);
        assert_eq!(choice.recipe, Recipe::Joint);
        assert_eq!(choice.settings(adapted).epochs, 0);
        let distilled = TrainingConfig {
            distillation: Some(Distillation::default()),
            ..frozen.clone()
        };
        let choice = Asked::default().choose_for_folds(labels(700), &distilled);
        assert_eq!(choice.recipe, Recipe::Joint);
        for (asked, config, reason) in [
            (Asked::default(), &frozen, RecipeReason::EveryFold),
            (file(), &frozen, RecipeReason::EveryFold),
            (epochs(0), &frozen, RecipeReason::Implied),
            (epochs(2), &tuned, RecipeReason::ManyLabels),
            (kind(RecipeKind::Distilled), &tuned, RecipeReason::Distilled),
            (kind(RecipeKind::Frozen), &frozen, RecipeReason::Asked),
        ] {
            let choice = asked.choose_for_folds(labels(700), config);
            assert_eq!(choice.reason, reason, "{asked:?}");
        }
        let folds = |asked: Asked, of_each| asked.choose_for_folds(labels(of_each), &frozen).recipe;
        assert_eq!(folds(Asked::default(), 7), Recipe::FewLabels);
        assert_eq!(folds(Asked::default(), 700), Recipe::Frozen);
        assert_eq!(folds(kind(RecipeKind::Joint), 700), Recipe::Joint);
    }

    #[test]
    fn epochs_mean_one_thing_whoever_is_asked() {
        for of_each in [7, 70, 700] {
            for count in [0, 1, 3] {
                let asked = Asked {
                    epochs: Some(count),
                    ..Asked::default()
                };
                let config = TrainingConfig {
                    epochs: count,
                    ..TrainingConfig::default()
                };
                let labels = labels(of_each);
                let train = asked.choose(labels, &config);
                assert_eq!(train, asked.choose_for_folds(labels, &config));
                assert_eq!(train.settings(config).epochs, count);
                // As `select` does it, which compares frozen encoders alone below 50.
                let borne = RecipeChoice::for_labels(labels).recipe;
                if count > 0 && borne.fine_tunes() {
                    assert_eq!(train.recipe, borne, "{of_each} {count}");
                } else {
                    assert_eq!(train.recipe.fine_tunes(), count > 0, "{of_each} {count}");
                }
            }
        }
    }

    #[test]
    fn opposite_options_are_refused() {
        for (kind, epochs, file, refused) in [
            (RecipeKind::Few, Some(2), false, true),
            (RecipeKind::Frozen, Some(1), false, true),
            (RecipeKind::Joint, Some(0), false, true),
            (RecipeKind::Few, None, true, true),
            (RecipeKind::Few, Some(0), false, false),
            (RecipeKind::Contrastive, Some(3), true, false),
            (RecipeKind::Auto, Some(0), true, false),
        ] {
            let asked = Asked {
                kind,
                epochs,
                file,
                ..Asked::default()
            };
            assert_eq!(asked.check().is_err(), refused, "{asked:?}");
        }
        let of_select = Asked {
            kind: RecipeKind::Distilled,
            ..Asked::default()
        };
        assert_eq!(of_select.check(), Err(Contradiction::Settings));
        let words_alone = Asked {
            epochs: Some(0),
            distils: true,
            reach: Reach::Settings,
            ..of_select
        };
        assert_eq!(words_alone.check(), Ok(()));
        for (kind, refused) in [(RecipeKind::Frozen, true), (RecipeKind::Joint, false)] {
            for (adapts, distils) in [(true, false), (false, true)] {
                let asked = Asked {
                    kind,
                    adapts,
                    distils,
                    ..Asked::default()
                };
                assert_eq!(asked.check().is_err(), refused, "{asked:?}");
            }
        }
    }
}
