//! What is asked in one fold: [`FoldWork`].

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use upturn::eval::{EmbeddingMap, RankedQuery};
use upturn::training::{Baseline, EncoderAlone};
use upturn::{Cause, Conversation, Probability};

use super::encoder_alone::{FINE_TUNED, GENERIC};
use super::learning::Share;
use super::retrieval::Lists;
use super::situation::Situation;
use super::{known_share, learning, map};
use crate::held_out::{Answer, Fitted, HeldOut, Unfitted};

/// The checkpoints of the training on all of a fold's training calls.
const MODEL: &str = "model";

/// What to ask besides our own predictions.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoldWork<'a> {
    /// How to fit.
    pub(super) held_out: HeldOut<'a>,
    /// Whether each prefix has a model of its own.
    pub(super) known_share: bool,
    /// Whether baselines are fitted.
    pub(super) with_baselines: bool,
    /// What names a call's situation, if any call says.
    pub(super) situation: Option<&'a Situation>,
    /// Shares of the training accounts to learn from as well.
    pub(super) shares: &'a [Share],
}

/// What was said of a call.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answers {
    /// By us, one probability a prefix.
    pub(super) ours: Vec<Probability>,
    /// The same with sets and doubts.
    pub(super) in_full: Vec<Answer>,
    /// By others.
    pub(super) others: Vec<(String, Vec<Probability>)>,
    /// Comparable calls that the generic encoder finds.
    pub(super) generic: Option<RankedQuery>,
    /// Those that the fine-tuned one finds.
    pub(super) fine_tuned: Option<RankedQuery>,
    /// By models of smaller shares of the training calls, at the prefix of the learning curve.
    pub(super) smaller: Vec<Probability>,
}

/// What a fold gives.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FoldAnswers {
    /// One for each call held out.
    pub(super) calls: Vec<Answers>,
    /// Calls learnt from for each share, then those of all.
    pub(super) sizes: Vec<usize>,
    /// Baselines that say nothing.
    pub(super) unfitted: Vec<Unfitted>,
    /// Whether fine-tuning moved the encoder.
    pub(super) moved: bool,
    /// Where the calls held out lie, if that was asked for.
    pub(super) map: Option<EmbeddingMap>,
}

impl FoldWork<'_> {
    /// Fits on `train` and asks about `test`. The smallest models come first, so that too small a share fails at once.
    /// Each keeps its checkpoints in `folder`, if there is one.
    pub(super) fn run(
        &self,
        (train, test): (&[&Conversation], &[&Conversation]),
        with_map: bool,
        folder: Option<&Path>,
    ) -> Result<FoldAnswers, Cause> {
        let checkpoints = folder.map(|folder| folder.join(MODEL));
        let held_out = HeldOut {
            checkpoints: checkpoints.as_deref(),
            ..self.held_out
        };
        let (smaller, mut sizes) = learning::smaller(&held_out, self.shares, train, test)?;
        sizes.push(train.len());
        let fitted = held_out.fitted(train)?;
        let answers = if self.known_share {
            known_share::answers(&held_out, &fitted, train, test)?
        } else {
            fitted.answers(test)?
        };
        let mut calls: Vec<Answers> = answers.into_iter().map(ours).collect();
        for said in smaller {
            for (call, probability) in calls.iter_mut().zip(said) {
                call.smaller.push(probability);
            }
        }
        self.encoders_alone(&fitted, train, test, &mut calls)?;
        self.lists(&fitted, train, test, &mut calls)?;
        let mut unfitted = Vec::new();
        if self.with_baselines {
            let (said, lacking) = self.held_out.baselines(train, test)?;
            for (call, said) in calls.iter_mut().zip(said) {
                call.others.extend(named(said));
            }
            unfitted = lacking;
        }
        let map = with_map.then(|| map::of(&self.held_out, &fitted, test));
        Ok(FoldAnswers {
            calls,
            sizes,
            unfitted,
            moved: fitted.is_fine_tuned(),
            map: map.transpose()?.flatten(),
        })
    }

    /// The same head on both encoders, if one was to be fine-tuned. Where fine-tuning made it no better both are the same.
    fn encoders_alone(
        &self,
        fitted: &Fitted<'_>,
        train: &[&Conversation],
        test: &[&Conversation],
        calls: &mut [Answers],
    ) -> Result<(), Cause> {
        let HeldOut {
            config,
            encoder,
            progress,
            prefixes: _,
            checkpoints: _,
        } = self.held_out;
        if !config.tunes() {
            return Ok(());
        }
        let frozen = EncoderAlone::fit(train, encoder, config, progress).map_err(Cause::new)?;
        let tuned = self
            .held_out
            .encoder_alone(&fitted.encoder_alone(), fitted.moments(), test)?;
        let frozen = self.held_out.encoder_alone(&frozen, encoder, test)?;
        progress.clear();
        for (call, (tuned, frozen)) in calls.iter_mut().zip(tuned.into_iter().zip(frozen)) {
            call.others
                .extend([(FINE_TUNED.to_owned(), tuned), (GENERIC.to_owned(), frozen)]);
        }
        Ok(())
    }

    /// The calls that each encoder finds comparable.
    fn lists(
        &self,
        fitted: &Fitted<'_>,
        train: &[&Conversation],
        test: &[&Conversation],
        calls: &mut [Answers],
    ) -> Result<(), Cause> {
        let (held_out, encoder) = (&self.held_out, self.held_out.encoder);
        let lists = Lists::new(held_out, train, self.situation);
        if fitted.is_fine_tuned() {
            let found = lists.nearest(fitted.moments(), fitted.retriever(), test)?;
            for (call, found) in calls.iter_mut().zip(found) {
                call.fine_tuned = Some(found);
            }
            let generic = held_out.generic_retriever(train)?;
            keep_generic(calls, lists.nearest(encoder, &generic, test)?);
        } else {
            let found = lists.nearest(encoder, fitted.retriever(), test)?;
            keep_generic(calls, found);
            if held_out.config.epochs > 0 {
                for call in calls.iter_mut() {
                    call.fine_tuned.clone_from(&call.generic);
                }
            }
        }
        held_out.progress.clear();
        Ok(())
    }
}

fn keep_generic(calls: &mut [Answers], found: Vec<RankedQuery>) {
    for (call, found) in calls.iter_mut().zip(found) {
        call.generic = Some(found);
    }
}

fn ours(in_full: Vec<Answer>) -> Answers {
    Answers {
        ours: in_full.iter().map(|answer| answer.probability).collect(),
        in_full,
        others: Vec::new(),
        generic: None,
        fine_tuned: None,
        smaller: Vec::new(),
    }
}

/// The baselines in the order that they are read in.
fn named(
    mut said: BTreeMap<Baseline, Vec<Probability>>,
) -> impl Iterator<Item = (String, Vec<Probability>)> {
    let one =
        move |baseline: Baseline| Some((baseline.as_str().to_owned(), said.remove(&baseline)?));
    Baseline::ALL.into_iter().filter_map(one)
}
