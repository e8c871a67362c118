//! What a CRM knows of one deal: [`Deal`].

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::DateTime;
use upturn_core::Date;

/// A deal as its newest row gives it, with what all its rows tell of contacts and stages.
///
/// All but [`history`](Self::history), `id` and `created` is what holds *now*, when the export was written: it may tell
/// how the deal ended. `Debug` shows the id only.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Deal {
    /// Its id, as written.
    pub id: String,
    /// Name of the customer.
    pub account: Option<String>,
    /// Id of the customer.
    pub account_id: Option<String>,
    /// What the deal is called.
    pub name: Option<String>,
    /// Its stage now.
    pub stage: Option<String>,
    /// Whether it is open, won or lost now, if the CRM says so besides the stage.
    pub status: Option<DealStatus>,
    /// Its size now, in the currency of the export.
    pub amount: Option<f64>,
    /// Day on which it was created.
    pub created: Option<Date>,
    /// Day on which it was closed; of an open deal the day on which it is expected to be.
    pub closed: Option<Date>,
    /// Who sells, now.
    pub owner: Option<String>,
    /// Ids of people on the customer's side.
    pub contact_ids: Vec<String>,
    /// Names of people on the customer's side.
    pub contact_names: Vec<String>,
    /// E-mail addresses of people on the customer's side, in lower case.
    pub contact_emails: Vec<String>,
    /// The customer's trade.
    pub industry: Option<String>,
    /// All other columns of the newest row that say something.
    pub extra: BTreeMap<String, String>,
    /// Where its newest row stands.
    pub row: RowPlace,
    pub(crate) modified: Option<DateTime>,
    pub(crate) history: Vec<StageChange>,
}

/// What a CRM says of a deal besides its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DealStatus {
    /// Not decided.
    Open,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RowPlace {
    /// Place of the file in the list that was read, from 0.
    pub file: usize,
    /// First line of the row, from 1.
    pub line: u64,
}

/// A deal came to a stage.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StageChange {
    /// The stage.
    pub stage: String,
    /// Size of the deal at that time, if it was recorded.
    pub amount: Option<f64>,
    pub(crate) at: DateTime,
}

impl StageChange {
    /// A change on that day.
    pub fn new(day: Date, stage: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            amount: None,
            at: day.at(0, 0, 0, 0),
        }
    }

    /// The day.
    pub fn day(&self) -> Date {
        self.at.date()
    }
}

impl Deal {
    /// A deal of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// Its changes of stage, the earliest first.
    pub fn history(&self) -> &[StageChange] {
        &self.history
    }

    /// The same with these changes of stage, in any order.
    ///
    /// Of several at the same time the alphabet decides, so that the order of rows never does; for labels an ending one
    /// is the last.
    #[must_use]
    pub fn with_history(mut self, history: Vec<StageChange>) -> Self {
        self.history = history;
        self.sort();
        self
    }

    /// Puts changes and contacts into their order, without repetitions.
    pub(crate) fn sort(&mut self) {
        self.history.sort_by(|a, b| {
            let by_stage = a.at.cmp(&b.at).then_with(|| a.stage.cmp(&b.stage));
            by_stage.then_with(|| size(a.amount, b.amount))
        });
        self.history.dedup();
        for people in [
            &mut self.contact_ids,
            &mut self.contact_names,
            &mut self.contact_emails,
        ] {
            people.sort_unstable();
            people.dedup();
        }
    }

    /// One deal of two rows with the same id: the newer row, with the contacts and changes of stage of both.
    ///
    /// Newer is the row that was modified later; if neither says so, the one that was closed, then created later; then
    /// the greater in the alphabet, so that the order of rows never decides.
    pub(crate) fn merged(self, other: Self) -> Self {
        let (mut newer, older) = if self.age(&other).is_lt() {
            (other, self)
        } else {
            (self, other)
        };
        newer.contact_ids = united(newer.contact_ids, older.contact_ids);
        newer.contact_names = united(newer.contact_names, older.contact_names);
        newer.contact_emails = united(newer.contact_emails, older.contact_emails);
        newer.history = united(newer.history, older.history);
        newer
    }

    fn age(&self, other: &Self) -> Ordering {
        let day = |deal: &Self| (deal.modified, deal.closed, deal.created, deal.status);
        day(self)
            .cmp(&day(other))
            .then_with(|| size(self.amount, other.amount))
            .then_with(|| texts(self).cmp(&texts(other)))
            .then_with(|| self.extra.cmp(&other.extra))
    }
}

/// Both lists in any order: the shorter is added to the longer, so that many rows of one deal take no quadratic time.
fn united<T>(mut one: Vec<T>, mut other: Vec<T>) -> Vec<T> {
    if one.len() < other.len() {
        std::mem::swap(&mut one, &mut other);
    }
    one.extend(other);
    one
}

/// The texts by which rows of the same time differ.
fn texts(deal: &Deal) -> [Option<&str>; 7] {
    [
        Some(&deal.id),
        deal.stage.as_deref(),
        deal.owner.as_deref(),
        deal.account.as_deref(),
        deal.account_id.as_deref(),
        deal.industry.as_deref(),
        deal.name.as_deref(),
    ]
}

fn size(a: Option<f64>, b: Option<f64>) -> Ordering {
    let key = |amount: Option<f64>| amount.map(|amount| amount + 0.0);
    match (key(a), key(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

impl fmt::Debug for Deal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deal")
            .field("id", &self.id)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}
