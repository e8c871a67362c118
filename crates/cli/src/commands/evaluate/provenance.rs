//! Whence figures are: [`Provenance`].

use serde::Serialize;
use upturn::encoder::Encoder;
use upturn::training::data_fingerprint;
use upturn::{Conversation, Embeddings as _, Fingerprint};

/// What gave the figures of a report, besides its options.
///
/// Law: another version, encoder, word or outcome has another provenance.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct Provenance {
    /// Version of this program.
    upturn: &'static str,
    /// The encoder to start from; none where predictions were made before, or several encoders have a fingerprint each.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoder: Option<StartedFrom>,
    /// Of all calls that were learnt from or asked about.
    data_fingerprint: Fingerprint,
}

/// An encoder.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct StartedFrom {
    name: String,
    fingerprint: Fingerprint,
}

impl StartedFrom {
    /// Its name and fingerprint.
    pub(in crate::commands) fn of(encoder: &Encoder) -> Self {
        Self {
            name: encoder.origin().name.clone(),
            fingerprint: encoder.fingerprint().clone(),
        }
    }
}

impl Provenance {
    /// Of figures of these calls.
    pub(in crate::commands) fn of(encoder: Option<&Encoder>, calls: &[&Conversation]) -> Self {
        Self {
            upturn: env!("CARGO_PKG_VERSION"),
            encoder: encoder.map(StartedFrom::of),
            data_fingerprint: data_fingerprint(calls),
        }
    }

    /// For people: the program with its version.
    pub(super) fn program(&self) -> String {
        format!("upturn {}", self.upturn)
    }

    /// For people: the encoder with its fingerprint.
    pub(super) fn encoder(&self) -> Option<String> {
        let StartedFrom { name, fingerprint } = self.encoder.as_ref()?;
        Some(format!("{name} ({})", fingerprint.as_str()))
    }

    /// The digest of the calls.
    pub(super) fn data_fingerprint(&self) -> &str {
        self.data_fingerprint.as_str()
    }
}
