//! Who of the buyer's side took part in a call, each once: [`people`].

use std::collections::BTreeSet;

use upturn_core::Speaker;

use super::{CallKeys, Crm, Participant, keys};
use crate::{Transcript, roles};

/// A key for each person of the buyer's side who is named: in the transcript, or else in the call's row of the table of
/// calls.
///
/// Somebody whom the CRM knows has one key, whether it is the address or the name that a call gives; anybody else is
/// known by the address, or else by a name of at least two words. Whom a deal or a contact list names is not looked at: these
/// lists hold now, not then.
pub(crate) fn people(transcript: &Transcript, crm: Option<&Crm>) -> BTreeSet<String> {
    let buyers = transcript.parties.iter();
    let buyers = buyers.filter(|party| party.side == Some(Speaker::Buyer));
    let named: BTreeSet<String> = buyers
        .filter_map(|party| {
            let label = Some(&party.label).filter(|label| roles::is_name(label));
            let participant = Participant {
                name: party.name.as_ref().or(label).cloned(),
                email: party.email.clone(),
            };
            person(&participant, crm)
        })
        .collect();
    match crm {
        Some(crm) if named.is_empty() => crm.people_of_row(&CallKeys::of(transcript)),
        Some(_) | None => named,
    }
}

fn person(participant: &Participant, crm: Option<&Crm>) -> Option<String> {
    let email = participant.email.as_deref().and_then(keys::email);
    let name = participant.name.as_deref().and_then(keys::person);
    let Some(crm) = crm else {
        return email.or(name);
    };
    if email.as_deref().is_some_and(|email| crm.is_own(email)) {
        return None;
    }
    let by_email = email.as_ref().and_then(|email| crm.index.emails.get(email));
    let by_name = || name.as_ref().and_then(|name| crm.index.names.get(name));
    let known = by_email.or_else(by_name);
    known.and_then(|places| crm.only(places)).or(email).or(name)
}

impl Crm {
    /// The people whom the call's row names: by id, or else by address, or else by name.
    fn people_of_row(&self, call: &CallKeys) -> BTreeSet<String> {
        let id = call.call_id.as_deref().map(keys::id);
        let Some(row) = id.and_then(|id| self.index.calls.get(id)) else {
            return BTreeSet::new();
        };
        if !row.contact_ids.is_empty() {
            return row.contact_ids.iter().map(|id| by_id(id)).collect();
        }
        let emails = row.emails.iter().map(|email| (None, Some(email)));
        let names = row.names.iter().map(|name| (Some(name), None));
        let names = names.filter(|_| row.emails.is_empty());
        emails
            .chain(names)
            .filter_map(|(name, email)| {
                let participant = Participant {
                    name: name.cloned(),
                    email: email.cloned(),
                };
                person(&participant, Some(self))
            })
            .collect()
    }

    /// The key of the only person with an id at these places. Whom a deal names without one may be several people.
    fn only(&self, places: &[usize]) -> Option<String> {
        let contacts = places.iter().filter_map(|place| self.contacts.get(*place));
        let mut ids = contacts.filter_map(|contact| contact.id.as_deref());
        let first = ids.next()?;
        ids.next().is_none().then(|| by_id(first))
    }
}

fn by_id(id: &str) -> String {
    format!("id {id}")
}
