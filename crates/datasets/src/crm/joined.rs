//! What a call was joined to: [`Joined`].

use std::fmt;

use upturn_core::Date;

use super::Deal;

/// What became of a call: every call is exactly one of these.
#[derive(Debug, Clone, PartialEq)]
pub enum Joined<'a> {
    /// It belongs to this deal.
    Matched(Match<'a>),
    /// No deal was found.
    Unmatched {
        /// Why not.
        reason: UnmatchedReason,
    },
    /// Several deals fit equally well.
    Ambiguous {
        /// These, by id; none if there are too many to list.
        candidates: Vec<&'a Deal>,
        /// Why none of them was taken.
        reason: AmbiguousReason,
    },
}

/// The deal of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Match<'a> {
    /// The deal.
    pub deal: &'a Deal,
    /// What decided.
    pub rule: JoinRule,
    /// Day of the call: what the source says, else what the table of calls says.
    pub day: Option<Date>,
}

/// What decided to which deal a call belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum JoinRule {
    /// A table of calls names the deal.
    CallId,
    /// The call names the deal.
    DealId,
    /// The id of the customer.
    AccountId,
    /// The name of the customer.
    Account,
    /// A table of calls names a person by id.
    ContactId,
    /// The e-mail address of a participant.
    Email,
    /// The domain of a participant's e-mail address.
    Domain,
    /// The full name of a participant.
    Name,
}

/// Why a call has no deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UnmatchedReason {
    /// It has nothing by which it could be found.
    NoKeys,
    /// It names a deal that is in no file.
    UnknownDeal,
    /// Nothing of what it says is known.
    NothingKnown,
    /// The customer is known, but no deal was open at that time.
    NoneOpen,
}

/// Why a call has several deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AmbiguousReason {
    /// The day of the call is not known.
    NoDate,
    /// They are equally near in time.
    EquallyNear,
    /// There are too many to compare.
    TooMany,
}

impl JoinRule {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 8] = [
        Self::CallId,
        Self::DealId,
        Self::AccountId,
        Self::Account,
        Self::ContactId,
        Self::Email,
        Self::Domain,
        Self::Name,
    ];

    /// Its name: `call-id`, `deal-id`, `account-id`, `account`, `contact-id`, `email`, `domain` or `name`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallId => "call-id",
            Self::DealId => "deal-id",
            Self::AccountId => "account-id",
            Self::Account => "account",
            Self::ContactId => "contact-id",
            Self::Email => "email",
            Self::Domain => "domain",
            Self::Name => "name",
        }
    }
}

impl UnmatchedReason {
    /// Its name: `no-keys`, `unknown-deal`, `nothing-known` or `none-open`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoKeys => "no-keys",
            Self::UnknownDeal => "unknown-deal",
            Self::NothingKnown => "nothing-known",
            Self::NoneOpen => "none-open",
        }
    }
}

impl AmbiguousReason {
    /// Its name: `no-date`, `equally-near` or `too-many`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoDate => "no-date",
            Self::EquallyNear => "equally-near",
            Self::TooMany => "too-many",
        }
    }
}

impl fmt::Display for JoinRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnmatchedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKeys => "the call has no id, customer or participant to find it by",
            Self::UnknownDeal => "the deal it names is in no file",
            Self::NothingKnown => "neither its customer nor its participants are known",
            Self::NoneOpen => "no deal of the customer was open at that time",
        })
    }
}

impl fmt::Display for AmbiguousReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDate => "several deals, and the day of the call is not known",
            Self::EquallyNear => "several deals equally near in time",
            Self::TooMany => "too many deals to compare",
        })
    }
}
