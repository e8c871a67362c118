//! From turn to turn without computing anything twice: what a [`ConversionPredictor`] knows of a [`Heard`] call.

use upturn_core::{Prediction, PredictorError, Prefix};

use crate::{ConversionPredictor, Heard, Stage};

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
        let stay = heard.moments.len().saturating_sub(1);
        let same = |new: &upturn_core::EncodedMoment| {
            heard.moments.get(stay).is_some_and(|old| {
                old.moment.turns == new.moment.turns && old.embedding == new.embedding
            })
        };
        let kept = stay + usize::from(after.first().is_some_and(same));
        heard.near.truncate(kept);
        heard.moments.truncate(stay);
        heard.moments.extend(after);
        heard.near.resize(heard.moments.len(), None);
        self.look_up(prefix, heard)
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

    /// Asks for what is near the moments that nothing is known of yet.
    fn look_up(&self, prefix: Prefix<'_>, heard: &mut Heard) -> Result<(), PredictorError> {
        let Some(retriever) = &self.retriever else {
            return Ok(());
        };
        // Both stages ask alike; see `Neighbours`.
        let parts = &self.fitted.stage(Stage::of(prefix)).parts;
        for (moment, near) in heard.moments.iter().zip(&mut heard.near) {
            if near.is_none() {
                *near = Some(parts.neighbours().near(prefix, moment, &**retriever)?);
            }
        }
        Ok(())
    }
}
