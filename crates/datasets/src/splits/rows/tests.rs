use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{SplitInto, split};

fn call(id: usize, won: bool) -> String {
    let outcome = if won { "won" } else { "lost" };
    format!(
        r#"{{ "turns":[{{"speaker":"seller","text":"offer {id}"}},{{"text":"hm\u00e4","speaker":"buyer","start_ms":null}}],
        "id":"{id}","outcome":"{outcome}","metadata":{{"account":"a{}","date":null,"deal":7}}}}"#,
        id / 2
    )
    .replace('\n', "")
}

/// A folder of two files: calls, repeated ids, broken and blank lines.
fn data(kinds: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let line = |(at, kind): (usize, &u8)| match kind {
        0 => "{\r\n".to_owned(),
        1 => " \n".to_owned(),
        2 => call(at / 3, true) + "\n",
        _ => call(at, at % 3 == 0) + "\r\n",
    };
    let lines: Vec<String> = kinds.iter().enumerate().map(line).collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    for (name, lines) in [("a.jsonl", first), ("b.json", second)] {
        fs_err::write(folder.path().join(name), lines.concat()).unwrap();
    }
    folder
}

fn rows(folder: &Path, options: &SplitOptions) -> Result<SplitRows, DatasetError> {
    SplitRows::read(Corpus::Jsonl, folder, options, &ReadOptions::default(), &())
}

/// The parts as they come of calls that are all held.
fn held(folder: &Path, options: &SplitOptions) -> Option<BTreeMap<String, String>> {
    let reading = read(Corpus::Jsonl, folder, &ReadOptions::default()).ok()?;
    let calls = &reading.conversations;
    let rows: Vec<SplitRow> = calls
        .iter()
        .map(|call| SplitRow::new(call, options))
        .collect();
    let split = split(&rows, options).ok()?;
    let mut parts = BTreeMap::new();
    for call in calls {
        let part = split.part_of(call.id().as_str()).unwrap();
        let text: &mut String = parts.entry(part.to_string()).or_default();
        *text += &(serde_json::to_string(call).unwrap() + "\n");
    }
    Some(parts)
}

/// The parts as they come of two passes.
fn streamed(folder: &Path, options: &SplitOptions) -> Option<BTreeMap<String, String>> {
    let rows = rows(folder, options).ok()?;
    let split = split(rows.rows(), options).ok()?;
    let mut parts = BTreeMap::new();
    let each = |row: usize, line: &str| {
        let text: &mut String = parts.entry(split.parts()[row].to_string()).or_default();
        *text += line;
        text.push('\n');
        Ok::<(), DatasetError>(())
    };
    rows.lines(&(), each).unwrap();
    Some(parts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn two_passes_give_the_bytes_of_one_that_holds_all(kinds in prop::collection::vec(0u8..9, 0..600), seed: u64) {
        let folder = data(&kinds);
        for options in [
            SplitOptions::default().with_seed(seed),
            SplitOptions::default().with_into(SplitInto::Folds(3)).with_groups(["account", "deal"]),
            SplitOptions::default().with_into(SplitInto::Folds(2)).with_groups(Vec::<String>::new()),
        ] {
            prop_assert_eq!(streamed(folder.path(), &options), held(folder.path(), &options));
        }
    }

    #[test]
    fn the_same_records_are_rejected_for_the_same_reasons(kinds in prop::collection::vec(0u8..9, 0..60)) {
        let folder = data(&kinds);
        let options = SplitOptions::default();
        match (rows(folder.path(), &options), read(Corpus::Jsonl, folder.path(), &ReadOptions::default())) {
            (Ok(rows), Ok(reading)) => {
                prop_assert_eq!(rows.rejected(), &Rejections::from(reading.rejected));
                prop_assert_eq!(rows.rows().len(), reading.conversations.len());
            }
            (rows, reading) => prop_assert_eq!(
                rows.err().map(|error| error.to_string()),
                reading.err().map(|error| error.to_string())
            ),
        }
    }
}

#[test]
fn a_file_that_changes_between_the_passes_is_told() {
    let options = SplitOptions::default();
    let folder = data(&[9; 20]);
    let path = folder.path().join("b.json");
    let rows = rows(folder.path(), &options).unwrap();
    let again = || rows.lines(&(), |_, _| Ok::<(), DatasetError>(()));
    assert!(again().is_ok());
    let before = fs_err::read_to_string(&path).unwrap();
    for after in [
        before.replace(r#""id":"15""#, r#""id":"99""#),
        before.replace(
            r#""id":"15","outcome":"won""#,
            r#""id":"15","outcome":"lost""#,
        ),
        before.lines().take(5).collect::<Vec<_>>().join("\n"),
        before.replacen('{', "", 1),
    ] {
        fs_err::write(&path, after).unwrap();
        let error = again().unwrap_err();
        assert!(matches!(error, DatasetError::Changed { .. }), "{error}");
    }
}

#[test]
fn a_corpus_that_is_held_gives_its_calls_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/persuasion-for-good");
    let options = SplitOptions::default();
    let (corpus, reading) = (Corpus::PersuasionForGood, ReadOptions::default());
    let rows = SplitRows::read(corpus, &folder, &options, &reading, &()).unwrap();
    let mut lines = Vec::new();
    let each = |_: usize, line: &str| {
        lines.push(line.to_owned());
        Ok::<(), DatasetError>(())
    };
    rows.lines(&(), each).unwrap();
    let calls = read(corpus, &folder, &reading).unwrap().conversations;
    let expected: Vec<String> = calls.iter().map(|call| line(call).unwrap()).collect();
    assert_eq!(lines, expected);
}
