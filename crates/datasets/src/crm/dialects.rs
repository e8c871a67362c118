//! The columns of known exports: [`DIALECTS`].
//!
//! Which document gives the names is said in `fixtures/crm/README.md`. Names are compared in lower case.

use std::fmt;

use serde::Deserialize;

use super::field::Field;

/// Whose export a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// `HubSpot`.
    HubSpot,
    /// Salesforce.
    Salesforce,
    /// Pipedrive.
    Pipedrive,
    /// Any other, with the column names of upturn or of a [`CrmMapping`](super::CrmMapping).
    Other,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HubSpot => "HubSpot",
            Self::Salesforce => "Salesforce",
            Self::Pipedrive => "Pipedrive",
            Self::Other => "another CRM",
        })
    }
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SheetKind {
    /// Deals, opportunities.
    Deals,
    /// Changes of stage.
    History,
    /// People.
    Contacts,
    /// Calls, meetings, activities.
    Calls,
}

impl SheetKind {
    /// Its name: `deals`, `history`, `contacts` or `calls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deals => "deals",
            Self::History => "history",
            Self::Contacts => "contacts",
            Self::Calls => "calls",
        }
    }

    /// The columns without which rows mean nothing.
    pub(crate) const fn needs(self) -> &'static [(Field, &'static str)] {
        match self {
            Self::Deals | Self::Contacts | Self::Calls => &[(Field::Id, "id")],
            Self::History => &[
                (Field::DealIds, "deal_ids"),
                (Field::Stage, "stage"),
                (Field::Date, "date"),
            ],
        }
    }
}

/// The names that one kind of export gives its columns.
pub(crate) struct Dialect {
    pub(crate) vendor: Vendor,
    pub(crate) kind: SheetKind,
    /// A file of this dialect has a column for each of these.
    pub(crate) needs: &'static [Field],
    pub(crate) columns: &'static [(Field, &'static [&'static str])],
}

use Field as F;

/// All of them; of two that fit a header the one that knows more of its columns is taken, else the first.
pub(crate) const DIALECTS: &[Dialect] = &[
    Dialect {
        vendor: Vendor::HubSpot,
        kind: SheetKind::Deals,
        needs: &[F::Id, F::Name, F::Stage],
        columns: &[
            (F::Id, &["record id", "deal id", "hs_object_id"]),
            (F::Name, &["deal name", "dealname"]),
            (F::Stage, &["deal stage", "dealstage"]),
            (
                F::StageSince,
                &[
                    "date entered current stage",
                    "hs_v2_date_entered_current_stage",
                ],
            ),
            (F::IsWon, &["is closed won", "hs_is_closed_won"]),
            (F::IsLost, &["is closed lost", "hs_is_closed_lost"]),
            (F::IsClosed, &["is deal closed?", "hs_is_closed"]),
            (F::Amount, &["amount"]),
            (F::Created, &["create date", "createdate"]),
            (F::Closed, &["close date", "closedate"]),
            (F::Modified, &["last modified date", "hs_lastmodifieddate"]),
            (F::Owner, &["deal owner", "hubspot_owner_id"]),
            (
                F::Account,
                &[
                    "associated company",
                    "associated company (primary)",
                    "company name",
                ],
            ),
            (
                F::AccountId,
                &[
                    "associated company ids",
                    "associated company ids (primary)",
                    "associated company id",
                ],
            ),
            (F::Industry, &["industry"]),
            (
                F::ContactNames,
                &["associated contact", "associated contacts"],
            ),
            (F::ContactIds, &["associated contact ids"]),
            (
                F::ContactEmails,
                &["contact email", "associated contact emails"],
            ),
        ],
    },
    Dialect {
        vendor: Vendor::HubSpot,
        kind: SheetKind::Contacts,
        needs: &[F::Id, F::FirstName, F::ContactEmails],
        columns: &[
            (F::Id, &["record id", "contact id"]),
            (F::FirstName, &["first name"]),
            (F::LastName, &["last name"]),
            (
                F::ContactEmails,
                &["email", "additional email addresses", "work email"],
            ),
            (
                F::Account,
                &[
                    "associated company",
                    "associated company (primary)",
                    "company name",
                ],
            ),
            (
                F::AccountId,
                &["associated company ids", "associated company ids (primary)"],
            ),
            (F::DealIds, &["associated deal ids"]),
        ],
    },
    Dialect {
        vendor: Vendor::HubSpot,
        kind: SheetKind::Calls,
        needs: &[F::Id, F::Name, F::Date],
        columns: &[
            (F::Id, &["record id", "call id"]),
            (F::Name, &["call title", "meeting name"]),
            (F::Date, &["activity date", "meeting start time"]),
            (F::DealIds, &["associated deal ids"]),
            (F::Account, &["associated company"]),
            (F::AccountId, &["associated company ids"]),
            (F::ContactIds, &["associated contact ids"]),
            (F::ContactNames, &["associated contact"]),
        ],
    },
    Dialect {
        vendor: Vendor::Salesforce,
        kind: SheetKind::Deals,
        // The name tells it from the history, which has the rest as well.
        needs: &[F::Id, F::Name, F::Stage, F::Closed],
        columns: &[
            (F::Id, &["id", "opportunity id"]),
            (F::Name, &["name", "opportunity name"]),
            (F::Stage, &["stagename", "stage"]),
            (
                F::StageSince,
                &["laststagechangedate", "last stage change date"],
            ),
            (F::IsWon, &["iswon", "won"]),
            (F::IsClosed, &["isclosed", "closed"]),
            (F::Amount, &["amount"]),
            (F::Created, &["createddate", "created date"]),
            (F::Closed, &["closedate", "close date"]),
            (
                F::Modified,
                &["lastmodifieddate", "last modified date", "systemmodstamp"],
            ),
            (
                F::Owner,
                &["owner", "owner.name", "opportunity owner", "ownerid"],
            ),
            (F::Account, &["account name", "account.name"]),
            (F::AccountId, &["accountid", "account id"]),
            (F::Industry, &["industry", "account.industry"]),
            (F::ContactIds, &["contactid", "contact id"]),
            (F::ContactNames, &["primary contact", "contact name"]),
            (F::ContactEmails, &["contact: email", "email"]),
        ],
    },
    Dialect {
        vendor: Vendor::Salesforce,
        kind: SheetKind::History,
        needs: &[F::DealIds, F::Stage, F::Date],
        columns: &[
            (F::DealIds, &["opportunityid", "opportunity id"]),
            (F::Stage, &["stagename", "to stage"]),
            (F::Amount, &["amount"]),
            (F::Date, &["createddate", "last modified"]),
        ],
    },
    Dialect {
        vendor: Vendor::Salesforce,
        kind: SheetKind::Contacts,
        needs: &[F::Id, F::LastName, F::ContactEmails],
        columns: &[
            (F::Id, &["id", "contact id"]),
            (F::FirstName, &["firstname", "first name"]),
            (F::LastName, &["lastname", "last name"]),
            (F::Name, &["name"]),
            (F::ContactEmails, &["email"]),
            (F::Account, &["account name", "account.name"]),
            (F::AccountId, &["accountid", "account id"]),
        ],
    },
    Dialect {
        vendor: Vendor::Salesforce,
        kind: SheetKind::Contacts,
        needs: &[F::Id, F::DealIds],
        columns: &[(F::Id, &["contactid"]), (F::DealIds, &["opportunityid"])],
    },
    Dialect {
        vendor: Vendor::Salesforce,
        kind: SheetKind::Calls,
        needs: &[F::Id, F::RelatedIds, F::Date],
        columns: &[
            (F::Id, &["id", "activity id"]),
            (F::RelatedIds, &["whatid"]),
            (F::ContactIds, &["whoid"]),
            (F::AccountId, &["accountid"]),
            (
                F::Date,
                &["activitydate", "activitydatetime", "startdatetime"],
            ),
        ],
    },
    Dialect {
        vendor: Vendor::Pipedrive,
        kind: SheetKind::Deals,
        needs: &[F::Id, F::Name, F::Status],
        columns: &[
            (F::Id, &["deal - id", "id"]),
            (F::Name, &["deal - title", "title"]),
            (F::Status, &["deal - status", "status"]),
            (F::Stage, &["deal - stage", "stage"]),
            (
                F::StageSince,
                &[
                    "deal - last stage change",
                    "last stage change",
                    "stage_change_time",
                ],
            ),
            (F::Amount, &["deal - value", "value"]),
            (
                F::Created,
                &[
                    "deal - deal created",
                    "deal - add time",
                    "deal created",
                    "add time",
                ],
            ),
            (
                F::Closed,
                &[
                    "deal - deal closed on",
                    "deal - close time",
                    "deal closed on",
                    "close time",
                ],
            ),
            (F::Won, &["deal - won time", "won time"]),
            (F::Lost, &["deal - lost time", "lost time"]),
            (F::Modified, &["deal - update time", "update time"]),
            (F::Owner, &["deal - owner", "owner"]),
            (
                F::Account,
                &["deal - organization", "organization - name", "organization"],
            ),
            (
                F::AccountId,
                &[
                    "deal - organization id",
                    "organization - id",
                    "organization id",
                ],
            ),
            (F::Industry, &["organization - industry", "industry"]),
            (
                F::ContactNames,
                &["deal - contact person", "person - name", "contact person"],
            ),
            (
                F::ContactIds,
                &[
                    "deal - contact person id",
                    "person - id",
                    "contact person id",
                ],
            ),
            (F::ContactEmails, PIPEDRIVE_EMAILS),
        ],
    },
    Dialect {
        vendor: Vendor::Pipedrive,
        kind: SheetKind::Contacts,
        needs: &[F::Id, F::Name, F::ContactEmails],
        columns: &[
            (F::Id, &["person - id"]),
            (F::Name, &["person - name"]),
            (F::ContactEmails, PIPEDRIVE_EMAILS),
            (F::Account, &["person - organization"]),
            (F::AccountId, &["person - organization id"]),
        ],
    },
    Dialect {
        vendor: Vendor::Pipedrive,
        kind: SheetKind::Calls,
        needs: &[F::Id, F::DealIds],
        columns: &[
            (F::Id, &["activity - id"]),
            (F::DealIds, &["activity - deal id", "deal - id"]),
            (F::Date, &["activity - due date"]),
            (F::Account, &["activity - organization"]),
            (F::ContactNames, &["activity - contact person"]),
        ],
    },
    Dialect {
        vendor: Vendor::Other,
        kind: SheetKind::Deals,
        needs: &[F::Id, F::Stage, F::Created],
        columns: &[
            (F::Id, &["deal_id"]),
            (F::Name, &["deal"]),
            (F::Stage, &["stage"]),
            (F::StageSince, &["stage_since"]),
            (F::Status, &["status"]),
            (F::Amount, &["amount"]),
            (F::Created, &["created"]),
            (F::Closed, &["closed"]),
            (F::Modified, &["modified"]),
            (F::Owner, &["owner"]),
            (F::Account, &["account"]),
            (F::AccountId, &["account_id"]),
            (F::Industry, &["industry"]),
            (F::ContactIds, &["contact_ids"]),
            (F::ContactNames, &["contact_names"]),
            (F::ContactEmails, &["contact_emails"]),
        ],
    },
    Dialect {
        vendor: Vendor::Other,
        kind: SheetKind::History,
        needs: &[F::DealIds, F::Stage, F::Date],
        columns: &[
            (F::DealIds, &["deal_id"]),
            (F::Stage, &["stage"]),
            (F::Amount, &["amount"]),
            (F::Date, &["date"]),
        ],
    },
    Dialect {
        vendor: Vendor::Other,
        kind: SheetKind::Contacts,
        needs: &[F::Id],
        columns: &[
            (F::Id, &["contact_id"]),
            (F::Name, &["name"]),
            (F::ContactEmails, &["email"]),
            (F::Account, &["account"]),
            (F::AccountId, &["account_id"]),
            (F::DealIds, &["deal_ids"]),
        ],
    },
    Dialect {
        vendor: Vendor::Other,
        kind: SheetKind::Calls,
        needs: &[F::Id],
        columns: &[
            (F::Id, &["call_id"]),
            (F::Date, &["date"]),
            (F::DealIds, &["deal_id", "deal_ids"]),
            (F::Account, &["account"]),
            (F::AccountId, &["account_id"]),
            (F::ContactIds, &["contact_ids"]),
            (F::ContactNames, &["names"]),
            (F::ContactEmails, &["emails"]),
        ],
    },
];

const PIPEDRIVE_EMAILS: &[&str] = &[
    "person - email",
    "person - email - work",
    "person - email - home",
    "person - email - other",
];
