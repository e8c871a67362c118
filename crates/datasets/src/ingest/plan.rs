//! What work an ingest is, so that only the same is taken up again: [`plan`].

use sha2::{Digest, Sha256};

use super::IngestSettings;
use crate::hex::hex;
use crate::{PseudonymKey, RedactionKind, Sources};

/// Fingerprint of the sources (names, sizes, times of change), of the settings with all rules, of the contents of the CRM's
/// exports, and of the pseudonym key. The day that counts as today is no part of it.
pub(super) fn plan(sources: &Sources, settings: &IngestSettings) -> String {
    let mut hash = Sha256::new();
    for text in described(settings) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    for source in &sources.found {
        let told = fs_err::metadata(&source.path).ok();
        let size = told.as_ref().map(std::fs::Metadata::len);
        let changed = told.and_then(|told| told.modified().ok());
        hash.update(format!("{source:?} {size:?} {changed:?}\n"));
    }
    hex(&hash.finalize())
}

/// All that changes the result. Destructured, so that a new setting can't be forgotten.
fn described(settings: &IngestSettings) -> [String; 8] {
    let IngestSettings {
        format,
        mapping,
        roles,
        cleaning,
        redaction,
        crm,
        labels,
        as_of: _,
        as_of_is_today: _,
        duplicates,
        read,
        keeps_key,
        checkpoint: _,
    } = settings;
    let key = redaction.as_ref().and_then(|options| options.key.as_ref());
    [
        env!("CARGO_PKG_VERSION").to_owned(),
        format!("{format:?} {mapping:?} {read:?}"),
        format!("{roles:?}"),
        format!("{cleaning:?} {duplicates:?}"),
        format!("{redaction:?} {keeps_key}"),
        key.map(proof).unwrap_or_default(),
        format!(
            "{:?}",
            crm.as_ref().map(|crm| (crm.fingerprint(), &crm.options))
        ),
        format!("{labels:?}"),
    ]
}

/// Tells keys apart and gives none away.
fn proof(key: &PseudonymKey) -> String {
    key.pseudonym(&RedactionKind::Key, "which key is it")
}
