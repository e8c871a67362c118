//! `chat`, `explain` and `ask` in the words of a language model: over the network, and in process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

use super::doors::{fed, lines};
use super::{House, json as parsed, run};

const FIRST: &str = "why might this deal stall?";

/// Repeats the first finding that it is told of and adds what no evidence says.
fn provider() -> (String, Receiver<Value>) {
    answering(|question| {
        let finding = finding(question);
        format!("{finding}\nThis deal is 99 % certain to close. [e1]")
    })
}

/// Speaks OpenAI's protocol. Its address, and what it is asked.
fn answering(say: impl Fn(&Value) -> String + Send + 'static) -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (tell, asked) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let question = question(&connection);
            answer(&mut connection, &say(&question));
            if tell.send(question).is_err() {
                return;
            }
        }
    });
    (url, asked)
}

fn question(connection: &TcpStream) -> Value {
    let mut reader = BufReader::new(connection);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).unwrap() > 2 {
        if let Some(bytes) = line.to_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

/// What is asked, as text.
fn prompt(question: &Value) -> &str {
    question["messages"][0]["content"].as_str().unwrap()
}

fn finding(question: &Value) -> &str {
    let mut lines = prompt(question).lines();
    let finding = lines.find(|line| line.starts_with("| ") && line.ends_with(']'));
    finding.unwrap().trim_start_matches("| ")
}

fn answer(connection: &mut TcpStream, said: &str) {
    let message = json!({"role": "assistant", "content": said});
    let body = json!({
        "id": "1", "object": "chat.completion", "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    })
    .to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    write!(
        connection,
        "{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
}

#[test]
fn a_model_of_the_network_tells_the_evidence_and_is_told_what_was_asked_before() {
    let house = House::get();
    let (url, asked) = provider();
    let options = [
        "--format",
        "json",
        "--chat-model",
        "tiny",
        "--chat-url",
        &url,
    ];
    let said = fed(
        &house.asking("chat", &options),
        &format!("{FIRST}\nand why?\n"),
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.out.contains("certain to close"), "{}", said.out);
    let answers = lines(&said);
    for answer in &answers {
        assert_eq!(answer["inquiry"], "why_stall", "{answer}");
        let kept = answer["retold"]["kept"].as_array().unwrap();
        assert_eq!(kept.len(), 1, "{answer}");
        assert_eq!(kept[0]["text"], answer["sentences"][0]["text"]);
    }
    assert!(answers[0].get("refers_to").is_none());
    assert_eq!(answers[1]["refers_to"], FIRST);
    let prompts: Vec<Value> = asked.try_iter().collect();
    assert_eq!(prompts.len(), 2);
    let before = format!("| question: {FIRST}\n");
    assert!(!prompt(&prompts[0]).contains(&before), "{}", prompts[0]);
    assert!(prompt(&prompts[1]).contains(&before), "{}", prompts[1]);
}

/// The commands that answer once, with what they are told.
const ONCE: [(&str, &[&str]); 2] = [("explain", &[]), ("ask", &[FIRST])];

#[test]
fn what_a_model_adds_to_an_explanation_is_dropped_and_counted_and_the_explanation_stands() {
    let house = House::get();
    let (url, _asked) = answering(|question| {
        let finding = finding(question);
        format!(
            "{finding}\nThis deal is 99 % certain to close. [e1]\nIt will be signed.\nIt is so. [e999]"
        )
    });
    let dropped = "In the words of `tiny`; 3 of its sentences were dropped: 1 without evidence, \
        1 with evidence that does not exist, 1 with another number than the evidence\n";
    for (command, words) in ONCE {
        let model = [words, &["--chat-model", "tiny", "--chat-url", &url]].concat();
        let (told, alone) = (
            run(&house.asking(command, &model)),
            run(&house.asking(command, words)),
        );
        assert_eq!(told.code, Some(0), "{}", told.err);
        let behind = told
            .out
            .strip_prefix(dropped)
            .unwrap_or_else(|| panic!("{}", told.out));
        let (kept, answer) = behind.split_once("\n\n").unwrap();
        assert!(
            kept.starts_with("  ") && kept.ends_with(']') && !kept.contains('\n'),
            "{kept}"
        );
        assert_eq!(answer, alone.out);
        let of = |words: &[&str]| {
            parsed(&run(&house.asking(command, &[words, &["--format", "json"]].concat())).out)
        };
        let (mut told, alone) = (of(&model), of(words));
        let retold = told.as_object_mut().unwrap().remove("retold").unwrap();
        assert_eq!(told, alone);
        assert_eq!(retold["kept"].as_array().unwrap().len(), 1);
        for why in [
            "dropped_number",
            "dropped_without_citation",
            "dropped_unknown_citation",
        ] {
            assert_eq!(retold[why], 1, "{retold}");
        }
        assert!(retold.get("note").is_none(), "{retold}");
    }
}

#[test]
fn without_a_word_of_the_model_the_explanation_stands_and_says_why() {
    let house = House::get();
    let (url, _asked) = answering(|_| "This deal is 99 % certain to close. [e1]".to_owned());
    let nothing = "warning: nothing of the answer of `m` is in the evidence: 1 of its sentences was dropped: \
        1 with another number than the evidence\n";
    // Nobody listens at the discard port.
    for (url, why) in [(url.as_str(), nothing), ("http://127.0.0.1:9/v1", "`m`")] {
        for (command, words) in ONCE {
            let model = [words, &["--chat-model", "m", "--chat-url", url]].concat();
            let (told, alone) = (
                run(&house.asking(command, &model)),
                run(&house.asking(command, words)),
            );
            assert_eq!(told.code, Some(0), "{}", told.err);
            assert_eq!(told.out, alone.out);
            assert!(told.err.contains(why), "{}", told.err);
        }
    }
}

/// `UPTURN_GGUF` names a small model, `.ci/smollm2` fetches one; without it nothing is tested, which the test says. No word of it
/// may be trusted: whatever it says, the answer stands.
#[cfg(feature = "local")]
#[test]
fn a_model_in_process_tells_the_evidence_or_a_note_says_why_not() {
    let Some(file) = std::env::var("UPTURN_GGUF")
        .ok()
        .filter(|it| !it.is_empty())
    else {
        eprintln!("\n**** SKIPPED: `UPTURN_GGUF` is not set, `.ci/smollm2` fetches a model ****\n");
        return;
    };
    let house = House::get();
    let local = [
        "--format",
        "json",
        "--chat-provider",
        "local",
        "--chat-model",
        &file,
        "--chat-window",
        "640",
    ];
    let said = fed(&house.asking("chat", &local), &format!("{FIRST}\n"));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answers = lines(&said);
    let retold = &answers[0]["retold"];
    let kept = retold["kept"].as_array().unwrap();
    assert_eq!(kept.is_empty(), retold["note"].is_string(), "{retold}");
    assert!(
        !retold["note"].to_string().contains("does not fit"),
        "{retold}"
    );
    let alone = fed(
        &house.asking("chat", &["--format", "json"]),
        &format!("{FIRST}\n"),
    );
    assert_eq!(answers[0]["sentences"], lines(&alone)[0]["sentences"]);
}
