use std::io::Read;

use upturn_core::{Diagnostic, ErrorKind};

use super::*;

/// A folder with files that hold their own names.
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, file).unwrap();
    }
    folder
}

fn find(folder: &Path, inputs: &[&str]) -> Result<Sources, DatasetError> {
    let inputs: Vec<String> = inputs
        .iter()
        .map(|input| match *input {
            "-" => "-".to_owned(),
            input => folder.join(input).display().to_string(),
        })
        .collect();
    Sources::find(&inputs)
}

fn ids(sources: &Sources) -> Vec<&str> {
    sources
        .found
        .iter()
        .map(|source| source.id.as_str())
        .collect()
}

#[test]
fn a_folder_is_searched_with_its_folders_in_a_stable_order() {
    let folder = folder(&[
        "b.vtt",
        "a/z.srt.gz",
        "a/c.v2.txt",
        ".hidden.vtt",
        ".git/x.vtt",
        ".git/y/z.vtt",
        "README",
    ]);
    let sources = find(folder.path(), &["."]).unwrap();
    assert_eq!(ids(&sources), ["README", "a/c.v2", "a/z", "b"]);
    assert_eq!((sources.hidden, sources.repeated), (2, 0));
    assert_eq!(find(folder.path(), &["."]).unwrap(), sources);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let folder = folder(&["a/x.vtt", "a/y.vtt"]);
    let sources = find(
        folder.path(),
        &["a/y.vtt", "a", "a/../a/x.vtt", "-", "-", "a/*.vtt"],
    )
    .unwrap();
    assert_eq!(ids(&sources), ["y", "x", "stdin"]);
    assert_eq!(sources.repeated, 5);
    assert_eq!(sources.found[2].kind, SourceKind::StandardInput);
}

#[test]
fn ids_are_unique_however_files_are_named() {
    let folder = folder(&["p/a.vtt", "p/a.srt", "q/a.vtt", "q/b.vtt"]);
    let sources = find(folder.path(), &["p", "q"]).unwrap();
    let root = joined(folder.path());
    let expected = [
        &"a.srt".to_owned(),
        &format!("{root}/p/a.vtt"),
        &format!("{root}/q/a.vtt"),
        &"b".to_owned(),
    ];
    assert_eq!(ids(&sources), expected);
}

#[test]
fn patterns_match_files_and_folders_but_none_that_are_hidden() {
    let folder = folder(&[
        "d/one.vtt",
        "d/two.srt",
        "d/.three.vtt",
        "d/e/four.vtt",
        "odd[1].vtt",
    ]);
    let of = |pattern| find(folder.path(), &[pattern]).map(|sources| ids(&sources).join(" "));
    assert_eq!(of("d/*.vtt").unwrap(), "one");
    assert_eq!(of("d/**/*.vtt").unwrap(), "e/four one");
    assert_eq!(of("d/*").unwrap(), "e/four one two");
    assert_eq!(of("*").unwrap(), "d/e/four d/one d/two odd[1]");
    assert_eq!(of("odd[1].vtt").unwrap(), "odd[1]");
}

#[test]
fn inputs_without_files_are_refused_with_a_sentence() {
    let folder = folder(&["empty/.hidden"]);
    for input in ["nothing.vtt", "*.vtt", "empty"] {
        let error = find(folder.path(), &[input]).unwrap_err();
        assert!(error.to_string().ends_with("` names no file"), "{error}");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.hint().is_some());
    }
    let error = Sources::find(&["a***".to_owned()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a***` is no pattern: see its character 4"
    );
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(Sources::find(&[]).is_err());
}

#[cfg(unix)]
#[test]
fn loops_of_links_end_and_links_to_nothing_are_told() {
    use std::os::unix::fs::symlink;
    let folder = folder(&["a/x.vtt"]);
    symlink(folder.path(), folder.path().join("a/up")).unwrap();
    symlink(
        folder.path().join("a/x.vtt"),
        folder.path().join("same.vtt"),
    )
    .unwrap();
    symlink("nowhere", folder.path().join("gone.vtt")).unwrap();
    let sources = find(folder.path(), &["."]).unwrap();
    assert_eq!(ids(&sources), ["a/x"]);
    assert_eq!((sources.loops, sources.repeated), (1, 1));
    assert_eq!(sources.unreadable.len(), 1);
    assert!(sources.unreadable[0].ends_with("gone.vtt"));
}

#[test]
fn a_source_opens_unpacked_with_its_head() {
    let folder = folder(&["a.txt"]);
    let packed = zstd::stream::encode_all(&b"Ann: hi\nBob: ho"[..], 1).unwrap();
    fs_err::write(folder.path().join("b.txt"), packed).unwrap();
    let sources = find(folder.path(), &["."]).unwrap();
    let mut texts = Vec::new();
    for source in &sources.found {
        let mut opened = source.open().unwrap();
        let mut text = String::new();
        opened.input.read_to_string(&mut text).unwrap();
        assert_eq!(opened.head, text.as_bytes());
        texts.push((opened.compression.as_str(), text));
    }
    assert_eq!(
        texts,
        [
            ("none", "a.txt".to_owned()),
            ("zstd", "Ann: hi\nBob: ho".to_owned())
        ]
    );
}
