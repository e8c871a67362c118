//! The way through the Hub, with a server on this machine in its place.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fixture::*;
use crate::pull::hub::Hub;
use crate::pull::way::Way;
use crate::pull::*;

/// Serves `folder` as the repository `org/tiny` at commit `c0ffee`; gives its address.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&stream.unwrap(), &folder);
        }
    });
    address
}

fn answer(mut stream: &TcpStream, folder: &Path) {
    let lines: Vec<String> = BufReader::new(stream)
        .lines()
        .map(|line| line.unwrap().to_lowercase())
        .take_while(|line| !line.is_empty())
        .collect();
    let path = lines[0].split(' ').nth(1).unwrap();
    let body = if path.starts_with("/api/models/org/tiny") {
        let files = [
            "config.json",
            "tokenizer.json",
            "model.safetensors",
            "README.md",
        ];
        let siblings = files
            .map(|file| format!("{{\"rfilename\": \"{file}\"}}"))
            .join(",");
        Some(format!("{{\"sha\": \"c0ffee\", \"siblings\": [{siblings}]}}").into_bytes())
    } else {
        let file = path.strip_prefix("/org/tiny/resolve/c0ffee/");
        file.and_then(|file| fs_err::read(folder.join(file)).ok())
    };
    let Some(body) = body else {
        return write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
    };
    let total = body.len();
    let sent = if lines.iter().any(|line| line == "range: bytes=0-0") {
        &body[..1]
    } else {
        &body[..]
    };
    write!(
        stream,
        "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes 0-{}/{total}\r\n\
         ETag: \"{}\"\r\nX-Repo-Commit: c0ffee\r\nConnection: close\r\n\r\n",
        sent.len(),
        sent.len() - 1,
        path.replace('/', "-"),
    )
    .unwrap();
    stream.write_all(sent).unwrap();
}

fn pull_from(
    place: &Place,
    address: &str,
    patience: Duration,
    heard: &Heard,
) -> Result<Pulled, PullError> {
    let ways = |model| -> Vec<Box<dyn Way>> {
        let mut hub = Hub::new(model, Some(address.to_owned()));
        hub.patience = patience;
        vec![Box::new(hub)]
    };
    pull_by(&place.request("tiny"), CATALOGUE, &ways, heard)
}

#[test]
fn the_model_is_downloaded_and_checked() {
    let place = Place::new();
    let address = serve(place.folder.clone());
    let heard = Heard::default();
    let pulled = pull_from(&place, &address, Duration::from_mins(1), &heard).unwrap();
    assert_eq!(
        (pulled.source, pulled.sha256.as_str()),
        (PullSource::Hub, SHA256)
    );
    assert_eq!(
        fs_err::read(place.cached("model.safetensors")).unwrap(),
        WEIGHTS
    );
    assert!(
        fs_err::symlink_metadata(place.cached("config.json"))
            .unwrap()
            .is_file()
    );
    assert!(!place.cached("README.md").exists());
    assert_eq!(
        *heard.stages.lock().unwrap(),
        [PullStage::Downloading, PullStage::Checking]
    );
    assert_eq!(place.entries(), ["tiny"]);
}

#[test]
fn other_weights_from_the_hub_are_refused() {
    let place = Place::new();
    write_model(&place.folder, b"WEIGHTS");
    let address = serve(place.folder.clone());
    let error = pull_from(&place, &address, Duration::from_mins(1), &Heard::default()).unwrap_err();
    assert!(error.to_string().contains("has the SHA-256"), "{error}");
    assert!(place.entries().is_empty());
}

#[test]
fn a_hub_that_says_nothing_is_given_up() {
    let place = Place::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let error = pull_from(
        &place,
        &address,
        Duration::from_millis(20),
        &Heard::default(),
    )
    .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the Hub sent nothing for 0 seconds"),
        "{error}"
    );
}

#[test]
fn a_hub_that_cannot_be_reached_is_an_error_with_its_reason() {
    let place = Place::new();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = pull_from(
        &place,
        &format!("http://{closed}"),
        Duration::from_mins(1),
        &Heard::default(),
    );
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("(the Hub could not be read: request error: "),
        "{text}"
    );
}
