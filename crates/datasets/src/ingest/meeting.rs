//! Who was met when, on disk while an ingest runs: [`Meeting`] and its [`Piece`]s.

use sha2::{Digest, Sha256};
use upturn_core::Date;

use super::step::Call;

/// Bytes of a hash of an account or a person.
pub(super) const HASH: usize = 16;

/// Bytes of a piece on disk.
pub(super) const PIECE: usize = 1 + HASH + size_of::<i32>();

/// Day 0 of the days on disk.
const FIRST: Date = Date::constant(1970, 1, 1);

/// Stands for no day.
const NONE: i32 = i32::MIN;

/// A call that was written: with which account, on which day, and who of the buyer's side took part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) account: Option<[u8; HASH]>,
    /// Days since 1970.
    pub(super) day: Option<i32>,
    /// Those who are named, each once.
    pub(super) people: Vec<[u8; HASH]>,
}

/// What stands on disk: the beginning of a meeting, or one of its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Call {
        account: Option<[u8; HASH]>,
        day: Option<i32>,
    },
    Person([u8; HASH]),
}

/// Days since 1970.
pub(super) fn day(date: Date) -> Option<i32> {
    Some(FIRST.until(date).ok()?.get_days())
}

/// A hash of an account, a person or a call's id.
pub(super) fn hash(id: &str) -> [u8; HASH] {
    let digest = Sha256::digest(id.as_bytes());
    let mut short = [0; HASH];
    short
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    short
}

impl Meeting {
    /// Who was met in `call`.
    pub(super) fn of(call: &Call) -> Self {
        let metadata = call.redacted.conversation.metadata();
        let people = call.people.iter();
        Self {
            account: metadata.account.as_deref().map(hash),
            day: metadata.date.and_then(day),
            people: people.map(|person| hash(person)).collect(),
        }
    }

    /// The call, then its people.
    pub(super) fn bytes(&self) -> impl Iterator<Item = [u8; PIECE]> {
        let (account, day) = (self.account, self.day);
        let people = self.people.iter().copied().map(Piece::Person);
        std::iter::once(Piece::Call { account, day })
            .chain(people)
            .map(Piece::bytes)
    }

    /// Adds a piece to the meetings that were read before it.
    pub(super) fn read(piece: [u8; PIECE], meetings: &mut Vec<Self>) {
        match (Piece::read(piece), meetings.last_mut()) {
            (Piece::Call { account, day }, _) => meetings.push(Self {
                account,
                day,
                people: Vec::new(),
            }),
            (Piece::Person(person), Some(meeting)) => meeting.people.push(person),
            (Piece::Person(_), None) => {}
        }
    }
}

impl Piece {
    fn bytes(self) -> [u8; PIECE] {
        let (tag, hash, day) = match self {
            Self::Person(hash) => (2, hash, None),
            Self::Call {
                account: Some(hash),
                day,
            } => (1, hash, day),
            Self::Call { account: None, day } => (0, [0; HASH], day),
        };
        let day = day.unwrap_or(NONE).to_le_bytes();
        let from = std::iter::once(tag).chain(hash).chain(day);
        let mut bytes = [0; PIECE];
        bytes.iter_mut().zip(from).for_each(|(to, from)| *to = from);
        bytes
    }

    fn read([tag, rest @ ..]: [u8; PIECE]) -> Self {
        let (mut hash, mut day) = ([0; HASH], [0; size_of::<i32>()]);
        let to = hash.iter_mut().chain(&mut day);
        to.zip(rest).for_each(|(to, from)| *to = from);
        let day = Some(i32::from_le_bytes(day)).filter(|day| *day != NONE);
        match tag {
            2 => Self::Person(hash),
            1 => Self::Call {
                account: Some(hash),
                day,
            },
            _ => Self::Call { account: None, day },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            met in prop::collection::vec((any::<Option<[u8; HASH]>>(), prop::option::of(-9_999i32..99_999), prop::collection::vec(any::<[u8; HASH]>(), 0..4)), 0..9),
        ) {
            let met: Vec<Meeting> = met.into_iter().map(|(account, day, people)| Meeting { account, day, people }).collect();
            let mut read = Vec::new();
            for piece in met.iter().flat_map(Meeting::bytes) {
                Meeting::read(piece, &mut read);
            }
            prop_assert_eq!(read, met);
        }
    }
}
