//! `upturn ask`: a question about a call, answered from evidence.

use clap::Args;
use serde::Serialize;
use upturn::answers::{Learnt, Retold, citation_line, sentence_line};
use upturn::coaching::{CitedAnswer, LookedFor};
use upturn::retrieval::{Search, search};
use upturn::{DocumentKind, Filter};

use crate::coach_args::CoachArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::narrator_args::NarratorArgs;
use crate::question::{Ranking, of_text};
use crate::retold_text::before;
use crate::runtime::wait;

const EXAMPLES: &str = "Examples:\n  upturn ask \"why might this deal stall?\" --model model --store store --call call.json\n  \
    upturn ask \"what did calls that won do differently here?\" --model model --store store --call call.json\n  \
    upturn ask \"who else objected to price like this?\" --model model --store store --call call.json --format json";

/// Answer a question about a call from evidence.
///
/// Why it might stall, what calls that won did differently, and who else objected like this have answers of their own, made of
/// what `explain` computes; any other question is answered with the moments of other calls that fit it, by meaning and words. Every
/// sentence cites what it rests on.
///
/// No language model is needed. One that is named may only tell the answer in its own words, in front of it: sentences without
/// evidence or with other numbers are dropped and counted, and where nothing is left, or the model is away, that is said.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AskArgs {
    /// The question.
    #[arg(value_name = "QUESTION")]
    question: String,
    #[command(flatten)]
    coach: CoachArgs,
    #[command(flatten)]
    narrator: NarratorArgs,
}

/// The answer, for programs.
#[derive(Serialize)]
struct AskReport<'a> {
    question: &'a str,
    #[serde(flatten)]
    answer: &'a CitedAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_missing: Option<&'a str>,
    #[serde(flatten)]
    learnt: &'a Learnt,
    /// The same in the words of a language model; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    retold: Option<Retold>,
}

impl AskArgs {
    /// Answers.
    ///
    /// # Errors
    ///
    /// If the question is blank, or the model, the call or the collection can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let ranking = Ranking::ReciprocalRankFusion;
        // A blank question is refused before anything is computed.
        of_text(self.question.clone(), ranking)?;
        let narrator = self.narrator.narrator(context)?;
        let explained = self.coach.explain(context)?;
        let LookedFor {
            text: like,
            moments,
        } = explained.explanation.looks_for(&self.question);
        let found = match &explained.sources.store {
            Ok(store) if explained.missing.is_none() => {
                let mut filter = Filter {
                    kind: Some(DocumentKind::Moment),
                    ..explained.among.clone()
                };
                let own = explained.explanation.conversation.clone();
                filter.without_conversations.push(own);
                let asked = of_text(like, ranking)?;
                let sought = asked.sought(&explained.sources.model, &**store, &mut filter)?;
                let one_a_call = Search {
                    filter,
                    per_call: true,
                    ..Search::new(sought, moments)
                };
                search(&**store, &one_a_call)?
            }
            Ok(_) | Err(_) => Vec::new(),
        };
        let answer = explained.explanation.answer(&self.question, &found);
        let retold = match &narrator {
            Some(narrator) => {
                let told = narrator.answer(&self.question, &[], explained.explanation, &answer);
                Some(wait(async { Ok(told.await) })?)
            }
            None => None,
        };
        let text = before(retold.as_ref(), &text(&answer), context);
        let report = AskReport {
            question: &self.question,
            answer: &answer,
            evidence_missing: explained.missing.as_deref(),
            learnt: &explained.learnt,
            retold,
        };
        context.printer.answer(&text, &report)?;
        Ok(Exit::Done)
    }
}

fn text(answer: &CitedAnswer) -> String {
    if answer.sentences.is_empty() {
        return "nothing that was computed or found answers this".to_owned();
    }
    let sentences = answer.sentences.iter().map(sentence_line);
    let evidence = answer.evidence.iter().map(citation_line);
    let heading = [String::new(), "Evidence".to_owned()];
    let lines: Vec<String> = sentences.chain(heading).chain(evidence).collect();
    lines.join("\n")
}
