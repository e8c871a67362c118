//! What a call's points are made of, as one digest: [`ContentHash`].

use std::fmt;
use std::str::FromStr;

use upturn_core::{Conversation, Metadata, Outcome};
use xxhash_rust::xxh3::xxh3_128;

/// A digest of all of a conversation that its documents show: equal digests give equal points by one encoder.
///
/// # Laws
///
/// - **Of every word.** Another speaker, text, outcome, account, rep, stage, industry, amount, date or language gives
///   another digest; each text is preceded by its length in bytes.
/// - **Of nothing else.** Times and unknown columns change nothing, since no document shows them.
///
/// It tells changes, not forgeries: xxh3 with 128 bits. Written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(u128);

impl ContentHash {
    /// The digest of a conversation.
    pub fn of(conversation: &Conversation) -> Self {
        let mut bytes = Vec::new();
        for turn in conversation.turns() {
            put(&mut bytes, Some(turn.speaker.as_str()));
            put(&mut bytes, Some(&turn.text));
        }
        let Metadata {
            account: _,
            rep,
            stage,
            industry,
            amount,
            date,
            outcome_date: _,
            source: _,
            language,
            extra: _,
        } = conversation.metadata();
        put(&mut bytes, None);
        put(&mut bytes, conversation.outcome().map(Outcome::as_str));
        put(&mut bytes, Some(conversation.group()));
        for word in [rep, stage, industry, language] {
            put(&mut bytes, word.as_deref());
        }
        let amount = amount.filter(|amount| amount.is_finite());
        put(
            &mut bytes,
            amount.map(|amount| amount.to_string()).as_deref(),
        );
        put(&mut bytes, date.map(|date| date.to_string()).as_deref());
        Self(xxh3_128(&bytes))
    }
}

/// A text behind its length; none is longer than any text.
fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(u64::MAX, |text| text.len() as u64);
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.unwrap_or_default().as_bytes());
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for ContentHash {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use upturn_core::{ConversationId, Speaker, Turn};

    use super::*;

    fn call() -> Conversation {
        let turns = vec![
            Turn::new(Speaker::Seller, "hello"),
            Turn::new(Speaker::Buyer, "hi"),
        ];
        Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap()
    }

    fn with(change: impl FnOnce(&mut Metadata)) -> ContentHash {
        let mut metadata = Metadata::default();
        change(&mut metadata);
        ContentHash::of(&call().with_metadata(metadata))
    }

    #[test]
    fn everything_that_a_document_shows_changes_it() {
        let turns = |turns: [(Speaker, &str); 2]| {
            let turns = turns.map(|(speaker, text)| Turn::new(speaker, text));
            ContentHash::of(
                &Conversation::new(ConversationId::new("c").unwrap(), turns.into()).unwrap(),
            )
        };
        let (seller, buyer) = (Speaker::Seller, Speaker::Buyer);
        let some = || Some("x".to_owned());
        let all = [
            ContentHash::of(&call()),
            turns([(seller, "hello"), (buyer, "hi!")]),
            turns([(seller, "hello"), (seller, "hi")]),
            turns([(seller, "hell"), (buyer, "ohi")]),
            ContentHash::of(&call().with_outcome(Some(Outcome::Won))),
            ContentHash::of(&call().with_outcome(Some(Outcome::Lost))),
            with(|metadata| metadata.account = some()),
            with(|metadata| metadata.rep = some()),
            with(|metadata| metadata.stage = some()),
            with(|metadata| metadata.industry = some()),
            with(|metadata| metadata.language = some()),
            with(|metadata| metadata.amount = Some(1.0)),
            with(|metadata| metadata.date = "2026-11-22".parse().ok()),
        ];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn what_no_document_shows_changes_nothing() {
        let same = [
            with(|metadata| metadata.source = Some("x".to_owned())),
            with(|metadata| metadata.amount = Some(f64::NAN)),
            with(|metadata| {
                metadata.extra.insert("x".to_owned(), 1.into());
            }),
        ];
        assert!(same.iter().all(|hash| *hash == ContentHash::of(&call())));
    }

    #[test]
    fn it_is_the_same_in_every_version_and_survives_being_written() {
        let hash = ContentHash::of(&call());
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string(), EXPECTED);
    }

    /// xxh3 with 128 bits of the bytes that `put` describes, by xxhash-rust 0.8.19; another one would embed every call again.
    const EXPECTED: &str = "033ee96e6d5d7e81b8fed9a459c8e8c8";
}
