//! What was fitted on some calls, ready to be asked about others: [`Fitted`].

use std::sync::Arc;

use upturn::encoder::Encoder;
use upturn::predict::FittedPredictor;
use upturn::training::{CachedMoments, EncoderAlone, Monitor};
use upturn::{
    Cause, Conversation, EncodedMoment, MomentEncoder, Prefix, Probability, VectorStoreRetriever,
};

use super::{Answer, CHUNK, HeldOut};

/// An encoder and a predictor with the calls that they learnt from.
#[derive(Debug)]
pub(crate) struct Fitted<'a> {
    held_out: HeldOut<'a>,
    /// What it says is remembered; none if it learnt nothing: that one's is remembered already.
    fine_tuned: Option<CachedMoments<Encoder>>,
    predictor: FittedPredictor,
    retriever: VectorStoreRetriever,
}

impl<'a> Fitted<'a> {
    /// Joins them; neighbours are found among `train` only.
    pub(super) fn new(
        held_out: HeldOut<'a>,
        encoder: Encoder,
        predictor: FittedPredictor,
        train: &[&Conversation],
    ) -> Result<Self, Cause> {
        let has_learnt = MomentEncoder::fingerprint(&encoder) != held_out.encoder.fingerprint();
        let fine_tuned = has_learnt.then(|| CachedMoments::new(encoder.clone()));
        let store = held_out.filled(moments(&held_out, fine_tuned.as_ref()), train)?;
        let retriever = VectorStoreRetriever::new(Arc::new(encoder), store).map_err(Cause::new)?;
        Ok(Self {
            held_out,
            fine_tuned,
            predictor,
            retriever,
        })
    }

    /// What reads calls.
    pub(crate) fn moments(&self) -> &dyn MomentEncoder {
        moments(&self.held_out, self.fine_tuned.as_ref())
    }

    /// Whether the encoder learnt something.
    pub(crate) fn is_fine_tuned(&self) -> bool {
        self.fine_tuned.is_some()
    }

    /// Where the calls learnt from are found.
    pub(crate) fn retriever(&self) -> &VectorStoreRetriever {
        &self.retriever
    }

    /// The heads over this encoder.
    pub(crate) fn encoder_alone(&self) -> EncoderAlone {
        EncoderAlone::of(&self.predictor)
    }

    /// Predicts `test`: one answer a prefix for each call.
    ///
    /// # Errors
    ///
    /// That of the encoder or the retriever.
    pub(crate) fn answers(&self, test: &[&Conversation]) -> Result<Vec<Vec<Answer>>, Cause> {
        self.answers_of(self.held_out.prefixes, test)
    }

    /// The same at other shares of the turns.
    ///
    /// # Errors
    ///
    /// As [`answers`](Self::answers).
    pub(crate) fn answers_of(
        &self,
        prefixes: &[f64],
        test: &[&Conversation],
    ) -> Result<Vec<Vec<Answer>>, Cause> {
        let held_out = HeldOut {
            prefixes,
            ..self.held_out
        };
        let answers = held_out.answers(&self.predictor, self.moments(), &self.retriever, test);
        held_out.progress.clear();
        answers
    }

    /// Predicts one prefix of each call.
    ///
    /// # Errors
    ///
    /// That of the encoder or the retriever.
    pub(crate) fn answers_at(&self, known: &[Prefix<'_>]) -> Result<Vec<Probability>, Cause> {
        let progress = self.held_out.progress;
        progress.stage("predicting", known.len() as u64);
        let mut answers = Vec::with_capacity(known.len());
        for chunk in known.chunks(CHUNK) {
            let said = self.held_out.answers_at(
                &self.predictor,
                self.moments(),
                &self.retriever,
                chunk,
            )?;
            answers.extend(said.iter().map(|answer| answer.probability));
            progress.advance(chunk.len());
        }
        progress.clear();
        Ok(answers)
    }
}

fn moments<'m>(
    held_out: &HeldOut<'m>,
    fine_tuned: Option<&'m CachedMoments<Encoder>>,
) -> &'m dyn MomentEncoder {
    fine_tuned.unwrap_or(held_out.encoder)
}

impl HeldOut<'_> {
    /// Where the pre-trained encoder finds calls.
    ///
    /// # Errors
    ///
    /// That of the encoder or the collection.
    pub(crate) fn generic_retriever(
        &self,
        calls: &[&Conversation],
    ) -> Result<VectorStoreRetriever, Cause> {
        let store = self.filled(self.encoder, calls)?;
        let encoder = Arc::new(self.encoder.encoder().clone());
        VectorStoreRetriever::new(encoder, store).map_err(Cause::new)
    }
    /// What a head says of `test` on the encoder that it was fitted to: one probability a prefix for each call.
    ///
    /// # Errors
    ///
    /// That of the encoder.
    pub(crate) fn encoder_alone(
        &self,
        head: &EncoderAlone,
        moments: &dyn MomentEncoder,
        test: &[&Conversation],
    ) -> Result<Vec<Vec<Probability>>, Cause> {
        let mut answers = Vec::with_capacity(test.len());
        for chunk in test.chunks(CHUNK) {
            let known: Vec<Prefix<'_>> = chunk.iter().flat_map(|call| self.known(call)).collect();
            let encoded = self.encode(moments, &known)?;
            let one = |(prefix, encoded): (&Prefix<'_>, &Vec<EncodedMoment>)| {
                head.probability(*prefix, encoded).map_err(Cause::new)
            };
            let flat: Result<Vec<Probability>, Cause> =
                known.iter().zip(&encoded).map(one).collect();
            let each = self.prefixes.len().max(1);
            answers.extend(flat?.chunks(each).map(<[Probability]>::to_vec));
        }
        Ok(answers)
    }
}
