//! What is known of a call before it is joined: [`CallKeys`].

use std::fmt;

use upturn_core::Date;

use crate::Transcript;

/// By what a call may be found in the CRM. Everything is optional. `Debug` shows counts only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CallKeys {
    /// Id of the call in the CRM or at the recorder.
    pub call_id: Option<String>,
    /// Id of the deal.
    pub deal_id: Option<String>,
    /// Id of the customer.
    pub account_id: Option<String>,
    /// Name of the customer.
    pub account: Option<String>,
    /// Who took part, on both sides.
    pub participants: Vec<Participant>,
    /// Day of the call.
    pub day: Option<Date>,
}

/// Somebody who took part in a call.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Participant {
    /// Name; only names of at least two words are looked up.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

impl CallKeys {
    /// What a transcript says of itself: its id, customer and day, the parties that are not stated to sell, and the
    /// `deal_id` and `account_id` in its metadata if these are texts or numbers.
    pub fn of(transcript: &Transcript) -> Self {
        let metadata = &transcript.metadata;
        let extra = |key: &str| match metadata.extra.get(key) {
            Some(serde_json::Value::String(text)) => Some(text.clone()),
            Some(serde_json::Value::Number(number)) => Some(number.to_string()),
            Some(_) | None => None,
        };
        let customers = transcript
            .parties
            .iter()
            .filter(|party| party.side != Some(upturn_core::Speaker::Seller));
        Self {
            call_id: Some(transcript.id.clone()).filter(|id| !id.is_empty()),
            deal_id: extra("deal_id"),
            account_id: extra("account_id"),
            account: metadata.account.clone(),
            participants: customers
                .map(|party| Participant {
                    name: Some(party.name.clone().unwrap_or_else(|| party.label.clone())),
                    email: party.email.clone(),
                })
                .collect(),
            day: metadata.date,
        }
    }
}

impl fmt::Debug for CallKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallKeys")
            .field("call_id", &self.call_id)
            .field("deal_id", &self.deal_id)
            .field("participants", &self.participants.len())
            .field("day", &self.day)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("has_name", &self.name.is_some())
            .field("has_email", &self.email.is_some())
            .finish()
    }
}
