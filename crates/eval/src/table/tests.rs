use proptest::prelude::*;
use upturn_core::{ConversationId, Diagnostic, ErrorKind, Probability};

use crate::sample::{alone, calibrated};
use crate::{EvalError, PredictionTable, Predictions, Row, Run, write_predictions};

const GOOD: &str = "\
id,prefix,seed,label,length,stack
a,1.0,0,1,0.5,0.75
b,1.0,0,0,0.5,0.25
b,0.5,0,0,0.5,0.375
a,1.0,1,1,0.5,1
";

/// Reads a file of these bytes.
fn read(content: impl AsRef<[u8]>) -> Result<PredictionTable, EvalError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs_err::write(&path, content).unwrap();
    PredictionTable::read(&path)
}

/// The message about such a file, with its folder left out.
fn message(content: impl AsRef<[u8]>) -> String {
    let error = read(content).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    let (before, after) = text.split_once('`').unwrap();
    let (_, rest) = after.split_once("table.csv").unwrap();
    format!("{before}`table.csv{rest}")
}

fn nobody(_: &str) -> String {
    String::new()
}

#[test]
fn a_method_is_selected_by_prefix_and_seed_with_its_groups() {
    let table = read(GOOD).unwrap();
    assert_eq!(table.methods(), ["length", "stack"]);
    assert_eq!(table.runs(), [(1.0, 0), (0.5, 0), (1.0, 1)]);
    let stack = table
        .predictions("stack", 1.0, 0, &|id| format!("account of {id}"))
        .unwrap();
    let seen: Vec<_> = stack
        .rows()
        .iter()
        .map(|row| {
            (
                row.id.as_str(),
                &*row.group,
                row.won,
                row.probability.value(),
            )
        })
        .collect();
    let expected = [
        ("a", "account of a", true, 0.75),
        ("b", "account of b", false, 0.25),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn the_order_of_columns_blanks_a_mark_and_an_index_do_not_matter() {
    let table = read(
        "\u{feff},stack, label,group,seed,prefix,id\n0, 0.75 ,1,x,0,1,a\n\n1,0.25,0,y,0,1.0,b\n",
    )
    .unwrap();
    assert_eq!(table.methods(), ["stack"]);
    let same = read(GOOD).unwrap();
    assert_eq!(
        table.predictions("stack", 1.0, 0, &nobody).unwrap(),
        same.predictions("stack", 1.0, 0, &nobody).unwrap()
    );
}

#[test]
fn a_bad_field_is_named_by_file_line_and_column_and_not_repeated() {
    let cases = [
        (
            "b,1.0,0,0,0.5,0.25",
            "b,1.0,0,0,0.5,1.25",
            "stack",
            "a probability from 0 to 1",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            "b,1.0,0,0,they said no,0.25",
            "length",
            "a probability from 0 to 1",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            "b,1.0,0,0,nan,0.25",
            "length",
            "a probability from 0 to 1",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            "b,1.0,0,won,0.5,0.25",
            "label",
            "0 (lost) or 1 (won)",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            "b,1.0,-1,0,0.5,0.25",
            "seed",
            "a whole number from 0",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            "b,75,0,0,0.5,0.25",
            "prefix",
            "a share of the turns above 0 and up to 1",
        ),
        (
            "b,1.0,0,0,0.5,0.25",
            " ,1.0,0,0,0.5,0.25",
            "id",
            "an id of 1 to 512 bytes",
        ),
    ];
    for (good, bad, column, expected) in cases {
        assert_eq!(
            message(GOOD.replace(good, bad)),
            format!("`table.csv` line 3, column `{column}`: expected {expected}")
        );
    }
}

#[test]
fn a_bad_table_says_what_is_wrong_with_it() {
    let cases = [
        (String::new(), "`table.csv` holds no predictions"),
        (
            "id,prefix,seed,label,stack\n".to_owned(),
            "`table.csv` holds no predictions",
        ),
        (
            GOOD.replace("label", "won"),
            "`table.csv` has no column `label`",
        ),
        (
            GOOD.replace("length", "stack"),
            "`table.csv` has one name for the columns 5 and 6",
        ),
        (
            "id,prefix,seed,label,group\na,1,0,1,x\n".to_owned(),
            "`table.csv` has no column of a method",
        ),
        (
            GOOD.replace("0.375", "0.375,9"),
            "`table.csv` line 4 has 7 fields, the header has 6",
        ),
        (
            GOOD.replace("b,0.5", "b,1"),
            "`table.csv` line 4 repeats conversation `b` with prefix 1 and seed 0",
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(message(content), expected);
    }
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.extend(b"\xff,1.0,2,1,0.5,1\n");
    assert_eq!(message(bytes), "`table.csv` line 6 is not UTF-8");
}

#[test]
fn what_is_not_in_the_table_is_not_found_and_the_hint_says_what_is() {
    let table = read(GOOD).unwrap();
    let method = table.predictions("bag", 1.0, 0, &nobody).unwrap_err();
    assert_eq!(method.kind(), ErrorKind::NotFound);
    assert_eq!(method.hint().unwrap(), "its methods are length, stack");
    let run = table.predictions("stack", 0.5, 1, &nobody).unwrap_err();
    assert_eq!(run.kind(), ErrorKind::NotFound);
    assert_eq!(
        run.hint().unwrap(),
        "it has prefix 1 with seed 0, prefix 0.5 with seed 0, prefix 1 with seed 1"
    );
    let missing = PredictionTable::read("no/such/table.csv").unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    let folder = tempfile::tempdir().unwrap();
    let error = PredictionTable::read(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_is_read_back_bit_for_bit(
        rows in prop::collection::btree_map(".{1,12}", (0.0f64..=1.0, any::<bool>()), 1..20),
        prefix in 0.001f64..=1.0,
        seed in any::<u64>(),
    ) {
        let rows = rows.into_iter().filter_map(|(id, (probability, won))| Some(Row {
            id: ConversationId::new(id).ok()?,
            group: String::new(),
            won,
            probability: Probability::new(probability).unwrap(),
        }));
        let Ok(predictions) = Predictions::new(rows.collect()) else { return Ok(()) };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ours.csv");
        let mut turned: Vec<Row> = predictions.rows().iter().rev().cloned().collect();
        for row in &mut turned {
            row.probability = Probability::new(1.0 - row.probability.value()).unwrap();
        }
        let turned = Predictions::new(turned).unwrap();
        let run = Run { prefix, seed, predictions: vec![&predictions, &turned] };
        write_predictions(&path, &["upturn", "the, other"], &[run]).unwrap();
        let table = PredictionTable::read(&path).unwrap();
        prop_assert_eq!(&table.predictions("upturn", prefix, seed, &nobody).unwrap(), &predictions);
        let other = table.predictions("the, other", prefix, seed, &nobody).unwrap();
        for (row, said) in predictions.rows().iter().zip(other.rows()) {
            prop_assert_eq!(&said.id, &row.id);
            prop_assert!((said.probability.value() + row.probability.value() - 1.0).abs() < f64::EPSILON);
        }
    }
}

#[test]
fn our_predictions_stand_in_the_shape_of_the_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.csv");
    let predictions = alone([(0.25, true), (1.0, false)]);
    let run = |prefix, seed| Run {
        prefix,
        seed,
        predictions: vec![&predictions],
    };
    write_predictions(&path, &["upturn"], &[run(1.0, 0), run(0.75, 2)]).unwrap();
    assert_eq!(
        fs_err::read_to_string(&path).unwrap(),
        "id,prefix,seed,label,upturn\ncall-0,1.0,0,1,0.25\ncall-1,1.0,0,0,1\n\
         call-0,0.75,2,1,0.25\ncall-1,0.75,2,0,1\n"
    );
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.csv");
    fs_err::write(&path, "before").unwrap();
    let predictions = alone(calibrated(4, 1));
    let run = |prefix, seed| Run {
        prefix,
        seed,
        predictions: vec![&predictions],
    };
    for name in ["", "label", "group", " upturn"] {
        let error = write_predictions(&path, &[name], &[run(1.0, 0)]).unwrap_err();
        assert!(matches!(error, EvalError::MethodName { .. }));
    }
    for prefix in [0.0, 1.5, f64::NAN] {
        let error = write_predictions(&path, &["upturn"], &[run(prefix, 0)]).unwrap_err();
        assert!(matches!(error, EvalError::Prefix { .. }));
    }
    let twice = write_predictions(&path, &["upturn"], &[run(1.0, 0), run(1.0, 0)]).unwrap_err();
    assert!(matches!(twice, EvalError::RepeatedRun { .. }));
    assert_eq!(fs_err::read_to_string(&path).unwrap(), "before");
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_no_remains() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    fs_err::create_dir(&path).unwrap();
    let predictions = alone(calibrated(4, 1));
    let run = Run {
        prefix: 1.0,
        seed: 0,
        predictions: vec![&predictions],
    };
    let error = write_predictions(&path, &["upturn"], &[run]).unwrap_err();
    assert!(matches!(error, EvalError::Write { .. }));
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
}
