//! Who or what is to be forgotten: [`Names`] and [`NameKind`].

use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, ConversationId, DocumentMetadata, Filter};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// The customer or deal, as the calls' `account` has it.
    Account,
    /// Somebody who sold (`rep`) or who is the account: a private buyer.
    Person,
    /// A call, by its id.
    Conversation,
}

impl NameKind {
    /// The word in files and on the command line: `account`, `person` or `conversation`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Person => "person",
            Self::Conversation => "conversation",
        }
    }
}

/// The names under which a call is known: each is of a kind.
///
/// # Laws
///
/// - **As they are written.** Names are compared letter by letter, as metadata carry them; what was *said* is not looked at.
/// - **The same for calls and documents.** A call is known by the names that each of its documents is known by.
#[derive(Debug, Clone, Copy)]
pub struct KnownAs<'a> {
    conversation: &'a str,
    account: &'a str,
    rep: Option<&'a str>,
}

impl<'a> KnownAs<'a> {
    /// The names of a call.
    pub fn of(call: &'a Conversation) -> Self {
        Self {
            conversation: call.id().as_str(),
            account: call.group(),
            rep: call.metadata().rep.as_deref(),
        }
    }

    /// The names in a document's metadata.
    pub fn of_document(metadata: &'a DocumentMetadata) -> Self {
        Self {
            conversation: metadata.conversation.as_str(),
            account: &metadata.account,
            rep: metadata.rep.as_deref(),
        }
    }

    /// The id of the call.
    pub const fn conversation(self) -> &'a str {
        self.conversation
    }

    /// Each name with its kind; a person may be the rep or the account.
    pub fn iter(self) -> impl Iterator<Item = (NameKind, &'a str)> {
        [
            Some((NameKind::Conversation, self.conversation)),
            Some((NameKind::Account, self.account)),
            Some((NameKind::Person, self.account)),
            self.rep.map(|rep| (NameKind::Person, rep)),
        ]
        .into_iter()
        .flatten()
    }
}

/// Names that are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Accounts.
    pub accounts: Vec<String>,
    /// Persons: reps, and accounts that are persons.
    pub persons: Vec<String>,
    /// Calls.
    pub conversations: Vec<ConversationId>,
}

impl Names {
    /// Each name with its kind.
    pub fn iter(&self) -> impl Iterator<Item = (NameKind, &str)> {
        let accounts = self
            .accounts
            .iter()
            .map(|name| (NameKind::Account, &**name));
        let persons = self.persons.iter().map(|name| (NameKind::Person, &**name));
        let calls = self.conversations.iter();
        let calls = calls.map(|call| (NameKind::Conversation, call.as_str()));
        accounts.chain(persons).chain(calls)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether a call is known by any of them.
    pub fn name(&self, known: KnownAs<'_>) -> bool {
        known
            .iter()
            .any(|name| self.iter().any(|asked| asked == name))
    }

    /// The filters that a store is asked with, one for each field that is looked at: together they admit what is
    /// [named](Self::name).
    pub fn filters(&self) -> Vec<Filter> {
        let (accounts, reps) = (self.accounts.clone(), self.persons.clone());
        let conversations = self.conversations.clone();
        let of_accounts = |accounts| Filter {
            accounts,
            ..Filter::default()
        };
        let of_reps = Filter {
            reps,
            ..Filter::default()
        };
        let of_calls = Filter {
            conversations,
            ..Filter::default()
        };
        let filters = [
            of_accounts(accounts),
            of_accounts(self.persons.clone()),
            of_reps,
            of_calls,
        ];
        // An empty list would admit everything.
        let asks = |filter: &Filter| *filter != Filter::default();
        filters.into_iter().filter(asks).collect()
    }
}
