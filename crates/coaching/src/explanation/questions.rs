//! What to ask the buyer: [`questions`].

use upturn_core::{Speaker, TurnRange};

use super::actions::{SAYING, asked_next, cite_next, comparable};
use super::shown::one_line;
use super::{CitedSentence, EvidenceId, ExplanationParts, Register, shortened};
use crate::{Answer, Measures, Objection, ObjectionKind};

/// Most sellers quoted.
const QUOTED: usize = 3;

/// What is missing in the call, then what sellers who won asked next at moments like those of this call.
pub(super) fn questions(
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Vec<CitedSentence> {
    let missing = missing(parts, register);
    let mut questions: Vec<CitedSentence> = missing
        .into_iter()
        .filter_map(|(text, evidence)| CitedSentence::new(text, evidence))
        .collect();
    let asked = comparable(parts).filter_map(|call| Some((call, asked_next(call)?)));
    let quoted: Vec<_> = asked.take(QUOTED).collect();
    questions.extend(quoted.into_iter().filter_map(|(call, questions)| {
        let text = format!(
            "“{}” The seller of `{}`, which was won, asked so next, at a moment like {} of this call.",
            shortened(&questions, SAYING),
            one_line(call.id.as_str()),
            call.here,
        );
        CitedSentence::new(text, cite_next(call, register))
    }));
    questions
}

/// Questions with what they rest on. What the word lists cannot read is not missing.
fn missing(
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Vec<(String, Vec<EvidenceId>)> {
    let measures = parts.measures;
    let by_seller = |turns: &&TurnRange| {
        let turn = parts.prefix.turns().get(turns.start);
        turn.is_some_and(|turn| turn.speaker == Speaker::Seller)
    };
    let so_far = if measures.finished {
        "in the call"
    } else {
        "as yet"
    };
    let mut found = Vec::new();
    for objection in unanswered(measures) {
        let text = format!(
            "“{}” {} has no answer {so_far}.",
            about(objection.kind),
            raised(objection)
        );
        found.push((text, register.here(objection.turns).into_iter().collect()));
    }
    if measures
        .decision
        .as_ref()
        .is_some_and(|it| it.mentions.is_empty())
    {
        let text = format!("“Who decides this, and who has to agree?” Nobody said so {so_far}.");
        found.push((text, register.whole().into_iter().collect()));
    }
    if let Some(step) = measures
        .next_step
        .as_ref()
        .filter(|it| it.agreements.is_empty())
    {
        // To what the buyer asks for the buyer need not say yes.
        if let Some(turns) = step.proposals.iter().rfind(by_seller) {
            let text = format!(
                "“What has to happen before you can say yes to it?” The step of {turns} was not agreed to {so_far}."
            );
            found.push((text, register.here(*turns).into_iter().collect()));
        } else if step.proposals.is_empty() {
            let text = format!(
                "“What should happen next, and on which day?” No next step was proposed {so_far}."
            );
            found.push((text, register.whole().into_iter().collect()));
        }
    }
    if measures
        .pricing
        .as_ref()
        .is_some_and(|it| it.mentions.is_empty())
    {
        let text = format!("“Which budget is there for this?” Money was not mentioned {so_far}.");
        found.push((text, register.whole().into_iter().collect()));
    }
    found
}

/// The first objection of each kind to which nothing was said.
fn unanswered(measures: &Measures) -> Vec<Objection> {
    let mut first: Vec<Objection> = Vec::new();
    for objection in measures.objections.iter().flatten() {
        let is_new = first.iter().all(|known| known.kind != objection.kind);
        if is_new && objection.answer != Answer::Given {
            first.push(*objection);
        }
    }
    first
}

const fn about(kind: ObjectionKind) -> &'static str {
    match kind {
        ObjectionKind::Price => "What do you compare the price with?",
        ObjectionKind::Timing => "What has to happen before this can start?",
        ObjectionKind::Authority => "What will the others who decide want to know?",
        ObjectionKind::Need => "What would have to be different for this to be worth your time?",
        ObjectionKind::Trust => "What would you have to see to rely on it?",
        ObjectionKind::Competitor => "What do you like there, and what do you miss?",
    }
}

fn raised(Objection { kind, turns, .. }: Objection) -> String {
    let about = match kind {
        ObjectionKind::Price => "price",
        ObjectionKind::Timing => "time",
        ObjectionKind::Authority => "who decides",
        ObjectionKind::Need => "need",
        ObjectionKind::Trust => "trust",
        ObjectionKind::Competitor => "a competitor",
    };
    let at: TurnRange = turns;
    format!("The objection about {about} in {at}")
}
