use upturn::ConversationId;
use upturn::eval::Row;
use upturn::training::TrainingError;

use super::*;
use crate::failure::chain;

#[test]
fn shares_rise_and_the_whole_is_there_anyway() {
    assert_eq!(rising(&[1.0, 0.5, 0.25, 0.5]), [0.25, 0.5]);
}

fn said(right: f64) -> Predictions {
    let row = |at: usize| Row {
        id: ConversationId::new(format!("call-{at}")).unwrap(),
        group: format!("account-{at}"),
        won: at.is_multiple_of(2),
        probability: Probability::new(if at.is_multiple_of(2) {
            right
        } else {
            1.0 - right
        })
        .unwrap(),
    };
    Predictions::new((0..40).map(row).collect()).unwrap()
}

#[test]
fn each_fold_is_a_replicate_and_too_few_sizes_are_said_to_be_so() {
    let folds: Vec<usize> = (0..40).map(|at| at / 10).collect();
    let said = [said(0.6), said(0.7), said(0.8)];
    let smaller = Smaller {
        shares: &[
            (0.25, Some(Recipe::FewLabels)),
            (0.5, Some(Recipe::Frozen)),
            (1.0, Some(Recipe::Frozen)),
        ],
        prefix: 1.0,
        sizes: &[vec![10, 20, 40], vec![11, 20, 40]],
        said: &said,
        folds: &folds,
    };
    let report = LearningReport::of(&smaller).unwrap();
    let calls: Vec<u64> = report.points.iter().map(|point| point.calls).collect();
    assert_eq!(calls, [11, 20, 40]);
    let brier = &report.curves[1].curve;
    assert_eq!(brier.points[0].replicates.len(), 4);
    // That of 25 % is of another recipe.
    assert_eq!(brier.points[0].calls, 20);
    assert!((brier.points[0].replicates[0] - 0.09).abs() < 1e-12);
    assert!(!report.curves[1].identified);
    let text = report.to_string();
    assert!(
        text.contains("cannot be said: it takes at least four sizes"),
        "{text}"
    );
    let recipes = "`few` for 25.0 %, `frozen` for 50.0 %, `frozen` for 100.0 %";
    assert!(text.contains(recipes), "{text}");
    assert!(
        text.contains("is said by the shares with `frozen` alone"),
        "{text}"
    );
    let alike = LearningReport::of(&Smaller {
        shares: &[0.25, 0.5, 1.0].map(|share| (share, Some(Recipe::Frozen))),
        ..smaller
    });
    let alike = alike.unwrap();
    assert_eq!(alike.recipes(), None);
    assert_eq!(alike.curves[1].curve.points.len(), 3);
}

#[test]
fn a_share_that_can_not_be_learnt_from_is_named_with_what_to_do() {
    let failed = ShareFailed {
        share: 0.05,
        calls: 3,
        source: Cause::new(TrainingError::TooFew {
            expected: 2,
            won: 3,
            lost: 0,
        }),
    };
    assert_eq!(
        chain(&failed),
        "learning from 5.0 % of the training accounts, 3 calls, failed: training takes at least 2 calls of each outcome, \
         there are 3 won and 0 lost"
    );
    assert_eq!(
        failed.hint().unwrap(),
        "leave 0.05 out of `--learning-curve`, or add calls"
    );
}
