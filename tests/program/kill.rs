//! `upturn index`, killed with SIGKILL at any moment: nothing that was acknowledged is lost, no store is damaged, and the same command
//! goes on to what an undisturbed run makes.
//!
//! Acknowledged is what a whole line of the ledger's manifest names, as another process could read it before the kill.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tempfile::TempDir;
use upturn::vectorstore::index::Index;
use upturn::vectorstore::ledger::Ledger;
use upturn::{Filter, Point, PointId, ScoredDocument, SearchRequest, VectorStore as _};

use super::copy;
use super::store_faults::send;
use super::{House, Said, done, json, upturn};

const KILLS: usize = 50;
/// They give 1,019 points.
const CALLS: usize = 240;
/// A process is killed after at most so many changes that were seen in its folder. Of an undisturbed filling some 230 are seen, 60 of
/// them while the folder is made and 15 to 20 for each of eight batches; with at most one folder or three batches, a store takes many kills.
const MOST_CHANGES: usize = 60;

/// Calls of short turns, which are quickly embedded.
fn calls(file: &Path) {
    let words: Vec<&str> = "price budget contract delivery renewal discount size meeting demo security signature quarter"
        .split(' ')
        .collect();
    let mut dice = ChaCha8Rng::seed_from_u64(6);
    let mut turn = |number: usize| {
        let words = (0..dice.random_range(8..14)).map(|_| words[dice.random_range(0..words.len())]);
        let speaker = ["seller", "buyer"][number % 2];
        serde_json::json!({"speaker": speaker, "text": words.collect::<Vec<_>>().join(" ")})
    };
    let line = |number: usize| {
        let turns: Vec<Value> = (0..6).map(&mut turn).collect();
        let outcome = ["won", "lost"][number % 2];
        serde_json::json!({"id": format!("call {number}"), "turns": turns, "outcome": outcome})
            .to_string()
    };
    let lines: Vec<String> = (0..CALLS).map(line).collect();
    fs_err::write(file, lines.join("\n")).unwrap();
}

/// A folder in memory where there is one: what a killed process wrote is there without any disk, which would only be waited for.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// The command, for one store after the other.
struct Filling {
    root: TempDir,
    model: String,
}

impl Filling {
    fn new() -> Self {
        let root = folder();
        calls(&root.path().join("calls.jsonl"));
        Self {
            root,
            model: House::get().model(),
        }
    }

    /// Each store lies in a folder of its own, since something may be made beside it.
    fn store(&self, name: &str) -> PathBuf {
        self.root.path().join(name).join("store")
    }

    fn command(&self, store: &Path) -> Vec<String> {
        let data = self.root.path().join("calls.jsonl");
        let named = |path: &Path| path.to_str().unwrap().to_owned();
        let options = ["index", "--model", &self.model, "--data"].map(str::to_owned);
        let more = [named(&data), "--store".to_owned(), named(store)];
        [&options[..], &more[..]].concat()
    }

    fn start(&self, store: &Path) -> Child {
        let mut command = upturn();
        command.args(self.command(store));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }
}

/// Names, lengths and times of all files below a folder, as one number. Files may come and go meanwhile.
fn look(folder: &Path) -> u64 {
    let mut seen = DefaultHasher::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::iter::once(&folder)
            .flat_map(fs_err::read_dir)
            .flatten();
        for entry in entries.flatten() {
            let Ok(about) = entry.metadata() else {
                continue;
            };
            entry.path().hash(&mut seen);
            if about.is_dir() {
                folders.push(entry.path());
            } else {
                (about.len(), about.modified().ok()).hash(&mut seen);
            }
        }
    }
    seen.finish()
}

fn manifest(store: &Path) -> String {
    let text = fs_err::read_to_string(store.join("ledger/manifest.jsonl")).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |at| at + 1);
    text[..whole].to_owned()
}

/// Lets a process run until its folder has changed so often; what it had acknowledged then, or none if it ended before.
///
/// Changes are counted, not milliseconds, so that the moments are spread alike on a quick and on a slow machine.
fn until(changes: usize, child: &mut Child, store: &Path) -> Option<String> {
    let folder = store.parent().unwrap();
    let mut last = look(folder);
    let mut seen = 0;
    while child.try_wait().unwrap().is_none() {
        let now = look(folder);
        seen += usize::from(now != last);
        last = now;
        if seen >= changes {
            return Some(manifest(store));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None
}

/// All points, in order of id.
fn points(index: &Index) -> Vec<Point> {
    index.scroll(&Filter::default(), None, usize::MAX).unwrap()
}

fn neighbours(index: &Index, of: &[Point]) -> Vec<Vec<ScoredDocument>> {
    let some = of.iter().step_by(101);
    some.map(|point| {
        let request = SearchRequest::new(point.embedding.clone(), 10);
        index.search(&request).unwrap()
    })
    .collect()
}

fn open(store: &Path) -> Index {
    let ledger = Ledger::open(store.join("ledger")).unwrap();
    Index::open(store, &ledger.last_encoder().unwrap()).unwrap()
}

/// What a ledger names, whole and as it was written.
fn recorded(store: &Path) -> BTreeSet<PointId> {
    let ledger = Ledger::open(store.join("ledger")).unwrap();
    let calls = ledger.everything().flat_map(Result::unwrap);
    let points = calls.flat_map(|call| call.points);
    points.map(|point| point.document.id()).collect()
}

/// Whether a copy of the store, as the kill left it, holds all that was acknowledged, and nothing but what the undisturbed one holds.
fn check(store: &Path, acknowledged: &str, whole: &[Point]) {
    let now = manifest(store);
    assert!(now.starts_with(acknowledged), "{acknowledged}\n{now}");
    if now.lines().count() < 2 {
        return;
    }
    let root = folder();
    let copied = root.path().join("store");
    copy(store.to_str().unwrap(), copied.to_str().unwrap());
    let recorded = recorded(&copied);
    let rows = now.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["body"]["rows"].as_u64()
    });
    assert_eq!(rows.sum::<u64>(), recorded.len() as u64);
    let there = points(&open(&copied));
    let ids: BTreeSet<PointId> = there.iter().map(|point| point.document.id()).collect();
    assert_eq!(ids, recorded);
    let is_known = |point: &Point| {
        let id = point.document.id();
        let at = whole.binary_search_by_key(&id, |known| known.document.id());
        at.is_ok_and(|at| whole[at] == *point)
    };
    assert!(there.iter().all(is_known));
}

#[test]
fn an_indexing_killed_fifty_times_loses_nothing_acknowledged_and_ends_as_one_never_killed() {
    let filling = Filling::new();
    let undisturbed = filling.store("undisturbed");
    done(&filling.command(&undisturbed));
    let index = open(&undisturbed);
    let whole = points(&index);
    assert!(whole.len() > 1_000, "{} points", whole.len());
    let nearest = neighbours(&index, &whole);

    let mut dice = ChaCha8Rng::seed_from_u64(50);
    let (mut killed, mut acknowledged) = (0, 0);
    for number in 0.. {
        let store = filling.store(&format!("killed-{number}"));
        fs_err::create_dir(store.parent().unwrap()).unwrap();
        while killed < KILLS {
            let mut child = filling.start(&store);
            let changes = dice.random_range(1..=MOST_CHANGES);
            let Some(told) = until(changes, &mut child, &store) else {
                break;
            };
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
            acknowledged += usize::from(told.lines().count() > 1);
            check(&store, &told, &whole);
        }
        done(&filling.command(&store));
        let index = open(&store);
        assert!(points(&index) == whole, "store {number} has other points");
        let found = neighbours(&index, &whole);
        assert!(found == nearest, "store {number} answers otherwise");
        assert_eq!(recorded(&store).len(), whole.len());
        assert_eq!(left_beside(&store), 0);
        if killed == KILLS {
            break;
        }
    }
    assert!(acknowledged > KILLS / 3, "{acknowledged} only");
}

#[test]
fn ctrl_c_writes_what_is_encoded_says_how_much_that_is_and_the_same_command_goes_on() {
    let filling = Filling::new();
    let store = filling.store("stopped");
    let mut command = upturn();
    command.args(filling.command(&store));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while manifest(&store).lines().count() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it was too fast");
        std::thread::sleep(Duration::from_millis(1));
    }
    send("-INT", &child);
    let said: Said = child.wait_with_output().unwrap().into();
    assert_eq!(said.code, Some(130), "{}", said.err);
    let ledger = Ledger::open(store.join("ledger")).unwrap();
    let calls = ledger.everything().flat_map(Result::unwrap).count();
    assert!(calls < CALLS, "it was too fast");
    let sentence = format!("{calls} of {CALLS} calls are indexed; the same command goes on");
    assert!(said.err.contains(&sentence), "{}", said.err);
    let report = done(
        &[
            &filling.command(&store)[..],
            &["--format".into(), "json".into()],
        ]
        .concat(),
    );
    assert_eq!(json(&report)["unchanged"], calls);
}

/// Folders that were prepared and never used. Of one without a lock nobody can tell whether it has just been begun.
fn left_beside(store: &Path) -> usize {
    let beside = fs_err::read_dir(store.parent().unwrap()).unwrap();
    let others = beside.map(|entry| entry.unwrap().path());
    others
        .filter(|other| other != store && other.join("upturn.lock").exists())
        .count()
}
