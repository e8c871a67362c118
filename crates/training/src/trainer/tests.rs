use std::collections::HashSet;
use std::sync::Mutex;

use upturn_core::{Filter, Point, PointId, ScoredDocument, SearchRequest};
use upturn_predict::BaseRate;
use upturn_vectorstore_memory::MemoryStore;

use super::split::apart;
use super::*;
use crate::examples::{cached, calls, fit, memory, quick};
use crate::{Silent, WhenSentences};

mod scratch;

#[test]
fn so_many_encoders_are_tuned_that_enough_calls_are_unseen() {
    // Three parts of twenty calls.
    let calls = calls(60);
    let tuned = |tuned_folds, least_unseen| {
        let config = TrainingConfig {
            epochs: 1,
            prefixes: vec![1.0],
            tuned_folds,
            least_unseen,
            ..quick()
        };
        let passes = fit(&calls, &config).unwrap().passes;
        let of_part = |pass: &&Passes| pass.name.starts_with("fold-");
        passes.iter().filter(of_part).count()
    };
    assert_eq!((tuned(1, 0), tuned(1, 20), tuned(2, 0)), (1, 1, 2));
    assert_eq!((tuned(1, 21), tuned(1, 1000)), (2, 3));
}

/// Of a tuned encoder only a part of the calls is unseen, whose own base rate is left to chance.
#[test]
fn where_only_a_part_is_unseen_the_base_rate_is_that_of_all() {
    let (won, lost): (Vec<_>, Vec<_>) = calls(60)
        .into_iter()
        .partition(|call| call.outcome() == Some(Outcome::Won));
    let calls = [&won[7..], &lost].concat();
    let config = TrainingConfig {
        epochs: 1,
        prefixes: vec![1.0],
        tuned_folds: 1,
        least_unseen: 0,
        ..quick()
    };
    let model = fit(&calls, &config).unwrap();
    let (rows, predictor) = (&model.out_of_fold.finished, &config.predictor);
    assert!(rows.len() < calls.len());
    let all = BaseRate {
        won: model.labels.won,
        calls: model.labels.total(),
    };
    let fitted = &model.predictor.stage(Stage::Finished).combination;
    assert_eq!(
        *fitted,
        Combination::fit_part(rows, all, predictor).unwrap()
    );
    assert_ne!(*fitted, Combination::fit(rows, predictor).unwrap());
}

#[test]
fn a_frozen_run_cross_fits_every_call_once_and_tells_them_apart() {
    let calls = calls(60);
    let model = fit(
        &calls,
        &TrainingConfig {
            epochs: 0,
            prefixes: vec![1.0],
            ..quick()
        },
    )
    .unwrap();
    assert_eq!(
        (
            model.labels.total(),
            model.labels.won,
            model.out_of_fold.finished.len()
        ),
        (60, 30, 60)
    );
    let predictor = &model.predictor;
    assert_eq!(
        predictor.stage(Stage::Live),
        predictor.stage(Stage::Finished)
    );
    // Four of five calls say how they end.
    let auc = model.first_look()[&Stage::Finished].metrics["auc"].unwrap();
    assert!(auc > 0.7, "{auc}");
}

#[test]
fn a_tuned_run_repeats_bit_for_bit() {
    let calls = calls(60);
    let bytes = || {
        let model = fit(&calls, &quick()).unwrap();
        (
            upturn_core::Embeddings::fingerprint(&model.encoder).clone(),
            serde_json::to_vec(&model.predictor).unwrap(),
        )
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn what_can_not_be_learnt_from_is_refused() {
    let config = quick();
    let reason = |calls: &[Conversation]| fit(calls, &config).map(|_| ()).unwrap_err().to_string();
    assert!(reason(&calls(12)).contains("there are 6 won and 6 lost"));
    let one_account: Vec<_> = calls(40)
        .into_iter()
        .map(|call| {
            call.with_metadata(upturn_core::Metadata {
                account: Some("a".into()),
                ..Default::default()
            })
        })
        .collect();
    assert!(reason(&one_account).contains("belong to 1 accounts"));
    let mut twice = calls(40);
    twice.push(twice[0].clone());
    assert!(reason(&twice).contains("two calls have the id `call-0`"));
}

#[test]
fn sentences_are_learnt_from_in_every_fold() {
    let calls = calls(400);
    let words = |sentences| -> Vec<f64> {
        let config = TrainingConfig {
            epochs: 0,
            prefixes: vec![1.0],
            sentences,
            ..quick()
        };
        let model = fit(&calls, &config).unwrap();
        let rows = model.out_of_fold.finished.iter();
        rows.map(|row| row.logits.words).collect()
    };
    let (always, never) = (words(WhenSentences::Always), words(WhenSentences::Never));
    let mut pairs = always.iter().zip(&never);
    assert!(pairs.all(|(with, without)| (with - without).abs() > 1e-9));
}

/// A store that fails the test when a call is asked about while its account is in the store.
#[derive(Debug)]
struct Watched {
    inner: MemoryStore,
    accounts: Mutex<HashSet<String>>,
}

impl VectorStore for Watched {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.inner.fingerprint()
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        self.accounts.lock().unwrap().extend(
            points
                .iter()
                .map(|point| point.document.metadata.account.clone()),
        );
        self.inner.upsert(points)
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        assert!(
            !request.filter.without_accounts.is_empty(),
            "a vote must leave out the call's own account"
        );
        let stored = self.accounts.lock().unwrap();
        let leaked = request
            .filter
            .without_accounts
            .iter()
            .find(|account| stored.contains(*account));
        assert!(
            leaked.is_none(),
            "cross-fitting asked about {leaked:?}, which the collection holds"
        );
        self.inner.search(request)
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        self.inner.retrieve(ids)
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        self.inner.scroll(filter, after, limit)
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.inner.delete(filter)
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        self.inner.count(filter)
    }
}

#[test]
fn no_account_stands_on_both_sides_of_cross_fitting() {
    let watched = |dimension: usize,
                   fingerprint: &Fingerprint|
     -> Result<Arc<dyn VectorStore>, VectorStoreError> {
        let inner = MemoryStore::new(dimension, fingerprint.clone());
        Ok(Arc::new(Watched {
            inner,
            accounts: Mutex::default(),
        }))
    };
    let (calls, encoder, config) = (
        calls(60),
        cached(),
        TrainingConfig {
            epochs: 0,
            ..quick()
        },
    );
    let trainer = Trainer {
        config: &config,
        encoder: &encoder,
        stores: &watched,
        monitor: &Silent,
        checkpoints: None,
    };
    let model = trainer.fit(&calls.iter().collect::<Vec<_>>()).unwrap();
    let rows = &model.out_of_fold;
    // Of four turns the first one, two, three, and all of a call that may go on.
    assert_eq!((rows.live.len(), rows.finished.len()), (240, 60));
    for row in rows.live.iter().chain(&rows.finished) {
        let familiarity = row.familiarity.unwrap();
        assert!((-1.0..=1.0).contains(&familiarity), "{familiarity}");
    }
}

#[test]
fn no_more_parts_and_calls_are_asked_about_than_are_enough() {
    let asked = |enough_unseen: usize| {
        let config = TrainingConfig {
            epochs: 0,
            enough_unseen,
            ..quick()
        };
        let rows = fit(&calls(60), &config).unwrap().out_of_fold;
        (rows.live.len(), rows.finished.len())
    };
    // Three parts of twenty calls: all of them, two of them, one, and half of one.
    assert_eq!(asked(60), (240, 60));
    assert_eq!(asked(40), (160, 40));
    assert_eq!(asked(20), (80, 20));
    assert_eq!(asked(10), (40, 10));
    let none = TrainingConfig {
        enough_unseen: 0,
        ..quick()
    };
    let refused = fit(&calls(60), &none).unwrap_err().to_string();
    assert!(refused.contains("`enough_unseen`"), "{refused}");
}

/// At so high a rate every epoch is worse than the start.
#[test]
fn a_fine_tuning_that_gains_nothing_costs_nothing() {
    let calls = calls(60);
    let tuned = TrainingConfig {
        learning_rate: 0.5,
        head_learning_rate: 5.0,
        ..quick()
    };
    let frozen = TrainingConfig {
        epochs: 0,
        ..tuned.clone()
    };
    let (tuned, frozen) = (fit(&calls, &tuned).unwrap(), fit(&calls, &frozen).unwrap());
    let kept: Vec<usize> = tuned.passes.iter().map(|pass| pass.best_epoch).collect();
    assert_eq!(kept, [0, 0]);
    assert_eq!(tuned.out_of_fold, frozen.out_of_fold);
    assert_eq!(tuned.predictor, frozen.predictor);
}

/// Calls that say how they go on but not how they end, of the accounts of the others.
fn unlabelled() -> Vec<Conversation> {
    let all = calls(80).into_iter().skip(60);
    all.map(|call| call.with_outcome(None)).collect()
}

#[test]
fn calls_without_an_outcome_are_learnt_from_by_an_adaptation_alone() {
    let fingerprint = |with: bool, adaptation: Option<crate::Adaptation>| {
        let mut all = calls(60);
        if with {
            all.extend(unlabelled());
        }
        let config = TrainingConfig {
            epochs: 0,
            adaptation,
            ..quick()
        };
        let model = fit(&all, &config).unwrap();
        assert_eq!(model.labels.total(), 60);
        upturn_core::Embeddings::fingerprint(&model.encoder).clone()
    };
    assert_eq!(fingerprint(false, None), fingerprint(true, None));
    let adaptation = Some(crate::Adaptation::default());
    assert_ne!(
        fingerprint(false, adaptation.clone()),
        fingerprint(true, adaptation)
    );
}

#[test]
fn cross_fitting_adapts_to_no_account_that_is_asked_about() {
    let (all, others) = (calls(60), calls(20));
    let others: Vec<&Conversation> = others.iter().collect();
    let unseen: Vec<Labelled<'_>> = all[..8].iter().map(|call| (call, Outcome::Won)).collect();
    let kept = apart(&others, &unseen);
    let accounts: HashSet<&str> = kept.iter().map(|call| call.group()).collect();
    assert_eq!((kept.len(), accounts.len()), (12, 3));
    assert!(!accounts.contains("account 0") && !accounts.contains("account 1"));
    assert_eq!(apart(&others, &[]).len(), 20);
}
