use upturn_core::{Diagnostic, ErrorKind, Outcome};

use super::*;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/calls.jsonl");

fn call(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","turns":[{{"speaker":"seller","text":"a"}},{{"speaker":"buyer","text":"b"}}]}}"#
    )
}

/// Reads a folder with the given files.
fn read_files(files: &[(&str, &[u8])], options: &ReadOptions) -> Result<Reading, DatasetError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs_err::write(folder.path().join(name), content).unwrap();
    }
    crate::read(Corpus::Jsonl, folder.path(), options)
}

fn ids(reading: &Reading) -> Vec<&str> {
    reading
        .conversations
        .iter()
        .map(|c| c.id().as_str())
        .collect()
}

/// The rejected records without the folder they stand in.
fn told(rejected: &[Rejected]) -> Vec<String> {
    let short = |r: &Rejected| {
        let file = PathBuf::from(r.file.file_name().unwrap());
        Rejected { file, ..r.clone() }.to_string()
    };
    rejected.iter().map(short).collect()
}

#[test]
fn good_lines_are_read_and_bad_ones_told_by_file_line_and_reason() {
    let reading = crate::read(Corpus::Jsonl, FIXTURE.as_ref(), &ReadOptions::default()).unwrap();
    assert_eq!(ids(&reading), ["call-1", "call-2", "call-6"]);
    let outcomes: Vec<_> = reading
        .conversations
        .iter()
        .map(Conversation::outcome)
        .collect();
    assert_eq!(outcomes, [Some(Outcome::Won), Some(Outcome::Lost), None]);
    let mut told = told(&reading.rejected);
    assert!(told[1].ends_with("/fixtures/calls.jsonl:1"), "{}", told[1]);
    told[1].truncate(45);
    assert_eq!(
        told,
        [
            "calls.jsonl:4: unknown word `perhaps` in `outcome`, expected `won` or `lost`",
            "calls.jsonl:5: id `call-1` is not unique, it ",
            "calls.jsonl:6: one side only: the buyer says nothing",
            "calls.jsonl:7: not JSON at column 68: EOF while parsing a string",
        ]
    );
    assert_eq!(reading.set_aside.total(), 0);
}

#[test]
fn a_bad_line_of_any_kind_stops_nothing() {
    let (good, long) = (call("a"), "x".repeat(300));
    let file = [
        b"\xEF\xBB\xBF",
        good.as_bytes(),
        b"\r\n\r\n",
        long.as_bytes(),
        b"\n\xff\xfe\n[]\n",
        call("b").as_bytes(),
    ]
    .concat();
    let reading = read_files(
        &[("c.jsonl", &file)],
        &ReadOptions::default().with_max_line_bytes(200),
    )
    .unwrap();
    assert_eq!(ids(&reading), ["a", "b"]);
    assert_eq!(
        told(&reading.rejected),
        [
            "c.jsonl:3: 300 bytes long, at most 200 are read",
            "c.jsonl:4: not UTF-8 from byte 1 on",
            "c.jsonl:5: `conversation` is not an object",
        ]
    );
}

#[test]
fn a_folder_is_one_data_set_in_which_ids_are_unique() {
    let (first, second) = (call("a"), format!("{}\n{}\n", call("b"), call("a")));
    let files = [
        ("2.json", second.as_bytes()),
        ("1.jsonl", first.as_bytes()),
        ("3.jsonl", b" \n"),
        ("notes.txt", b"not read"),
    ];
    let reading = read_files(&files, &ReadOptions::default()).unwrap();
    assert_eq!(ids(&reading), ["a", "b"]);
    let told = told(&reading.rejected);
    assert!(
        told[0].starts_with("2.json:2: id `a` is not unique") && told[0].ends_with("1.jsonl:1")
    );
    assert_eq!(told[1], "3.jsonl:1: the file is empty");
}

#[test]
fn a_data_set_with_nothing_usable_is_an_error_with_all_its_faults() {
    let error = read_files(&[("a.jsonl", b"{}\n[]\n")], &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("2 rejected, 0 set aside; first: "),
        "{error}"
    );
    assert!(
        matches!(&error, DatasetError::NothingUsable { rejected, .. } if rejected.count() == 2)
    );
    for (files, message) in [
        (&[("a.jsonl", &b""[..])][..], "is empty"),
        (&[("a.jsonl", b"\n\n")], "is empty"),
        (&[("a.txt", b"x")], "holds no file of the corpus `jsonl`"),
    ] {
        let error = read_files(files, &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().contains(message) && error.hint().is_some(),
            "{error}"
        );
    }
}

#[test]
fn a_missing_path_is_not_found_and_the_hint_says_what_is_expected() {
    let error =
        crate::read(Corpus::Jsonl, "/no/such".as_ref(), &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "`/no/such` does not exist");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().is_some_and(|hint| hint.contains("*.jsonl")));
}
