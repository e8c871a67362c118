//! `upturn chat`: a conversation about one deal.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use upturn::answers::{AskChain, AskRequest, AskResponse, CallRef, Exchange, Retold};
use upturn::chains::{Run, Runnable as _};

use crate::coach_args::{Asked, CoachArgs};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::narrator_args::NarratorArgs;
use crate::retold_text::heading;
use crate::runtime::wait;

const EXAMPLES: &str = "Examples:\n  upturn chat --model model --store store --call call.json\n  \
    echo \"what should I ask next?\" | upturn chat --model model --store store --call call.json --turns 12\n  \
    upturn chat --model model --store store --call call.json --chat-provider ollama --chat-model llama3.2\n  \
    upturn chat --model model --store store --call call.json --chat-provider local --chat-model SmolLM2-1.7B-Instruct.Q4_K_M.gguf";

/// Exchanges that a question is asked after.
const REMEMBERED: usize = 6;

/// Talk about one deal.
///
/// Reads one question a line, such as \"why might this deal stall?\", \"show me calls like it that we won\" or \"what should I ask next?\",
/// and answers each from evidence: what `explain` computes, and moments of other calls that fit the question. Every sentence cites
/// what it rests on. A question that names no subject, such as \"and why?\", is about the last one that does. Ends with the input.
///
/// No language model is needed. One that is named may only tell the answer in its own words: sentences without evidence or with
/// other numbers are dropped, and where nothing is left, or the model is away, the evidence itself is the answer.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ChatArgs {
    #[command(flatten)]
    coach: CoachArgs,
    #[command(flatten)]
    narrator: NarratorArgs,
}

/// An answer, for programs.
#[derive(Serialize)]
struct ChatReport<'a> {
    question: &'a str,
    #[serde(flatten)]
    answer: &'a AskResponse,
}

impl ChatArgs {
    /// Answers until the input ends.
    ///
    /// # Errors
    ///
    /// If the model, the call, the collection or the language model can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let narrator = self.narrator.narrator(context)?;
        let Asked {
            analyst,
            call,
            turns,
        } = self.coach.asked(context)?;
        // One call is explained once, however much is asked of it.
        let mut chain = AskChain::new(Arc::new(analyst.with_last_kept()));
        if let Some(narrator) = narrator {
            chain = chain.with_narrator(narrator);
        }
        let run = Run::new();
        let mut earlier = Vec::new();
        wait(async {
            invite(context);
            for line in io::stdin().lock().lines() {
                let question = line.map_err(CliError::Stdin)?;
                if !question.trim().is_empty() {
                    let request = AskRequest {
                        question: question.clone(),
                        call: CallRef::from(call.clone()),
                        turns,
                        earlier: earlier.clone(),
                    };
                    let answer = chain.invoke(request, &run).await?;
                    show(&question, &answer, context)?;
                    remember(&mut earlier, Exchange::new(question, &answer));
                }
                invite(context);
            }
            Ok(Exit::Done)
        })
    }
}

/// Adds the last exchange and forgets the oldest.
fn remember(earlier: &mut Vec<Exchange>, last: Exchange) {
    earlier.push(last);
    if earlier.len() > REMEMBERED {
        earlier.remove(0);
    }
}

/// Asks people for a question; programs know.
fn invite(context: &Context) {
    if io::stdin().is_terminal() {
        context.printer.note("your question, or Ctrl-D");
    }
}

fn show(question: &str, answer: &AskResponse, context: &Context) -> Result<(), Failure> {
    match &answer.retold {
        Some(Retold {
            note: Some(note), ..
        }) => context.printer.warning(note),
        Some(retold) if !context.printer.is_json() => context.printer.note(&heading(retold)),
        Some(_) | None => {}
    }
    if let Some(earlier) = &answer.refers_to {
        context
            .printer
            .note(&format!("taken to be about `{earlier}`"));
    }
    let report = ChatReport { question, answer };
    context.printer.answer(&format!("{answer}\n"), &report)
}
