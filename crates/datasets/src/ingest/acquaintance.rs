//! What the calls before a call tell of its buyer: [`Acquaintance`].

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

use upturn_core::{Conversation, Metadata};

use super::IngestError;
use super::growing::Growing;
use super::meeting::{HASH, Meeting};

/// What was known of an account's people on the day of a call.
///
/// Laws: only the call itself and calls with the same account on an *earlier day* are looked at, so that no later call, and
/// none of the same day whose order nobody knows, changes anything; the order in which calls are read changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Acquaintance {
    /// How many people of the buyer's side had taken part until then, this call included; none if nobody is named.
    contacts: Option<usize>,
    /// Days since the last earlier call. The buyer speaks in every call that is written.
    days_since_buyer: Option<i32>,
}

impl Acquaintance {
    /// One for each call, in the order of the calls; nothing is known of a call without an account or a day.
    pub(super) fn of(meetings: &[Meeting]) -> Vec<Self> {
        let mut accounts: HashMap<[u8; HASH], Vec<(i32, usize)>> = HashMap::new();
        for (number, meeting) in meetings.iter().enumerate() {
            if let (Some(account), Some(day)) = (meeting.account, meeting.day) {
                accounts.entry(account).or_default().push((day, number));
            }
        }
        let mut told = vec![Self::default(); meetings.len()];
        for mut calls in accounts.into_values() {
            calls.sort_unstable();
            let mut met = HashSet::new();
            let mut last = None;
            for of_day in calls.chunk_by(|(one, _), (other, _)| one == other) {
                let people = |number: &usize| meetings.get(*number).map(|it| it.people.as_slice());
                for (day, number) in of_day {
                    let own: HashSet<_> = people(number).into_iter().flatten().collect();
                    let contacts = met.union(&own).count();
                    if let Some(told) = told.get_mut(*number) {
                        told.contacts = (contacts > 0).then_some(contacts);
                        told.days_since_buyer = last.map(|last| day - last);
                    }
                }
                last = of_day.first().map(|(day, _)| *day);
                met.extend(
                    of_day
                        .iter()
                        .filter_map(|(_, number)| people(number))
                        .flatten(),
                );
            }
        }
        told
    }

    /// Writes the calls of `from` to `to` with what was known of them. Calls keep their place, and those of which nothing
    /// is known their bytes; what a source says stands.
    pub(super) fn write(told: &[Self], from: &Path, to: &Path) -> Result<(), IngestError> {
        let write = || -> std::io::Result<()> {
            let mut out = Growing::open(to, 0)?;
            let lines = BufReader::new(fs_err::File::open(from)?).lines();
            for (line, told) in lines.zip(told) {
                let line = line?;
                if *told == Self::default() {
                    out.add_line(line.as_bytes())?;
                } else {
                    let call: Conversation = serde_json::from_str(&line)?;
                    out.add_json(&told.added(call))?;
                }
            }
            out.checkpoint().map(drop)
        };
        write().map_err(IngestError::output(to))
    }

    /// Whether there is anything to write.
    pub(super) fn is_known(told: &[Self]) -> bool {
        told.iter().any(|told| *told != Self::default())
    }

    fn added(self, call: Conversation) -> Conversation {
        let mut metadata = call.metadata().clone();
        let contacts = self.contacts.map(Into::into);
        let days = self.days_since_buyer.map(Into::into);
        for (field, value) in [
            (Metadata::CONTACTS, contacts),
            (Metadata::DAYS_SINCE_BUYER, days),
        ] {
            if let Some(value) = value {
                let extra = &mut metadata.extra;
                extra.entry(field.to_owned()).or_insert(value);
            }
        }
        call.with_metadata(metadata)
    }
}

#[cfg(test)]
mod tests;
