//! Judges every shipped prompt on a model in process, for `judged_on` in the front matter: a line for each, counted, not felt.
//!
//! Evidence is that of a small world of tests. Prompts behind a narrator are judged by what its sieves keep; the others by whether the answer
//! holds no number or id that it was not given, and has the form that was asked for. Local models call no tools: the prompts for
//! hosts with tools are told without any, and judged by whether the model then makes something up.
//!
//! Run it: `UPTURN_GGUF=$(.ci/smollm2) cargo bench -p upturn-chat-local --bench judge_prompts -- [PROMPT …]`
#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use upturn_answers::samples::{World, corpus, question};
use upturn_answers::{
    Analyst, AskChain, AskRequest, CallRequest, CoachChain, ExplainChain, Narrator, PredictChain,
    Retold, SimilarCallsChain, SimilarRequest,
};
use upturn_chains::{ChatModel, ChatRequest, Message, Prompts, Role, Run, Runnable as _};
use upturn_chat_local::{LocalChat, LocalConfig};
use upturn_core::Conversation;

/// Tokens of the window; a quarter of it is for the answer.
const WINDOW: usize = 1_024;
/// Tokens of an answer that no narrator asks for.
const ANSWER: u32 = 96;
/// Calls that each prompt of a narrator is tried on.
const CALLS: usize = 2;

type Judged = Result<String, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::var_os("UPTURN_GGUF").ok_or("`UPTURN_GGUF` is not set")?;
    let model = LocalChat::open(LocalConfig::new(file).with_window(WINDOW))?;
    let judge = Judge {
        model: Arc::new(model),
        analyst: World::new().analyst,
        prompts: Prompts::shipped(),
    };
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let is_asked = |name: &&str| asked.is_empty() || asked.iter().any(|it| it == name);
    for name in judge.prompts.names().filter(is_asked) {
        println!("{name}: {}", judge.of(name).await?);
    }
    Ok(())
}

struct Judge {
    model: Arc<dyn ChatModel>,
    analyst: Arc<Analyst>,
    prompts: Prompts,
}

impl Judge {
    async fn of(&self, name: &str) -> Judged {
        match name {
            "rephrase_explanation" => self.explanations().await,
            "rephrase_prediction" => self.predictions().await,
            "rephrase_similar_calls" => self.similar_calls().await,
            "coach_turn" => self.advice().await,
            "answer_question" => self.answers().await,
            "summarise_history" => self.summaries().await,
            "agent_system" => self.without_tools().await,
            "explain_call" | "coach_call" => self.hosts(name).await,
            _ => Err(format!("nothing judges `{name}`").into()),
        }
    }

    fn narrator(&self) -> Narrator {
        Narrator::new(self.model.clone()).with_patience(Duration::from_hours(1))
    }

    async fn explanations(&self) -> Judged {
        let chain = ExplainChain::new(self.analyst.clone()).with_narrator(self.narrator());
        let mut kept = Kept::default();
        for call in calls() {
            let told = chain.invoke(CallRequest::new(call), &Run::new()).await?;
            kept.add(told.retold.as_ref());
        }
        Ok(kept.verdict())
    }

    async fn predictions(&self) -> Judged {
        let chain = PredictChain::new(self.analyst.clone()).with_narrator(self.narrator());
        let mut kept = Kept::default();
        for call in calls() {
            let told = chain.invoke(CallRequest::new(call), &Run::new()).await?;
            kept.add(told.told.as_ref().map(|it| &it.retold));
        }
        Ok(kept.verdict())
    }

    async fn similar_calls(&self) -> Judged {
        let chain = SimilarCallsChain::new(self.analyst.clone()).with_narrator(self.narrator());
        let mut kept = Kept::default();
        for call in calls() {
            let request = SimilarRequest::from(CallRequest::new(call));
            let told = chain.invoke(request, &Run::new()).await?;
            kept.add(told.told.as_ref().map(|it| &it.retold));
        }
        Ok(kept.verdict())
    }

    async fn advice(&self) -> Judged {
        let chain = CoachChain::new(self.analyst.clone()).with_narrator(self.narrator());
        let mut kept = Kept::default();
        for call in calls() {
            let told = chain.invoke(CallRequest::new(call), &Run::new()).await?;
            kept.add(told.retold.as_ref());
        }
        Ok(kept.verdict())
    }

    async fn answers(&self) -> Judged {
        let chain = AskChain::new(self.analyst.clone()).with_narrator(self.narrator());
        let mut kept = Kept::default();
        for call in calls() {
            let request = AskRequest::new("why might this deal stall?", call);
            let told = chain.invoke(request, &Run::new()).await?;
            kept.add(told.retold.as_ref());
        }
        Ok(kept.verdict())
    }

    async fn summaries(&self) -> Judged {
        let mut given = Given::default();
        for deal in ["acme-7", "north-2"] {
            let inputs = json!({ "messages": [
                {"role": "user", "content": format!("why might {deal} stall?")},
                {"role": "assistant", "content": "The price was named late. [e4] The buyer asked for 10 % less. [e6]"},
                {"role": "user", "content": "and who signs?"},
                {"role": "assistant", "content": "The evidence does not say."},
            ]});
            let prompt = self.prompts.get("summarise_history")?.render(&inputs)?;
            let said = self.said(&prompt, None).await?;
            given.add(&prompt, &said, said.contains("[e4]") && said.contains(deal));
        }
        Ok(given.verdict("keep deal and ids"))
    }

    async fn without_tools(&self) -> Judged {
        let mut given = Given::default();
        for asked in [
            "How likely is this deal to be won?",
            "What should I ask next?",
        ] {
            let inputs = json!({ "tools": [], "deal": "acme, third call" });
            let prompt = self.prompts.get("agent_system")?.render(&inputs)?;
            let said = self.said(&prompt, Some(asked)).await?;
            let says = ["no tools", "have no tool", "evidence does not say"];
            let form = says.iter().any(|it| said.to_lowercase().contains(it));
            given.add(&format!("{prompt}{asked}"), &said, form);
        }
        Ok(given.verdict("say that tools or evidence are missing"))
    }

    async fn hosts(&self, name: &str) -> Judged {
        let mut given = Given::default();
        for call in ["acme-7", "north-2"] {
            let prompt = self.prompts.get(name)?.render(&json!({ "call": call }))?;
            let said = self.said(&prompt, None).await?;
            let tools = ["explain_prediction", "coach_turn"];
            let form = tools.iter().any(|tool| said.contains(tool));
            given.add(&prompt, &said, form);
        }
        Ok(given.verdict("name the tool to call"))
    }

    /// What the model says to a prompt, or to a question behind it.
    async fn said(&self, prompt: &str, asked: Option<&str>) -> Judged {
        let messages = match asked {
            Some(asked) => vec![
                Message::new(Role::System, prompt),
                Message::new(Role::User, asked),
            ],
            None => vec![Message::new(Role::User, prompt)],
        };
        let request = ChatRequest {
            messages,
            max_tokens: Some(ANSWER),
            temperature: Some(0.0),
            seed: Some(0),
            ..ChatRequest::default()
        };
        Ok(self.model.chat(&request).await?.content)
    }
}

fn calls() -> Vec<Conversation> {
    let mut calls = corpus(CALLS - 1);
    calls.push(question());
    calls
}

/// What a narrator kept.
#[derive(Default)]
struct Kept {
    answers: usize,
    grounded: usize,
    sentences: usize,
    dropped: usize,
}

impl Kept {
    fn add(&mut self, retold: Option<&Retold>) {
        let Some(retold) = retold else { return };
        self.answers += 1;
        self.grounded += usize::from(!retold.kept().is_empty());
        self.sentences += retold.kept().len();
        self.dropped += retold.dropped();
    }

    fn verdict(&self) -> String {
        let Self {
            answers,
            grounded,
            sentences,
            dropped,
        } = self;
        format!(
            "{grounded} of {answers} answers keep a sentence; {sentences} sentences kept, {dropped} dropped"
        )
    }
}

/// Answers without numbers of their own, and in the form that was asked for.
#[derive(Default)]
struct Given {
    answers: usize,
    honest: usize,
    form: usize,
}

impl Given {
    fn add(&mut self, told: &str, said: &str, form: bool) {
        self.answers += 1;
        self.honest += usize::from(numbers(said).is_subset(&numbers(told)));
        self.form += usize::from(form);
    }

    fn verdict(&self, form: &str) -> String {
        let Self {
            answers, honest, ..
        } = self;
        format!(
            "{honest} of {answers} answers add no number, {} {form}",
            self.form
        )
    }
}

fn numbers(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|it| it.contains(char::is_numeric)).collect()
}
