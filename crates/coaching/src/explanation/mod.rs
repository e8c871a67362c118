//! Why a call is predicted as it is, and what to do next, as a value: [`Explanation`].
//!
//! It is composed of what was computed ([`ExplanationParts`]) and nothing else, with no language model: sentences that each
//! cite an entry of a register. It renders as text, Markdown, JSON and as one HTML page. A language model may
//! [rephrase](Explanation::rephrased) it; what it adds is dropped.
//!
//! Not here: predictions, measures and comparable calls themselves, and any judgement of a person.

mod actions;
mod caveats;
mod evidence;
mod html;
mod json;
mod markdown;
mod neighbour_shares;
mod parts;
mod questions;
mod reason;
mod reasons;
mod register;
mod rephrase;
mod sentence;
mod shown;
mod standings;
mod text;
mod wording;
mod words;
mod worth;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{ConversationId, Prediction, Turn, TurnRange, Verdict};

use crate::{ComparableCall, ComparableCalls, Judgement, Standing, Trajectory, WhatMovedIt};

pub use evidence::{Citation, EvidenceId, EvidenceIdError, Source};
pub use neighbour_shares::{NeighbourShare, NeighbourShares};
pub use parts::ExplanationParts;
pub use reason::{About, Reason};
pub use rephrase::Rephrased;
pub use sentence::CitedSentence;

pub(crate) use evidence::shortened;
pub(crate) use register::Register;
pub(crate) use shown::one_line;
pub(crate) use standings::more_usual;
pub(crate) use wording::counted;

/// One call explained.
///
/// # Laws
///
/// - **Cited.** Every sentence cites at least one entry of `evidence`, and every citation exists there.
/// - **Inside.** A citation of this call lies within its transcript.
/// - **Ordered.** Reasons come by falling absolute logit; those without a logit come last.
/// - **Repeatable.** The same parts give the same explanation.
///
/// What speaks for won or lost does so in the calls that the model has seen; that is association, no cause. `Debug` shows
/// nothing that was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The call.
    pub conversation: ConversationId,
    /// Whether it is known that nothing more will be said.
    pub finished: bool,
    /// Probability, parts, verdict, nearest calls and the model's fingerprint.
    pub prediction: Prediction,
    /// The turns that were known.
    pub transcript: Vec<Turn>,
    /// The chance turn by turn; empty if it was not computed.
    pub trajectory: Trajectory,
    /// What moved it; empty if it was not computed.
    pub moved: WhatMovedIt,
    /// What each neighbour adds to their part; empty if it was not computed.
    #[serde(default)]
    pub neighbour_shares: NeighbourShares,
    /// Calls like it.
    pub comparables: ComparableCalls,
    /// Where its measures stand among won and lost calls.
    pub standings: Vec<Standing>,
    /// What the rules warn of, and what they could not judge.
    pub judgement: Judgement,
    /// The prediction in a sentence.
    pub summary: CitedSentence,
    /// Why, most first.
    pub reasons: Vec<Reason>,
    /// What to do next.
    pub actions: Vec<CitedSentence>,
    /// What to ask the buyer.
    pub questions: Vec<CitedSentence>,
    /// What to mind before believing it.
    pub caveats: Vec<CitedSentence>,
    /// What the sentences cite, in the order of their ids.
    pub evidence: Vec<Citation>,
}

impl Explanation {
    /// Composes it.
    pub fn of(parts: ExplanationParts<'_>) -> Self {
        let turns = parts.prefix.turns();
        let mut register = Register::new(parts.prefix.id(), turns, Vec::new());
        let summary = summary(&parts, &mut register);
        let reasons = reasons::reasons(&parts, &mut register);
        let actions = actions::actions(&parts, &mut register);
        let questions = questions::questions(&parts, &mut register);
        let caveats = caveats::caveats(&parts, &mut register);
        cite_comparables(&parts.comparables, &mut register);
        Self {
            conversation: parts.prefix.id().clone(),
            finished: parts.prefix.is_finished(),
            transcript: turns.to_vec(),
            summary,
            reasons,
            actions,
            questions,
            caveats,
            evidence: register.into_citations(),
            prediction: parts.prediction,
            trajectory: parts.trajectory,
            moved: parts.moved,
            neighbour_shares: parts.neighbour_shares,
            comparables: parts.comparables,
            standings: parts.standings,
            judgement: parts.judgement,
        }
    }

    /// The entry of this name; of evidence that was narrowed down, the entry if it is still there.
    pub fn citation(&self, id: EvidenceId) -> Option<&Citation> {
        self.evidence.iter().find(|it| it.id == id)
    }

    /// All sentences, in the order in which they are told.
    pub fn sentences(&self) -> impl Iterator<Item = &CitedSentence> {
        let reasons = self.reasons.iter().map(|reason| &reason.sentence);
        let rest = self.actions.iter().chain(&self.questions);
        std::iter::once(&self.summary)
            .chain(reasons)
            .chain(rest)
            .chain(&self.caveats)
    }

    /// The entry that cites a part of a comparable call.
    pub(crate) fn cited(
        &self,
        call: &ComparableCall,
        turns: TurnRange,
        text: &str,
    ) -> Option<EvidenceId> {
        let text = shortened(text, Citation::QUOTE);
        let same = |known: &&Citation| {
            known.quote.as_ref() == Some(&text)
                && matches!(&known.source, Source::Said { conversation, turns: cited, .. }
                    if *conversation == call.id && *cited == turns)
        };
        self.evidence.iter().find(same).map(|known| known.id)
    }
}

/// The prediction in a sentence; its citation always exists.
fn summary(parts: &ExplanationParts<'_>, register: &mut Register<'_>) -> CitedSentence {
    let prediction = &parts.prediction;
    let known = wording::counted(parts.prefix.turns().len(), "turn");
    let state = if parts.prefix.is_finished() {
        "the whole call"
    } else {
        "so far"
    };
    let conclusion = match prediction.verdict {
        Verdict::Won => "more likely won than lost".to_owned(),
        Verdict::Lost => "more likely lost than won".to_owned(),
        Verdict::Unsure => {
            let why: Vec<&str> = prediction.doubts.iter().map(wording::doubt).collect();
            let why = if why.is_empty() {
                String::new()
            } else {
                format!(" ({})", why.join(", "))
            };
            format!("unsure{why}, nobody should act on the probability alone")
        }
    };
    let chance = wording::within(prediction.probability.value(), prediction.interval);
    CitedSentence {
        text: format!(
            "After {known}, {state}, the chance that this call is won is {chance}: {conclusion}."
        ),
        evidence: vec![register.prediction(prediction)],
    }
}

/// Every quote that is shown of a comparable call is citable.
fn cite_comparables(comparables: &ComparableCalls, register: &mut Register<'_>) {
    for call in comparables.won.iter().chain(&comparables.lost) {
        let outcome = Some(call.outcome);
        register.there(&call.id, outcome, call.there, &call.text);
        if let Some(parted) = &call.parted {
            register.there(&call.id, outcome, parted.there, &parted.text);
        }
        if let Some(next) = &call.said_next {
            register.there(&call.id, outcome, next.turns, &next.text);
        }
    }
}
