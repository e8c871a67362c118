use proptest::prelude::*;
use upturn_predict::{PartSet, Stage};

use super::*;
use crate::examples::{calls, fit, quick};
use crate::loss::{BatchHardTriplet, LossConfig};
use crate::sampler::SamplerConfig;
use crate::{TrainedModel, TrainingConfig, TrainingError};

fn labels(won: usize, lost: usize, accounts: usize) -> Labels {
    Labels {
        won,
        lost,
        accounts,
    }
}

#[test]
fn the_recipe_grows_with_what_there_is_to_learn_from() {
    use RecipeReason as R;
    for (won, lost, accounts, recipe, reason) in [
        (2, 2, 4, Recipe::FewLabels, R::FewLabels),
        (25, 24, 49, Recipe::FewLabels, R::FewLabels),
        (25, 25, 50, Recipe::Contrastive, R::SomeLabels),
        (9, 400, 300, Recipe::FewLabels, R::FewOfAnOutcome),
        (200, 200, 9, Recipe::FewLabels, R::FewAccounts),
        (250, 250, 500, Recipe::Contrastive, R::SomeLabels),
        (250, 251, 500, Recipe::Joint, R::ManyLabels),
    ] {
        let choice = RecipeChoice::for_labels(labels(won, lost, accounts));
        assert_eq!((choice.recipe, choice.reason), (recipe, reason), "{choice}");
    }
}

proptest! {
    #[test]
    fn another_call_never_leads_back(won in 0usize..600, lost in 0usize..600, accounts in 1usize..40) {
        let rank = |won, lost, accounts| {
            let choice = RecipeChoice::for_labels(labels(won, lost, accounts));
            [Recipe::FewLabels, Recipe::Contrastive, Recipe::Joint].iter().position(|recipe| *recipe == choice.recipe)
        };
        let now = rank(won, lost, accounts);
        prop_assert!(now <= rank(won + 1, lost, accounts));
        prop_assert!(now <= rank(won, lost + 1, accounts + 1));
    }
}

#[test]
fn what_is_chosen_is_said_in_one_sentence() {
    let said = RecipeChoice::for_labels(labels(8, 6, 14)).to_string();
    assert_eq!(
        said,
        "recipe `few` for 14 labelled calls (8 won, 6 lost) of 14 accounts, fewer than 50: the encoder stays as it is, only \
         the base rate and the nearest calls speak, and little more than the base rate can be expected"
    );
    for recipe in Recipe::ALL {
        let said = RecipeChoice::asked(recipe, labels(8, 6, 14)).to_string();
        assert!(said.contains("as asked for"), "{said}");
        let implied = RecipeChoice::implied(recipe, labels(8, 6, 14)).to_string();
        let follows = "which follows from `--epochs`, `--recipe` or a phase: the encoder";
        assert!(
            implied.contains(follows) && !implied.contains("asked"),
            "{implied}"
        );
    }
    let distilled = RecipeChoice::distilled(labels(8, 6, 14)).to_string();
    assert_eq!(
        distilled,
        "recipe `joint` for 14 labelled calls (8 won, 6 lost) of 14 accounts, asked for as `distilled`, in which all layers \
         learn from the words first: the encoder learns from the calls, then all parts are fitted"
    );
    let many = RecipeChoice::for_labels(labels(500, 517, 900)).left_frozen();
    assert_eq!(
        many.to_string(),
        "recipe `frozen` for 1017 labelled calls (500 won, 517 lost) of 900 accounts, since only `--epochs` or `--recipe-kind` \
         fine-tunes anew in every fold: the encoder stays as it is, all parts are fitted"
    );
}

#[test]
fn what_was_asked_for_stays() {
    let of = |recipe, config| RecipeChoice::asked(recipe, labels(80, 80, 80)).settings(config);
    let default = TrainingConfig::default;
    let contrastive = of(Recipe::Contrastive, default());
    assert!(matches!(contrastive.sampler, SamplerConfig::LabelGroups(_)));
    assert_ne!(contrastive.loss, default().loss);
    assert_eq!(
        contrastive.check().map_err(|error| error.to_string()),
        Ok(())
    );
    let own = TrainingConfig {
        loss: LossConfig::BatchHardTriplet(BatchHardTriplet::default()),
        epochs: 7,
        ..default()
    };
    let kept = of(Recipe::Contrastive, own.clone());
    assert_eq!((kept.loss, kept.epochs), (own.loss.clone(), 7));
    for (recipe, epochs) in [
        (Recipe::FewLabels, 0),
        (Recipe::Frozen, 0),
        (Recipe::Joint, 7),
    ] {
        assert_eq!(of(recipe, own.clone()).epochs, epochs, "{recipe}");
    }
    let frozen = TrainingConfig {
        epochs: 0,
        ..default()
    };
    assert_eq!(of(Recipe::Joint, frozen).epochs, default().epochs);
    assert_eq!(of(Recipe::Joint, default()).predictor, default().predictor);
    assert_ne!(
        of(Recipe::FewLabels, default()).predictor.parts,
        PartSet::default()
    );
}

fn fit_by(recipe: Recipe, count: usize) -> Result<TrainedModel, TrainingError> {
    let calls = calls(count);
    let labels = Labels::of(&calls.iter().collect::<Vec<_>>());
    let config = RecipeChoice::asked(recipe, labels).settings(quick());
    fit(&calls, &config)
}

#[test]
fn a_handful_of_calls_makes_a_model_whose_words_are_silent() {
    // Of accounts of four calls, eight are two: two won and two lost in each.
    let model = fit_by(Recipe::FewLabels, 8).unwrap();
    assert_eq!(
        (model.labels.total(), model.out_of_fold.finished.len()),
        (8, 8)
    );
    for stage in [Stage::Live, Stage::Finished] {
        let stage = model.predictor.stage(stage);
        let weights = stage.combination.blend().weights;
        assert_eq!(
            (weights.words, weights.head, weights.shape, weights.metadata),
            (0.0, 0.0, 0.0, 0.0)
        );
        assert!((0.0..=1.0).contains(&weights.neighbours), "{weights:?}");
        assert!(stage.parts.words().is_empty());
    }
    let error = fit_by(Recipe::FewLabels, 2).unwrap_err().to_string();
    assert!(
        error.contains("at least 2 calls of each outcome, there are 1 won and 1 lost"),
        "{error}"
    );
    let error = fit_by(Recipe::FewLabels, 4).unwrap_err().to_string();
    assert!(error.contains("belong to 1 accounts"), "{error}");
}

#[test]
fn an_encoder_does_not_learn_from_a_handful() {
    let config = TrainingConfig {
        epochs: 1,
        ..RecipeChoice::asked(Recipe::FewLabels, labels(2, 2, 4)).settings(quick())
    };
    let error = config.check().unwrap_err().to_string();
    assert!(error.contains("`epochs` is 1"), "{error}");
}

#[test]
fn contrast_in_batches_of_both_outcomes_trains_an_encoder() {
    let model = fit_by(Recipe::Contrastive, 60).unwrap();
    assert!(!model.epochs.is_empty());
}

#[test]
fn every_account_is_left_out_by_itself() {
    let calls = calls(10);
    let folds = leave_one_group_out(&calls.iter().collect::<Vec<_>>());
    assert_eq!(folds, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
}
