//! Calls into points, and those of which none can be made: [`Batch`] and [`CallSetAside`].

use serde::Serialize;
use upturn::vectorstore::ledger::IndexedCall;
use upturn::{
    Conversation, ConversationId, Embeddings, EmbeddingsError, EncodedMoment, MomentEncoder,
};

use crate::failure::{Failure, chain};
use crate::numbers::count;
use crate::printer::Printer;

/// Calls set aside that are told one by one; all are in the report for programs.
const SHOWN: usize = 10;

/// A call that could not be encoded: with weights that are no numbers for a word that it has, for instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CallSetAside {
    /// Which call.
    pub(crate) id: ConversationId,
    /// Why, without what was said in it.
    pub(crate) message: String,
}

/// Calls that are stored together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Those that were encoded.
    pub(crate) indexed: Vec<IndexedCall>,
    /// The others.
    pub(crate) set_aside: Vec<CallSetAside>,
}

impl Batch {
    /// Encodes calls together, or each by itself where that fails.
    ///
    /// # Errors
    ///
    /// Where none of them can be encoded and the empty text neither, which every encoder has a vector for: then no call is at fault.
    pub(crate) fn encode(
        encoder: &(impl MomentEncoder + Embeddings),
        calls: &[&Conversation],
    ) -> Result<Self, Failure> {
        let mut batch = Self::default();
        if let Ok(moments) = encode(encoder, calls) {
            batch.add(calls, &moments);
            return Ok(batch);
        }
        for call in calls {
            match encode(encoder, &[call]) {
                Ok(moments) => batch.add(&[call], &moments),
                Err(error) => batch.set_aside.push(CallSetAside {
                    id: call.id().clone(),
                    message: chain(&error),
                }),
            }
        }
        if batch.indexed.is_empty() {
            encoder.embed_documents(&[""])?;
        }
        Ok(batch)
    }

    /// How many calls it is made of.
    pub(crate) const fn calls(&self) -> usize {
        self.indexed.len() + self.set_aside.len()
    }

    fn add(&mut self, calls: &[&Conversation], moments: &[Vec<EncodedMoment>]) {
        let encoded = calls.iter().zip(moments);
        let indexed = encoded.map(|(call, moments)| IndexedCall::new(call, moments));
        self.indexed.extend(indexed);
    }
}

fn encode(
    encoder: &impl MomentEncoder,
    calls: &[&Conversation],
) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
    let prefixes: Vec<_> = calls.iter().map(|call| call.whole()).collect();
    encoder.encode(&prefixes)
}

/// Reports calls that are not indexed: the first of them one by one, all of them by their number.
pub(crate) fn report_set_aside(calls: &[CallSetAside], printer: Printer) {
    for CallSetAside { id, message } in calls.iter().take(SHOWN) {
        printer.warning(&format!("call `{id}`: {message}"));
    }
    if let Some(more) = calls.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        printer.warning(&format!("and {} more", count(more)));
    }
    match calls.len() {
        0 => {}
        1 => printer.warning("1 call set aside, it is not indexed"),
        all => printer.warning(&format!(
            "{} calls set aside, they are not indexed",
            count(all)
        )),
    }
}

#[cfg(test)]
mod tests {
    use upturn::{Cause, Embedding, EmbeddingError, Fingerprint, Prefix, Speaker, Turn};

    use super::*;

    /// Makes nothing of any call, and fails at those whose id has the word; with no word at everything.
    #[derive(Debug)]
    struct Failing(&'static str);

    impl Failing {
        fn at(&self, text: &str) -> Result<(), EmbeddingsError> {
            if text.contains(self.0) {
                let error = EmbeddingError::NotFinite { at: 3 };
                return Err(EmbeddingsError::Backend(Cause::new(error)));
            }
            Ok(())
        }
    }

    impl MomentEncoder for Failing {
        fn hidden(&self) -> usize {
            1
        }

        fn dimension(&self) -> usize {
            1
        }

        fn fingerprint(&self) -> &Fingerprint {
            unreachable!("nobody asks")
        }

        fn encode(
            &self,
            prefixes: &[Prefix<'_>],
        ) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
            let encode = |prefix: &Prefix<'_>| self.at(prefix.id().as_str()).map(|()| Vec::new());
            prefixes.iter().map(encode).collect()
        }
    }

    impl Embeddings for Failing {
        fn dimension(&self) -> usize {
            1
        }

        fn fingerprint(&self) -> &Fingerprint {
            unreachable!("nobody asks")
        }

        fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
            texts.iter().try_for_each(|text| self.at(text))?;
            Ok(Vec::new())
        }
    }

    fn calls() -> Vec<Conversation> {
        let call = |id: &str| {
            let turns = vec![
                Turn::new(Speaker::Seller, "a secret"),
                Turn::new(Speaker::Buyer, "another"),
            ];
            Conversation::new(ConversationId::new(id).unwrap(), turns).unwrap()
        };
        ["one", "two", "three"].map(call).to_vec()
    }

    fn batch(fails: &'static str, calls: &[Conversation]) -> Result<Batch, Failure> {
        Batch::encode(&Failing(fails), &calls.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_call_that_fails_is_set_aside_with_its_reason_and_the_others_are_kept() {
        let calls = calls();
        for (fails, ids) in [
            ("two", vec!["two"]),
            ("e", vec!["one", "three"]),
            ("no", vec![]),
        ] {
            let batch = batch(fails, &calls).unwrap();
            let aside: Vec<&str> = batch
                .set_aside
                .iter()
                .map(|call| call.id.as_str())
                .collect();
            assert_eq!(aside, ids);
            assert_eq!((batch.calls(), batch.indexed.len()), (3, 3 - ids.len()));
            let reason = "embedding failed: dimension 3 of a vector is not finite";
            assert!(batch.set_aside.iter().all(|call| call.message == reason));
        }
    }

    #[test]
    fn where_nothing_at_all_can_be_encoded_the_encoder_is_at_fault() {
        let calls = calls();
        assert!(batch("", &calls).is_err());
        assert_eq!(batch("o", &calls[..2]).unwrap().set_aside.len(), 2);
    }
}
