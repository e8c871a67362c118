//! llama.cpp's own server with SmolLM2-135M-Instruct, over HTTP on this machine.
//!
//! `UPTURN_LLAMA_PYTHON` names a Python that has the server (`tests/requirements.txt`, `.ci/python` makes one), `UPTURN_GGUF` the
//! model (`.ci/smollm2` fetches it). Without them nothing is tested, which the tests say.

#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use futures_util::StreamExt as _;
use schemars::json_schema;
use serde_json::Value;
use upturn_answers::samples::{World, question as call};
use upturn_answers::{AskChain, AskRequest};
use upturn_chains::conformance::chat_model;
use upturn_chains::{ChatChunk, ChatError, ChatModel as _, Finish, Run, Runnable as _};

use super::{KEY, question, shown};
use crate::{GenaiChat, GenaiConfig, Provider};

const WINDOW: usize = 2_048;

/// The server in another process, which ends with this value.
#[derive(Debug)]
struct Llama {
    process: Child,
    url: String,
}

impl Llama {
    /// A server that has loaded its model; none where the programs are not there.
    fn start() -> Option<Self> {
        let (Some(python), Some(file)) = (told("UPTURN_LLAMA_PYTHON"), told("UPTURN_GGUF")) else {
            eprintln!(
                "\n**** SKIPPED: `UPTURN_LLAMA_PYTHON` or `UPTURN_GGUF` is not set, `.ci/run` makes both ****\n"
            );
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llama_server.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(file)
            .arg(KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let said = process.stdout.take().unwrap();
        BufReader::new(said).read_line(&mut address).unwrap();
        let url = format!("{}/v1", address.trim());
        Some(Self { process, url })
    }

    fn model(&self, key: &str) -> GenaiChat {
        let config = GenaiConfig::new(Provider::Compatible, "smollm2")
            .with_url(self.url.as_str())
            .with_key(key)
            .with_window(WINDOW);
        GenaiChat::new(config).unwrap()
    }
}

impl Drop for Llama {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn told(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|it| !it.is_empty())
}

#[tokio::test]
async fn a_real_server_keeps_the_laws() {
    let Some(llama) = Llama::start() else { return };
    let model = llama.model(KEY);
    chat_model::check(&model).await;
    chat_model::check_silence(&model, KEY).await;
}

#[tokio::test]
async fn a_real_server_streams_token_by_token_what_it_answers_whole() {
    let Some(llama) = Llama::start() else { return };
    let model = llama.model(KEY);
    let mut asked = question("Count from one to twenty in words.");
    asked.max_tokens = Some(9);
    let answer = model.chat(&asked).await.unwrap();
    assert_eq!(answer.finish, Finish::Length);
    assert_eq!(answer.usage.completion, 9);
    let pieces: Vec<_> = model.stream(&asked).collect().await;
    let (last, texts) = pieces.split_last().unwrap();
    assert!(matches!(last, Ok(ChatChunk::Done(whole)) if *whole == answer));
    assert_eq!(texts.len(), 9, "a piece for each token");
}

/// The server draws by a grammar made of the schema, so that even so small a model says nothing else.
#[tokio::test]
async fn a_real_server_keeps_to_the_schema_it_is_given() {
    let Some(llama) = Llama::start() else { return };
    let mut asked = question("Is the sky blue?");
    asked.schema = Some(json_schema!({
        "type": "object",
        "properties": {"verdict": {"enum": ["yes", "no"]}},
        "required": ["verdict"],
        "additionalProperties": false,
    }));
    let answer = llama.model(KEY).chat(&asked).await.unwrap();
    let said: Value = serde_json::from_str(&answer.content).unwrap();
    let verdict = said["verdict"].as_str().unwrap();
    assert!(["yes", "no"].contains(&verdict), "{said}");
}

#[tokio::test]
async fn a_real_server_refuses_a_foreign_key_which_nothing_tells() {
    let Some(llama) = Llama::start() else { return };
    let foreign = "a-key-of-somebody-else";
    let error = llama.model(foreign).chat(&question("Hi")).await;
    let error = error.unwrap_err();
    assert!(matches!(error, ChatError::Refused { .. }), "{error:?}");
    assert!(!shown(&error).contains(foreign));
}

/// No word of such a small model may be trusted: what it adds is dropped and counted, and the answer is the evidence.
#[tokio::test]
async fn what_a_real_server_makes_up_is_dropped_and_the_evidence_stays() {
    let Some(llama) = Llama::start() else { return };
    let analyst = World::new().analyst;
    let asked = AskRequest::new("why might it stall?", call());
    let evidence = analyst.ask(asked.clone()).unwrap();
    let chain = AskChain::new(analyst).with_model(Arc::new(llama.model(KEY)));
    let mut answer = chain.invoke(asked, &Run::new()).await.unwrap();
    let retold = answer.retold.take().unwrap();
    assert_eq!(retold.kept().is_empty(), retold.note.is_some());
    assert!(retold.dropped() > 0 || retold.note.is_some(), "{retold:?}");
    assert_eq!(answer, evidence);
}
