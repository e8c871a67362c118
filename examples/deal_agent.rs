//! Demonstrates an agent in a talk about one deal: it may call all seven tools, the shipped prompt `agent_system` tells it how, a memory keeps
//! what was said, a person is asked before each call, and a budget stops a model that calls on and on.
//!
//! Requires a model and a store: `upturn train` and `upturn index` make them; `upturn simulate` writes calls. No language model: a
//! scripted one stands in for it, unless the name and the address of one that speaks OpenAI's protocol are given.
//! Run it to see the talk: `cargo run --release -p upturn-examples --bin deal_agent -- MODEL STORE CALL.jsonl [NAME URL]`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::io::IsTerminal as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use upturn::answers::{ConversationsInMemory, sentence_line};
use upturn::chains::{
    Agent, AgentAnswer, Approval, Budget, ChatModel, ChatResponse, Decision, Ending, Memory as _,
    Prompts, Room, Run, ScriptedChat, Tool, ToolCall, ToolDescription, WindowMemory,
};
use upturn::chat_genai::{GenaiChat, GenaiConfig, Provider};
use upturn::datasets::{ReadOptions, read_one};
use upturn::prelude::*;
use upturn::tools;

const QUESTIONS: [&str; 3] = [
    "why might this deal stall?",
    "and how do our other deals stand?",
    "look at everything once more",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let mut next = |what: &str| {
        words
            .next()
            .with_context(|| format!("say MODEL STORE CALL: {what} is missing"))
    };
    let (model, store, call) = (next("MODEL")?, next("STORE")?, next("CALL")?);
    let network = words.next().zip(words.next());

    let model = Model::open(model)?;
    let file = std::io::BufReader::new(fs_err::File::open(&call)?);
    let call = read_one(file, &call, &ReadOptions::default())?;
    let deal = call.id().clone();
    let known: ConversationsInMemory = [call].into_iter().collect();
    let analyst = model
        .analyst(model.store(store)?)?
        .with_calls(Arc::new(known));
    let analyst = Arc::new(analyst);

    let chat: Arc<dyn ChatModel> = match network {
        Some((name, url)) => {
            let config = GenaiConfig::new(Provider::Compatible, name).with_url(url);
            Arc::new(GenaiChat::new(config)?)
        }
        None => Arc::new(script(&analyst, &deal)?),
    };
    let agent = agent(chat, tools::by_id(&analyst), &deal)?;
    talk(&agent).await
}

/// Told by the shipped prompt, within budgets, and with a person who is asked.
fn agent(
    chat: Arc<dyn ChatModel>,
    tools: Vec<Arc<dyn Tool>>,
    deal: &ConversationId,
) -> anyhow::Result<Agent> {
    let described: Vec<_> = tools.iter().map(|it| it.description()).collect();
    let prompt = Prompts::shipped().get("agent_system")?;
    let instructions = prompt.render(&json!({ "tools": described, "deal": deal }))?;
    let budget = Budget {
        steps: 3,
        tokens: 40_000,
        time: Duration::from_mins(1),
    };
    let person = Arc::new(Person { deal: deal.clone() });
    Ok(Agent::new(chat, tools)?
        .with_instructions(instructions)
        .with_output_limit(1_000)
        .with_budget(budget)
        .with_approval(person))
}

/// Asks each question; what was said before stays in the memory.
async fn talk(agent: &Agent) -> anyhow::Result<()> {
    let (run, mut memory) = (Run::new(), WindowMemory::new(12));
    for question in QUESTIONS {
        println!("\n> {question}");
        let answer = agent.answer(&mut memory, question, &run).await?;
        show(&answer);
    }
    let room = Room {
        tokens: 8_000,
        spend: 0,
    };
    let recalled = memory.recall(room).await?.messages.len();
    println!("\nmessages that the memory recalls: {recalled}");
    Ok(())
}

fn show(answer: &AgentAnswer) {
    if !answer.content.is_empty() {
        println!("{}", answer.content);
    }
    if let Ending::Stopped { reason } = answer.ending {
        let budget = format!("{reason:?}").to_lowercase();
        println!(
            "stopped by its budget of {budget} after {} calls of the model",
            answer.steps
        );
    }
}

/// Somebody who is asked before each call, at a terminal; where there is none, a rule stands in. About other deals nothing is told.
#[derive(Debug)]
struct Person {
    deal: ConversationId,
}

impl Approval for Person {
    fn decide<'a>(
        &'a self,
        call: &'a ToolCall,
        tool: &'a ToolDescription,
    ) -> Pin<Box<dyn Future<Output = Decision> + Send + 'a>> {
        Box::pin(async move {
            let about = call.arguments.get("call").and_then(Value::as_str);
            if about.is_some_and(|call| call != self.deal.as_str()) {
                println!(
                    "  may it call {}? no: only this deal is talked about",
                    tool.name
                );
                let reason = "only this deal is talked about".to_owned();
                return Decision::Refuse { reason };
            }
            println!("  may it call {}? yes", tool.name);
            if std::io::stdin().is_terminal() && says_no().await {
                let reason = "the user does not want it".to_owned();
                return Decision::Refuse { reason };
            }
            Decision::Allow
        })
    }
}

/// Enter lets the call pass, anything else stops it.
async fn says_no() -> bool {
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    !matches!(line.await, Ok(Ok(line)) if line.trim().is_empty())
}

/// A model that repeats what a tool says, asks about another deal, and at last calls without end.
fn script(analyst: &Analyst, deal: &ConversationId) -> anyhow::Result<ScriptedChat> {
    let explained = analyst.explain(CallRequest::new(deal.clone()))?;
    let sentences = explained.sentences().into_iter().take(2);
    let sentences: Vec<String> = sentences.map(sentence_line).collect();
    let calls = |tool: &str, call: &str| ToolCall::new("1", tool, json!({ "call": call }));
    let again = ChatResponse {
        tool_calls: vec![calls("coach_turn", deal.as_str())],
        ..ChatResponse::default()
    };
    Ok(ScriptedChat::new("a script")
        .calls([calls("explain_prediction", deal.as_str())])
        .says(sentences.join("\n"))
        .calls([calls("predict_outcome", "another-deal")])
        .says("I may only look at this one.")
        .always(again))
}
