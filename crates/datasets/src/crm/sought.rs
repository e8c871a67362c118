//! What a call is sought by: [`Sought`].

use std::collections::BTreeSet;

use upturn_core::Date;

use super::records::Call;
use super::{CallKeys, Crm, keys};

/// What is known of a call, from the source and from the table of calls, in the form of the index.
#[derive(Default)]
pub(crate) struct Sought {
    pub(crate) account_ids: BTreeSet<String>,
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) contact_ids: BTreeSet<String>,
    pub(crate) emails: BTreeSet<String>,
    pub(crate) names: BTreeSet<String>,
    pub(crate) day: Option<Date>,
}

impl Crm {
    /// Puts together what the source and the table of calls say.
    pub(crate) fn sought(&self, call: &CallKeys, row: Option<&Call>) -> Sought {
        let is_own = |email: &str| self.is_own(email);
        let mut sought = Sought {
            day: call.day.or(row.and_then(|row| row.day)),
            ..Sought::default()
        };
        sought
            .account_ids
            .extend(call.account_id.as_deref().map(|id| keys::id(id).to_owned()));
        sought
            .accounts
            .extend(call.account.as_deref().map(keys::words));
        for participant in &call.participants {
            let email = participant.email.as_deref().and_then(keys::email);
            if email.as_deref().is_some_and(is_own) {
                continue;
            }
            sought.emails.extend(email);
            sought
                .names
                .extend(participant.name.as_deref().and_then(keys::person));
        }
        if let Some(row) = row {
            let related = row.related_ids.iter();
            let related = related.filter(|id| !self.index.deals.contains_key(*id));
            sought
                .account_ids
                .extend(row.account_ids.iter().chain(related).cloned());
            sought.accounts.extend(row.accounts.iter().cloned());
            sought.contact_ids.extend(row.contact_ids.iter().cloned());
            let emails = row.emails.iter().filter(|email| !is_own(email));
            sought.emails.extend(emails.cloned());
            sought
                .names
                .extend(row.names.iter().filter_map(|name| keys::person(name)));
        }
        sought
    }

    /// Whether an address is one of the seller's own.
    pub(crate) fn is_own(&self, email: &str) -> bool {
        let own = &self.options.own_domains;
        let domain = keys::domain(email);
        domain.is_some_and(|domain| own.iter().any(|own| own.eq_ignore_ascii_case(domain)))
    }
}

impl Sought {
    /// Whether there is nothing to seek it by.
    pub(crate) fn is_empty(&self) -> bool {
        let sets = [
            &self.account_ids,
            &self.accounts,
            &self.contact_ids,
            &self.emails,
            &self.names,
        ];
        sets.iter().all(|set| set.is_empty())
    }
}
