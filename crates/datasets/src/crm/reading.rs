//! Reading the exports of a CRM: [`Crm`] and its [`SheetReport`]s.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::contents::Contents;
use super::dialects::{SheetKind, Vendor};
use super::index::Index;
use super::records::{self, Call};
use super::sheet::{Row, Sheet};
use super::{CallKeys, Contact, CrmError, CrmOptions, Deal, RowPlace, StageChange, keys};
use crate::{Counted, LabelRules, RejectReason, Rejected};

/// Everything that the exports of a CRM hold, ready to be joined to calls.
///
/// Memory: the exports, once. [`join`](Self::join) may be called from several threads.
#[derive(Debug)]
pub struct Crm {
    pub(crate) deals: Vec<Deal>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) index: Index,
    pub(crate) matched: Vec<AtomicBool>,
    pub(crate) rules: LabelRules,
    pub(crate) options: CrmOptions,
    /// The id of each call of the tables of calls and its first row, by id.
    pub(crate) call_rows: Vec<(String, RowPlace)>,
    /// Rows that are changes of stage of deals that are in no file.
    pub(crate) orphans: Vec<RowPlace>,
    vendor: Vendor,
    sheets: Vec<SheetReport>,
    rejected: Vec<Rejected>,
    fingerprint: String,
}

/// What came of the rows of one file.
///
/// Law: `rows == used + stale + orphaned + set_aside`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SheetReport {
    /// The file.
    pub path: PathBuf,
    /// Whose export it is.
    pub vendor: Vendor,
    /// What its rows are.
    pub kind: SheetKind,
    /// Rows below the header.
    pub rows: u64,
    /// Rows that are a deal, a change of stage, a person or a call.
    pub used: u64,
    /// Rows of a deal that another row describes too; of these the newest is used.
    pub stale: u64,
    /// Changes of stage of deals that are in no file.
    pub orphaned: u64,
    /// Broken rows; see [`Crm::rejected`].
    pub set_aside: u64,
}

impl Crm {
    /// Reads exports; what each file holds is told by its header.
    ///
    /// Laws: every row is counted in exactly one way; the order of files and rows changes nothing but the place that is
    /// reported for a row.
    ///
    /// # Errors
    ///
    /// A [`CrmError`]. A single broken row is none: it is set aside.
    pub fn read(paths: &[PathBuf], options: &CrmOptions) -> Result<Self, CrmError> {
        let mut reader = Reader::default();
        for (place, path) in paths.iter().enumerate() {
            reader.read(place, &Sheet::open(path, options)?, options)?;
            reader.contents.add(path)?;
        }
        reader.finish(options)
    }

    /// Its deals, by id.
    pub fn deals(&self) -> &[Deal] {
        &self.deals
    }

    /// The deal with this id.
    pub fn deal(&self, id: &str) -> Option<&Deal> {
        let place = *self.index.deals.get(keys::id(id))?;
        self.deals.get(place)
    }

    /// People on the customer's side of a deal: those named in its rows, in the lists of contacts, and by their own rows.
    pub fn contacts(&self, deal: &Deal) -> impl Iterator<Item = &Contact> {
        let place = self.index.deals.get(keys::id(&deal.id)).copied();
        let contacts = place.and_then(|place| self.index.contacts_of_deal.get(place));
        let contacts = contacts.into_iter().flatten();
        contacts.filter_map(|contact| self.contacts.get(*contact))
    }

    /// Whose export the deals are; [`Vendor::Other`] if they are of several.
    pub fn vendor(&self) -> Vendor {
        self.vendor
    }

    /// The rules in effect: those of the options, else those shipped for the vendor.
    pub fn rules(&self) -> &LabelRules {
        &self.rules
    }

    /// What came of the rows of each file, in the order in which the files were given.
    pub fn sheets(&self) -> &[SheetReport] {
        &self.sheets
    }

    /// The broken rows of all files, with their reasons.
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }

    /// A hash of the contents of all files, in the order in which they were given; their names and times are no part of it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Place of a deal in [`deals`](Self::deals).
    pub(crate) fn number_of(&self, deal: &Deal) -> Option<usize> {
        self.index.deals.get(keys::id(&deal.id)).copied()
    }

    /// Place in `call_rows` of the row that has the id of a call.
    pub(crate) fn call_row(&self, call: &CallKeys) -> Option<usize> {
        let id = keys::id(call.call_id.as_deref()?);
        self.index.calls.get(id).map(|call| call.number)
    }

    /// The deals that no call was joined to so far, by id.
    pub fn unmatched_deals(&self) -> impl Iterator<Item = &Deal> {
        let deals = self.deals.iter().zip(&self.matched);
        deals
            .filter(|(_, is_matched)| !is_matched.load(Ordering::Relaxed))
            .map(|(deal, _)| deal)
    }
}

/// Gathers rows of all files. Maps by id make the order of rows irrelevant.
#[derive(Default)]
struct Reader {
    deals: BTreeMap<String, Deal>,
    contacts: BTreeMap<String, Contact>,
    calls: HashMap<String, Call>,
    /// Of each change its row and the ids of its deals.
    changes: Vec<(RowPlace, Vec<String>, StageChange)>,
    orphans: Vec<RowPlace>,
    sheets: Vec<SheetReport>,
    rejected: Vec<Rejected>,
    contents: Contents,
}

/// What became of a row.
enum Fate {
    Used,
    Stale,
}

impl Reader {
    fn read(&mut self, file: usize, sheet: &Sheet, options: &CrmOptions) -> Result<(), CrmError> {
        let forms = sheet.forms(options)?;
        let mut report = SheetReport::new(sheet);
        sheet.each_row(&forms, |line, row| {
            report.rows += 1;
            let place = RowPlace { file, line };
            let fate = row.and_then(|row| self.take(sheet.layout.kind, &row, place));
            match fate {
                Ok(Fate::Used) => report.used += 1,
                Ok(Fate::Stale) => report.stale += 1,
                Err(reason) => {
                    report.set_aside += 1;
                    self.rejected.push(Rejected {
                        file: sheet.path.clone(),
                        line,
                        counted: Counted::Lines,
                        reason,
                    });
                }
            }
        })?;
        self.sheets.push(report);
        Ok(())
    }

    fn take(
        &mut self,
        kind: SheetKind,
        row: &Row<'_>,
        place: RowPlace,
    ) -> Result<Fate, RejectReason> {
        match kind {
            SheetKind::Deals => return Ok(self.take_deal(records::deal(row, place)?)),
            SheetKind::History => {
                let (deals, change) = records::change(row)?;
                self.changes.push((place, deals, change));
            }
            SheetKind::Contacts => {
                let contact = records::contact(row)?;
                let id = contact.id.clone().unwrap_or_default();
                match self.contacts.get_mut(&id) {
                    Some(known) => known.extend(contact),
                    None => {
                        self.contacts.insert(id, contact);
                    }
                }
            }
            SheetKind::Calls => {
                let (id, mut call) = records::call(row)?;
                call.row = Some(place);
                self.calls.entry(id).or_default().extend(call);
            }
        }
        Ok(Fate::Used)
    }

    fn take_deal(&mut self, deal: Deal) -> Fate {
        let id = keys::id(&deal.id).to_owned();
        match self.deals.remove(&id) {
            None => {
                self.deals.insert(id, deal);
                Fate::Used
            }
            Some(known) => {
                self.deals.insert(id, known.merged(deal));
                Fate::Stale
            }
        }
    }

    fn finish(mut self, options: &CrmOptions) -> Result<Crm, CrmError> {
        let mut vendors = self
            .sheets
            .iter()
            .filter(|sheet| sheet.kind == SheetKind::Deals);
        let first = vendors.next().ok_or(CrmError::NoDeals)?.vendor;
        let is_one = vendors.all(|sheet| sheet.vendor == first);
        let vendor = if is_one { first } else { Vendor::Other };
        let rules = options.rules.clone();
        let rules = rules.unwrap_or_else(|| LabelRules::of(vendor));
        self.attach_changes();
        let mut deals: Vec<Deal> = self.deals.into_values().collect();
        deals.iter_mut().for_each(Deal::sort);
        let mut contacts: Vec<Contact> = self.contacts.into_values().collect();
        let call_rows = numbered(&mut self.calls);
        let index = Index::new(&deals, &mut contacts, self.calls, &rules);
        Ok(Crm {
            call_rows,
            orphans: self.orphans,
            fingerprint: self.contents.finish(),
            matched: deals.iter().map(|_| AtomicBool::new(false)).collect(),
            deals,
            contacts,
            index,
            rules,
            options: options.clone(),
            vendor,
            sheets: self.sheets,
            rejected: self.rejected,
        })
    }

    /// Gives each change of stage to its deals; one that none of the deals has is counted as orphaned.
    fn attach_changes(&mut self) {
        for (row, ids, change) in std::mem::take(&mut self.changes) {
            let mut is_orphan = true;
            for id in ids {
                if let Some(deal) = self.deals.get_mut(&id) {
                    deal.history.push(change.clone());
                    is_orphan = false;
                }
            }
            if let (true, Some(sheet)) = (is_orphan, self.sheets.get_mut(row.file)) {
                sheet.used -= 1;
                sheet.orphaned += 1;
                self.orphans.push(row);
            }
        }
    }
}

/// Numbers the calls by id, so that the order of rows changes no number.
fn numbered(calls: &mut HashMap<String, Call>) -> Vec<(String, RowPlace)> {
    let mut sorted: Vec<(&String, &mut Call)> = calls.iter_mut().collect();
    sorted.sort_unstable_by_key(|(id, _)| *id);
    let number = |(number, (id, call)): (usize, (&String, &mut Call))| {
        call.number = number;
        (id.clone(), call.row.unwrap_or_default())
    };
    sorted.into_iter().enumerate().map(number).collect()
}

impl SheetReport {
    fn new(sheet: &Sheet) -> Self {
        Self {
            path: sheet.path.clone(),
            vendor: sheet.layout.vendor,
            kind: sheet.layout.kind,
            rows: 0,
            used: 0,
            stale: 0,
            orphaned: 0,
            set_aside: 0,
        }
    }
}
