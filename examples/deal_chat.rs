//! Demonstrates a conversation about one deal: why it might stall, calls like it that were won, what to ask next. Each answer cites
//! the turns that it rests on. First without a language model, then in a model's words: what it adds is dropped and counted.
//!
//! Requires a model and a store: `upturn train` and `upturn index` make them; `upturn simulate` writes calls. No language model: a
//! scripted one stands in for it, unless the GGUF file of one is given that is computed here, or the name and the address of one that
//! speaks OpenAI's protocol.
//! Run it to see both conversations: `cargo run --release -p upturn-examples --bin deal_chat -- MODEL STORE CALL.jsonl [FILE.gguf | NAME URL]`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use upturn::answers::{AskChain, AskResponse, Narrator, Retold, sentence_line};
use upturn::chains::{ChatModel, Run, Runnable as _, ScriptedChat};
use upturn::chat_genai::{GenaiChat, GenaiConfig, Provider};
use upturn::chat_local::{LocalChat, LocalConfig};
use upturn::datasets::{ReadOptions, read_one};
use upturn::prelude::*;

const QUESTIONS: [&str; 3] = [
    "why might this deal stall?",
    "show me calls like it that we won",
    "what should I ask next?",
];

/// A model that takes longer is not waited for: the evidence is the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tokens of question and answer: few, so that a small model answers in seconds wherever it is.
const WINDOW: usize = 640;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let mut next = |what: &str| {
        words
            .next()
            .with_context(|| format!("say MODEL STORE CALL: {what} is missing"))
    };
    let (model, store, call) = (next("MODEL")?, next("STORE")?, next("CALL")?);
    let (named, address) = (words.next(), words.next());

    let model = Model::open(model)?;
    let analyst = Arc::new(model.analyst(model.store(store)?)?.with_last_kept());
    let file = std::io::BufReader::new(fs_err::File::open(&call)?);
    let call = read_one(file, &call, &ReadOptions::default())?;

    println!("without a language model");
    let evidence = conversation(AskChain::new(analyst.clone()), &call).await?;
    let chat: Arc<dyn ChatModel> = match (named, address) {
        (Some(name), Some(url)) => {
            let config = GenaiConfig::new(Provider::Compatible, name).with_url(url);
            Arc::new(GenaiChat::new(config)?)
        }
        (Some(file), None) => {
            Arc::new(LocalChat::open(LocalConfig::new(file).with_window(WINDOW))?)
        }
        (None, _) => Arc::new(script(&evidence)),
    };
    println!("\nin the words of `{}`", chat.name());
    let narrator = Narrator::new(chat).with_patience(PATIENCE);
    conversation(AskChain::new(analyst).with_narrator(narrator), &call).await?;
    Ok(())
}

/// Asks each question, prints the answers and gives them.
async fn conversation(chain: AskChain, call: &Conversation) -> anyhow::Result<Vec<AskResponse>> {
    let (run, mut answers) = (Run::new(), Vec::new());
    for question in QUESTIONS {
        let request = AskRequest::new(question, call.clone());
        let answer = chain.invoke(request, &run).await?;
        println!("\n> {question}\n{answer}");
        if let Some(retold) = &answer.retold {
            let dropped = Retold::dropped(retold);
            println!("sentences of the model that were dropped: {dropped}");
        }
        answers.push(answer);
    }
    Ok(answers)
}

/// A model that repeats the first sentence of each answer and adds what no evidence says.
fn script(answers: &[AskResponse]) -> ScriptedChat {
    answers
        .iter()
        .fold(ScriptedChat::new("a script"), |script, answer| {
            let first = answer.sentences().first().map(|it| sentence_line(it));
            let first = first.unwrap_or_default();
            script.says(format!("{first}\nThis deal is 99 % certain to close. [e1]"))
        })
}
