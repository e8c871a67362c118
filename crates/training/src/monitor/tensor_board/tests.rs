use std::process::Command;

use super::*;

fn step(monitor: &TensorBoard, step: usize) {
    monitor.event(&TrainingEvent::Step(StepReport {
        step,
        epoch: 1,
        loss: 1.0 / step as f64,
        gradient_norm: 0.25,
        learning_rate: 1e-5,
        calls: 4,
        tokens: 300,
        seconds: 0.5,
    }));
}

fn begins(monitor: &TensorBoard, step: usize) {
    monitor.event(&TrainingEvent::Begins {
        name: "final",
        step,
        steps: 5,
    });
}

/// Three steps, interrupted; goes on after the second, up to the fifth.
fn interrupted(folder: &Path) {
    let first = TensorBoard::create(folder).unwrap();
    begins(&first, 0);
    (1..=3).for_each(|at| step(&first, at));
    drop(first);
    let second = TensorBoard::create(folder).unwrap();
    begins(&second, 2);
    (3..=5).for_each(|at| step(&second, at));
    second.epoch(EpochReport {
        epoch: 1,
        training_loss: 0.5,
        validation_loss: Some(0.75),
    });
    second.finish().unwrap();
}

#[test]
fn each_start_has_a_file_of_its_own_in_the_order_of_time() {
    let folder = tempfile::tempdir().unwrap();
    interrupted(folder.path());
    let entries = fs_err::read_dir(folder.path().join("final")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.contains("tfevents")));
}

#[test]
fn the_real_tensorboard_reads_every_point_once() {
    let Ok(python) = std::env::var("UPTURN_TENSORBOARD_PYTHON") else {
        eprintln!("skipped: UPTURN_TENSORBOARD_PYTHON does not name a Python with tensorboard");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    interrupted(folder.path());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/read_events.py");
    let run = Command::new(python)
        .args([Path::new(script), &folder.path().join("final")])
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let said: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let third = f64::from(1.0f32 / 3.0);
    let expected = serde_json::json!([
        [1, 1.0],
        [2, 0.5],
        [3, third],
        [4, 0.25],
        [5, f64::from(0.2f32)]
    ]);
    assert_eq!(said["loss/training"], expected);
    assert_eq!(said["loss/validation"], serde_json::json!([[5, 0.75]]));
    assert_eq!(said["tokens_per_second"][0], serde_json::json!([1, 600.0]));
    assert_eq!(said.as_object().unwrap().len(), 6);
}
