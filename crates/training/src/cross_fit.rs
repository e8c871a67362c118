//! What the parts say of calls they have not seen: the rows that blend and calibration are fitted on.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use upturn_core::{
    Conversation, EncodedMoment, Outcome, PredictorError, Prefix, RetrievalRequest, Retriever,
};
use upturn_encoder::Encoder;
use upturn_predict::{Lesson, NearMoments, OutOfFold, Parts, PredictorConfig, Stage, pooled};

use crate::cuts::Cuts;
use crate::trainer::Labelled;
use crate::voters::Voters;
use crate::{CachedMoments, Monitor, StoreFactory, TrainingError};

/// Calls that are encoded together: enough to fill batches of equal length on every core.
const AT_ONCE: usize = 32;

/// Prefixes that are asked about together: their moments are in memory, and one pass over the calls answers them all.
const QUESTIONS: usize = 128;

/// A labelled call with its prefixes; what the encoder makes of them is remembered elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct EncodedCall<'a> {
    pub(crate) conversation: &'a Conversation,
    pub(crate) outcome: Outcome,
    /// Those that are learnt from; the whole call is the last.
    pub(crate) learnt: Vec<Prefix<'a>>,
    /// Those that are asked about, likewise.
    asked: Vec<Prefix<'a>>,
}

/// A prefix of a call that the parts have not seen.
#[derive(Debug, Clone, Copy)]
struct Question<'a> {
    conversation: &'a Conversation,
    outcome: Outcome,
    prefix: Prefix<'a>,
}

/// A question, and the moments of its prefix.
type Asked<'a> = (&'a Question<'a>, &'a Vec<EncodedMoment>);

impl<'a> EncodedCall<'a> {
    /// Encodes the calls' prefixes, some calls at a time. Prefixes of equal length count once.
    pub(crate) fn of(
        calls: &[Labelled<'a>],
        cuts: Cuts<'_>,
        encoder: &CachedMoments<Encoder>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Self>, TrainingError> {
        monitor.stage("encoding calls", calls.len() as u64);
        let mut done: Vec<Self> = Vec::with_capacity(calls.len());
        for chunk in calls.chunks(AT_ONCE) {
            if monitor.stopped() {
                return Err(TrainingError::Stopped);
            }
            let first = done.len();
            done.extend(chunk.iter().map(|(conversation, outcome)| Self {
                conversation,
                outcome: *outcome,
                learnt: cuts.learnt(conversation),
                asked: cuts.asked(conversation),
            }));
            let new = done.get(first..).unwrap_or_default().iter();
            // What is learnt from is asked about, too.
            let flat: Vec<Prefix<'a>> = new.flat_map(|call| &call.asked).copied().collect();
            encoder.remember(&flat)?;
            for _ in chunk {
                monitor.step(None);
            }
        }
        Ok(done)
    }

    /// The whole call's moments: what is indexed.
    pub(crate) fn moments(
        &self,
        encoder: &CachedMoments<Encoder>,
    ) -> Result<Vec<EncodedMoment>, TrainingError> {
        let whole = self.learnt.last().map(std::slice::from_ref);
        let mut moments = encoder.recall(whole.unwrap_or_default())?;
        Ok(moments.pop().unwrap_or_default())
    }

    /// What a stage is learnt from: of finished calls the whole ones, of live ones every prefix. How a call ended is the
    /// best lesson of how one ends, so a whole call teaches both.
    fn lessons(&self, stage: Stage) -> impl Iterator<Item = Lesson<'a>> {
        let taught = move |prefix: &&Prefix<'_>| stage == Stage::Live || prefix.is_finished();
        let lesson = |prefix: &Prefix<'a>| Lesson {
            prefix: *prefix,
            outcome: self.outcome,
        };
        self.learnt.iter().filter(taught).map(lesson)
    }

    /// What a stage is asked about.
    fn questions(&self, stage: Stage) -> impl Iterator<Item = Question<'a>> {
        let asked = move |prefix: &&Prefix<'_>| Stage::of(**prefix) == stage;
        let question = |prefix: &Prefix<'a>| Question {
            conversation: self.conversation,
            outcome: self.outcome,
            prefix: *prefix,
        };
        self.asked.iter().filter(asked).map(question)
    }
}

/// Fits the parts of a stage on calls.
pub(crate) fn fit_parts(
    calls: &[&EncodedCall<'_>],
    stage: Stage,
    moments: &CachedMoments<Encoder>,
    config: &PredictorConfig,
) -> Result<Parts, TrainingError> {
    let lessons: Vec<Lesson<'_>> = calls.iter().flat_map(|call| call.lessons(stage)).collect();
    let mut next = lessons.iter();
    let row = || -> Result<Vec<f64>, TrainingError> {
        let Some(lesson) = next.next() else {
            return Ok(Vec::new());
        };
        let moments = moments.recall(&[lesson.prefix])?.pop();
        Ok(pooled(&moments.unwrap_or_default()))
    };
    moments
        .memory()
        .with_room(|room| Parts::fit_within(&lessons, row, config, room))
}

/// What parts said of calls that they had not seen, stage by stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OutOfFoldRows {
    /// Of prefixes of calls that went on; none where only whole calls are learnt from.
    pub live: Vec<OutOfFold>,
    /// Of whole calls.
    pub finished: Vec<OutOfFold>,
}

impl OutOfFoldRows {
    /// Those of a stage.
    pub fn of(&self, stage: Stage) -> &[OutOfFold] {
        match stage {
            Stage::Live => &self.live,
            Stage::Finished => &self.finished,
        }
    }

    pub(crate) fn extend(&mut self, more: Self) {
        self.live.extend(more.live);
        self.finished.extend(more.finished);
    }
}

/// Fits the parts on `known`, fills a collection with it, and asks both about `unseen`.
pub(crate) fn out_of_fold(
    known: &[&EncodedCall<'_>],
    unseen: &[&EncodedCall<'_>],
    moments: &CachedMoments<Encoder>,
    config: &PredictorConfig,
    stores: &StoreFactory,
) -> Result<OutOfFoldRows, TrainingError> {
    let voters = Voters::of(known, moments, stores)?;
    let rows = |stage: Stage| -> Result<Vec<OutOfFold>, TrainingError> {
        let questions: Vec<Question<'_>> = unseen
            .iter()
            .flat_map(|call| call.questions(stage))
            .collect();
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let parts = fit_parts(known, stage, moments, config)?;
        let mut rows = Vec::with_capacity(questions.len());
        for questions in questions.chunks(QUESTIONS) {
            rows.extend(answers(questions, &parts, moments, &voters)?);
        }
        Ok(rows)
    };
    let (live, finished) = rayon::join(|| rows(Stage::Live), || rows(Stage::Finished));
    Ok(OutOfFoldRows {
        live: live?,
        finished: finished?,
    })
}

/// What parts say of some prefixes.
fn answers(
    questions: &[Question<'_>],
    parts: &Parts,
    moments: &CachedMoments<Encoder>,
    voters: &Voters<'_>,
) -> Result<Vec<OutOfFold>, TrainingError> {
    let prefixes: Vec<Prefix<'_>> = questions.iter().map(|question| question.prefix).collect();
    let encoded = moments.recall(&prefixes)?;
    let requests: Vec<RetrievalRequest> = if voters.answers_many_at_once() {
        let pairs = prefixes.iter().zip(&encoded);
        let requests = pairs.flat_map(|(prefix, moments)| parts.requests(*prefix, moments));
        requests.collect()
    } else {
        Vec::new()
    };
    let retriever: &dyn Retriever = &*voters.ready_for(&requests)?;
    let asked: Vec<Asked<'_>> = questions.iter().zip(&encoded).collect();
    let calls: Vec<&[Asked<'_>]> = asked
        .chunk_by(|(a, _), (b, _)| a.prefix.id() == b.prefix.id())
        .collect();
    let rows: Vec<Vec<OutOfFold>> = calls
        .par_iter()
        .map(|questions| of_call(questions, parts, retriever))
        .collect::<Result<_, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// What parts say of some prefixes of one call, whose moments are mostly the same.
fn of_call<'a>(
    questions: &[Asked<'a>],
    parts: &'a Parts,
    retriever: &'a dyn Retriever,
) -> Result<Vec<OutOfFold>, TrainingError> {
    let mut known = NearMoments::new(parts.neighbours(), retriever);
    let answer = |&(question, moments): &Asked<'a>| {
        let vote = known
            .vote(question.prefix, moments)
            .map_err(PredictorError::from)?;
        let logits = parts.logits_with_vote(question.prefix, moments, vote.logit)?;
        Ok(OutOfFold {
            logits,
            won: question.outcome.is_won(),
            group: question.conversation.group().to_owned(),
            turns: question.prefix.turns().len(),
            familiarity: vote.familiarity,
        })
    };
    questions.iter().map(answer).collect()
}
