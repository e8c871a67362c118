//! Bad data for `ingest`, `inspect`, `redact` and `split`: one clear sentence, the right exit code, nothing lost, nothing
//! half written, and nothing of what was said on standard error.

mod outputs;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::bad_input::refused;
use super::{Said, done, run, upturn};

/// What must never be seen on standard error.
const SECRET: &str = "my pin is 4711";

const COMMANDS: [&str; 4] = ["ingest", "inspect", "redact", "split"];

/// A folder of a test.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs_err::write(&path, bytes).unwrap();
        path
    }

    /// Calls of the canonical form, with the secret in each.
    fn calls(&self, name: &str, number: usize) -> String {
        let call = |at: usize| {
            let outcome = if at.is_multiple_of(3) { "won" } else { "lost" };
            format!(
                r#"{{"id":"{at}","turns":[{{"speaker":"seller","text":"offer {at}, {SECRET}"}},{{"speaker":"buyer","text":"{}"}}],"outcome":"{outcome}","metadata":{{"account":"a{at}"}}}}"#,
                format!("about {at} ").repeat(1 + at % 90)
            ) + "\n"
        };
        self.put(name, (0..number).map(call).collect::<String>())
    }

    /// A command with this data, as it is usually given.
    fn command(&self, command: &str, data: &str) -> Vec<String> {
        let out = self.out(command);
        let key = self.path("secret.key");
        let arguments = match command {
            "ingest" => vec!["ingest", data, "--out", &out, "--keep-duplicates"],
            "inspect" => vec!["inspect", "--data", data, "--card", &out],
            "redact" => vec![
                "redact",
                "--data",
                data,
                "--out",
                &out,
                "--pseudonym-key",
                &key,
            ],
            _ => vec!["split", "--data", data, "--out", &out],
        };
        arguments.into_iter().map(str::to_owned).collect()
    }

    fn out(&self, command: &str) -> String {
        self.path(&format!("{command}-out"))
    }

    fn run(&self, command: &str, data: &str) -> Said {
        let said = run(&self.command(command, data));
        discreet(&said);
        said
    }

    /// That a command left no result, whole or half.
    fn nothing_is_there(&self, command: &str) {
        let out = self.out(command);
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs_err::read_dir(folder).into_iter().flatten();
            let name = |entry: std::io::Result<fs_err::DirEntry>| {
                entry.unwrap().file_name().to_string_lossy().into_owned()
            };
            entries.map(name).collect()
        };
        // An ingest of which nothing came leaves the reasons, and no call.
        let has_calls = |name: &String| {
            let told = fs_err::metadata(Path::new(&out).join(name)).unwrap();
            name == "calls.jsonl" && told.len() > 0
        };
        let results: Vec<String> = names(Path::new(&out))
            .into_iter()
            .filter(|name| command != "ingest" || has_calls(name))
            .collect();
        assert!(results.is_empty(), "{command}: {results:?}");
        assert!(!Path::new(&out).is_file(), "{command}");
        let parts = names(self.0.path());
        assert!(
            !parts.iter().any(|name| name.contains(".part")),
            "{parts:?}"
        );
    }
}

/// That nothing of what was said is on standard error.
fn discreet(said: &Said) {
    assert!(!said.err.contains("4711"), "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

/// That the summary says how many records were read, written and set aside.
fn balances(said: &Said, read: usize, written: usize) {
    assert_eq!(said.code, Some(2), "{}", said.err);
    let aside = read - written;
    let balance = format!("{read} read = {written} written + {aside} set aside");
    assert!(
        said.out.replace(',', "").contains(&balance),
        "`{balance}`: {}{}",
        said.out,
        said.err
    );
}

#[test]
fn a_line_of_200_megabytes_is_set_aside_by_each_command() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 40);
    let mut file = fs_err::OpenOptions::new().append(true).open(&data).unwrap();
    file.write_all(&vec![b'x'; 200 << 20]).unwrap();
    file.write_all(b"\n{\n").unwrap();
    for command in COMMANDS {
        let said = desk.run(command, &data);
        balances(&said, 42, 40);
        if command != "ingest" {
            let place = said.err.contains("calls.jsonl:41: 209715200 bytes long");
            assert!(place, "{command}: {}", said.err);
        }
    }
    let aside = fs_err::read_to_string(desk.out("ingest") + "/set-aside.jsonl").unwrap();
    assert_eq!(aside.lines().count(), 2, "{aside}");
}

#[test]
fn thousands_of_broken_lines_are_counted_and_the_first_are_shown() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 40);
    let calls = fs_err::read_to_string(&data).unwrap();
    fs_err::write(&data, calls + &format!("{{\"{SECRET}\n").repeat(3_000)).unwrap();
    for command in ["inspect", "redact", "split"] {
        let said = desk.run(command, &data);
        balances(&said, 3_040, 40);
        assert_eq!(said.err.lines().count(), 22, "{}", said.err);
        assert!(said.err.contains("and 2,980 more"), "{}", said.err);
    }
}

#[test]
fn a_cut_gzip_is_told_and_nothing_is_half_written() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 2_000);
    let packed = Command::new("gzip").args(["-c", &data]).output().unwrap();
    let cut = &packed.stdout[..packed.stdout.len() / 2];
    let cut = desk.put("cut.jsonl.gz", cut);
    for command in ["inspect", "redact", "split"] {
        let said = desk.run(command, &cut);
        refused(&said, 2, "cut.jsonl.gz");
        refused(&said, 2, "gzip data is broken or cut off at byte");
        desk.nothing_is_there(command);
    }
    let said = desk.run("ingest", &cut);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.out.contains("1 unreadable"), "{}", said.out);
    let aside = fs_err::read_to_string(desk.out("ingest") + "/set-aside.jsonl").unwrap();
    assert!(aside.contains("gzip data is broken or cut off"), "{aside}");
    // Whole, it is read like the plain file.
    let whole = desk.put("whole.jsonl.gz", packed.stdout);
    let fingerprint = |data: &str| {
        let card = super::json(&done(&["inspect", "--data", data, "--format", "json"]));
        card["card"]["fingerprint"].clone()
    };
    assert_eq!(fingerprint(&whole), fingerprint(&data));
}

#[test]
fn a_binary_file_is_refused() {
    let desk = Desk::new();
    let bytes: Vec<u8> = (0..40_000_u32).map(|at| (at * at % 251) as u8).collect();
    let data = desk.put("photo.bin", bytes);
    for command in ["inspect", "redact", "split"] {
        let said = desk.run(command, &data);
        refused(&said, 2, "no usable conversation in");
        refused(&said, 2, "photo.bin:1: ");
        desk.nothing_is_there(command);
    }
    refused(
        &desk.run("ingest", &data),
        2,
        "none of the 1 records became a call",
    );
    let aside = fs_err::read_to_string(desk.out("ingest") + "/set-aside.jsonl").unwrap();
    assert!(aside.contains(r#""file":1,"#), "{aside}");
    assert!(aside.contains(r#""reason":"unknown-format""#), "{aside}");
    assert!(
        !aside.contains("photo"),
        "a file's name may be a person's: {aside}"
    );
}

#[test]
fn a_table_with_unknown_columns_is_refused_with_a_way_to_name_them() {
    let desk = Desk::new();
    let table = format!("colour,weight\nred,{SECRET}\n");
    let data = desk.put("table.csv", &table);
    let said = desk.run("ingest", &data);
    refused(&said, 2, "table.csv");
    assert!(said.err.contains("--column"), "{}", said.err);
    for command in ["inspect", "redact", "split"] {
        let said = desk.run(command, &data);
        refused(&said, 2, "table.csv:1: not JSON at column 1");
        desk.nothing_is_there(command);
    }
}

#[test]
fn an_empty_folder_and_an_empty_file_are_refused() {
    let desk = Desk::new();
    let folder = desk.path("empty");
    fs_err::create_dir(&folder).unwrap();
    let file = desk.put("empty.jsonl", "");
    for (command, sentence) in [
        ("ingest", "names no file"),
        ("inspect", "holds no file of the corpus `jsonl`"),
        ("redact", "empty` cannot be read"),
        ("split", "holds no file of the corpus `jsonl`"),
    ] {
        refused(&desk.run(command, &folder), 2, sentence);
        let sentence = match command {
            "ingest" => "none of the 1 records became a call",
            _ => "empty.jsonl` is empty",
        };
        refused(&desk.run(command, &file), 2, sentence);
        desk.nothing_is_there(command);
    }
}

#[test]
fn a_missing_file_is_named() {
    let desk = Desk::new();
    for command in COMMANDS {
        refused(&desk.run(command, "no/such.jsonl"), 2, "no/such.jsonl");
        desk.nothing_is_there(command);
    }
}

#[test]
fn a_typo_in_a_rule_file_is_told_with_its_place() {
    let desk = Desk::new();
    let (data, crm) = (
        desk.calls("calls.jsonl", 3),
        desk.put("deals.csv", "id\n1\n"),
    );
    for (flag, text, place) in [
        (
            "--roles",
            "[labels]\njane = \"buyer\"\nseler_domains = 3\n[x",
            "line 4, column 3",
        ),
        (
            "--roles",
            "seller_domains = [\"a.com\"]\nseler = 3\n",
            "line 2, column 1",
        ),
        ("--labels", "days = 30\n", "line 1, column 1"),
        ("--labels", "won = [\"Won\"\nlost = 3\n", "line 2, column"),
        ("--columns", "txt = \"Utterance\"\n", "line 1, column 1"),
        (
            "--crm-columns",
            "\n\nnonsense = \"x\"\n",
            "line 3, column 1",
        ),
    ] {
        let rules = desk.put("rules.toml", text);
        let mut arguments = desk.command("ingest", &data);
        arguments.extend(["--crm", &crm, flag, &rules].map(str::to_owned));
        let said = run(&arguments);
        refused(&said, 2, "rules.toml");
        refused(&said, 2, place);
        desk.nothing_is_there("ingest");
    }
}

/// A limit on the size of files stands for a full disk: the system refuses the write in the same place.
#[test]
fn a_full_disk_leaves_no_half_result_and_the_same_command_goes_on() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 1_500);
    let key = desk.path("originals.jsonl");
    for command in COMMANDS {
        let mut arguments = desk.command(command, &data);
        if command == "redact" {
            arguments.extend(["--key", &key].map(str::to_owned));
        }
        let limit = if command == "inspect" { "4" } else { "100" };
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
        let mut shell = Command::new("bash");
        shell.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_upturn")]);
        let said: Said = shell.args(&arguments).output().unwrap().into();
        refused(&said, 1, "written");
        assert!(
            said.err.contains("space"),
            "no hint to free space: {}",
            said.err
        );
        discreet(&said);
        desk.nothing_is_there(command);
        assert!(command != "redact" || !Path::new(&key).exists());
        done(&arguments);
    }
}

#[test]
fn standard_input_is_read_where_once_is_enough_and_refused_elsewhere() {
    let desk = Desk::new();
    let data = desk.calls("calls.jsonl", 40);
    for command in ["inspect", "split"] {
        refused(&desk.run(command, "-"), 2, "only files can be read here");
    }
    for command in ["ingest", "redact"] {
        let mut child = upturn()
            .args(desk.command(command, "-"))
            .stdin(fs_err::File::open(&data).unwrap().into_parts().0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{command}");
    }
    let script = "\"$0\" split --data <(cat \"$1\") --out \"$2\"";
    let mut shell = Command::new("bash");
    shell.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_upturn"),
        &data,
        &desk.out("split"),
    ]);
    let said: Said = shell.output().unwrap().into();
    refused(&said, 2, "only files can be read here");
}
