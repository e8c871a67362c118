//! A training with less memory than its calls take.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::{House, done, run, train, upturn};

/// Calls of their own, and a folder in which the models of a test lie.
fn calls(house: &House, name: &str) -> (String, String) {
    let folder = house.path(name);
    fs_err::create_dir_all(&folder).unwrap();
    let calls = house.path(&format!("{name}.jsonl"));
    let simulate = "simulate --calls 60 --max-turns 8 --seed 7 --out".split(' ');
    done(&simulate.chain([calls.as_str()]).collect::<Vec<_>>());
    (calls, folder)
}

fn within(mib: &str, calls: &str, model: &str, epochs: &str) -> Vec<String> {
    let mut arguments = train(calls, model, epochs);
    arguments.extend(["--memory", mib].map(str::to_owned));
    arguments
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs_err::DirEntry>| entry.unwrap().file_name();
    let names = entries.map(|entry| name(entry).into_string().unwrap());
    names.collect()
}

#[test]
fn a_model_is_the_same_with_and_without_memory_and_nothing_lies_beside_it() {
    let house = House::get();
    let (calls, folder) = calls(house, "narrow");
    for epochs in ["0", "1"] {
        let models = ["2048", "0"].map(|mib| {
            let model = format!("{folder}/with-{mib}");
            done(&within(mib, &calls, &model, epochs));
            model
        });
        for file in ["model.safetensors", "predictor.json", "metrics.json"] {
            let [wide, narrow] = models
                .each_ref()
                .map(|model| fs_err::read(Path::new(model).join(file)).unwrap());
            assert!(wide == narrow, "{file} differs after {epochs} epochs");
        }
        assert_eq!(names(&folder).len(), 2);
        for model in models {
            fs_err::remove_dir_all(model).unwrap();
        }
    }
}

#[test]
fn a_kill_leaves_no_scratch_file() {
    let house = House::get();
    let (calls, folder) = calls(house, "narrow-killed");
    let model = format!("{folder}/model");
    for milliseconds in [150, 300, 600] {
        let mut child = upturn()
            .args(within("0", &calls, &model, "0"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = names(&folder);
        assert!(left.iter().all(|name| name == "model"), "{left:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_one_sentence() {
    let house = House::get();
    let (calls, folder) = calls(house, "full");
    // Files of more than 64 blocks of 512 bytes are refused, which is how a full disk looks to the program.
    let mut limited = std::process::Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"])
        .arg(upturn().get_program())
        .args(within("0", &calls, &format!("{folder}/model"), "0"));
    for (name, value) in upturn().get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    let said: super::Said = limited.output().unwrap().into();
    assert_eq!(said.code, Some(1), "{}", said.err);
    for words in [
        "can't hold what does not fit the memory",
        "hint: free some space there, or allow more memory with `--memory`",
    ] {
        assert!(said.err.contains(words), "{}", said.err);
    }
    assert!(names(&folder).is_empty());
    let anew = run(&within("0", &calls, &format!("{folder}/model"), "0"));
    assert_eq!(anew.code, Some(0), "{}", anew.err);
}
