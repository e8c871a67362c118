//! Which run it is: [`Identity`].

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use upturn_core::{Conversation, Fingerprint};

use super::sealed::hex;
use crate::trainer::Labelled;
use crate::{TrainingConfig, TrainingError};

/// Version of the files; another one is not taken up.
const VERSION: u32 = 1;

/// `run.json`: what decides the result of a run. A digest of each, so that no text of a call is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    version: u32,
    /// Of upturn.
    program: String,
    settings: String,
    calls: String,
    encoder: Fingerprint,
}

impl Identity {
    /// Of settings, the labelled calls in their order, others that are learnt from, and the encoder to start from.
    pub(crate) fn of(
        config: &TrainingConfig,
        (calls, others): (&[Labelled<'_>], &[&Conversation]),
        encoder: &Fingerprint,
    ) -> Result<Self, TrainingError> {
        let mut digest = Digesting(Sha256::new());
        for (call, outcome) in calls {
            serde_json::to_writer(&mut digest, call)?;
            serde_json::to_writer(&mut digest, &outcome.is_won())?;
        }
        for call in others {
            serde_json::to_writer(&mut digest, call)?;
        }
        Ok(Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            settings: hex(&Sha256::digest(serde_json::to_vec(config)?)),
            calls: hex(&digest.0.finalize()),
            encoder: encoder.clone(),
        })
    }

    /// The first thing in which two runs differ.
    pub(super) fn difference(&self, other: &Self) -> Option<&'static str> {
        let Self {
            version,
            program,
            settings,
            calls,
            encoder,
        } = self;
        [
            (
                *version != other.version || *program != other.program,
                "another version of upturn",
            ),
            (*settings != other.settings, "other settings"),
            (*calls != other.calls, "other calls"),
            (*encoder != other.encoder, "another encoder"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }
}

struct Digesting(Sha256);

impl io::Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
