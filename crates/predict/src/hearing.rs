//! From turn to turn without computing anything twice: what a [`ConversionPredictor`] knows of a [`Heard`] call.

use std::sync::Arc;

use rayon::prelude::*;
use upturn_core::{
    EncodedMoment, Prediction, PredictorError, Prefix, Retriever, RetrieverError, ScoredDocument,
};

use crate::said::SaidTurn;
use crate::{ConversionPredictor, FittedPredictor, Heard, Stage};

impl ConversionPredictor {
    /// Embeds the moments of a prefix and looks up what is near each.
    ///
    /// # Errors
    ///
    /// Those of the encoder and of the retriever.
    pub fn hear(&self, prefix: Prefix<'_>) -> Result<Heard, PredictorError> {
        let mut heard = Heard::default();
        self.hear_after(prefix, &mut heard)?;
        Ok(heard)
    }

    /// Carries on with what was said since: only moments that are new or have grown are embedded and looked up.
    ///
    /// `heard` is of a shorter prefix of the same call, or empty. Where the retriever fails, all is embedded still, and what
    /// could not be looked up is tried again the next time; until then [`predict_heard`](Self::predict_heard) does without
    /// neighbours.
    ///
    /// # Errors
    ///
    /// Those of the encoder, and then nothing has changed, and of the retriever.
    pub fn hear_after(&self, prefix: Prefix<'_>, heard: &mut Heard) -> Result<(), PredictorError> {
        let after = self.encoder.encode_after(prefix, &heard.moments)?;
        heard.carry_on(&self.fitted, prefix, after);
        let Some(retriever) = &self.retriever else {
            return Ok(());
        };
        let near = heard.moments.iter().zip(&mut heard.near);
        let unknown = near.filter(|(_, near)| near.is_none());
        let (moments, near): (Vec<&EncodedMoment>, Vec<_>) = unknown.unzip();
        let found = self.look_up(prefix, &moments, &**retriever);
        for (near, found) in near.into_iter().zip(found) {
            *near = Some(found?);
        }
        Ok(())
    }

    /// Hears a prefix from its first turn on as [`hear_after`](Self::hear_after) does from turn to turn, and visits what was
    /// heard after each of some numbers of turns, rising from at least 1; what was heard after the last one comes back.
    ///
    /// All turns are read together and all moments looked up together, which costs less than one after another. Each visit is
    /// of a call that goes on, but for that of all turns of the prefix.
    ///
    /// # Errors
    ///
    /// Those of the encoder, of the retriever, and of the visits.
    pub fn hear_along(
        &self,
        prefix: Prefix<'_>,
        places: &[usize],
        mut visit: impl FnMut(Prefix<'_>, &Heard) -> Result<(), PredictorError>,
    ) -> Result<Heard, PredictorError> {
        let steps = self.encoder.encode_along(prefix, &[], places)?;
        let new = new_moments(&steps);
        let found = match &self.retriever {
            Some(retriever) => self.look_up(prefix, &new, &**retriever),
            None => Vec::new(),
        };
        let mut found = found.into_iter();
        let mut heard = Heard::default();
        for (turns, after) in places.iter().zip(steps) {
            let so_far = so_far(prefix, *turns);
            heard.carry_on(&self.fitted, so_far, after);
            for near in heard.near.iter_mut().filter(|near| near.is_none()) {
                *near = found.next().transpose()?;
            }
            visit(so_far, &heard)?;
        }
        Ok(heard)
    }

    /// The prediction of a prefix of which this was heard; without neighbours where they could not be asked.
    ///
    /// # Errors
    ///
    /// As [`Parts::logits_with_vote`](crate::Parts::logits_with_vote).
    pub fn predict_heard(
        &self,
        prefix: Prefix<'_>,
        heard: &Heard,
    ) -> Result<Prediction, PredictorError> {
        self.fitted.predict_heard(prefix, heard, &self.fingerprint)
    }

    /// What is near each moment, in order; all are asked about, whatever fails.
    fn look_up(
        &self,
        prefix: Prefix<'_>,
        moments: &[&EncodedMoment],
        retriever: &dyn Retriever,
    ) -> Vec<Result<Arc<[ScoredDocument]>, RetrieverError>> {
        // Both stages ask alike; see `Neighbours`.
        let neighbours = self.fitted.stage(Stage::of(prefix)).parts.neighbours();
        let near = |moment: &&EncodedMoment| neighbours.near(prefix, moment, retriever);
        let one = |moment| near(moment).map(Arc::from);
        if let [alone] = moments {
            return vec![one(alone)];
        }
        moments.par_iter().map(one).collect()
    }
}

impl Heard {
    /// Takes what an encoder makes of a longer prefix: the moments that take the place of the last one.
    fn carry_on(
        &mut self,
        fitted: &FittedPredictor,
        prefix: Prefix<'_>,
        after: Vec<EncodedMoment>,
    ) {
        let stay = self.moments.len().saturating_sub(1);
        let kept = stay + usize::from(stays(self.moments.last(), &after));
        self.near.truncate(kept);
        self.moments.truncate(stay);
        self.moments.extend(after);
        self.near.resize(self.moments.len(), None);
        let new = prefix.turns().iter().enumerate().skip(self.said.len());
        let new = new.map(|(place, turn)| Arc::new(SaidTurn::of(fitted, place, turn)));
        self.said.extend(new);
    }
}

/// Whether the last moment was not touched by what came after.
fn stays(last: Option<&EncodedMoment>, after: &[EncodedMoment]) -> bool {
    last.zip(after.first()).is_some_and(|(old, new)| {
        old.moment.turns == new.moment.turns && old.embedding == new.embedding
    })
}

/// The moments that were not there a step before, in order.
fn new_moments(steps: &[Vec<EncodedMoment>]) -> Vec<&EncodedMoment> {
    let mut last = None;
    let mut new = Vec::new();
    for after in steps {
        new.extend(after.iter().skip(usize::from(stays(last, after))));
        last = after.last();
    }
    new
}

/// The first turns of a prefix; all of them are the prefix itself.
fn so_far(prefix: Prefix<'_>, turns: usize) -> Prefix<'_> {
    if turns < prefix.turns().len() {
        Prefix::first(prefix.conversation(), turns)
    } else {
        prefix
    }
}
