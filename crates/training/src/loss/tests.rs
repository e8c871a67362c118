//! Laws of every loss: what degenerate batches do, what is refused, how files name them.

use candle_core::{Device, Var};
use upturn_core::Diagnostic;

use super::finite_differences::agrees;
use super::sample::{batch, numbers, vectors};
use super::*;

fn named(json: &str) -> LossConfig {
    serde_json::from_str(json).unwrap()
}

/// Every loss, with the field of the batch that it takes.
fn all() -> Vec<(LossConfig, &'static str)> {
    let mut all: Vec<(LossConfig, &str)> = [
        (r#"{"type": "BinaryCrossEntropy"}"#, "labelled"),
        (r#"{"type": "SupCon", "temperature": 0.1}"#, "labelled"),
        (r#"{"type": "BatchHardTriplet", "margin": 0.3}"#, "labelled"),
        (
            r#"{"type": "BatchHardTriplet", "distance": "cosine"}"#,
            "labelled",
        ),
        (r#"{"type": "BatchSemiHardTriplet"}"#, "labelled"),
        (
            r#"{"type": "BatchSemiHardTriplet", "distance": "cosine"}"#,
            "labelled",
        ),
        (
            r#"{"type": "MultipleNegativesRanking", "symmetric": true}"#,
            "pairs",
        ),
        (r#"{"type": "CoSENT"}"#, "scored"),
    ]
    .map(|(json, field)| (named(json), field))
    .into();
    let cut = |loss: &LossConfig| {
        LossConfig::Matryoshka(Matryoshka {
            loss: Box::new(loss.clone()),
            dims: vec![4, 1],
            weights: vec![],
        })
    };
    let cuts: Vec<_> = all
        .iter()
        .map(|(loss, field)| (cut(loss), *field))
        .collect();
    all.extend(cuts);
    all
}

/// The value, after checking that it and its gradient are finite.
fn finite(loss: &LossConfig, rows: &[[f32; 4]], change: impl Fn(&mut LossBatch)) -> f32 {
    let rows = Var::from_slice(rows.as_flattened(), (rows.len(), 4), &Device::Cpu).unwrap();
    let half = rows.dim(0).unwrap() / 2;
    let halves = [rows.narrow(0, 0, half), rows.narrow(0, half, half)].map(Result::unwrap);
    let [left, right] = halves;
    let mut batch = LossBatch {
        labelled: Some(Labelled {
            vectors: rows.as_tensor().clone(),
            labels: (0u32..).map(|at| at % 2).take(2 * half).collect(),
            logits: Some(rows.narrow(1, 0, 1).unwrap().squeeze(1).unwrap()),
        }),
        pairs: Some(Pairs {
            anchors: left.clone(),
            positives: right.clone(),
            negatives: vec![left.clone()],
        }),
        scored: Some(ScoredPairs {
            left,
            right,
            scores: (0u8..).map(f32::from).take(half).collect(),
        }),
    };
    change(&mut batch);
    let value = loss.of(&batch).unwrap();
    let number = value.to_scalar::<f32>().unwrap();
    assert!(number.is_finite() && number >= -1e-5, "{number}: {loss:?}");
    if let Some(gradient) = value.backward().unwrap().get(&rows) {
        let slopes = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(
            slopes.iter().all(|slope| slope.is_finite()),
            "{slopes:?}: {loss:?}"
        );
    }
    number
}

#[test]
fn degenerate_batches_have_finite_values_and_gradients() {
    let equal = [[0.5, 0.5, -0.5, 0.5]; 4];
    let zero = [[0.0; 4]; 4];
    let opposite = [[1e3, 0.0, 0.0, 0.0], [-1e3, 0.0, 0.0, 0.0]];
    let tiny = [[1e-20, 0.0, 0.0, 0.0], [0.0, 1e-20, 0.0, 0.0]];
    let huge = [[1e15, 0.0, 0.0, 0.0], [0.0, -1e15, 0.0, 0.0]];
    for (loss, _) in all() {
        for rows in [&equal[..], &zero, &opposite, &tiny, &huge] {
            finite(&loss, rows, |_| {});
        }
    }
}

#[test]
fn one_class_one_row_or_one_score_leaves_nothing_to_compare() {
    let rows = [[1.0, 2.0, 0.5, -1.0], [0.3, -1.0, 2.0, 0.1]];
    let one_row = |batch: &mut LossBatch| {
        let labelled = batch.labelled.as_mut().unwrap();
        labelled.vectors = labelled.vectors.narrow(0, 0, 1).unwrap();
        labelled.labels = vec![0];
        labelled.logits = None;
        batch.pairs.as_mut().unwrap().negatives.clear();
    };
    for (loss, _) in all() {
        if matches!(&loss, LossConfig::BinaryCrossEntropy(_))
            || matches!(&loss, LossConfig::Matryoshka(outer) if matches!(*outer.loss, LossConfig::BinaryCrossEntropy(_)))
        {
            continue;
        }
        let value = finite(&loss, &rows, one_row);
        assert!(value.abs() < 1e-6, "{value}: {loss:?}");
    }
    let one_class = |batch: &mut LossBatch| {
        batch.labelled.as_mut().unwrap().labels = vec![3; 2];
        batch.scored.as_mut().unwrap().scores = vec![0.5];
    };
    for json in [
        r#"{"type": "BatchHardTriplet"}"#,
        r#"{"type": "BatchSemiHardTriplet"}"#,
    ] {
        assert!(
            finite(&named(json), &rows, one_class).abs() < 1e-6,
            "{json}"
        );
    }
    // Two of a class have nobody else to be nearer than.
    assert!(finite(&named(r#"{"type": "SupCon"}"#), &rows, one_class).abs() < 1e-5);
}

#[test]
fn a_batch_that_lacks_what_a_loss_takes_is_refused() {
    for (loss, field) in all() {
        let error = loss.of(&LossBatch::default()).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(&format!("`{field}`")), "{message}");
        assert!(error.hint().is_some());
    }
    let mut short = batch(&vectors(), true, [1.0, 0.0, 0.5]);
    short.labelled.as_mut().unwrap().labels.pop();
    let pairs = short.pairs.as_mut().unwrap();
    pairs.positives = pairs.positives.narrow(0, 0, 2).unwrap();
    short.scored.as_mut().unwrap().scores.pop();
    let mut empty = batch(&vectors(), true, [1.0, 0.0, 0.5]);
    let nothing = vectors().narrow(0, 0, 0).unwrap();
    empty.labelled.as_mut().unwrap().vectors = nothing.clone();
    empty.pairs.as_mut().unwrap().anchors = nothing.clone();
    empty.scored.as_mut().unwrap().left = nothing;
    for (loss, _) in all() {
        assert!(
            matches!(loss.of(&short), Err(LossError::Rows { .. })),
            "{loss:?}"
        );
        let refused = matches!(
            loss.of(&empty),
            Err(LossError::Empty { .. } | LossError::Tensor(_))
        );
        assert!(refused, "{loss:?}");
    }
}

#[test]
fn outcomes_other_than_won_and_lost_have_no_cross_entropy() {
    let mut classes = batch(&vectors(), false, [1.0; 3]);
    classes.labelled.as_mut().unwrap().labels = vec![0, 1, 2, 0, 1, 2];
    let loss = named(r#"{"type": "BinaryCrossEntropy"}"#);
    assert!(matches!(
        loss.of(&classes),
        Err(LossError::Label { got: 2 })
    ));
}

#[test]
fn a_mixture_is_the_weighted_sum_and_skips_what_weighs_nothing() {
    let mixture = named(
        r#"{"type": "Mixture", "terms": [
            {"weight": 0.25, "loss": {"type": "BinaryCrossEntropy"}},
            {"weight": 2.0, "loss": {"type": "SupCon"}},
            {"weight": 0.0, "loss": {"type": "CoSENT"}}
        ]}"#,
    );
    mixture.check().unwrap();
    let mut batch = batch(&vectors(), false, [1.0, 0.0, 0.5]);
    batch.scored = None;
    let value = |loss: &LossConfig| loss.of(&batch).unwrap().to_scalar::<f32>().unwrap();
    let [cross_entropy, contrast] = [
        r#"{"type": "BinaryCrossEntropy"}"#,
        r#"{"type": "SupCon", "temperature": 0.3}"#,
    ]
    .map(|json| value(&named(json)));
    let gap = value(&mixture) - (0.25 * cross_entropy + 2.0 * contrast);
    assert!(gap.abs() < 1e-6);
    agrees(&numbers(), (6, 4), |vectors| {
        let batch = super::sample::batch(vectors, false, [1.0, 0.0, 0.5]);
        Ok(mixture.of(&batch).unwrap())
    });
}

#[test]
fn a_loss_survives_its_file_and_wrong_numbers_or_names_do_not_pass() {
    for (loss, _) in all().into_iter().chain([(LossConfig::default(), "")]) {
        loss.check().unwrap();
        let json = serde_json::to_string(&loss).unwrap();
        assert_eq!(named(&json), loss, "{json}");
    }
    for json in [
        r#"{"type": "SupCon", "temperature": 0.0}"#,
        r#"{"type": "MultipleNegativesRanking", "scale": -1}"#,
        r#"{"type": "BatchHardTriplet", "margin": -0.1}"#,
        r#"{"type": "BatchSemiHardTriplet", "margin": -0.1}"#,
        r#"{"type": "CoSENT", "scale": 0}"#,
        r#"{"type": "Mixture", "terms": []}"#,
        r#"{"type": "Mixture", "terms": [{"weight": 1, "loss": {"type": "CoSENT", "scale": 0}}]}"#,
    ] {
        assert!(
            matches!(named(json).check(), Err(LossError::Setting { .. })),
            "{json}"
        );
    }
    for json in [
        r#"{"type": "SupCon", "temprature": 0.1}"#,
        r#"{"type": "BinaryCrossEntropy", "weight": 1}"#,
        r#"{"type": "Contrastive"}"#,
    ] {
        assert!(serde_json::from_str::<LossConfig>(json).is_err(), "{json}");
    }
}
