use upturn_encoder::EncoderOptions;

use super::*;
use crate::examples::{calls, fit, quick};

fn model(config: &TrainingConfig) -> TrainedModel {
    fit(&calls(60), config).unwrap()
}

fn frozen() -> TrainingConfig {
    TrainingConfig {
        epochs: 0,
        ..quick()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_published_model_replaces_the_old_one_and_leaves_nothing_else() {
    let (parent, config) = (tempfile::tempdir().unwrap(), frozen());
    let folder = parent.path().join("model");
    let model = model(&config);
    publish(&model, &config, &folder).unwrap();
    let first = names(&folder);
    fs_err::write(folder.join("card.md"), "old").unwrap();
    publish(&model, &config, &folder).unwrap();
    assert_eq!(names(&folder), first);
    assert_ne!(
        fs_err::read_to_string(folder.join("card.md")).unwrap(),
        "old"
    );
    assert_eq!(names(parent.path()), ["model"]);
    let opened = Encoder::open(&folder, &EncoderOptions::default()).unwrap();
    assert_eq!(
        Embeddings::fingerprint(&opened),
        Embeddings::fingerprint(&model.encoder)
    );
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let (parent, config) = (tempfile::tempdir().unwrap(), frozen());
    fs_err::write(parent.path().join("letters.txt"), "dear").unwrap();
    let refused = publish(&model(&config), &config, parent.path());
    assert!(
        matches!(refused, Err(TrainingError::NoModelFolder { .. })),
        "{refused:?}"
    );
    assert_eq!(names(parent.path()), ["letters.txt"]);
}

#[test]
fn what_can_not_be_written_leaves_nothing_behind() {
    let (parent, config) = (tempfile::tempdir().unwrap(), frozen());
    fs_err::write(parent.path().join("file"), "no folder").unwrap();
    let failed = publish(&model(&config), &config, &parent.path().join("file/model"));
    assert!(
        matches!(failed, Err(TrainingError::Io { .. })),
        "{failed:?}"
    );
    assert_eq!(names(parent.path()), ["file"]);
}
