//! Somebody on the customer's side: [`Contact`].

use std::collections::BTreeSet;
use std::fmt;

/// A person whom the CRM knows. `Debug` shows counts only.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contact {
    /// Id in the CRM; none for people who are only named in a deal.
    pub id: Option<String>,
    /// Names, as written.
    pub names: BTreeSet<String>,
    /// E-mail addresses, in lower case.
    pub emails: BTreeSet<String>,
    pub(crate) account_ids: BTreeSet<String>,
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) deal_ids: BTreeSet<String>,
}

impl Contact {
    /// Adds what another row says of the same person.
    pub(crate) fn extend(&mut self, other: Self) {
        self.names.extend(other.names);
        self.emails.extend(other.emails);
        self.account_ids.extend(other.account_ids);
        self.accounts.extend(other.accounts);
        self.deal_ids.extend(other.deal_ids);
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("names", &self.names.len())
            .field("emails", &self.emails.len())
            .finish_non_exhaustive()
    }
}
