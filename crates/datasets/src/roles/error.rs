//! What is wrong with a file of roles: [`RoleError`].

use upturn_core::{Diagnostic, ErrorKind};

use crate::Quoted;

/// Why a file of roles cannot be used. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoleError {
    /// It is not TOML, or not the form of a file of roles.
    #[error("line {line}, column {column} of the file of roles: {what}")]
    Form {
        /// The line.
        line: usize,
        /// Character of that line, from 1.
        column: usize,
        /// What the parser says.
        what: String,
    },
    /// A pattern is blank, so it would name nobody.
    #[error("a pattern in `[{table}]` of the file of roles is empty")]
    EmptyPattern {
        /// The table.
        table: &'static str,
    },
    /// The same pattern stands for two sides.
    #[error("pattern {pattern} has one side in `[labels]` and another in `[diarisation]`")]
    TwoSides {
        /// The pattern.
        pattern: Quoted,
    },
    /// What should be the domain of an e-mail address is none.
    #[error("{domain} in `{list}` is no domain")]
    BadDomain {
        /// What was given.
        domain: Quoted,
        /// The list.
        list: &'static str,
    },
    /// A domain is the seller's and not the seller's.
    #[error("domain {domain} stands in `seller_domains` and in `other_domains`")]
    TwoLists {
        /// The domain.
        domain: Quoted,
    },
    /// There are other domains but none of the seller.
    #[error("`other_domains` are given, but no `seller_domains`")]
    NoSellerDomain,
}

impl Diagnostic for RoleError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Form { .. } => {
                "the form is: `seller_domains = [\"acme.example\"]`, `guess = true`, and below `[labels]` lines like `\"Jane*\" = \"seller\"`"
            }
            Self::EmptyPattern { .. } => "`*` stands for everybody",
            Self::TwoSides { .. } => "keep one of the two lines",
            Self::BadDomain { .. } => {
                "write what stands after the @ of an address: `acme.example`; its subdomains are meant as well"
            }
            Self::TwoLists { .. } => {
                "`other_domains` are those of recorders and interpreters, neither seller nor buyer"
            }
            Self::NoSellerDomain => {
                "without the seller's domains, every other address would be a buyer's"
            }
        };
        Some(hint.to_owned())
    }
}
