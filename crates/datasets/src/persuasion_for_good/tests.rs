use upturn_core::{Diagnostic, ErrorKind, Speaker};

use super::*;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/persuasion-for-good");

fn fixture() -> Reading {
    crate::read(CORPUS, FIXTURE.as_ref(), &ReadOptions::default()).unwrap()
}

/// Reads a folder with the two given files.
fn read_files(dialog: &[u8], info: &[u8]) -> Result<Reading, DatasetError> {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join(DIALOG), dialog).unwrap();
    fs_err::write(folder.path().join(INFO), info).unwrap();
    crate::read(CORPUS, folder.path(), &ReadOptions::default())
}

fn told(reading: &Reading) -> Vec<String> {
    let name = |r: &Rejected| r.file.file_name().unwrap().to_owned();
    let tell = |r: &Rejected| {
        Rejected {
            file: name(r).into(),
            ..r.clone()
        }
        .to_string()
    };
    reading.rejected.iter().map(tell).collect()
}

#[test]
fn each_sentence_stays_a_turn() {
    use Speaker::{Buyer, Seller};
    let reading = fixture();
    let first = &reading.conversations[0];
    let speakers: Vec<_> = first.turns().iter().map(|turn| turn.speaker).collect();
    assert_eq!(speakers, [Seller, Seller, Buyer, Seller, Buyer]);
    assert!(
        first.turns()[3]
            .text
            .contains("\"every lamp counts\", and it does.\nEven")
    );
    let turns: Vec<_> = reading
        .conversations
        .iter()
        .map(|c| c.turns().len())
        .collect();
    assert_eq!(turns, [5, 3, 3], "the empty sentence counts too");
    assert_eq!(reading.conversations[2].turns()[2].text, "");
}

#[test]
fn outcome_group_and_day_come_from_the_buyers_row_and_the_id() {
    let reading = fixture();
    let known: Vec<_> = reading
        .conversations
        .iter()
        .map(|c| {
            let day = c.metadata().date.map(|day| day.to_string());
            (
                c.outcome().unwrap().as_str(),
                c.group(),
                c.metadata().rep.as_deref().unwrap(),
                day,
            )
        })
        .collect();
    assert_eq!(
        known,
        [
            ("won", "user_2", "user_1", Some("2026-01-02".into())),
            ("lost", "user_4", "user_3", Some("2026-01-03".into())),
            ("won", "user_2", "user_1", None),
        ]
    );
}

#[test]
fn columns_about_persons_are_never_in_the_output() {
    let info = fs_err::read_to_string(Path::new(FIXTURE).join(INFO)).unwrap();
    let output = serde_json::to_string(&fixture().conversations).unwrap();
    for person in ["FIXTURE-SEX", "FIXTURE-RACE", "38.5"] {
        assert!(info.contains(person), "the fixture must hold {person}");
        assert!(!output.contains(person), "{person}");
    }
    assert_eq!(fixture().conversations[0].metadata().extra.len(), 0);
}

#[test]
fn a_dialogue_without_ending_and_an_ending_without_dialogue_are_told() {
    assert_eq!(
        told(&fixture()),
        [
            "full_dialog.csv:14: `full_info.csv` has no row of the buyer of `no-ending-14`: its outcome is unknown",
            "full_info.csv:8: `full_dialog.csv` has no sentence of `no-sentence-15`",
        ]
    );
}

#[test]
fn a_broken_row_sets_its_whole_dialogue_aside_and_no_other() {
    let dialog = b"Unit,B4,B2\nhi,0,a\n\xff,1,a\nhi,2,b\nhi,0,c\nhi,0,d\nhi,0,e\nhi,0,good\nhi,0,\nshort\nhi,1,good\n";
    let info = b"B2,B3,B4,B6\na,u,1,0\nb,u,1,0\nc,u,1,much\nd,,1,1\ne,u,1,1\ne,v,1,0\ngood,u,1,1\n";
    let reading = read_files(dialog, info).unwrap();
    assert_eq!(reading.conversations.len(), 1);
    assert_eq!(reading.conversations[0].turns().len(), 2);
    let whole = |id| format!("a row of dialogue `{id}` is broken, so all of it is set aside: ");
    assert_eq!(
        told(&reading),
        [
            "full_dialog.csv:9: `B2` is missing".to_owned(),
            "full_dialog.csv:10: `B2` is missing".to_owned(),
            format!("full_dialog.csv:3: {}not UTF-8 from byte 1 on", whole("a")),
            format!(
                "full_dialog.csv:4: {}unknown word `2` in `B4`, expected `0` or `1`",
                whole("b")
            ),
            format!(
                "full_info.csv:4: {}`B6` is not an amount in dollars",
                whole("c")
            ),
            format!("full_info.csv:5: {}`B3` is missing", whole("d")),
            format!(
                "full_info.csv:7: {}it has a second buyer (`B4` is 1), so its outcome is unknown",
                whole("e")
            ),
        ]
    );
}

#[test]
fn a_file_of_another_kind_is_named_with_the_column_it_lacks() {
    for (dialog, info, message) in [
        (
            &b"Unit,B4\n"[..],
            &b"B2,B3,B4,B6\n"[..],
            "full_dialog.csv` has no column `B2`",
        ),
        (
            b"Unit,B4,B2\n",
            b"B2,B3,B4\n",
            "full_info.csv` has no column `B6`",
        ),
        (b"", b"B2,B3,B4,B6\n", "full_dialog.csv` is empty"),
        (
            b"Unit,B4,B2\n",
            b"B2,B3,B4,B6\n",
            "no usable conversation in `",
        ),
    ] {
        let error = read_files(dialog, info).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let folder = tempfile::tempdir().unwrap();
    let error = crate::read(CORPUS, folder.path(), &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains(INFO) && error.hint().unwrap().contains(DIALOG));
}

#[test]
fn the_folder_may_be_named_by_one_of_its_files() {
    let file = Path::new(FIXTURE).join(DIALOG);
    let reading = crate::read(CORPUS, &file, &ReadOptions::default()).unwrap();
    assert_eq!(reading, fixture());
}
