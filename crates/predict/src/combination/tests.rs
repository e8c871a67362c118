use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// `groups` groups of two examples each; the words tell won from lost in all but every fifth group.
fn examples(groups: usize) -> Vec<OutOfFold> {
    let one = |place: usize| {
        let group = place / 2;
        let won = group.is_multiple_of(2);
        let says = if group.is_multiple_of(5) == won {
            -0.7
        } else {
            0.9
        };
        let wave = |factor: usize| (place * factor % 17) as f64 / 17.0 - 0.5;
        OutOfFold {
            logits: PartLogits {
                words: says + wave(5),
                head: says + 2.0 * wave(7),
                neighbours: wave(3),
                shape: 0.1 * wave(11),
                metadata: 0.1 * wave(6),
            },
            won,
            group: format!("g{group}"),
            turns: 2 + place % 7,
            familiarity: Some(0.6 + 0.2 * wave(13)),
        }
    };
    (0..2 * groups).map(one).collect()
}

#[test]
fn metadata_count_once_there_are_groups_enough_to_judge_them_by() {
    let weight = |groups: usize| {
        let mut examples = examples(groups);
        for example in &mut examples {
            example.logits.metadata = example.logits.words;
        }
        let fitted = Combination::fit(&examples, &PredictorConfig::default()).unwrap();
        let weights = fitted.blend().weights;
        assert!(weights.words > 0.0, "{weights:?}");
        weights.metadata
    };
    assert!(weight(PredictorConfig::default().interval_groups - 1).abs() < f64::EPSILON);
    assert!(weight(PredictorConfig::default().interval_groups) > 0.0);
}

fn fitted(groups: usize) -> Combination {
    Combination::fit(&examples(groups), &PredictorConfig::default()).unwrap()
}

/// One for all cases: what is asked varies. It has everything that a combination may have.
static FITTED: LazyLock<Combination> = LazyLock::new(|| {
    let all = BaseRate {
        won: 400,
        calls: 1_000,
    };
    Combination::fit_part(
        &examples(CALIBRATED_GROUPS),
        all,
        &PredictorConfig::default(),
    )
    .unwrap()
});

proptest! {
    #[test]
    fn the_parts_sum_to_the_calibrated_blend(
        logits in prop::array::uniform5(-30.0f64..30.0),
        turns in 0usize..50,
    ) {
        let combination = &*FITTED;
        let logits = PartLogits::from_array(logits);
        let (parts, logit) = combination.combine(logits, turns);
        let sum: f64 = parts.iter().map(|part| part.logit).sum();
        prop_assert!((sum - logit).abs() < 1e-6);
        let blended = combination.blend().logit(logits);
        let calibrated = combination.calibration().logit(blended, turns) + combination.shift;
        prop_assert!((calibrated - logit).abs() < 1e-6);
        let names: Vec<PartName> = parts.iter().map(|part| part.name).collect();
        prop_assert!(names.is_sorted() && names.len() == 7);
    }

    #[test]
    fn a_part_that_says_more_never_lowers_the_answer(
        logits in prop::array::uniform5(-3.0f64..3.0),
        more in 0.0f64..3.0,
        part in 0usize..5,
        turns in 0usize..50,
    ) {
        let combination = &*FITTED;
        let mut raised = logits;
        raised[part] += more;
        let (before, after) = (PartLogits::from_array(logits), PartLogits::from_array(raised));
        let (lower, higher) = (combination.combine(before, turns).1, combination.combine(after, turns).1);
        prop_assert!(lower <= higher + 1e-9);
        let bounds = |logits| combination.bounds(logits, turns).unwrap();
        let (low, high) = (bounds(before), bounds(after));
        prop_assert!(low.0 <= low.1 && low.0 <= high.0 + 1e-12 && low.1 <= high.1 + 1e-12);
    }
}

#[test]
fn a_part_that_says_what_it_says_on_average_adds_nothing() {
    let combination = fitted(40);
    let (parts, logit) = combination.combine(combination.centre, 4);
    let base_rate = combination.blend().logit(combination.centre);
    assert!((parts[0].logit - base_rate).abs() < 1e-12);
    assert!(parts[1..6].iter().all(|part| part.logit.abs() < 1e-12));
    assert!((parts[6].logit - (logit - base_rate)).abs() < 1e-9);
}

#[test]
fn few_groups_stay_as_the_blend_has_them() {
    let choices = [CALIBRATED_GROUPS - 1, CALIBRATED_GROUPS].map(|groups| {
        let combination = fitted(groups);
        let logits = examples(1)[0].logits;
        let apart = combination.combine(logits, 4).1 - combination.blend().logit(logits);
        (
            combination.calibration_choice().is_some(),
            apart.abs() < 1e-9,
        )
    });
    assert_eq!(choices, [(false, true), (true, false)]);
}

#[test]
fn a_part_of_the_calls_takes_on_the_base_rate_of_all() {
    let (config, some) = (PredictorConfig::default(), examples(60));
    let won = some.iter().filter(|example| example.won).count();
    let of = |won: usize, calls: usize| {
        Combination::fit_part(&some, BaseRate { won, calls }, &config).unwrap()
    };
    assert_eq!(
        of(won, some.len()),
        Combination::fit(&some, &config).unwrap()
    );
    let (seldom, often) = (of(299, 1_198), of(899, 1_198));
    for example in &some {
        let said = |combination: &Combination| combination.combine(example.logits, example.turns).1;
        // From 1 in 4 to 3 in 4: odds of 1/3 become 3.
        assert!((said(&often) - said(&seldom) - 9f64.ln()).abs() < 1e-9);
        let ends =
            |combination: &Combination| combination.bounds(example.logits, example.turns).unwrap();
        assert!(ends(&seldom).0 <= ends(&often).0 && ends(&seldom).1 <= ends(&often).1);
    }
}

#[test]
fn weighted_by_the_correction_examples_have_the_base_rate_of_all() {
    let some = examples(60);
    let all = BaseRate {
        won: 299,
        calls: 1_198,
    };
    let correction = Correction::new(&some, all);
    // Each outcome counts once more, as in the shares.
    let counted = |won: bool| some.iter().filter(|example| example.won == won).count() as f64 + 1.0;
    let [won, lost] = [true, false].map(|outcome| counted(outcome) * correction.weight(outcome));
    assert!((won / (won + lost) - 0.25).abs() < 1e-12);
}

#[test]
fn an_interval_needs_enough_groups() {
    assert!(fitted(49).bounds(PartLogits::default(), 4).is_none());
    assert!(fitted(50).bounds(PartLogits::default(), 4).is_some());
}

#[test]
fn sets_and_doubts_need_enough_groups() {
    let support = Support {
        calls: 5,
        won: 1,
        nearest: None,
    };
    for (groups, enough) in [(49, false), (50, true)] {
        let combination = fitted(groups);
        let sets = combination.outcome_sets(PartLogits::default(), 4);
        assert_eq!(sets.len(), if enough { 3 } else { 0 });
        let doubts = combination.doubts(PartLogits::default(), 4, Some(0.1), support);
        let unlike = doubts.filter(|doubt| matches!(doubt, Doubt::NothingLikeIt { .. }));
        assert_eq!(unlike.count(), usize::from(enough));
    }
}

#[test]
fn a_group_weighs_one_whatever_its_number_of_examples() {
    let examples = examples(60);
    let scores: Vec<f64> = (0..examples.len())
        .map(|place| (place / 2) as f64)
        .collect();
    let twice: Vec<OutOfFold> = examples
        .iter()
        .flat_map(|one| [one.clone(), one.clone()])
        .collect();
    let twice_scores: Vec<f64> = scores.iter().flat_map(|&score| [score, score]).collect();
    let (one, two) = (
        interval(&examples, &scores, Correction::NONE),
        interval(&twice, &twice_scores, Correction::NONE),
    );
    for score in [-1.0, 10.5, 30.0, 99.0] {
        let ((a, b), (c, d)) = (one.bounds(score), two.bounds(score));
        assert!((a - c).abs() < 1e-12 && (b - d).abs() < 1e-12);
    }
}

#[test]
fn calibration_is_fitted_to_blends_that_had_not_seen_the_group() -> Result<(), PredictError> {
    let examples = examples(40);
    let config = PredictorConfig::default();
    let groups = 40;
    let scores = unseen(&examples, groups, 10.0, &config)?;
    let named = examples.iter().map(|one| (one.group.as_str(), one.won));
    let fold_of = grouped(named, config.calibration_folds, config.seed);
    // Turning the outcomes of one part of the groups round must not move what is said of that part.
    let mut turned = examples.clone();
    for (one, fold) in turned.iter_mut().zip(&fold_of) {
        if *fold == 0 {
            one.won = !one.won;
        }
    }
    let logits_of_others: (Vec<_>, Vec<_>) = turned
        .iter()
        .zip(&fold_of)
        .filter(|(_, fold)| **fold != 0)
        .map(|(one, _)| (one.logits, one.won))
        .unzip();
    let without = Blend::fit(&logits_of_others.0, &logits_of_others.1, 10.0)?;
    for ((one, fold), score) in examples.iter().zip(&fold_of).zip(&scores) {
        if *fold == 0 {
            assert_eq!(without.logit(one.logits).to_bits(), score.to_bits());
        }
    }
    Ok(())
}

#[test]
fn the_penalty_is_the_one_whose_blends_say_most_of_unseen_groups() -> Result<(), PredictError> {
    let examples = examples(60);
    let config = PredictorConfig::default();
    let (penalty, scores) = chosen(&examples, 60, &config)?;
    for other in PENALTIES {
        let others = unseen(&examples, 60, other, &config)?;
        assert!(mean_loss(&examples, &scores) <= mean_loss(&examples, &others));
    }
    let asked = PredictorConfig {
        blend_penalty: Some(7.0),
        ..config
    };
    assert_eq!(
        chosen(&examples, 60, &asked)?,
        (7.0, unseen(&examples, 60, 7.0, &asked)?)
    );
    assert!(PENALTIES.contains(&penalty));
    Ok(())
}

/// `-ln σ(1) = 0.313262`, `-ln(1 - σ(2)) = 2.126928`.
#[test]
fn log_loss_is_the_formula() {
    let mut two = examples(2);
    (two[0].won, two[1].won) = (true, false);
    let two = &two[..2];
    assert!((mean_loss(two, &[1.0, 2.0]) - 1.220_095).abs() < 1e-6);
}

#[test]
fn too_little_to_hold_out_is_refused() {
    let config = PredictorConfig::default();
    let mut alone = examples(1);
    alone[0].won = !alone[1].won;
    assert_eq!(
        Combination::fit(&alone, &config).unwrap_err(),
        PredictError::TooFew {
            expected: 2,
            got: 1
        }
    );
    let mut alike = examples(5);
    alike.retain(|one| one.won);
    assert!(matches!(
        Combination::fit(&alike, &config),
        Err(PredictError::OneOutcome { lost: 0, .. })
    ));
}
