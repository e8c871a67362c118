//! What a ledger knows without its vectors: [`Indexed`] and [`Known`].

use std::collections::{BTreeMap, HashMap, HashSet};

use upturn_core::{ConversationId, Fingerprint};

use crate::{ContentHash, NameDigest};

/// A call that is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What it was made of.
    pub content: ContentHash,
    /// How many points it has.
    pub points: usize,
    /// Place of the entry that holds them.
    pub(crate) place: usize,
}

/// The calls that are indexed, by encoder.
#[derive(Debug, Default)]
pub(crate) struct Indexed {
    by_encoder: BTreeMap<Fingerprint, HashMap<ConversationId, Known>>,
}

impl Indexed {
    /// Notes a row; those of an earlier entry are void.
    pub(crate) fn note(
        &mut self,
        encoder: &Fingerprint,
        place: usize,
        (conversation, content): (ConversationId, ContentHash),
    ) {
        let calls = self.by_encoder.entry(encoder.clone()).or_default();
        let fresh = Known {
            content,
            points: 0,
            place,
        };
        let known = calls.entry(conversation).or_insert(fresh);
        if known.place != place {
            *known = fresh;
        }
        known.points += 1;
    }

    pub(crate) fn remove(&mut self, conversations: &[NameDigest]) {
        let removed: HashSet<&NameDigest> = conversations.iter().collect();
        for calls in self.by_encoder.values_mut() {
            calls.retain(|call, _| !removed.contains(&NameDigest::of(call.as_str())));
        }
    }

    pub(crate) fn keep(&mut self, encoders: &[Fingerprint]) {
        self.by_encoder
            .retain(|encoder, _| encoders.contains(encoder));
    }

    /// Points that are not void.
    pub(crate) fn points(&self) -> usize {
        let calls = self.by_encoder.values().flat_map(HashMap::values);
        calls.map(|known| known.points).sum()
    }

    pub(crate) fn encoders(&self) -> impl Iterator<Item = &Fingerprint> {
        self.by_encoder.keys()
    }

    pub(crate) fn of(&self, encoder: &Fingerprint) -> Option<&HashMap<ConversationId, Known>> {
        self.by_encoder.get(encoder)
    }
}
