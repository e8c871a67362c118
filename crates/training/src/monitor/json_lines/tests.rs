use super::*;

fn step(step: usize) -> TrainingEvent<'static> {
    TrainingEvent::Step(StepReport {
        step,
        epoch: 1 + (step - 1) / 2,
        loss: 0.5,
        gradient_norm: 0.25,
        learning_rate: 1e-5,
        calls: 4,
        tokens: 300,
        seconds: 0.5,
    })
}

fn epoch(epoch: usize) -> EpochReport {
    EpochReport {
        epoch,
        training_loss: 0.5,
        validation_loss: (epoch == 1).then_some(0.6),
    }
}

fn begins(name: &str, step: usize) -> TrainingEvent<'_> {
    TrainingEvent::Begins {
        name,
        step,
        steps: 4,
    }
}

fn run(lines: &JsonLines, name: &str, from: usize, to: usize) {
    lines.event(&begins(name, from));
    for at in from + 1..=to {
        lines.event(&step(at));
        if at % 2 == 0 {
            lines.epoch(epoch(at / 2));
        }
    }
    if to == 4 {
        lines.event(&TrainingEvent::StoppedEarly {
            epoch: 2,
            best_epoch: 1,
        });
    }
}

#[test]
fn each_line_is_json_with_its_type_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    let lines = JsonLines::open(&path, false).unwrap();
    run(&lines, "final", 0, 4);
    lines.finish().unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types: Vec<&str> = lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "begin",
            "step",
            "step",
            "epoch",
            "step",
            "step",
            "epoch",
            "early_stop"
        ]
    );
    let first = serde_json::json!({
        "type": "step", "fine_tuning": "final", "step": 1, "epoch": 1, "loss": 0.5, "gradient_norm": 0.25,
        "learning_rate": 1e-5, "calls": 4, "tokens": 300, "seconds": 0.5, "tokens_per_second": 600.0,
    });
    assert_eq!(lines[1], first);
    assert_eq!(lines[3]["validation_loss"], 0.6);
}

#[test]
fn a_run_that_goes_on_leaves_the_lines_of_one_that_was_never_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let lines = JsonLines::open(&whole, false).unwrap();
    run(&lines, "fold-1", 0, 4);
    run(&lines, "final", 0, 4);
    // Interrupted after `seen` steps, with a line half written, and goes on after the `kept`th.
    for seen in 0..=4 {
        for kept in 0..=seen {
            let lines = JsonLines::open(&parts, false).unwrap();
            run(&lines, "fold-1", 0, 4);
            run(&lines, "final", 0, seen);
            drop(lines);
            let mut text = fs_err::read(&parts).unwrap();
            text.extend(b"{\"type\":\"st");
            fs_err::write(&parts, text).unwrap();
            let lines = JsonLines::open(&parts, true).unwrap();
            run(&lines, "final", kept, 4);
            lines.finish().unwrap();
            let read = |path| fs_err::read_to_string(path).unwrap();
            assert_eq!(read(&parts), read(&whole), "{seen} {kept}");
        }
    }
}
