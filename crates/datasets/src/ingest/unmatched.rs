//! What has no counterpart in the CRM, and what of the CRM has none: the lines of `unmatched.jsonl`.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::growing::Growing;
use super::links::Link;
use super::place::Place;
use super::summary::count;
use super::veil::Veil;
use crate::{Counted, Crm, RowPlace};

/// Why a call has no deal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NoDeal {
    pub(super) reason: &'static str,
    pub(super) message: String,
    /// Ids of the deals that fit equally well, as they may be shown.
    pub(super) candidates: Vec<String>,
}

impl NoDeal {
    /// Candidates that are listed.
    pub(super) const MOST_CANDIDATES: usize = 10;
}

/// A line of `unmatched.jsonl`.
#[derive(Debug, Serialize)]
pub(super) struct UnmatchedLine<'a> {
    /// `call`, `deal`, `crm-call`, `crm-change` or `crm-row`.
    pub(super) what: &'static str,
    #[serde(flatten)]
    pub(super) place: &'a Place,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) id: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) candidates: &'a [String],
}

/// What the calls led to, of all deals and all rows of tables of calls.
pub(super) struct Seen {
    deals: Vec<DealSeen>,
    rows: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DealSeen {
    Never,
    SetAside,
    Written,
}

impl Seen {
    pub(super) fn new(crm: &Crm) -> Self {
        Self {
            deals: vec![DealSeen::Never; crm.deals().len()],
            rows: vec![false; crm.call_rows.len()],
        }
    }

    /// Takes a record into account.
    pub(super) fn add(&mut self, link: Link) {
        if let Some(deal) = link.deal.and_then(|deal| self.deals.get_mut(deal)) {
            *deal = match *deal {
                DealSeen::Written => DealSeen::Written,
                DealSeen::SetAside | DealSeen::Never if link.is_written => DealSeen::Written,
                DealSeen::SetAside | DealSeen::Never => DealSeen::SetAside,
            };
        }
        if let Some(row) = link.row.and_then(|row| self.rows.get_mut(row)) {
            *row = true;
        }
    }
}

/// Lists what of the CRM no call led to, and its broken rows.
pub(super) struct CrmList<'a> {
    pub(super) crm: &'a Crm,
    pub(super) veil: &'a Veil,
    pub(super) file: &'a mut Growing,
    pub(super) counts: &'a mut BTreeMap<String, u64>,
}

impl CrmList<'_> {
    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(super) fn write(&mut self, seen: &Seen) -> io::Result<()> {
        let crm = self.crm;
        for (deal, seen) in crm.deals().iter().zip(&seen.deals) {
            let (reason, message) = match seen {
                DealSeen::Written => continue,
                DealSeen::SetAside => ("calls-set-aside", "all of its calls were set aside"),
                DealSeen::Never => ("no-call", "no call was joined to it"),
            };
            self.line("deal", deal.row, &deal.id, reason, message)?;
        }
        let unseen = crm.call_rows.iter().zip(&seen.rows);
        for ((id, row), _) in unseen.filter(|(_, is_seen)| !**is_seen) {
            self.line("crm-call", *row, id, "no-record", "no record has its id")?;
        }
        for row in &crm.orphans {
            let message = "the deal it names is in no file";
            self.line("crm-change", *row, "", "unknown-deal", message)?;
        }
        for broken in crm.rejected() {
            let file = crm.sheets().iter().position(|it| it.path == broken.file);
            let row = RowPlace {
                file: file.unwrap_or_default(),
                line: broken.line,
            };
            let reason = broken.reason.clone().without_words().to_string();
            self.line("crm-row", row, "", "broken", &reason)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        what: &'static str,
        row: RowPlace,
        id: &str,
        reason: &str,
        message: &str,
    ) -> io::Result<()> {
        let sheet = self.crm.sheets().get(row.file);
        let name = sheet
            .map(|sheet| file_name(&sheet.path))
            .unwrap_or_default();
        let name = self.veil.id(&name, &[], None).shown;
        let place = Place::new(row.file + 1, name, row.line, Counted::Lines);
        let line = UnmatchedLine {
            what,
            place: &place,
            id: &self.veil.id(id, &[], None).shown,
            reason,
            message,
            candidates: &[],
        };
        count(self.counts, what);
        self.file.add_json(&line)
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
