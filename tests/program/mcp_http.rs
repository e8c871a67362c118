//! `mcp --http`: a host at an address, with its key.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::bad_input::refused;
use super::{House, json as parsed, run, upturn};

const KEY: &str = "a-key-that-nobody-guesses";

/// A server under way, and where it listens.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn new(house: &House) -> Self {
        let mut command = upturn();
        command
            .env("UPTURN_MCP_KEY", KEY)
            .args(arguments(house, "127.0.0.1:0"));
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.map(Result::unwrap).find_map(|line| {
            let address = line.split_once("listening at http://")?.1.to_owned();
            Some(address.trim_end_matches("/mcp").to_owned())
        });
        let address = address.expect("it never listened");
        Self { child, address }
    }

    /// Status and body of the answer to a list of tools.
    fn asked(&self, key: &str) -> (u16, Value) {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
        let (address, length) = (&self.address, body.len());
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /mcp HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n{key}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, parsed(body))
    }
}

impl Drop for Served {
    /// Whatever a test finds, nothing is left running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn arguments(house: &House, address: &str) -> Vec<String> {
    let (model, store) = (house.model(), house.store());
    let arguments = [
        "mcp", "--model", &model, "--store", &store, "--http", address,
    ];
    arguments.map(str::to_owned).to_vec()
}

#[test]
fn only_who_shows_the_key_is_answered_until_ctrl_c() {
    let mut served = Served::new(House::get());
    for key in ["", "Authorization: Bearer a-key-that-nobody-guessed\r\n"] {
        let (status, body) = served.asked(key);
        assert_eq!(status, 401, "{body}");
        assert!(!body.to_string().contains("predict_outcome"), "{body}");
    }
    let (status, body) = served.asked(&format!("Authorization: Bearer {KEY}\r\n"));
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["result"]["tools"].as_array().unwrap().len(), 7);

    let id = served.child.id().to_string();
    let interrupted = Command::new("kill").args(["-INT", &id]).status();
    assert!(interrupted.unwrap().success());
    served.child.wait().unwrap();
    assert!(TcpStream::connect(&served.address).is_err());
}

#[test]
fn an_address_that_others_reach_is_refused_without_a_key() {
    let said = run(&arguments(House::get(), "0.0.0.0:0"));
    refused(&said, 2, "can be reached from other machines");
}
