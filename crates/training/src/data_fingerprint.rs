//! Which calls a model learnt from, as one digest: [`data_fingerprint`].

use sha2::{Digest, Sha256};
use upturn_core::{Conversation, Fingerprint, Outcome, Speaker};

use crate::checkpoint::hex;

/// The SHA-256 of the calls' ids, outcomes, speakers and texts, in the order of the ids.
///
/// # Laws
///
/// - **Of the calls alone.** The order in which they come changes nothing, nor do their accounts, dates and times.
/// - **Of every word.** Another id, outcome, speaker or text, or a turn cut in two, gives another digest: each text is
///   preceded by its length in bytes.
pub fn data_fingerprint(calls: &[&Conversation]) -> Fingerprint {
    let mut calls = calls.to_vec();
    calls.sort_by_key(|call| call.id());
    let mut digest = Sha256::new();
    for call in calls {
        text(&mut digest, call.id().as_str());
        digest.update(outcome(call.outcome()));
        digest.update((call.turns().len() as u64).to_le_bytes());
        for turn in call.turns() {
            digest.update(speaker(turn.speaker));
            text(&mut digest, &turn.text);
        }
    }
    Fingerprint::new(hex(&digest.finalize()))
}

/// A text behind its length in bytes.
pub(crate) fn text(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

const fn outcome(outcome: Option<Outcome>) -> &'static [u8; 1] {
    match outcome {
        Some(Outcome::Won) => b"w",
        Some(Outcome::Lost) => b"l",
        None => b"-",
    }
}

const fn speaker(speaker: Speaker) -> &'static [u8; 1] {
    match speaker {
        Speaker::Seller => b"s",
        Speaker::Buyer => b"b",
        Speaker::Other => b"o",
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::{Metadata, Turn};

    use super::*;
    use crate::examples::calls;

    fn of(calls: &[Conversation]) -> Fingerprint {
        data_fingerprint(&calls.iter().collect::<Vec<_>>())
    }

    /// Python 3.11.7, hashlib:
    /// ```python
    /// t = lambda s: len(s.encode()).to_bytes(8, "little") + s.encode()
    /// sha256(t("a") + b"w" + (2).to_bytes(8, "little") + b"s" + t("hello") + b"b" + t("yes")).hexdigest()
    /// ```
    #[test]
    fn the_digest_is_the_one_that_its_description_gives() {
        let turns = vec![
            Turn::new(Speaker::Seller, "hello"),
            Turn::new(Speaker::Buyer, "yes"),
        ];
        let call = Conversation::new("a".to_owned().try_into().unwrap(), turns)
            .unwrap()
            .with_outcome(Some(Outcome::Won));
        assert_eq!(
            of(&[call]).as_str(),
            "712cbe5ef9c69aaafc53d05a333a61c89d255235323ec0becfb4203fc3dfd6b1"
        );
    }

    #[test]
    fn neither_order_nor_metadata_change_it_and_every_word_does() {
        let calls = calls(6);
        let whole = of(&calls);
        let mut turned = calls.clone();
        turned.reverse();
        turned[0] = turned[0].clone().with_metadata(Metadata::default());
        assert_eq!(of(&turned), whole);
        let with = |change: &dyn Fn(Conversation) -> Conversation| {
            let mut other = calls.clone();
            other[3] = change(other[3].clone());
            of(&other)
        };
        let turns = |call: &Conversation, change: &dyn Fn(&mut Vec<Turn>)| {
            let mut turns = call.turns().to_vec();
            change(&mut turns);
            Conversation::new(call.id().clone(), turns)
                .unwrap()
                .with_outcome(call.outcome())
        };
        let changed = [
            with(&|call| call.with_outcome(Some(Outcome::Won))),
            with(&|call| call.with_outcome(None)),
            with(&|call| turns(&call, &|turns| turns[0].text.push('.'))),
            with(&|call| turns(&call, &|turns| turns[1].speaker = Speaker::Other)),
            with(&|call| {
                turns(&call, &|turns| {
                    let rest = turns[0].text.split_off(3);
                    turns.insert(1, Turn::new(Speaker::Seller, rest));
                })
            }),
            of(&calls[..5]),
        ];
        for other in &changed {
            assert_ne!(*other, whole);
        }
        let different: std::collections::BTreeSet<_> = changed.iter().collect();
        assert_eq!(different.len(), changed.len());
    }
}
