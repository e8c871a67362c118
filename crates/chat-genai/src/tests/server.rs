//! A server that says what a test tells it to, over real HTTP.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What was asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The first line and the headers.
    pub(super) head: String,
    pub(super) body: Value,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, &'static str)>,
    pub(super) pieces: Vec<String>,
    pub(super) end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// As it should.
    Whole,
    /// The connection breaks off before the end.
    Cut,
    /// It does not.
    Never,
}

impl Reply {
    pub(super) fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json")],
            pieces: vec![body.into()],
            end: End::Whole,
        }
    }

    /// Events of a stream.
    pub(super) fn events(events: &[&str]) -> Self {
        let pieces = events.iter().map(|it| format!("data: {it}\n\n")).collect();
        Self {
            headers: vec![("content-type", "text/event-stream")],
            pieces,
            ..Self::json(200, "")
        }
    }

    pub(super) fn ending(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}

/// Its address, and what it was asked.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(super) async fn new(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let hearing = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(question) = read(&mut connection).await else {
                    continue;
                };
                let reply = reply(&question);
                hearing.lock().unwrap().push(question);
                tokio::spawn(write(connection, reply));
            }
        });
        Self { url, asked }
    }

    pub(super) async fn saying(reply: Reply) -> Self {
        Self::new(move |_| reply.clone()).await
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// Nothing if nothing is asked.
async fn read(connection: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap_or("0");
            let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
            if body.len() >= length {
                let body = serde_json::from_str(body).unwrap();
                return Some(Asked { head, body });
            }
        }
        let mut more = [0; 4_096];
        let read = connection.read(&mut more).await.unwrap_or(0);
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&more[..read]);
    }
}

/// In chunks, each sent on its own.
async fn write(mut connection: TcpStream, reply: Reply) {
    let headers = reply.headers.iter();
    let headers: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let headers = headers.concat();
    let head = format!(
        "HTTP/1.1 {} X\r\n{headers}connection: close\r\ntransfer-encoding: chunked\r\n\r\n",
        reply.status
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    for piece in &reply.pieces {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        connection.write_all(chunk.as_bytes()).await.unwrap();
        connection.flush().await.unwrap();
    }
    match reply.end {
        End::Whole => connection.write_all(b"0\r\n\r\n").await.unwrap(),
        End::Cut => {}
        End::Never => std::future::pending().await,
    }
}
