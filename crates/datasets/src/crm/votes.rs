//! Which deals the ids, addresses and names of a call lead to: [`Votes`].

use std::collections::{BTreeMap, BTreeSet};

use super::sought::Sought;
use super::{Crm, JoinRule, keys};

/// Deals with the number of ids, addresses or names that lead to each.
pub(crate) type Votes = BTreeMap<usize, u32>;

/// Deals and contacts looked at for one rule; beyond it a join is ambiguous, so that no export makes joining slow.
const MOST_LOOKED_AT: usize = 10_000;

/// Too much would have to be looked at.
pub(crate) struct TooMany;

impl Crm {
    /// The deals that a rule leads to.
    pub(crate) fn votes(&self, rule: JoinRule, sought: &Sought) -> Result<Votes, TooMany> {
        let index = &self.index;
        let mut count = Count {
            crm: self,
            votes: Votes::new(),
            looked_at: 0,
        };
        match rule {
            JoinRule::CallId | JoinRule::DealId => {}
            JoinRule::AccountId => {
                for id in &sought.account_ids {
                    count.deals(index.account_ids.get(id))?;
                }
            }
            JoinRule::Account => {
                for name in &sought.accounts {
                    count.deals(index.accounts.get(name))?;
                }
            }
            JoinRule::ContactId => {
                for id in &sought.contact_ids {
                    count.people(index.contact_ids.get(id).map(std::slice::from_ref))?;
                }
            }
            JoinRule::Email => {
                for email in &sought.emails {
                    count.people(index.emails.get(email).map(Vec::as_slice))?;
                }
            }
            JoinRule::Domain => {
                for domain in sought.emails.iter().filter_map(|email| keys::domain(email)) {
                    count.people(index.domains.get(domain).map(Vec::as_slice))?;
                }
            }
            // A person whose address is known is not sought by name: there may be namesakes.
            JoinRule::Name => {
                let is_known = |email: &String| index.emails.contains_key(email);
                let names = sought.names.iter();
                for name in names.filter(|_| !sought.emails.iter().any(is_known)) {
                    count.people(index.names.get(name).map(Vec::as_slice))?;
                }
            }
        }
        Ok(count.votes)
    }
}

/// Counts votes, and stops when too much was looked at.
struct Count<'a> {
    crm: &'a Crm,
    votes: Votes,
    looked_at: usize,
}

impl Count<'_> {
    /// One vote for each of these deals.
    fn deals(&mut self, deals: Option<&Vec<usize>>) -> Result<(), TooMany> {
        let mut voted = BTreeSet::new();
        self.look(deals, &mut voted)?;
        self.vote(voted);
        Ok(())
    }

    /// One vote for each deal that one of these people leads to: those that name it, or else all of its customer.
    fn people(&mut self, contacts: Option<&[usize]>) -> Result<(), TooMany> {
        let (crm, mut voted) = (self.crm, BTreeSet::new());
        for place in contacts.unwrap_or_default() {
            self.looked_at += 1;
            let named = crm.index.deals_of_contact.get(*place);
            self.look(named, &mut voted)?;
            let Some(contact) = crm.contacts.get(*place) else {
                continue;
            };
            if named.is_some_and(|deals| !deals.is_empty()) {
                continue;
            }
            let is_known = |id: &String| crm.index.account_ids.contains_key(id);
            if contact.account_ids.iter().any(is_known) {
                for id in &contact.account_ids {
                    self.look(crm.index.account_ids.get(id), &mut voted)?;
                }
            } else {
                for name in &contact.accounts {
                    self.look(crm.index.accounts.get(name), &mut voted)?;
                }
            }
        }
        self.vote(voted);
        Ok(())
    }

    fn look(
        &mut self,
        deals: Option<&Vec<usize>>,
        voted: &mut BTreeSet<usize>,
    ) -> Result<(), TooMany> {
        let deals = deals.map(Vec::as_slice).unwrap_or_default();
        self.looked_at = self.looked_at.saturating_add(1 + deals.len());
        if self.looked_at > MOST_LOOKED_AT {
            return Err(TooMany);
        }
        voted.extend(deals);
        Ok(())
    }

    fn vote(&mut self, deals: BTreeSet<usize>) {
        for deal in deals {
            *self.votes.entry(deal).or_insert(0) += 1;
        }
    }
}
