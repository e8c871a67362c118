//! What the CRM knows of a call's deal: [`Crm`] reads the exports, joins calls to deals, fills in metadata.
//!
//! Exports are CSV files of deals, changes of stage, contacts and calls, in the manner of `HubSpot`, Salesforce or
//! Pipedrive, or with columns named by a [`CrmMapping`]. What came of a deal is *not* decided here: see
//! [`LabelRules`](crate::LabelRules).

mod amounts;
mod call_keys;
mod contact;
mod contents;
mod crm_mapping;
mod days;
mod deal;
mod dialects;
mod error;
mod field;
mod filling;
mod forms;
mod index;
mod join;
mod joined;
mod keys;
mod layout;
mod options;
mod people;
mod reading;
mod records;
mod sheet;
mod sought;
mod votes;

pub use amounts::Decimal;
pub use call_keys::{CallKeys, Participant};
pub use contact::Contact;
pub use crm_mapping::CrmMapping;
pub use days::DayOrder;
pub use deal::{Deal, DealStatus, RowPlace, StageChange};
pub use dialects::{SheetKind, Vendor};
pub use error::CrmError;
pub use filling::Filled;
pub use joined::{AmbiguousReason, JoinRule, Joined, Match, UnmatchedReason};
pub use options::CrmOptions;
pub use reading::{Crm, SheetReport};

pub(crate) use keys::words;
pub(crate) use people::people;

#[cfg(test)]
mod tests;
