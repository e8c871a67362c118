//! Questions about a call, answered from what was explained and what was found: [`Explanation::answer`].
//!
//! Some questions have a way of their own ([`Inquiry`]); any other is answered with the moments that the caller found for
//! it. Nothing is generated: an answer is a choice of cited sentences.

mod found;
mod looked_for;
mod route;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Outcome, PartName, ScoredDocument};

use crate::explanation::{About, Reason, Register, Source};
use crate::{Citation, CitedSentence, ComparableCall, ComparableCalls, Explanation};

pub use looked_for::LookedFor;
pub use route::Inquiry;

/// Most sentences of an answer.
const MOST: usize = 8;
/// Of them, so many of what pulls the logit down before anything else: the rules have their say too.
const WEIGHED: usize = 3;

/// An answer that cites its evidence.
///
/// Law: every citation of a sentence exists in `evidence`, which holds nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CitedAnswer {
    /// How the question was understood.
    #[serde(flatten)]
    pub inquiry: Inquiry,
    /// The answer; empty if nothing that was computed or found answers it.
    pub sentences: Vec<CitedSentence>,
    /// What the sentences cite, with the ids of the explanation; what it does not have comes behind.
    pub evidence: Vec<Citation>,
}

impl Explanation {
    /// Answers a question about this call.
    ///
    /// `found` are moments of other calls that the caller retrieved for the question, nearest first. They are needed by
    /// [`Inquiry::WhoElseObjected`] and [`Inquiry::Other`]; those of this call are left out.
    pub fn answer(&self, question: &str, found: &[ScoredDocument]) -> CitedAnswer {
        self.answer_inquiry(Inquiry::of(question), found)
    }

    /// The same, of a question that is understood already.
    pub fn answer_inquiry(&self, inquiry: Inquiry, found: &[ScoredDocument]) -> CitedAnswer {
        let turns = &self.transcript;
        let mut register = Register::new(&self.conversation, turns, self.evidence.clone());
        let sentences = match inquiry {
            Inquiry::WhyStall => self.what_speaks_for_lost(),
            Inquiry::WhatWonCallsDid => self.what_won_calls_did(&mut register),
            Inquiry::WhoElseObjected { about } => self.who_objected(about, found, &mut register),
            Inquiry::CallsLikeIt { outcome } => self.calls_like_it(outcome, &mut register),
            Inquiry::WhatNext => self.what_next(),
            Inquiry::Other => self.nearest(found, &mut register),
        };
        let cited: BTreeSet<_> = sentences
            .iter()
            .flat_map(|it| &it.evidence)
            .copied()
            .collect();
        let mut evidence = register.into_citations();
        evidence.retain(|it| cited.contains(&it.id));
        CitedAnswer {
            inquiry,
            sentences,
            evidence,
        }
    }

    /// The prediction, then what pulls the logit down most, what the rules warn of and what is more usual among lost calls, then
    /// the rest of the first.
    fn what_speaks_for_lost(&self) -> Vec<CitedSentence> {
        let speaks = |reason: &&Reason| match &reason.about {
            // What they say holds for any call.
            About::Part {
                name: PartName::BaseRate | PartName::Calibration,
            } => false,
            About::Part { .. } | About::Moment { .. } => reason.logit.is_some_and(|it| it < 0.0),
            About::Warning { .. } => true,
            About::Standing { measure } => self.is_usual_among_lost(*measure),
        };
        let reasons = self.reasons.iter().filter(speaks);
        let (weighed, told): (Vec<&Reason>, Vec<&Reason>) =
            reasons.partition(|reason| reason.logit.is_some());
        let (first, rest) = weighed.split_at(weighed.len().min(WEIGHED));
        let reasons = first.iter().chain(&told).chain(rest);
        let reasons: Vec<&CitedSentence> = reasons.map(|it| &it.sentence).take(MOST - 1).collect();
        let nothing = reasons.is_empty().then(|| self.nothing_speaks_for_lost());
        std::iter::once(&self.summary)
            .chain(reasons)
            .cloned()
            .chain(nothing)
            .collect()
    }

    fn nothing_speaks_for_lost(&self) -> CitedSentence {
        CitedSentence {
            text:
                "Nothing in this call speaks for lost: no part of the model, no moment and no rule."
                    .to_owned(),
            evidence: self.summary.evidence.clone(),
        }
    }

    /// What their sellers said next and where they parted, then the measures that tell won from lost calls.
    fn what_won_calls_did(&self, register: &mut Register<'_>) -> Vec<CitedSentence> {
        let told = self.actions.iter().chain(&self.questions);
        let said = told.filter(|it| it.evidence.iter().any(|id| self.is_of_a_won_call(*id)));
        let mut sentences: Vec<CitedSentence> = said.cloned().collect();
        let won = self.comparables.won.iter();
        sentences.extend(won.filter_map(|call| found::parting(call, register)));
        let measures = self
            .reasons
            .iter()
            .filter(|it| matches!(it.about, About::Standing { .. }));
        sentences.extend(measures.map(|it| it.sentence.clone()));
        sentences.truncate(MOST);
        sentences
    }

    /// The comparable calls, most alike first, each by what was said at the moment that is most alike.
    fn calls_like_it(
        &self,
        outcome: Option<Outcome>,
        register: &mut Register<'_>,
    ) -> Vec<CitedSentence> {
        let ComparableCalls { won, lost } = &self.comparables;
        let either = won.iter().chain(lost);
        let mut calls: Vec<&ComparableCall> = either
            .filter(|call| outcome.is_none_or(|outcome| call.outcome == outcome))
            .collect();
        calls.sort_by(|a, b| b.score.total_cmp(&a.score));
        let calls = calls.into_iter().take(MOST);
        calls
            .filter_map(|call| found::likeness(call, register))
            .collect()
    }

    /// What to do, then what to ask.
    fn what_next(&self) -> Vec<CitedSentence> {
        let told = self.actions.iter().chain(&self.questions);
        told.take(MOST).cloned().collect()
    }

    fn is_of_a_won_call(&self, id: crate::EvidenceId) -> bool {
        self.citation(id).is_some_and(|it| {
            matches!(
                it.source,
                Source::Said {
                    outcome: Some(Outcome::Won),
                    ..
                }
            )
        })
    }
}
