//! What kinds of personal data there are: [`RedactionKind`].

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A kind of personal data, named in counts and placeholders by [`as_str`](Self::as_str).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum RedactionKind {
    /// A person's name: `PERSON`.
    Person,
    /// An e-mail address, written or spoken: `EMAIL`.
    Email,
    /// A telephone number, written or spoken: `PHONE`.
    Phone,
    /// A payment card's number (Luhn): `CARD`.
    Card,
    /// A bank account (mod 97): `IBAN`.
    Iban,
    /// An address of the Internet protocol, version 4 or 6: `IP`.
    Ip,
    /// An address of the web: `URL`.
    Url,
    /// A street with its number, or a postal code: `ADDRESS`.
    Address,
    /// A number that a state gave to a person: `NATIONAL_ID`.
    NationalId,
    /// A day of birth: `BIRTH_DATE`.
    BirthDate,
    /// What a pattern of the user found, by its name.
    Custom(Arc<str>),
    /// The id of a conversation, as a whole: `ID`.
    Id,
    /// `metadata.rep`, as a whole: `REP`.
    Rep,
    /// `metadata.account`, as a whole: `ACCOUNT`.
    Account,
    /// A field's name within `metadata`, as a whole: `KEY`.
    Key,
}

impl RedactionKind {
    /// The kinds that have rules of their own, in the order in which they win where two find the same.
    pub const RULES: [Self; 10] = [
        Self::Url,
        Self::Email,
        Self::Iban,
        Self::Card,
        Self::NationalId,
        Self::Ip,
        Self::BirthDate,
        Self::Phone,
        Self::Address,
        Self::Person,
    ];

    /// Kinds of whole fields, which become keyed hashes.
    const FIELDS: [Self; 4] = [Self::Id, Self::Rep, Self::Account, Self::Key];

    /// Its name in upper case.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Person => "PERSON",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Card => "CARD",
            Self::Iban => "IBAN",
            Self::Ip => "IP",
            Self::Url => "URL",
            Self::Address => "ADDRESS",
            Self::NationalId => "NATIONAL_ID",
            Self::BirthDate => "BIRTH_DATE",
            Self::Custom(name) => name,
            Self::Id => "ID",
            Self::Rep => "REP",
            Self::Account => "ACCOUNT",
            Self::Key => "KEY",
        }
    }

    /// Whether a pattern of the user may not take this name.
    pub(crate) fn is_taken(name: &str) -> bool {
        let mut own = Self::RULES.iter().chain(&Self::FIELDS);
        own.any(|kind| kind.as_str() == name)
    }

    /// Place in the order of precedence; patterns of the user come first.
    pub(crate) fn precedence(&self) -> usize {
        let place = Self::RULES.iter().position(|kind| kind == self);
        place.map_or(0, |place| place + 1)
    }
}

impl fmt::Display for RedactionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<RedactionKind> for String {
    fn from(kind: RedactionKind) -> Self {
        kind.as_str().to_owned()
    }
}

/// Not the name of a kind that has rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of personal data, expected {}", expected())]
pub struct UnknownKind;

fn expected() -> String {
    crate::rejected::one_of(&RedactionKind::RULES.each_ref().map(RedactionKind::as_str))
}

impl TryFrom<String> for RedactionKind {
    type Error = UnknownKind;

    /// The kind with rules that has this name.
    fn try_from(name: String) -> Result<Self, UnknownKind> {
        let kind = Self::RULES.into_iter().find(|kind| kind.as_str() == name);
        kind.ok_or(UnknownKind)
    }
}
