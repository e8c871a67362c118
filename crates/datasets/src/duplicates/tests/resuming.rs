//! What was seen is on the disk and is gone on with.

use std::path::{Path, PathBuf};

use super::*;

/// Calls of which many are exact or near copies of earlier ones, some short.
fn calls(seed: u64, count: usize) -> Vec<Conversation> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let originals: Vec<_> = (0..=count / 2)
        .map(|at| random_words(&mut random, 5 + at * 7, 3_000))
        .collect();
    let pick = |_| {
        let original = &originals[random.random_range(0..originals.len())];
        let probability = *[0.0, 0.01, 0.1]
            .get(random.random_range(0..3_usize))
            .unwrap();
        call_of(&changed(original, probability, &mut random))
    };
    (0..count).map(pick).collect()
}

fn in_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("duplicates.state");
    (folder, file)
}

fn load(file: &Path, count: u64) -> Result<Duplicates, DuplicateError> {
    Duplicates::load(file, DuplicateOptions::default(), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn stopped_and_gone_on_is_as_never_stopped(
        seed: u64, stops in prop::collection::vec((1usize..15, 0usize..400), 1..5),
    ) {
        let (_folder, file) = in_folder();
        let calls = calls(seed, stops.iter().map(|(step, _)| step).sum());
        let mut whole = fresh();
        let expected: Vec<_> = calls.iter().map(|call| whole.check(call)).collect();
        let (mut got, mut rest) = (Vec::new(), &calls[..]);
        let mut duplicates = fresh();
        for (step, torn) in stops {
            let from = duplicates.count();
            let (now, later) = rest.split_at(step);
            got.extend(now.iter().map(|call| duplicates.check(call)));
            duplicates.save(&file, from).unwrap();
            rest = later;
            // Killed while it wrote more: what follows the last note of progress is torn.
            let mut bytes = fs_err::read(&file).unwrap();
            bytes.extend(std::iter::repeat_n(0xAB, torn));
            fs_err::write(&file, bytes).unwrap();
            let reached = duplicates.count();
            duplicates = load(&file, reached).unwrap();
        }
        prop_assert_eq!(got, expected);
        duplicates.save(&file, duplicates.count()).unwrap();
        let (_other_folder, at_once) = in_folder();
        whole.save(&at_once, 0).unwrap();
        prop_assert_eq!(fs_err::read(&file).unwrap(), fs_err::read(&at_once).unwrap());
    }
}

#[test]
fn each_call_takes_160_bytes_on_disk_and_saving_again_changes_nothing() {
    let (_folder, file) = in_folder();
    let mut duplicates = fresh();
    for call in calls(1, 20) {
        duplicates.check(&call);
    }
    duplicates.save(&file, 0).unwrap();
    let bytes = fs_err::read(&file).unwrap();
    assert_eq!(bytes.len(), 40 + 20 * 160);
    for from in [20, 7, 0] {
        duplicates.save(&file, from).unwrap();
        assert_eq!(fs_err::read(&file).unwrap(), bytes);
    }
}

#[test]
fn every_damaged_byte_is_noticed() {
    let (_folder, file) = in_folder();
    let mut duplicates = fresh();
    for call in calls(2, 3) {
        duplicates.check(&call);
    }
    duplicates.save(&file, 0).unwrap();
    let sound = fs_err::read(&file).unwrap();
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 1;
        fs_err::write(&file, &damaged).unwrap();
        let error = load(&file, 3).unwrap_err();
        let expected = match at {
            0..16 => "is no file of duplicates of this version".to_owned(),
            16..40 => "was written with other options".to_owned(),
            _ => format!("record {} of", (at - 40) / 160),
        };
        assert!(error.to_string().contains(&expected), "{at}: {error}");
        assert!(error.kind() == ErrorKind::InvalidInput && error.hint().is_some());
    }
}

#[test]
fn a_file_that_is_too_short_or_not_there_is_told() {
    let (_folder, file) = in_folder();
    assert_eq!(load(&file, 0).unwrap_err().kind(), ErrorKind::NotFound);
    let mut duplicates = fresh();
    for call in calls(3, 4) {
        duplicates.check(&call);
    }
    duplicates.save(&file, 0).unwrap();
    let bytes = fs_err::read(&file).unwrap();
    fs_err::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(
        load(&file, 3).unwrap().count(),
        3,
        "a torn last record is ignored"
    );
    for error in [
        load(&file, 4).unwrap_err(),
        duplicates.save(&file, 4).unwrap_err(),
    ] {
        assert!(
            error
                .to_string()
                .ends_with("holds 3 records, expected at least 4"),
            "{error}"
        );
    }
    fs_err::write(&file, &bytes[..39]).unwrap();
    assert!(matches!(
        load(&file, 0),
        Err(DuplicateError::NotAState { .. })
    ));
}
