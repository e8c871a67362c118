//! From a row to what it stands for: a [`Deal`], a change of stage, a [`Contact`] or a call.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use upturn_core::Date;

use super::field::Field;
use super::keys;
use super::layout::Meaning;
use super::sheet::Row;
use super::{Contact, Deal, DealStatus, RowPlace, StageChange};
use crate::RejectReason;

/// What a table of calls or activities says of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) deal_ids: BTreeSet<String>,
    pub(crate) related_ids: BTreeSet<String>,
    pub(crate) account_ids: BTreeSet<String>,
    pub(crate) accounts: BTreeSet<String>,
    pub(crate) contact_ids: BTreeSet<String>,
    pub(crate) names: BTreeSet<String>,
    pub(crate) emails: BTreeSet<String>,
    pub(crate) day: Option<Date>,
    /// Its first row.
    pub(crate) row: Option<RowPlace>,
    /// Its place among all calls, by id.
    pub(crate) number: usize,
}

impl Call {
    /// Adds what another row says of the same call; of two days the earlier holds.
    pub(crate) fn extend(&mut self, other: Self) {
        self.deal_ids.extend(other.deal_ids);
        self.related_ids.extend(other.related_ids);
        self.account_ids.extend(other.account_ids);
        self.accounts.extend(other.accounts);
        self.contact_ids.extend(other.contact_ids);
        self.names.extend(other.names);
        self.emails.extend(other.emails);
        self.day = match (self.day, other.day) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.row = self.row.or(other.row);
    }
}

/// A deal from its row.
pub(crate) fn deal(row: &Row<'_>, place: RowPlace) -> Result<Deal, RejectReason> {
    let text = |field| row.text(field).map(str::to_owned);
    let day = |field| row.day(field).map(|at| at.map(DateTime::date));
    let status = status(row)?;
    let (won, lost, closed) = (day(Field::Won)?, day(Field::Lost)?, day(Field::Closed)?);
    // The last change of stage is one of its history, even where the others are not told.
    let latest = row.day(Field::StageSince)?.zip(row.text(Field::Stage));
    let entered = row.entered()?.into_iter().chain(latest);
    let entered = entered.map(|(at, stage)| StageChange {
        stage: stage.to_owned(),
        amount: None,
        at,
    });
    let (names, emails) = people(row);
    Ok(Deal {
        id: row.needed(Field::Id)?.to_owned(),
        name: text(Field::Name),
        account: text(Field::Account),
        account_id: text(Field::AccountId),
        stage: text(Field::Stage),
        status,
        amount: row.amount(Field::Amount)?,
        created: day(Field::Created)?,
        closed: match status {
            Some(DealStatus::Won) => won.or(closed),
            Some(DealStatus::Lost) => lost.or(closed),
            Some(DealStatus::Open) => closed,
            None => closed.or(won).or(lost),
        },
        owner: text(Field::Owner),
        contact_ids: row
            .texts(Field::ContactIds)
            .map(|id| keys::id(id).to_owned())
            .collect(),
        contact_names: names.into_iter().collect(),
        contact_emails: emails.into_iter().collect(),
        industry: text(Field::Industry),
        extra: row
            .columns()
            .filter(|(column, cell)| column.meaning == Meaning::Other && !cell.is_empty())
            .map(|(column, cell)| (column.name.clone(), cell.to_owned()))
            .collect(),
        row: place,
        modified: row.day(Field::Modified)?,
        history: entered.collect(),
    })
}

/// Open, won or lost, as a word or as flags.
fn status(row: &Row<'_>) -> Result<Option<DealStatus>, RejectReason> {
    let by_word = match row.text(Field::Status).map(keys::words).as_deref() {
        Some("won" | "gewonnen") => Some(DealStatus::Won),
        Some("lost" | "verloren") => Some(DealStatus::Lost),
        Some("open" | "offen") => Some(DealStatus::Open),
        Some(_) | None => None,
    };
    let flags = (
        row.flag(Field::IsClosed)?,
        row.flag(Field::IsWon)?,
        row.flag(Field::IsLost)?,
    );
    Ok(by_word.or(match flags {
        (Some(false), _, _) => Some(DealStatus::Open),
        (_, Some(true), _) => Some(DealStatus::Won),
        (_, _, Some(true)) | (Some(true), Some(false), _) => Some(DealStatus::Lost),
        _ => None,
    }))
}

/// A change of stage, with the ids of its deals.
pub(crate) fn change(row: &Row<'_>) -> Result<(Vec<String>, StageChange), RejectReason> {
    row.needed(Field::DealIds)?;
    let date = row.needed(Field::Date).and(row.day(Field::Date))?;
    let stage = row.needed(Field::Stage)?;
    let change = StageChange {
        stage: stage.to_owned(),
        amount: row.amount(Field::Amount)?,
        at: date.unwrap_or_default(),
    };
    Ok((ids(row, Field::DealIds).into_iter().collect(), change))
}

/// A person.
pub(crate) fn contact(row: &Row<'_>) -> Result<Contact, RejectReason> {
    let (mut names, emails) = people(row);
    let parts = [row.text(Field::FirstName), row.text(Field::LastName)];
    let full: Vec<&str> = parts.into_iter().flatten().collect();
    names.extend(row.text(Field::Name).map(str::to_owned));
    names.extend(Some(full.join(" ")).filter(|name| !name.is_empty()));
    Ok(Contact {
        id: Some(keys::id(row.needed(Field::Id)?).to_owned()),
        names,
        emails,
        account_ids: ids(row, Field::AccountId),
        accounts: accounts(row),
        deal_ids: ids(row, Field::DealIds),
    })
}

/// A call, with its id.
pub(crate) fn call(row: &Row<'_>) -> Result<(String, Call), RejectReason> {
    let id = keys::id(row.needed(Field::Id)?).to_owned();
    let (names, emails) = people(row);
    let call = Call {
        deal_ids: ids(row, Field::DealIds),
        related_ids: ids(row, Field::RelatedIds),
        account_ids: ids(row, Field::AccountId),
        accounts: accounts(row),
        contact_ids: ids(row, Field::ContactIds),
        names,
        emails,
        day: row.day(Field::Date)?.map(DateTime::date),
        row: None,
        number: 0,
    };
    Ok((id, call))
}

fn ids(row: &Row<'_>, field: Field) -> BTreeSet<String> {
    row.texts(field).map(|id| keys::id(id).to_owned()).collect()
}

fn accounts(row: &Row<'_>) -> BTreeSet<String> {
    row.texts(Field::Account).map(keys::words).collect()
}

/// Names and addresses of people; `Jane Doe (jane@acme.example)` is both.
fn people(row: &Row<'_>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut names, mut emails) = (BTreeSet::new(), BTreeSet::new());
    for person in row.texts(Field::ContactNames) {
        let with_address = person
            .strip_suffix(')')
            .and_then(|person| person.rsplit_once('('));
        let (name, email) = match with_address {
            Some((name, address)) => (name, keys::email(address)),
            None => (person, keys::email(person)),
        };
        emails.extend(email);
        names.extend(Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    let addresses = row.texts(Field::ContactEmails);
    let addresses = addresses.flat_map(|cell| cell.split([',', ' ']));
    emails.extend(addresses.filter_map(keys::email));
    (names, emails)
}
