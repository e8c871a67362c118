//! A call that goes on, as a value: [`Live`].

use upturn_core::{
    Conversation, ConversationError, ConversationId, Diagnostic, ErrorKind, Metadata, Prediction,
    PredictorError, Prefix, RetrieverError, Turn,
};

use crate::{ConversionPredictor, Heard};

/// Why a turn gave no prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// The turn is no turn of a call; it was not taken.
    #[error(transparent)]
    Turn(#[from] ConversationError),
    /// The call could not be encoded. The turn was taken: the next one may give a prediction of both.
    #[error(transparent)]
    Predictor(#[from] PredictorError),
}

impl Diagnostic for LiveError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Turn(source) => source.kind(),
            Self::Predictor(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Turn(source) => source.hint(),
            Self::Predictor(source) => source.hint(),
        }
    }
}

/// A conversation that is followed turn by turn.
///
/// Laws: after `n` turns the answer is that of the predictor for the first `n` turns (probability within 1e-6); a turn embeds
/// its own text and the last moment only, so that a long call costs little more than its longest prefix. Where the retriever
/// fails the answer does without neighbours, [`evidence_missing`](Self::evidence_missing) says why, and the next turn asks
/// again.
#[derive(Debug)]
pub struct Live {
    predictor: ConversionPredictor,
    call: Conversation,
    heard: Heard,
    missing: Option<RetrieverError>,
}

impl Live {
    /// Begins with the first turn that was said.
    ///
    /// `id` and `metadata` say who the call is with: neither it nor another call of its account votes.
    ///
    /// # Errors
    ///
    /// [`LiveError::Turn`] if nothing was said in it, else that of the encoder.
    pub fn begin(
        predictor: &ConversionPredictor,
        id: ConversationId,
        metadata: Metadata,
        first: Turn,
    ) -> Result<(Self, Prediction), LiveError> {
        let call = Conversation::new(id, vec![first])?.with_metadata(metadata);
        let mut live = Self {
            predictor: predictor.clone(),
            call,
            heard: Heard::default(),
            missing: None,
        };
        let prediction = live.catch_up()?;
        Ok((live, prediction))
    }

    /// Takes the next turn and says how likely the call is won by now.
    ///
    /// # Errors
    ///
    /// [`LiveError`].
    pub fn push(&mut self, turn: Turn) -> Result<Prediction, LiveError> {
        self.call.push(turn)?;
        Ok(self.catch_up()?)
    }

    /// From the next turn on asks another predictor of the same model, such as one whose collection can be asked at last:
    /// what could not be looked up so far is looked up then, and no moment is embedded again.
    pub fn ask(&mut self, predictor: ConversionPredictor) {
        self.predictor = predictor;
    }

    /// What is predicted once the call is known to be over.
    ///
    /// # Errors
    ///
    /// As [`ConversionPredictor::predict_heard`].
    pub fn finished(&self) -> Result<Prediction, PredictorError> {
        self.predictor.predict_heard(self.call.whole(), &self.heard)
    }

    /// What was said so far.
    pub fn call(&self) -> &Conversation {
        &self.call
    }

    /// The moments so far, and what was near each.
    pub fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Why the last answer did without neighbours; none if it did not.
    pub fn evidence_missing(&self) -> Option<&RetrieverError> {
        self.missing.as_ref()
    }

    fn catch_up(&mut self) -> Result<Prediction, PredictorError> {
        let prefix = Prefix::first(&self.call, self.call.turns().len());
        self.missing = match self.predictor.hear_after(prefix, &mut self.heard) {
            Ok(()) => None,
            Err(PredictorError::Retriever(error)) => Some(error),
            Err(error) => return Err(error),
        };
        self.predictor.predict_heard(prefix, &self.heard)
    }
}
