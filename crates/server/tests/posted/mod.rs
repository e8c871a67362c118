//! A server over HTTP, and requests written out.
#![allow(dead_code, reason = "no test looks at all of it")]

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use upturn_server::{HttpConfig, McpServer, ServerError};

/// Any free port of this machine alone.
pub(crate) fn local() -> HttpConfig {
    HttpConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

/// A server under way.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), ServerError>>,
}

/// Status, head and body of the answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Served {
    /// One under way.
    pub(crate) async fn new(server: McpServer, config: HttpConfig) -> Self {
        let server = server.bind(config).await.unwrap();
        let (address, stop) = (server.address(), CancellationToken::new());
        let task = tokio::spawn(server.serve(stop.clone()));
        Self {
            address,
            stop,
            task,
        }
    }

    /// The answer to a request whose head goes on with `headers`, lines that end in CR and LF.
    pub(crate) async fn asked(&self, start: &str, headers: &str, body: &str) -> Answer {
        let port = self.address.port();
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: 127.0.0.1:{port}\r\n")
        };
        let length = body.len();
        let request = format!(
            "{start} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {length}\r\n\
             Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n{headers}\r\n{body}"
        );
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        // A server that refuses a body need not read all of it.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}
