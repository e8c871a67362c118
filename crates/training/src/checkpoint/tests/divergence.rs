//! What is left of trainings that went astray.

use super::*;

#[test]
fn a_run_that_diverges_keeps_the_last_good_state_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = at(folder.path(), Start::New);
    let config = TrainingConfig {
        learning_rate: 1e30,
        warm_up: 0.0,
        ..config()
    };
    let watch = Watch::stop_after(NEVER);
    let error = fit_on(&calls(40), &config, Some(&checkpoints), &watch).unwrap_err();
    let TrainingError::Diverged {
        why: Divergence::NotFinite,
        step,
        kept: Some(kept),
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(kept, checkpoints.folder());
    assert_eq!(*step, watch.told("Step") + 1);
    assert!(error.to_string().contains("the state before it is kept in"));
    let last = checkpoints_of(&kept.join("fold-1")).pop().unwrap();
    let state = TrainingState::parse(&sealed::read(&last).unwrap()).unwrap();
    assert_eq!(state.progress.step + 1, *step);
    for value in state.optimiser.values.iter().chain(&state.best) {
        let numbers = value.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(numbers.iter().all(|number| number.is_finite()));
    }
}

#[test]
fn weights_that_grow_beyond_all_bounds_are_not_kept_though_they_are_finite() {
    let adapting = TrainingConfig {
        epochs: 0,
        adaptation: Some(Adaptation::default()),
        ..config()
    };
    // A rate by which every loss stays finite, in a phase that holds no calls out.
    for (rate, why) in [
        (1e4, Divergence::Growth),
        (1e8, Divergence::Growth),
        (1e38, Divergence::NotFinite),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let checkpoints = at(folder.path(), Start::New);
        let config = TrainingConfig {
            learning_rate: rate,
            ..adapting.clone()
        };
        let watch = Watch::stop_after(NEVER);
        let error = fit_on(&calls(40), &config, Some(&checkpoints), &watch).unwrap_err();
        let TrainingError::Diverged {
            why: said,
            step: 1,
            kept: Some(kept),
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!((*said, kept.as_path()), (why, checkpoints.folder()));
        assert!(error.to_string().starts_with(&why.to_string()), "{error}");
        let last = checkpoints_of(&kept.join("fold-1-adaptation"))
            .pop()
            .unwrap();
        let state = TrainingState::parse(&sealed::read(&last).unwrap()).unwrap();
        assert_eq!((state.progress.step, state.optimiser.steps), (0, 0));
        for value in &state.optimiser.values {
            let numbers = value.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            assert!(numbers.iter().all(|number| number.abs() < 10.0));
        }
    }
}

#[test]
fn the_checkpoint_of_a_run_that_grew_beyond_all_bounds_is_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        learning_rate: 1e4,
        ..config()
    };
    for start in [Start::New, Start::Resume] {
        let checkpoints = at(folder.path(), start);
        let watch = Watch::stop_after(NEVER);
        let error = fit_on(&calls(40), &config, Some(&checkpoints), &watch).unwrap_err();
        assert!(
            matches!(
                &error,
                TrainingError::Diverged {
                    why: Divergence::Growth,
                    step: 1,
                    ..
                }
            ),
            "{start:?}: {error:?}"
        );
    }
}
