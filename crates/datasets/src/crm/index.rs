//! By what deals are found: [`Index`].

use std::collections::HashMap;

use upturn_core::Date;

use super::records::Call;
use super::{Contact, Deal, keys};
use crate::LabelRules;
use crate::labels::State;

/// Places of deals and contacts by what they are known by. Linear in the size of the exports.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By id.
    pub(crate) deals: HashMap<String, usize>,
    /// Deals by id of the customer.
    pub(crate) account_ids: HashMap<String, Vec<usize>>,
    /// Deals by name of the customer.
    pub(crate) accounts: HashMap<String, Vec<usize>>,
    /// Deals of each contact, as far as rows name both.
    pub(crate) deals_of_contact: Vec<Vec<usize>>,
    /// Contacts of each deal, likewise.
    pub(crate) contacts_of_deal: Vec<Vec<usize>>,
    /// Contacts by id, address, domain and name.
    pub(crate) contact_ids: HashMap<String, usize>,
    pub(crate) emails: HashMap<String, Vec<usize>>,
    pub(crate) domains: HashMap<String, Vec<usize>>,
    pub(crate) names: HashMap<String, Vec<usize>>,
    /// Calls by id.
    pub(crate) calls: HashMap<String, Call>,
    /// Day on which each deal ended, if it did and that is known.
    pub(crate) ended: Vec<Option<Date>>,
}

impl Index {
    /// Adds to the contacts one for the people that each deal names without an id.
    pub(crate) fn new(
        deals: &[Deal],
        contacts: &mut Vec<Contact>,
        calls: HashMap<String, Call>,
        rules: &LabelRules,
    ) -> Self {
        let mut index = Self {
            calls,
            contacts_of_deal: vec![Vec::new(); deals.len()],
            ..Self::default()
        };
        for (place, deal) in deals.iter().enumerate() {
            index.add_deal(place, deal, rules);
        }
        for (place, contact) in contacts.iter().enumerate() {
            index
                .contact_ids
                .extend(contact.id.clone().map(|id| (id, place)));
        }
        let mut links: Vec<(usize, usize)> = Vec::new();
        for (place, deal) in deals.iter().enumerate() {
            let known = deal.contact_ids.iter();
            let known = known.filter_map(|id| index.contact_ids.get(id));
            links.extend(known.map(|contact| (*contact, place)));
            if let Some(named) = named(deal) {
                links.push((contacts.len(), place));
                contacts.push(named);
            }
        }
        for (place, contact) in contacts.iter().enumerate() {
            let known = contact.deal_ids.iter();
            let known = known.filter_map(|id| index.deals.get(id));
            links.extend(known.map(|deal| (place, *deal)));
            index.add_contact(place, contact);
        }
        index.link(links, contacts.len());
        index
    }

    fn add_deal(&mut self, place: usize, deal: &Deal, rules: &LabelRules) {
        self.deals.insert(keys::id(&deal.id).to_owned(), place);
        for id in deal.account_id.iter().flat_map(|ids| ids.split(';')) {
            let id = keys::id(id).to_owned();
            self.account_ids.entry(id).or_default().push(place);
        }
        if let Some(account) = &deal.account {
            let account = keys::words(account);
            self.accounts.entry(account).or_default().push(place);
        }
        self.ended.push(match rules.state(deal, Date::MAX) {
            State::Ended { known, .. } => Some(known),
            State::Open | State::Undated => None,
        });
    }

    fn add_contact(&mut self, place: usize, contact: &Contact) {
        let mut domains: Vec<&str> = Vec::new();
        for email in &contact.emails {
            self.emails.entry(email.clone()).or_default().push(place);
            domains.extend(keys::domain(email).filter(|domain| !keys::is_free_mail(domain)));
        }
        domains.sort_unstable();
        domains.dedup();
        for domain in domains {
            self.domains
                .entry(domain.to_owned())
                .or_default()
                .push(place);
        }
        let mut names: Vec<_> = contact
            .names
            .iter()
            .filter_map(|n| keys::person(n))
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            self.names.entry(name).or_default().push(place);
        }
    }

    /// Stores which contacts and deals belong together, each pair once.
    fn link(&mut self, mut links: Vec<(usize, usize)>, contacts: usize) {
        links.sort_unstable();
        links.dedup();
        self.deals_of_contact = vec![Vec::new(); contacts];
        for (contact, deal) in links {
            if let Some(deals) = self.deals_of_contact.get_mut(contact) {
                deals.push(deal);
            }
            if let Some(contacts) = self.contacts_of_deal.get_mut(deal) {
                contacts.push(contact);
            }
        }
    }
}

/// The people that a deal names without an id; none if there are none.
fn named(deal: &Deal) -> Option<Contact> {
    let contact = Contact {
        names: deal.contact_names.iter().cloned().collect(),
        emails: deal.contact_emails.iter().cloned().collect(),
        ..Contact::default()
    };
    (!contact.names.is_empty() || !contact.emails.is_empty()).then_some(contact)
}
