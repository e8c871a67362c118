use upturn_core::{ConversationId, Diagnostic, ErrorKind, Metadata, Speaker, Turn};

use super::*;

fn read(content: &str, column: &str) -> Result<Folds, DatasetError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("folds.csv");
    fs_err::write(&file, content).unwrap();
    Folds::read(&file, column)
}

fn conversation(id: &str, account: &str) -> Conversation {
    let turns = vec![Turn::new(Speaker::Seller, "x")];
    let metadata = Metadata {
        account: Some(account.to_owned()),
        ..Metadata::default()
    };
    Conversation::new(ConversationId::new(id).unwrap(), turns)
        .unwrap()
        .with_metadata(metadata)
}

#[test]
fn a_column_is_read_by_its_name() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/folds.csv");
    let folds = Folds::read(file.as_ref(), "seed0").unwrap();
    assert_eq!(folds.count(), 2);
    assert_eq!(
        ["call-1", "call-2", "call-6", "call-7"].map(|id| folds.of(id)),
        [Some(0), Some(1), Some(0), None]
    );
    assert_eq!(
        Folds::read(file.as_ref(), "fold").unwrap().of("call-1"),
        Some(1)
    );
}

#[test]
fn a_bad_file_is_refused_with_file_and_line() {
    for (content, message) in [
        (
            "id,fold\na,0\nb,1\na,1\n",
            "folds.csv:4: id `a` is not unique",
        ),
        (
            "id,fold\na,0\nb,x\n",
            "folds.csv:3: the fold in column `fold` is not a whole number from 0",
        ),
        (
            "id,fold\na,-1\n",
            "folds.csv:2: the fold in column `fold` is not a whole number from 0",
        ),
        (
            "id,fold\na\n",
            "folds.csv:2: column `fold` is missing or not UTF-8",
        ),
        ("id,seed0\na,0\n", "folds.csv` has no column `fold`"),
        ("name,fold\na,0\n", "folds.csv` has no column `id`"),
        ("id,fold\n", "folds.csv` is empty"),
        ("", "folds.csv` is empty"),
        ("id,fold\na,0\nb,2\n", "fold 1 of 3 is empty"),
        ("id,fold\na,1\nb,2\n", "fold 0 of 3 is empty"),
        ("id,fold\na,0\nb,0\n", "fold 1 of 2 is empty"),
        (
            "id,fold\na,0\nb,18446744073709551615\n",
            "fold 1 of 18446744073709551615 is empty",
        ),
    ] {
        let error = read(content, "fold").unwrap_err();
        assert!(
            error.to_string().contains(message),
            "{content}\n  got: {error}"
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.hint().is_some());
    }
    let error = Folds::read("/no/folds.csv".as_ref(), "fold").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn a_selection_leaves_the_others_out_and_tells_what_is_missing() {
    let folds = read("id,fold\nb,1\ngone,1\na,0\n", "fold").unwrap();
    let data = [
        conversation("a", "x"),
        conversation("new", "y"),
        conversation("b", "z"),
    ];
    let assignment = folds.assign(&data).unwrap();
    assert_eq!(assignment.places, [0, 2]);
    assert_eq!(assignment.folds, [0, 1]);
    assert_eq!((assignment.count, assignment.left_out), (2, 1));
    assert_eq!(assignment.missing, ["gone"]);
}

#[test]
fn a_group_that_crosses_folds_is_named() {
    let folds = read("id,fold\na,0\nb,1\nc,1\n", "fold").unwrap();
    let data = [
        conversation("a", "acme"),
        conversation("c", "bolt"),
        conversation("b", "acme"),
    ];
    let error = folds.assign(&data).unwrap_err();
    assert_eq!(
        error.to_string(),
        "group `acme` stands in fold 0 and in fold 1"
    );
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn folds_of_other_data_are_refused() {
    let folds = read("id,fold\na,0\nb,1\n", "fold").unwrap();
    let error = folds.assign(&[conversation("c", "x")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "none of the 2 ids in the file of folds is in the data (1 conversations)"
    );
    let error = folds.assign(&[conversation("a", "x")]).unwrap_err();
    assert_eq!(error.to_string(), "fold 1 of 2 is empty");
}
