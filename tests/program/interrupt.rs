//! Ctrl-C while training.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::{House, done, train, upturn};

#[test]
fn ctrl_c_ends_training_and_leaves_the_old_model() {
    let house = House::get();
    let model = house.path("interrupted");
    done(&train(&house.calls(), &model, "0"));
    let before = fs_err::read(format!("{model}/predictor.json")).unwrap();

    let mut arguments = train(&house.calls(), &model, "9999");
    arguments.push("--verbose".to_owned());
    let mut child = upturn()
        .args(&arguments)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(
        lines.by_ref().any(|line| line.contains("fine-tuning")),
        "training never began"
    );
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.contains("interrupted")),
        "{rest:?}"
    );
    assert_eq!(
        fs_err::read(format!("{model}/predictor.json")).unwrap(),
        before
    );
}
