use upturn_eval::Estimate;

use super::*;
use crate::examples::{calls, fit, quick};
use crate::{Adaptation, AgainstPretrained, Divergence, Lora, Recipe, Worth};

fn look(prefixes: usize, auc: Option<f64>, brier: f64) -> FirstLook {
    let around = |value: f64| Estimate {
        value,
        low: value - 0.03,
        high: value + 0.04,
    };
    FirstLook {
        prefixes,
        metrics: [("auc", auc), ("brier", Some(brier))].into(),
        intervals: [("auc", auc.map(around)), ("brier", Some(around(brier)))].into(),
    }
}

fn pass(name: &str, done: usize, best_epoch: usize) -> Passes {
    Passes {
        name: name.to_owned(),
        done,
        best_epoch,
        worth: Worth::default(),
    }
}

/// The whole card as it is published; after a change of words, look at the difference and copy what is printed.
#[test]
fn the_card_tells_data_recipe_metrics_limits_and_licence() {
    let labels = Labels {
        won: 545,
        lost: 472,
        accounts: 1_017,
    };
    let config = RecipeChoice::for_labels(labels).settings(TrainingConfig::default());
    let (encoder, data) = (
        Fingerprint::new("e".repeat(64)),
        Fingerprint::new("d".repeat(64)),
    );
    let base = Origin {
        name: "sentence-transformers/all-MiniLM-L6-v2".to_owned(),
        licence: Some("Apache-2.0".to_owned()),
    };
    let card = Card {
        encoder: &encoder,
        base,
        labels,
        data: &data,
        config: &config,
        epochs: &[],
        passes: &[pass("fold-1", 2, 1), pass("final", 1, 1)],
        moment_tokens: 128,
        looks: [
            (Stage::Live, look(408, None, 0.23456)),
            (Stage::Finished, look(204, Some(0.7149), 0.2146)),
        ]
        .into(),
        sentences: true,
        unchanged: false,
    };
    let text = card.to_string();
    assert!(text == include_str!("golden.md"), "{text}");
}

#[test]
fn what_is_not_known_and_what_is_too_little_is_said() {
    let labels = Labels {
        won: 2,
        lost: 3,
        accounts: 5,
    };
    let config = RecipeChoice::asked(Recipe::FewLabels, labels).settings(TrainingConfig::default());
    let (encoder, data) = (Fingerprint::new("e"), Fingerprint::new("d"));
    let base = Origin {
        name: "our|own\n`encoder`".to_owned(),
        licence: None,
    };
    let card = Card {
        encoder: &encoder,
        base,
        labels,
        data: &data,
        config: &config,
        epochs: &[],
        passes: &[],
        moment_tokens: 24,
        looks: BTreeMap::new(),
        sentences: false,
        unchanged: true,
    };
    let text = card.to_string();
    for said in [
        "| base encoder | our\\|own \\`encoder\\` |",
        "| licence of the base encoder | unknown |",
        "The licence of the base encoder is not known",
        "It learnt from 5 calls",
        "The calls are of 5 accounts",
        "Predictions carry no interval",
        "The encoder is the base encoder as it was",
        "read as if it were over",
        "| trained layers | none |",
        "| words of finished calls from | whole calls |",
    ] {
        assert!(text.contains(said), "`{said}` is not in {text}");
    }
    let metrics = serde_json::to_value(card.metrics()).unwrap();
    assert_eq!(
        (&metrics["calls"], &metrics["accounts"]),
        (&5.into(), &5.into())
    );
    assert_eq!(metrics["recipe"]["recipe"], "few");
    assert_eq!(metrics["settings"]["seed"], 0);
    assert!(!text.contains("### How the encoder learnt"), "{text}");
    assert!(metrics["base_encoder"]["licence"].is_null());
}

#[test]
fn why_the_encoder_stayed_as_it_was_is_said_with_both_losses() {
    let model = fit(&calls(60), &quick()).unwrap();
    let (config, against) = (
        TrainingConfig::distilled(),
        AgainstPretrained {
            calls: 204,
            pretrained: 0.65,
            tuned: 0.66,
        },
    );
    let said = |fault| {
        let worth = Worth {
            against_pretrained: Some(against),
            fault,
        };
        let [fold, last] = [("fold-1", 3), ("final", 0)].map(|(name, done)| Passes {
            worth,
            ..pass(name, done, 0)
        });
        let card = Card {
            passes: &[fold, last],
            unchanged: true,
            ..Card::of(&model, &config)
        };
        assert_eq!(
            serde_json::to_value(card.metrics()).unwrap()["fine_tunings"][1]["against_pretrained"]
                ["tuned"],
            0.66
        );
        card.to_string()
    };
    for (fault, why) in [
        (
            None,
            "fine-tuning made it no better on calls it had not seen",
        ),
        (
            Some(Divergence::Alike),
            "the vectors of all calls came out alike when it was fine-tuned",
        ),
    ] {
        let text = said(fault);
        for row in [
            "| trained layers | all |",
            "| epochs done and kept | fold-1: 3 done, none kept; final: 0 done, none kept |",
            "| log-loss of the encoder alone on calls held out | 0.6600 fine-tuned, 0.6500 as it came, 204 calls |",
            &format!("The encoder is the base encoder as it was: {why}."),
        ] {
            assert!(text.contains(row), "`{row}` is not in {text}");
        }
    }
}

#[test]
fn a_card_of_a_model_has_intervals_around_what_was_measured() {
    let config = TrainingConfig {
        epochs: 0,
        ..quick()
    };
    let model = fit(&calls(60), &config).unwrap();
    assert_eq!(model.base.origin().name, "tiny-bert");
    assert_eq!(model.labels.accounts, 15);
    let card = Card::of(&model, &config);
    let look = &card.looks[&Stage::Finished];
    for name in ["auc", "brier"] {
        let Estimate { value, low, high } = look.intervals[name].unwrap();
        assert!(low < value && value < high, "{name}: {low} {value} {high}");
        assert_eq!(Some(value.to_bits()), look.metrics[name].map(f64::to_bits));
    }
    let text = card.to_string();
    assert!(
        text.contains(model.data.as_str()) && text.contains("| accounts | 15 |"),
        "{text}"
    );
}

/// The settings that `metrics.json` and the card hold are those that give the model again.
#[test]
fn a_model_can_be_trained_again_from_what_its_card_says() {
    let calls = calls(60);
    let choice = RecipeChoice::asked(Recipe::Contrastive, Labels::default());
    let config = choice.settings(TrainingConfig {
        adaptation: Some(Adaptation::default()),
        lora: Some(Lora::default()),
        seed: 3,
        ..quick()
    });
    let model = fit(&calls, &config).unwrap();
    let card = Card::of(&model, &config);
    let metrics = serde_json::to_value(card.metrics()).unwrap();
    let settings: TrainingConfig = serde_json::from_value(metrics["settings"].clone()).unwrap();
    assert_eq!(settings, config);
    let again = fit(&calls, &settings).unwrap();
    assert_eq!(
        Embeddings::fingerprint(&again.encoder),
        Embeddings::fingerprint(&model.encoder)
    );
    assert_eq!((&again.passes, again.passes.len()), (&model.passes, 2));
    assert_eq!(metrics["fine_tunings"][1]["name"], "final");
    let text = card.to_string();
    let (_, rest) = text.split_once("```json\n").unwrap();
    let (json, _) = rest.split_once("```").unwrap();
    let recipe: serde_json::Value = serde_json::from_str(json).unwrap();
    for part in ["loss", "sampler", "adaptation", "lora", "head_start"] {
        assert_eq!(recipe[part], metrics["settings"][part], "{part}");
    }
    assert!(recipe.get("contrast").is_none(), "{recipe}");
    assert!(
        text.contains("| loss | 0.1 BinaryCrossEntropy + 0.9 SupCon |"),
        "{text}"
    );
}
