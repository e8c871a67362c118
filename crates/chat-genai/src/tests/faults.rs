//! Every way in which a provider does not answer is told apart, and none tells the key or what was said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::json;
use tokio::net::TcpListener;
use upturn_chains::conformance::chat_model::check_silence;
use upturn_chains::{ChatError, ChatModel, Retries, RetryingChat};
use upturn_core::{Diagnostic, ErrorKind};

use super::server::{End, Reply, Server};
use super::{KEY, config, model, question, shown};
use crate::GenaiChat;

const SAID: &str = "the buyer Jane Doe has no budget left this year";

/// Whole and as a stream; a stream ends with its error.
async fn failures(reply: Reply) -> [ChatError; 2] {
    let server = Server::saying(reply).await;
    let model = model(&server);
    check_silence(&model, SAID).await;
    check_silence(&model, KEY).await;
    let whole = model.chat(&question(SAID)).await.unwrap_err();
    let mut chunks: Vec<_> = model.stream(&question(SAID)).collect().await;
    let last = chunks.pop().unwrap().unwrap_err();
    assert!(
        chunks.iter().all(Result::is_ok),
        "an error is the last piece"
    );
    for error in [&whole, &last] {
        assert!(!shown(error).contains(KEY) && !shown(error).contains("Jane"));
    }
    [whole, last]
}

fn told(message: &str) -> String {
    json!({"error": {"message": message, "type": "t", "code": "c"}}).to_string()
}

#[tokio::test]
async fn too_many_questions_tell_when_to_ask_again() {
    for (name, value, wait) in [
        ("retry-after", "7", Some(Duration::from_secs(7))),
        ("retry-after-ms", "1500", Some(Duration::from_millis(1_500))),
        ("retry-after", "Thu, 01 Jan 2026 00:00:00 GMT", None),
        ("x-other", "1", None),
    ] {
        let mut reply = Reply::json(429, told("slow down"));
        reply.headers.push((name, value));
        for error in failures(reply).await {
            let ChatError::Overloaded { retry_after, .. } = error else {
                panic!("{error:?}")
            };
            assert_eq!(retry_after, wait, "{name}: {value}");
        }
    }
}

/// Answers a question with `reply` first, then as it should.
async fn once(reply: Reply) -> Server {
    let first = AtomicBool::new(true);
    let answer = json!({"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]});
    Server::new(move |_| {
        if first.swap(false, Ordering::SeqCst) {
            reply.clone()
        } else {
            Reply::json(200, answer.to_string())
        }
    })
    .await
}

fn asking_again(server: &Server) -> RetryingChat {
    let at_once = Retries::default().with_first_wait(Duration::ZERO);
    RetryingChat::new(Arc::new(model(server))).with_retries(at_once)
}

#[tokio::test]
async fn what_may_pass_is_asked_again_when_the_provider_says() {
    let mut busy = Reply::json(429, told("slow down"));
    busy.headers.push(("retry-after", "0"));
    for failure in [busy, Reply::json(500, told("at fault"))] {
        let server = once(failure).await;
        let answer = asking_again(&server).chat(&question(SAID)).await.unwrap();
        assert_eq!(answer.content, "yes");
        assert_eq!(server.asked().len(), 2);
    }
}

#[tokio::test]
async fn what_is_refused_or_wants_too_long_a_wait_is_not_asked_again() {
    let mut later = Reply::json(429, told("slow down"));
    later.headers.push(("retry-after", "3600"));
    for failure in [later, Reply::json(401, told("no key"))] {
        let server = once(failure).await;
        let answer = asking_again(&server).chat(&question(SAID)).await;
        assert!(answer.is_err());
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_empty_account_is_no_reason_to_wait() {
    let body = json!({"error": {"message": "no money", "code": "insufficient_quota"}});
    for error in failures(Reply::json(429, body.to_string())).await {
        assert!(matches!(error, ChatError::Refused { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_question_says_why_without_key_and_question() {
    for status in [302, 400, 401, 403, 404, 413, 422] {
        let message = format!("wrong: {KEY} sk-abcdefghijklmnop in '{SAID}' and 'BUYER jane doe'");
        for error in failures(Reply::json(status, told(&message))).await {
            let ChatError::Refused { reason, .. } = &error else {
                panic!("{error:?}")
            };
            let expected = format!("HTTP status {status}: wrong: [secret] [key] in '…' and '…'");
            assert_eq!(reason, &expected);
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }
}

#[tokio::test]
async fn a_page_instead_of_an_error_is_not_repeated() {
    for error in failures(Reply::json(404, format!("<html>{SAID}</html>"))).await {
        assert_eq!(
            error.to_string(),
            "`tiny` refused the question: HTTP status 404"
        );
    }
}

#[tokio::test]
async fn a_provider_out_of_order_is_unavailable() {
    for status in [408, 500, 502, 503] {
        for error in failures(Reply::json(status, told(&format!("at {KEY}")))).await {
            assert!(matches!(error, ChatError::Unavailable { .. }), "{error:?}");
            assert!(error.is_transient());
            assert!(shown(&error).contains(&status.to_string()));
        }
    }
}

#[tokio::test]
async fn a_provider_that_is_slow_is_unavailable() {
    let mut never = Reply::json(200, "").ending(End::Never);
    never.pieces.clear();
    for error in failures(never).await {
        assert!(
            shown(&error).contains("no answer within 0.3 s"),
            "{error:?}"
        );
        assert!(error.hint().unwrap().contains("more time"));
    }
}

#[tokio::test]
async fn a_stream_that_stops_to_speak_is_unavailable() {
    let event = json!({"choices": [{"delta": {"content": "half"}}]}).to_string();
    let server = Server::saying(Reply::events(&[&event]).ending(End::Never)).await;
    let chunks: Vec<_> = model(&server).stream(&question(SAID)).collect().await;
    assert_eq!(chunks.len(), 2);
    let error = chunks[1].as_ref().unwrap_err();
    assert!(shown(error).contains("no answer within"), "{error:?}");
}

#[tokio::test]
async fn what_breaks_off_is_cut_off() {
    let half = Reply::json(200, "{\"choices\": [").ending(End::Cut);
    let server = Server::saying(half).await;
    let error = model(&server).chat(&question(SAID)).await.unwrap_err();
    assert!(matches!(error, ChatError::CutOff { .. }), "{error:?}");
    let event = json!({"choices": [{"delta": {"content": "half"}}]}).to_string();
    for end in [End::Cut, End::Whole] {
        let server = Server::saying(Reply::events(&[&event]).ending(end)).await;
        let chunks: Vec<_> = model(&server).stream(&question(SAID)).collect().await;
        assert_eq!(chunks.len(), 2);
        assert!(
            matches!(chunks[1], Err(ChatError::CutOff { .. })),
            "{:?}",
            chunks[1]
        );
    }
}

#[tokio::test]
async fn a_stream_of_gemini_that_breaks_off_is_cut_off() {
    let part = json!({"candidates": [{"content": {"parts": [{"text": "half"}]}}]}).to_string();
    let server = Server::saying(Reply::events(&[&part])).await;
    let config = crate::GenaiConfig::new(crate::Provider::Gemini, "gemini-x");
    let config = config.with_key(KEY).with_url(server.url.as_str());
    let model = GenaiChat::new(config).unwrap();
    let chunks: Vec<_> = model.stream(&question(SAID)).collect().await;
    assert!(matches!(chunks.last(), Some(Err(ChatError::CutOff { .. }))));
}

#[tokio::test]
async fn what_is_no_json_cannot_be_read() {
    let server = Server::saying(Reply::json(200, format!("not JSON: {SAID}"))).await;
    let error = model(&server).chat(&question(SAID)).await.unwrap_err();
    assert!(matches!(error, ChatError::Unreadable { .. }), "{error:?}");
    assert!(!shown(&error).contains("Jane"));
    let server = Server::saying(Reply::events(&["{broken"])).await;
    let chunks: Vec<_> = model(&server).stream(&question(SAID)).collect().await;
    assert!(
        matches!(chunks.as_slice(), [Err(ChatError::Unreadable { .. })]),
        "{chunks:?}"
    );
}

#[tokio::test]
async fn an_error_within_a_stream_is_told_apart() {
    let failed = json!({"error": {"message": format!("at {SAID}"), "type": "server_error"}});
    let busy = json!({"error": {"message": "busy", "type": "overloaded_error"}});
    for (event, kind) in [
        (failed, ErrorKind::Unavailable),
        (busy, ErrorKind::Overloaded),
    ] {
        let server = Server::saying(Reply::events(&[&event.to_string()])).await;
        let chunks: Vec<_> = model(&server).stream(&question(SAID)).collect().await;
        let error = chunks.last().unwrap().as_ref().unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(!shown(error).contains("Jane"));
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_unavailable_and_the_address_is_not_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = Server::saying(Reply::json(200, "")).await;
    for scheme in ["http", "https"] {
        let config = config(&server).with_url(format!("{scheme}://{address}/v1?tenant=secret"));
        let model = GenaiChat::new(config).unwrap();
        let error = model.chat(&question(SAID)).await.unwrap_err();
        assert!(matches!(error, ChatError::Unavailable { .. }), "{error:?}");
        assert!(shown(&error).contains("no connection: "));
        assert!(!shown(&error).contains("tenant"));
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_unavailable() {
    let server = Server::new(|_| Reply::json(200, "{}")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut connection, b"HTTP/1.1 400 X\r\n\r\n")
                .await;
        }
    });
    let config = config(&server).with_url(format!("https://{address}/v1"));
    let error = GenaiChat::new(config)
        .unwrap()
        .chat(&question(SAID))
        .await
        .unwrap_err();
    assert!(matches!(error, ChatError::Unavailable { .. }), "{error:?}");
}
