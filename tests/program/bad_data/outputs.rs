//! What is there already stays, and a killed command leaves nothing half.

use super::*;

#[test]
fn what_is_there_already_is_not_overwritten() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 40);
    let (file, folder) = (desk.put("file", "mine"), desk.path("folder"));
    fs_err::create_dir(&folder).unwrap();
    let inner = desk.put("folder/calls.jsonl", "mine");
    for (command, out, sentence) in [
        ("ingest", &file, "is a file"),
        ("ingest", &folder, "holds another data set"),
        ("inspect", &file, "is a file"),
        ("redact", &folder, "exists and is no file"),
        ("split", &file, "is a file"),
        ("split", &folder, "is not empty"),
    ] {
        let arguments = desk.command(command, &data);
        let old = desk.out(command);
        let swap = |one: String| if one == old { out.clone() } else { one };
        let arguments: Vec<String> = arguments.into_iter().map(swap).collect();
        refused(&run(&arguments), 2, sentence);
        for kept in [&file, &inner] {
            assert_eq!(fs_err::read_to_string(kept).unwrap(), "mine");
        }
    }
    let mut arguments = desk.command("redact", &data);
    arguments.extend(["--key", &file].map(str::to_owned));
    refused(&run(&arguments), 2, "exists already");
    desk.nothing_is_there("redact");
}

#[test]
fn a_killed_split_leaves_no_part_and_can_be_begun_anew() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 8_000);
    let arguments = desk.command("split", &data);
    let out = desk.out("split");
    let mut child = upturn()
        .args(&arguments)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !Path::new(&out).join(".split").exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for name in ["train.jsonl", "test.jsonl", "split.json"] {
        assert!(!Path::new(&out).join(name).exists(), "{name}");
    }
    let said = done(&arguments);
    assert!(
        said.contains("8000 read = 8000 written + 0 set aside"),
        "{said}"
    );
}
